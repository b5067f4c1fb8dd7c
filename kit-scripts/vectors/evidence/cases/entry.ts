/** What was logged: entries that vouch for something else than the evidence they travel with. */
import { utf8 } from "../../crypto/derive.ts"
import { digestOf } from "../../crypto/curves.ts"
import { dsse1, dsse2, hashedrekord1, hashedrekord2, intoto2, type BodyParts } from "../bodies.ts"
import { ARTIFACT, makeEvidence, statement } from "../evidence.ts"
import { changed } from "../json.ts"
import type { EcKey } from "../keys.ts"
import { failed, type Case } from "../vector.ts"
import { ISSUER, SIGNER, type World } from "../world.ts"

const OTHER = failed({ "entry/0": "entry-mismatch" })
const MALFORMED = failed({ "entry/0": "entry-malformed" })
const UNSUPPORTED = failed({ "entry/0": "entry-kind-unsupported" })
const ANOTHER = utf8("Another anvil.\n")

/** The same person's certificate of an hour ago, for the same key. */
function earlierCertificate(world: World): Uint8Array {
  return world.ca.issue({ key: world.key("p256"), san: SIGNER, issuer: ISSUER, at: world.at - 3600 })
}

/** Another person's certificate. */
function strangersCertificate(world: World): Uint8Array {
  const san = { type: "email", value: "forger@vectors.example" } as const
  return world.ca.issue({ key: world.key("p256", "forger"), san, issuer: ISSUER, at: world.at - 5 })
}

function messages(world: World): Case[] {
  const body = (id: string, desc: string, body: (p: BodyParts) => Uint8Array, expected = OTHER): Case => ({
    id: `entry-${id}`,
    desc,
    plan: { entries: [{ body }] },
    expected,
  })
  const by = (der: Uint8Array) => (p: BodyParts) => hashedrekord1({ ...p, verifier: { ...p.verifier, der } })
  const text = (edit: (text: string) => string) => (p: BodyParts) =>
    utf8(edit(Buffer.from(hashedrekord1(p)).toString("utf8")))
  const key = world.key("p256") as EcKey
  return [
    body("other-certificate", "made for another certificate of another person", by(strangersCertificate(world))),
    body(
      "other-certificate-same-key",
      "made for another certificate of the same key and person",
      by(earlierCertificate(world)),
    ),
    body("key-not-certificate", "made for the bare key of the certificate", p =>
      hashedrekord1({ ...p, verifier: { ...p.verifier, kind: "public-key", der: world.key("p256").spki } }),
    ),
    body("other-signature", "made for the other signature of the same key over the same artifact", p =>
      hashedrekord1({ ...p, signature: key.signNegated(p.signed) }),
    ),
    body("other-digest", "made for the digest of another artifact", p =>
      hashedrekord1({ ...p, digest: digestOf("sha256", ANOTHER) }),
    ),
    body(
      "unknown-member",
      "with a member that its kind does not have",
      p => hashedrekord1(p, { note: "trusted" }),
      MALFORMED,
    ),
    body(
      "duplicate-member",
      "with its spec twice",
      text(t => t.replace('"spec":', '"spec":{},"spec":')),
      MALFORMED,
    ),
    body(
      "not-json",
      "no JSON",
      text(t => t.slice(1)),
      MALFORMED,
    ),
    body(
      "other-version",
      "of a version that there is not",
      p => hashedrekord1(p, { apiVersion: "0.0.9" }),
      UNSUPPORTED,
    ),
    body(
      "two-certificates",
      "with a second certificate behind the first",
      text(t => {
        const { spec } = JSON.parse(t) as { spec: { signature: { publicKey: { content: string } } } }
        const pem = Buffer.from(spec.signature.publicKey.content, "base64").toString("utf8")
        return t.replace(spec.signature.publicKey.content, Buffer.from(pem + pem).toString("base64"))
      }),
      MALFORMED,
    ),
    {
      id: "entry-kind-unknown",
      desc: "of a kind that logs no signature over the evidence",
      plan: { entries: [{ body: p => hashedrekord1(p, { kind: "rekord" }) }] },
      change: b => changed(b, "verificationMaterial.tlogEntries[0].kindVersion.kind", "rekord"),
      expected: UNSUPPORTED,
    },
    {
      id: "entry-kind-claimed",
      desc: "the bundle says another kind than the body",
      change: b => changed(b, "verificationMaterial.tlogEntries[0].kindVersion.kind", "dsse"),
      expected: OTHER,
    },
    {
      id: "entry-version-claimed",
      desc: "the bundle says another version than the body",
      change: b => changed(b, "verificationMaterial.tlogEntries[0].kindVersion.version", "0.0.2"),
      expected: OTHER,
    },
    {
      id: "entry-of-another-bundle",
      desc: "a good entry of another artifact's bundle by the same signer",
      change: b => {
        const other = makeEvidence(world, { artifact: ANOTHER })
        return changed(
          b,
          "verificationMaterial.tlogEntries",
          other.entries.map(e => e.json),
        )
      },
      expected: OTHER,
    },
  ]
}

function envelopes(world: World): Case[] {
  const v1 = (id: string, desc: string, kind: "dsse" | "intoto", body: (p: BodyParts) => Uint8Array): Case => ({
    id: `entry-${id}`,
    desc,
    plan: { payload: statement(), entries: [{ kind, body }] },
    expected: OTHER,
  })
  const v2 = (id: string, desc: string, body: (p: BodyParts) => Uint8Array, expected = OTHER): Case => ({
    id: `entry-${id}`,
    desc,
    plan: { payload: statement(), entries: [{ log: world.rekor2(), body }], tokens: [{}] },
    expected,
  })
  const other = digestOf("sha256", ANOTHER)
  const der = strangersCertificate(world)
  return [
    v1("dsse-other-payload", "dsse, made for another payload", "dsse", p => dsse1({ ...p, digest: other })),
    v1("dsse-digest-of-encoding", "dsse, whose payload hash is of the encoding that is signed", "dsse", p =>
      dsse1({ ...p, digest: digestOf("sha256", p.signed) }),
    ),
    v1("dsse-other-certificate", "dsse, made for another certificate", "dsse", p =>
      dsse1({ ...p, verifier: { ...p.verifier, der } }),
    ),
    v1("intoto-other-payload", "intoto, made for another payload", "intoto", p => intoto2({ ...p, digest: other })),
    v1("intoto-other-type", "intoto, made for another payload type", "intoto", p =>
      intoto2({ ...p, payloadType: "text/plain" }),
    ),
    v1("intoto-other-certificate", "intoto, made for another certificate", "intoto", p =>
      intoto2({ ...p, verifier: { ...p.verifier, der } }),
    ),
    v2("rekor2-digest-of-payload", "hashedrekord 0.0.2 over the payload instead of its encoding", p =>
      hashedrekord2({ ...p, signed: p.payload }),
    ),
    v2("rekor2-other-certificate", "hashedrekord 0.0.2, made for another certificate", p =>
      hashedrekord2({ ...p, verifier: { ...p.verifier, der } }),
    ),
    {
      ...v2("rekor2-dsse", "dsse 0.0.2, which the log no longer takes", dsse2, UNSUPPORTED),
      change: b => changed(b, "verificationMaterial.tlogEntries[0].kindVersion.kind", "dsse"),
    },
    {
      id: "entry-message-for-envelope",
      desc: "an entry of the statement's artifact, signed as a message, beside the envelope",
      plan: { payload: statement() },
      change: b => {
        const message = makeEvidence(world, { artifact: utf8(ARTIFACT) })
        return changed(
          b,
          "verificationMaterial.tlogEntries",
          message.entries.map(e => e.json),
        )
      },
      expected: OTHER,
    },
  ]
}

/** Bodies of log entries. */
export function entryCases(world: World): Case[] {
  return [...messages(world), ...envelopes(world)]
}
