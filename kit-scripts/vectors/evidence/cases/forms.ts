/** The versions and kinds of bundles: what each must carry, and what a strict verifier must still accept. */
import { statement } from "../evidence.ts"
import { changed, type Json, type JsonObject } from "../json.ts"
import { asked, failed, malformed, proven, PUBLIC_GOOD, unproven, type Case } from "../vector.ts"
import type { World } from "../world.ts"

const MATERIAL = "verificationMaterial"
const ENTRY = `${MATERIAL}.tlogEntries[0]`

/** A case that changes one member of a good bundle. */
function member(id: string, desc: string, path: string, value: Json | undefined, expected: Case["expected"]): Case {
  return { id, desc, expected, change: bundle => changed(bundle, path, value) }
}

function versions(world: World): Case[] {
  const rekor2 = () => ({ entries: [{ log: world.rekor2() }], tokens: [{}] })
  return [
    { id: "bundle-0.3", desc: "v0.3, message signature, Rekor v1 with promise and proof", expected: proven() },
    { id: "bundle-0.2", desc: "v0.2 with leaf and intermediate", plan: { version: "0.2" }, expected: proven() },
    { id: "bundle-0.1", desc: "v0.1 with promise and proof", plan: { version: "0.1" }, expected: proven() },
    {
      id: "bundle-0.1-promise-only",
      desc: "v0.1 with a promise and no proof, as the first clients made them",
      plan: { version: "0.1", entries: [{ give: { proof: false } }] },
      expected: proven(),
    },
    {
      id: "bundle-0.1-chain-to-root",
      desc: "v0.1 with the whole chain in order, as the first clients wrote it; the root in it is not trusted",
      plan: { version: "0.1", chain: [world.ca.intermediateDer, world.ca.rootDer] },
      expected: proven(),
    },
    {
      id: "bundle-token-beside-promise",
      desc: "a promise and a timestamp token: two verified times",
      plan: { tokens: [{}] },
      expected: proven(2),
    },
    { id: "bundle-rekor2", desc: "Rekor v2 entry and a timestamp token", plan: rekor2(), expected: proven() },
    { id: "dsse", desc: "envelope with a dsse 0.0.1 entry", plan: { payload: statement() }, expected: proven() },
    {
      id: "dsse-intoto",
      desc: "envelope with an intoto 0.0.2 entry",
      plan: { payload: statement(), entries: [{ kind: "intoto" }] },
      expected: proven(),
    },
    {
      id: "dsse-rekor2",
      desc: "envelope logged as hashedrekord 0.0.2 over its pre-authentication encoding",
      plan: { payload: statement(), ...rekor2() },
      expected: proven(),
    },
    {
      id: "github",
      desc: "GitHub's internal instance: a timestamp token, no log and no SCT",
      plan: { payload: statement(), entries: [], tokens: [{}], leaf: { scts: () => [] } },
      roots: ["timestamps"],
      ask: { profile: "github-internal", identities: [asked] },
      expected: proven(1, 0),
    },
    {
      id: "two-logs",
      desc: "logged in two logs, and two are asked for",
      plan: { entries: [{}, { log: world.rekor2() }], tokens: [{}] },
      ask: { ...PUBLIC_GOOD, logs: 2 },
      expected: proven(2, 2),
    },
  ]
}

function rules(world: World): Case[] {
  const withoutProof = { give: { proof: false } }
  return [
    {
      id: "bundle-0.1-promise-missing",
      desc: "v0.1 without a promise",
      plan: { version: "0.1", entries: [{ give: { promise: false } }] },
      expected: malformed("promise-missing"),
    },
    {
      id: "bundle-0.2-proof-missing",
      desc: "v0.2 with a promise only",
      plan: { version: "0.2", entries: [withoutProof] },
      expected: malformed("proof-missing"),
    },
    {
      id: "bundle-0.3-proof-missing",
      desc: "v0.3 with a promise only",
      plan: { entries: [withoutProof] },
      expected: malformed("proof-missing"),
    },
    {
      id: "bundle-0.1-rekor2-proof-missing",
      desc: "v0.1 with a Rekor v2 entry that has some promise and no proof: that log makes no promises",
      plan: { version: "0.1", entries: [{ log: world.rekor2(), give: { promise: true, proof: false } }], tokens: [{}] },
      expected: malformed("proof-missing"),
    },
    member(
      "bundle-0.3-checkpoint-missing",
      "a proof without its checkpoint",
      `${ENTRY}.inclusionProof.checkpoint`,
      undefined,
      malformed("checkpoint-missing"),
    ),
    {
      id: "bundle-0.2-single-certificate",
      desc: "v0.2 with the certificate member of v0.3",
      change: b => changed(b, "mediaType", "application/vnd.dev.sigstore.bundle+json;version=0.2"),
      expected: malformed("field-invalid"),
    },
    {
      id: "bundle-0.3-chain",
      desc: "v0.3 with leaf and intermediate",
      plan: { chain: [world.ca.intermediateDer] },
      expected: malformed("chain-not-allowed"),
    },
    {
      id: "bundle-0.2-chain-with-root",
      desc: "v0.2 with a root in the chain: trust must not come with the evidence",
      plan: { version: "0.2", chain: [world.ca.intermediateDer, world.ca.rootDer] },
      expected: failed({ certificate: "chain-has-root" }),
    },
    {
      id: "bundle-0.1-chain-with-root-inside",
      desc: "v0.1 with a root that is not the last of the chain",
      plan: { version: "0.1", chain: [world.ca.rootDer, world.ca.intermediateDer] },
      expected: failed({ certificate: "chain-has-root" }),
    },
    {
      id: "bundle-0.2-chain-empty",
      desc: "no certificate in the chain",
      plan: { version: "0.2" },
      change: b => changed(b, `${MATERIAL}.x509CertificateChain.certificates`, []),
      expected: malformed("certificate-missing"),
    },
    member(
      "bundle-without-signer",
      "neither certificate nor key",
      `${MATERIAL}.certificate`,
      undefined,
      malformed("certificate-missing"),
    ),
    {
      id: "bundle-certificate-and-key",
      desc: "a certificate and a key hint",
      change: b => changed(b, `${MATERIAL}.publicKey`, { hint: "key" }),
      expected: malformed("field-invalid"),
    },
    {
      id: "bundle-message-and-envelope",
      desc: "two contents: which one is meant?",
      change: b => ({ ...b, dsseEnvelope: { payload: "", payloadType: "x", signatures: [{ sig: "AA==" }] } }),
      expected: malformed("field-invalid"),
    },
    member("bundle-without-content", "nothing signed", "messageSignature", undefined, malformed("field-missing")),
    {
      id: "dsse-no-signature",
      desc: "an envelope that nobody signed",
      plan: { payload: statement() },
      change: b => changed(b, "dsseEnvelope.signatures", []),
      expected: malformed("signature-count"),
    },
    {
      id: "dsse-two-signatures",
      desc: "two signatures in the envelope of a bundle",
      plan: { payload: statement() },
      change: b => {
        const { signatures } = b["dsseEnvelope"] as { signatures: JsonObject[] }
        return changed(b, "dsseEnvelope.signatures", [...signatures, { sig: "AAAA", keyid: "" }])
      },
      expected: malformed("signature-count"),
    },
    {
      id: "entries-none",
      desc: "not logged at all, only timestamped",
      plan: { entries: [], tokens: [{}] },
      expected: unproven(["log"], { "policy/log": "entry-missing" }),
    },
    member("entries-33", "33 log entries", `${MATERIAL}.tlogEntries`, Array<Json>(33).fill({}), malformed("too-large")),
  ]
}

function members(): Case[] {
  const type = (id: string, value: Json, expected = malformed("media-type-unknown")): Case =>
    member(`media-type-${id}`, `media type ${JSON.stringify(value)}`, "mediaType", value, expected)
  const index = (id: string, value: Json, expected: Case["expected"] = malformed("field-invalid")): Case =>
    member(`log-index-${id}`, `logIndex ${JSON.stringify(value)}`, `${ENTRY}.logIndex`, value, expected)
  const algorithm = (id: string, value: Json): Case =>
    member(
      `digest-algorithm-${id}`,
      `digest algorithm ${JSON.stringify(value)}`,
      "messageSignature.messageDigest.algorithm",
      value,
      malformed("field-invalid"),
    )
  const signature = (id: string, desc: string, edit: (text: string) => string, expected: Case["expected"]): Case => ({
    id: `base64-${id}`,
    desc,
    // A token over the same signature has 71 octets here, so the text has padding.
    change: b => {
      const { signature: text } = b["messageSignature"] as { signature: string }
      return changed(b, "messageSignature.signature", edit(text))
    },
    expected,
  })
  const urlSafe = (text: string): string => text.replaceAll("+", "-").replaceAll("/", "_")
  return [
    type("0.4", "application/vnd.dev.sigstore.bundle.v0.4+json"),
    type("0.3.1", "application/vnd.dev.sigstore.bundle.v0.3.1+json"),
    type("case", "application/vnd.dev.sigstore.bundle.V0.3+json"),
    type("space", "application/vnd.dev.sigstore.bundle+json; version=0.3"),
    type("missing", null, malformed("field-missing")),
    index("negative", "-1"),
    index("two-to-63", "9223372036854775808"),
    index("leading-zero", "04"),
    index("fraction", 1.5),
    index("exponent", "1e3"),
    index("unsafe-number", 9007199254740992),
    algorithm("number", 1),
    algorithm("unknown", "SHA3_256"),
    algorithm("plain", "sha256"),
    signature("url-safe", "the URL-safe alphabet, which proto3 JSON accepts", urlSafe, proven()),
    signature(
      "mixed",
      "both alphabets in one text",
      t => `${urlSafe(t.slice(0, -8))}+/+/${t.slice(-4)}`,
      malformed("base64-invalid"),
    ),
    signature("space", "white space inside", t => `${t.slice(0, 8)}\n${t.slice(8)}`, malformed("base64-invalid")),
    signature(
      "padding-missing",
      "one padding character of two",
      t => `${t.replace(/=+$/, "")}A=`,
      malformed("base64-invalid"),
    ),
    signature("empty", "an empty signature stands for none", () => "", malformed("field-missing")),
    {
      id: "members-unknown",
      desc: "unknown members at every level, which proto3 JSON tells readers to ignore",
      change: b => changed(changed({ ...b, verified: true }, `${MATERIAL}.trusted`, true), `${ENTRY}.ok`, "yes"),
      expected: proven(),
    },
    {
      id: "members-snake-case",
      desc: "names in snake_case: bundles are read in lowerCamelCase only",
      change: ({ verificationMaterial = null, ...rest }) => ({ ...rest, verification_material: verificationMaterial }),
      expected: malformed("field-missing"),
    },
  ]
}

/** Members of a bundle, their number and their values. */
export function formCases(world: World): Case[] {
  return [...versions(world), ...rules(world), ...members()]
}
