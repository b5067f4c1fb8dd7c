/** Keys and signatures: every algorithm that signs, and the ways in which a signature can be no signature. */
import { utf8 } from "../../crypto/derive.ts"
import { longLength, tlv } from "../../crypto/der.ts"
import { digestOf } from "../../crypto/curves.ts"
import { hashedrekord1 } from "../bodies.ts"
import { ARTIFACT, sha256Hex, statement } from "../evidence.ts"
import { changed, hex } from "../json.ts"
import { ecKey, type EcKey } from "../keys.ts"
import { failed, proven, unproven, type Case } from "../vector.ts"
import type { World } from "../world.ts"

function digests(text: string): Record<string, string> {
  return Object.fromEntries(["sha256", "sha384", "sha512"].map(h => [h, hex(digestOf(h, utf8(text)))]))
}

function algorithms(): Case[] {
  const artifact = { digests: digests(ARTIFACT) }
  return [
    { id: "key-p384", desc: "P-384 with SHA-384", plan: { key: "p384" }, artifact, expected: proven() },
    {
      id: "key-p384-sha256",
      desc: "P-384 with SHA-256, as old clients signed; the bundle's digest says which",
      plan: { key: "p384", hash: "sha256" },
      expected: proven(),
    },
    { id: "key-p521", desc: "P-521 with SHA-512", plan: { key: "p521" }, artifact, expected: proven() },
    {
      id: "key-p384-dsse",
      desc: "envelope signed with P-384 and SHA-384",
      plan: { key: "p384", payload: statement() },
      expected: proven(),
    },
    {
      id: "key-ed25519-dsse",
      desc: "envelope signed with Ed25519",
      plan: { key: "ed25519", payload: statement() },
      expected: proven(),
    },
    {
      id: "key-ed25519ph",
      desc: "message signed with Ed25519ph, known by its digests only",
      plan: { key: "ed25519", signWith: { prehashed: true } },
      artifact,
      expected: proven(),
    },
    {
      id: "key-ed25519",
      desc: "message signed with plain Ed25519, the message at hand",
      plan: { key: "ed25519" },
      artifact: { ...artifact, text: ARTIFACT },
      expected: proven(),
    },
    {
      id: "key-ed25519-by-digest",
      desc: "message signed with plain Ed25519, known by its digests only: nobody can say",
      plan: { key: "ed25519" },
      artifact,
      expected: unproven(["floor/signature"], { "signature/0": "artifact-bytes-needed" }),
    },
    {
      id: "key-rsa-dsse",
      desc: "envelope signed with RSA",
      plan: { key: "rsa2048", payload: statement() },
      expected: proven(),
    },
    {
      id: "key-rsa",
      desc: "message signed with RSA, known by its digest",
      plan: { key: "rsa2048" },
      expected: proven(),
    },
  ]
}

function signatures(world: World): Case[] {
  const artifact = { digests: digests(ARTIFACT) }
  const mismatch = failed({ "signature/0": "signature-mismatch" })
  const encoding = failed({ "signature/0": "signature-encoding" })
  const made = (
    id: string,
    desc: string,
    signature: (s: Uint8Array, key: EcKey) => Uint8Array,
    expected = encoding,
  ): Case => ({
    id: `signature-${id}`,
    desc,
    plan: { signature: (signed, key) => signature(signed, key as EcKey) },
    expected,
  })
  const zero = Uint8Array.of(2, 1, 0)
  return [
    made(
      "negated",
      "(r, n - s) in bundle and log alike: ECDSA signatures come in pairs",
      (s, k) => k.signNegated(s),
      proven(),
    ),
    made(
      "of-another-artifact",
      "over another artifact, and logged so",
      (_, k) => k.sign(utf8("Another anvil.\n")),
      mismatch,
    ),
    made(
      "of-the-digest",
      "over the digest as if it were the message",
      (s, k) => k.sign(digestOf("sha256", s)),
      mismatch,
    ),
    made("by-another-key", "by another key than the certificate's", s => ecKey("p256", "thief").sign(s), mismatch),
    made("p1363", "r and s side by side, without DER", (s, k) => k.signP1363(s)),
    made("long-length", "a length in one octet more than needed (BER)", (s, k) => longLength(k.sign(s))),
    made("trailing", "an octet after the signature", (s, k) => Uint8Array.of(...k.sign(s), 0)),
    made("r-zero", "r = 0", (s, k) => tlv(0x30, zero, secondInteger(k.sign(s)))),
    made("s-zero", "s = 0", (s, k) => tlv(0x30, firstInteger(k.sign(s)), zero)),
    made("both-zero", "r = s = 0, which verifiers without the range check take for anything", () =>
      tlv(0x30, zero, zero),
    ),
    made("one-number", "only r", (s, k) => tlv(0x30, firstInteger(k.sign(s)))),
    {
      id: "signature-mirrored-digest",
      desc: "valid for digest e, shown for digest n - e: accepted by checks that forget the sign of y",
      plan: {
        entries: [{ body: p => hashedrekord1({ ...p, digest: mirrored(world) }) }],
      },
      change: b => changed(b, "messageSignature.messageDigest.digest", Buffer.from(mirrored(world)).toString("base64")),
      artifact: { digests: { sha256: hex(mirrored(world)) } },
      expected: mismatch,
    },
    {
      id: "signature-p256-sha384",
      desc: "P-256 with SHA-384: not in the registry",
      plan: { hash: "sha384" },
      artifact,
      expected: failed({ "signature/0": "algorithm-unsupported" }),
    },
    {
      id: "signature-p384-other-hash",
      desc: "P-384 with SHA-256 where bundle and log say SHA-384",
      plan: { key: "p384", signWith: { hash: "sha256" } },
      artifact,
      expected: mismatch,
    },
    {
      id: "dsse-payload-signed",
      desc: "a signature over the payload alone: it says nothing about the payload's type",
      plan: { payload: statement(), signature: (_, key) => key.sign(utf8(JSON.stringify(statement()))) },
      expected: mismatch,
    },
    {
      id: "dsse-type-changed",
      desc: "another payload type than was signed; the dsse entry does not bind it",
      plan: { payload: statement() },
      change: b => changed(b, "dsseEnvelope.payloadType", "application/vnd.in-toto.other+json"),
      expected: mismatch,
    },
    {
      id: "dsse-type-changed-intoto",
      desc: "another payload type than was signed; the intoto entry binds it",
      plan: { payload: statement(), entries: [{ kind: "intoto" }] },
      change: b => changed(b, "dsseEnvelope.payloadType", "application/vnd.in-toto.other+json"),
      expected: failed({ "signature/0": "signature-mismatch", "entry/0": "entry-mismatch" }, "SIGNATURE_INVALID"),
    },
    {
      id: "dsse-payload-changed",
      desc: "another predicate than was signed, about the same artifact",
      plan: { payload: statement() },
      change: b => {
        const payload = JSON.stringify(statement(undefined, { predicate: { buildDefinition: {} } }))
        return changed(b, "dsseEnvelope.payload", Buffer.from(payload).toString("base64"))
      },
      expected: failed({ "signature/0": "signature-mismatch", "entry/0": "entry-mismatch" }, "SIGNATURE_INVALID"),
    },
    {
      id: "message-other-artifact",
      desc: "a good bundle, shown for another artifact",
      artifact: { digests: { sha256: sha256Hex(utf8("Another anvil.\n")) } },
      expected: failed(
        { "signature/0": "signature-mismatch", "entry/0": "entry-mismatch", subject: "message-digest-mismatch" },
        "SIGNATURE_INVALID",
      ),
    },
  ]
}

/** The digest n - e of the artifact under the signing key. */
function mirrored(world: World): Uint8Array {
  return (world.key("p256") as EcKey).mirroredDigest(digestOf("sha256", utf8(ARTIFACT)))
}

function firstInteger(signature: Uint8Array): Uint8Array {
  return signature.subarray(2, 4 + (signature[3] ?? 0))
}

function secondInteger(signature: Uint8Array): Uint8Array {
  return signature.subarray(4 + (signature[3] ?? 0))
}

/** Algorithms and signatures under a certificate. */
export function keyCases(world: World): Case[] {
  return [...algorithms(), ...signatures(world)]
}
