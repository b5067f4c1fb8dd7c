/** Trust documents: keys in several windows, witnesses, and what cannot be used. */
import { expect, test } from "vitest"
import { statement } from "../../kit-scripts/vectors/evidence/evidence.ts"
import { base64 } from "../../kit-scripts/vectors/evidence/json.ts"
import { vkey } from "../../kit-scripts/vectors/evidence/note.ts"
import { rfc3339 } from "../../kit-scripts/vectors/evidence/trusted-root.ts"
import { DAY } from "../../kit-scripts/vectors/evidence/world.ts"
import type { TrustedKey } from "../../src/formats/trust.ts"
import { createJudge } from "../../src/judge/judge.ts"
import { crypto } from "../support/judge-corpus.ts"
import { ask, closeCase, made, open, world, type Ask } from "../judge/ask.ts"

const key = (more: Partial<TrustedKey> = {}): TrustedKey => ({
  spki: base64(world.key("p256").spki),
  algorithm: "PKIX_ECDSA_P256_SHA_256",
  encoding: "der",
  validFor: null,
  ...more,
})
const { bundle } = made({ hint: "", payload: statement(), entries: [], tokens: [{}] })
const keyed = (...keys: readonly TrustedKey[]): Ask => ({ profile: "keyed", wishes: {}, trust: { keys } })
const window = (from: number, until?: number) => ({
  start: rfc3339(world.at + from * DAY),
  ...(until === undefined ? {} : { end: rfc3339(world.at + until * DAY) }),
})
const errorOf = async (how: Ask): Promise<string> => {
  const result = await createJudge(crypto).judge(closeCase(bundle, how))
  return result.ok ? result.value.report.verdict : result.error.code
}

test("a key that is listed in several windows may have signed in any of them", async () => {
  const verdict = async (...keys: readonly TrustedKey[]) => (await ask(bundle, keyed(...keys))).verdict
  expect(await verdict(key({ validFor: window(-9, -1) }))).toBe("failed")
  expect(await verdict(key({ validFor: window(-9, -1) }), key({ validFor: window(1) }))).toBe("failed")
  expect(await verdict(key({ validFor: window(-9, -1) }), key({ validFor: window(-1) }))).toBe("proven")
  expect(await verdict(key({ validFor: window(-9, -1) }), key({ validFor: window(1) }), key())).toBe("proven")
  expect(await verdict(key(), key({ validFor: window(1, 2) }))).toBe("proven")
  expect(await verdict(key({ validFor: window(-9, 9) }))).toBe("proven")
})

test("a key of two encodings is two attempts and one signer", async () => {
  const report = await ask(bundle, keyed(key({ encoding: "p1363" }), key()))
  expect(open(report)).toEqual({ verdict: "proven" })
})

test("a key id that is a key's digest only says which key to try first", async () => {
  const id = (kind: "p256" | "ed25519") => Buffer.from(crypto.hash("sha256", world.key(kind).spki)).toString("hex")
  const other = { ...key(), spki: base64(world.key("ed25519").spki), algorithm: "PKIX_ED25519" }
  for (const keyid of [id("p256"), id("ed25519"), "anything"]) {
    const named = made({ hint: "", keyid, payload: statement(), entries: [], tokens: [{}] })
    expect(open(await ask(named.bundle, keyed(other, key())))).toEqual({ verdict: "proven" })
    expect((await ask(named.bundle, keyed(other))).verdict).toBe("failed")
  }
})

test("keys of unknown algorithms, of other kinds, or that are no keys spoil the trust", async () => {
  for (const broken of [
    { algorithm: "PKIX_ECDSA_P256_HMAC_SHA_256" },
    { algorithm: "PKIX_ED25519" },
    { spki: "AAAA" },
    { spki: "AAA" },
  ]) {
    expect(await errorOf(keyed(key(broken)))).toBe("TRUST_MALFORMED")
  }
  expect(await errorOf(keyed({ ...key(), encoding: "webauthn" as "der" }))).toBe("TRUST_MALFORMED")
})

test("witnesses sign with keys of witnesses", async () => {
  const own = world.key("ed25519", "witness")
  const witnesses = (...texts: readonly string[]) =>
    errorOf({ ...keyed(key()), trust: { keys: [key()], witnesses: texts } })
  expect(await witnesses(vkey("w.example", own, 4))).toBe("proven")
  // A plain Ed25519 vkey is how witnesses publish theirs.
  expect(await witnesses(vkey("w.example", own, 1))).toBe("proven")
  expect(await witnesses("w.example+00000000+AAAA")).toBe("TRUST_MALFORMED")
  const ecdsa = world.key("p256", "witness")
  const id = Buffer.from(crypto.hash("sha256", ecdsa.spki).subarray(0, 4)).toString("hex")
  expect(await witnesses(`w.example+${id}+${base64(Uint8Array.of(2, ...ecdsa.spki))}`)).toBe("TRUST_MALFORMED")
})

test("without any trusted root nobody issued a certificate", async () => {
  const alone = made({ tokens: [{}] })
  expect(open(await ask(alone.bundle, { roots: [] }))).toMatchObject({
    verdict: "failed",
    certificate: "fail certificate-untrusted",
    "promise/0": "fail log-unknown",
    "timestamp/0": "fail timestamp-untrusted",
  })
})

test("the first root that leaves nothing open is the one that is named", async () => {
  const roots = [{ ...world.trustedRoot(), ctlogs: [] }, world.trustedRoot(), { ...world.trustedRoot(), tlogs: [] }]
  const report = await ask(made().bundle, { roots })
  expect(open(report)).toEqual({ verdict: "proven" })
  const digest = crypto.hash("sha256", Buffer.from(JSON.stringify(roots[1])))
  expect(report.trust.root).toBe(Buffer.from(digest).toString("hex"))
})
