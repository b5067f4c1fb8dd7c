/** Signers that are known by their keys, and envelopes without anything around them. */
import type { TrustedKey } from "../../../../src/formats/trust.ts"
import { utf8 } from "../../crypto/derive.ts"
import { hashedrekord1 } from "../bodies.ts"
import { envelope, preAuthentication, statement, STATEMENT_TYPE } from "../evidence.ts"
import { base64, hex, pem, type JsonObject } from "../json.ts"
import { ecKey, type EcKey, type Key } from "../keys.ts"
import { sha256 } from "../merkle.ts"
import { rfc3339 } from "../trusted-root.ts"
import { failed, malformed, proven, PUBLIC_GOOD, unproven, type Ask, type Case } from "../vector.ts"
import { DAY, type World } from "../world.ts"

const KEYED: Ask = { profile: "keyed" }

/** A key of a Trust document. */
export function trustedKey(key: Key, more: Partial<TrustedKey> = {}): TrustedKey {
  return { spki: base64(key.spki), algorithm: key.details, encoding: "der", validFor: null, ...more }
}

const payload = utf8(JSON.stringify(statement()))
const signed = preAuthentication(STATEMENT_TYPE, payload)
const MISMATCH = failed({ "signature/0": "signature-mismatch" })
const idOf = (key: Key): string => hex(sha256(key.spki))

function envelopes(world: World): Case[] {
  const first = world.key("p256", "first") as EcKey
  const second = world.key("ed25519", "second")
  const sealed = (...signatures: readonly { sig: Uint8Array; keyid?: string }[]): JsonObject =>
    envelope(STATEMENT_TYPE, payload, signatures)
  const of = (
    id: string,
    desc: string,
    evidence: JsonObject,
    keys: readonly TrustedKey[],
    expected: Case["expected"],
  ): Case => ({
    id: `envelope-${id}`,
    desc,
    form: "envelope",
    evidence,
    keys,
    roots: [],
    ask: KEYED,
    expected,
  })
  const good = sealed({ sig: first.sign(signed), keyid: "first" })
  const both = [trustedKey(first), trustedKey(second)]
  const two: Ask = { ...KEYED, distinctSigners: 2 }
  const threshold = failed({ "policy/signer": "signer-threshold" })
  const urlSafe = { ...good, payload: Buffer.from(payload).toString("base64url") }
  return [
    of("key", "one trusted key", good, [trustedKey(first)], proven(0, 0)),
    of(
      "url-safe",
      "the payload in URL-safe base64 without padding, which DSSE allows",
      urlSafe,
      [trustedKey(first)],
      proven(0, 0),
    ),
    of(
      "key-id-wrong",
      "the key id of nobody: it is a hint and decides nothing",
      sealed({ sig: first.sign(signed), keyid: "nobody" }),
      [trustedKey(first)],
      proven(0, 0),
    ),
    of(
      "key-id-of-trusted",
      "the key id of a trusted key on another key's signature",
      sealed({ sig: ecKey("p256", "forger").sign(signed), keyid: idOf(first) }),
      [trustedKey(first)],
      MISMATCH,
    ),
    of("key-other", "signed by a key that is not trusted", good, [trustedKey(world.key("p256", "other"))], MISMATCH),
    of(
      "key-other-kind",
      "signed by an ECDSA key, and an Ed25519 key is trusted",
      good,
      [trustedKey(second)],
      failed({ "signature/0": "signature-encoding" }),
    ),
    of(
      "key-none",
      "no key is trusted",
      good,
      [],
      unproven(["floor/signature", "floor/signer"], { "signature/0": "key-missing", key: "key-missing" }),
    ),
    of(
      "payload-signed",
      "a signature over the payload alone, as old Google Cloud Build keys made",
      sealed({ sig: first.sign(payload) }),
      [trustedKey(first)],
      failed({ "signature/0": "signature-unsigned-pae" }),
    ),
    of(
      "p1363",
      "r and s side by side, and the key is said to write so",
      sealed({ sig: first.signP1363(signed) }),
      [trustedKey(first, { encoding: "p1363" })],
      proven(0, 0),
    ),
    of(
      "p1363-unsaid",
      "r and s side by side, and nobody said so",
      sealed({ sig: first.signP1363(signed) }),
      [trustedKey(first)],
      failed({ "signature/0": "signature-encoding" }),
    ),
    of(
      "p1363-but-der",
      "DER from a key that is said to write r and s side by side",
      good,
      [trustedKey(first, { encoding: "p1363" })],
      failed({ "signature/0": "signature-encoding" }),
    ),
    {
      ...of(
        "two-keys",
        "two trusted keys, and two are asked for",
        sealed({ sig: first.sign(signed) }, { sig: second.sign(signed) }),
        both,
        proven(0, 0),
      ),
      ask: two,
    },
    {
      ...of(
        "key-twice",
        "two signatures of one key, and two keys are asked for",
        sealed({ sig: first.sign(signed), keyid: "a" }, { sig: first.signNegated(signed), keyid: "b" }),
        both,
        threshold,
      ),
      ask: two,
    },
    {
      ...of(
        "key-trusted-twice",
        "one key that is trusted twice, and two are asked for",
        good,
        [trustedKey(first), trustedKey(first, { validFor: { start: rfc3339(world.at - DAY) } })],
        threshold,
      ),
      ask: two,
    },
    of(
      "bad-beside-good",
      "one signature holds and is enough; the other does not",
      sealed({ sig: first.sign(signed) }, { sig: first.sign(payload) }),
      [trustedKey(first)],
      { ...proven(0, 0), excused: { "signature/1": "signature-mismatch" } },
    ),
    of(
      "copy-beside-good",
      "a good signature, and the same once more",
      sealed({ sig: first.sign(signed), keyid: "first" }, { sig: first.sign(signed), keyid: "second" }),
      [trustedKey(first)],
      failed({ "signature/1": "signature-duplicate" }),
    ),
    of(
      "subject-other",
      "about another artifact",
      envelope(STATEMENT_TYPE, utf8(JSON.stringify(statement(utf8("other")))), [
        { sig: first.sign(preAuthentication(STATEMENT_TYPE, utf8(JSON.stringify(statement(utf8("other")))))) },
      ]),
      [trustedKey(first)],
      failed({ subject: "subject-mismatch" }),
    ),
    of("unsigned", "nobody signed", sealed(), [trustedKey(first)], malformed("signature-count")),
    of(
      "small-order-key",
      "a trusted Ed25519 key of small order, for which anybody can sign",
      good,
      [{ ...trustedKey(second), spki: smallOrder(second) }],
      {
        error: "TRUST_MALFORMED",
      },
    ),
    {
      id: "envelope-certificate",
      desc: "an envelope with its certificate and nothing else, as SLSA's generator makes them: the log would have to be asked",
      form: "envelope",
      evidence: certified(world),
      expected: unproven(["log", "time"], { validity: "time-missing", "policy/log": "entry-missing" }),
    },
  ]
}

/** SubjectPublicKeyInfo of the neutral element. */
function smallOrder(key: Key): string {
  const spki = Uint8Array.from(key.spki)
  spki.fill(0, -32)
  spki[spki.length - 32] = 1
  return base64(spki)
}

function certified(world: World): JsonObject {
  const key = world.key("p256")
  const { signatures, ...rest } = envelope(STATEMENT_TYPE, payload, [{ sig: key.sign(signed) }])
  const [signature] = signatures as JsonObject[]
  return { ...rest, signatures: [{ ...signature, cert: pem("CERTIFICATE", world.certify(key)) }] }
}

function bundles(world: World): Case[] {
  const key = world.key("p256", "first")
  const keys = [trustedKey(key)]
  const byKey = { signingKey: key, hint: "first" }
  const until = (end: number): TrustedKey =>
    trustedKey(key, { validFor: { start: rfc3339(world.at - 365 * DAY), end: rfc3339(end) } })
  const window = `validity/key/${idOf(key)}`
  const der = ecKey("p256", "forger").spki
  return [
    { id: "key-bundle", desc: "bundle by a bare key, logged", plan: byKey, keys, ask: KEYED, expected: proven() },
    {
      id: "key-bundle-alone",
      desc: "bundle by a bare key, neither logged nor stamped",
      plan: { ...byKey, entries: [] },
      keys,
      ask: KEYED,
      expected: proven(0, 0),
    },
    {
      id: "key-bundle-log-asked",
      desc: "bundle by a bare key, not logged, and a log is asked for",
      plan: { ...byKey, entries: [] },
      keys,
      ask: { ...KEYED, logs: 1 },
      expected: unproven(["+log"], { "policy/+log": "entry-missing" }),
    },
    {
      id: "key-bundle-no-key",
      desc: "bundle by a bare key, and no key is trusted: a hint is not a signer",
      plan: byKey,
      expected: unproven(["floor/signer"], { "signature/0": "key-missing", key: "key-missing" }),
    },
    {
      id: "key-bundle-other-key",
      desc: "bundle by another bare key",
      plan: { ...byKey, signingKey: world.key("p256", "forger") },
      keys,
      ask: KEYED,
      expected: MISMATCH,
    },
    {
      id: "key-bundle-entry-of-other-key",
      desc: "the log entry was made for another key",
      plan: { ...byKey, entries: [{ body: p => hashedrekord1({ ...p, verifier: { ...p.verifier, der } }) }] },
      keys,
      ask: KEYED,
      expected: failed({ "entry/0": "entry-mismatch" }),
    },
    {
      id: "key-bundle-hint-mismatch",
      desc: "hint and key id are both set and differ",
      plan: { ...byKey, payload: statement(), keyid: "second" },
      keys,
      ask: KEYED,
      expected: malformed("key-hint-mismatch"),
    },
    {
      id: "key-window",
      desc: "stamped in the last second in which the key may have signed",
      plan: { ...byKey, entries: [], tokens: [{}] },
      keys: [until(world.at + 1)],
      ask: KEYED,
      expected: proven(1, 0),
    },
    {
      id: "key-window-ended",
      desc: "stamped after the key may have signed",
      plan: { ...byKey, entries: [], tokens: [{}] },
      keys: [until(world.at)],
      ask: KEYED,
      expected: failed({ [window]: "time-outside-key" }),
    },
    {
      id: "key-window-no-time",
      desc: "the key has a window, and nobody knows when it signed",
      plan: { ...byKey, entries: [] },
      keys: [until(world.at + DAY)],
      ask: KEYED,
      expected: unproven(["floor/time"], { [window]: "time-missing" }),
    },
    {
      id: "key-of-certificate",
      desc: "the key of the certificate is trusted by itself: nothing vouches for the certificate",
      keys: [trustedKey(world.key("p256"))],
      ask: KEYED,
      expected: failed({ certificate: "certificate-untrusted" }),
    },
    {
      id: "key-not-of-certificate",
      desc: "a good certificate does not help where keys are trusted",
      keys,
      ask: KEYED,
      expected: failed({ "signature/0": "signature-mismatch", certificate: "certificate-untrusted" }, "SIGNATURE_INVALID"),
    },
    {
      id: "key-algorithm-other",
      desc: "the key is trusted for another digest than it signed with",
      plan: { signingKey: world.key("p384", "third"), hint: "third", entries: [], payload: statement() },
      keys: [trustedKey(world.key("p384", "third"), { algorithm: "PKIX_ECDSA_P384_SHA_256" })],
      ask: KEYED,
      expected: MISMATCH,
    },
    {
      id: "key-identity-asked",
      desc: "a person is asked for, and a bare key signed",
      plan: byKey,
      keys,
      ask: PUBLIC_GOOD,
      expected: failed({ "policy/identity": "signer-threshold" }),
    },
  ]
}

function revocations(world: World): Case[] {
  const key = world.key("p256", "first")
  const byKey = { signingKey: key, hint: "first", entries: [] }
  const revoked = (spki: Uint8Array, at: number) => [
    { spki: hex(sha256(spki)), effective: rfc3339(at), reason: "lost" },
  ]
  const refused = failed({ "revocation/0": "key-revoked" })
  const common = { keys: [trustedKey(key)], ask: KEYED }
  return [
    {
      ...common,
      id: "revoked-later",
      desc: "stamped before the key was revoked",
      plan: { ...byKey, tokens: [{}] },
      revocations: revoked(key.spki, world.at + 2),
      expected: proven(1, 0),
    },
    {
      ...common,
      id: "revoked-before",
      desc: "stamped in the second in which the key was revoked",
      plan: { ...byKey, tokens: [{}] },
      revocations: revoked(key.spki, world.at + 1),
      expected: refused,
    },
    {
      ...common,
      id: "revoked-no-time",
      desc: "revoked, and nobody knows when it was signed",
      plan: byKey,
      revocations: revoked(key.spki, world.at + DAY),
      expected: refused,
    },
    {
      id: "revoked-certificate-key",
      desc: "the key of the certificate was revoked",
      revocations: revoked(world.key("p256").spki, world.at - DAY),
      expected: refused,
    },
    {
      id: "revoked-other-key",
      desc: "another key was revoked",
      revocations: revoked(key.spki, world.at - DAY),
      expected: proven(),
    },
  ]
}

/** Keys, envelopes and revocations. */
export function keyedCases(world: World): Case[] {
  return [...envelopes(world), ...bundles(world), ...revocations(world)]
}
