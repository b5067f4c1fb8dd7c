/** What an entry must record, seen from messages and from bare keys; and what is known of the artifact for it. */
import { createHash } from "node:crypto"
import { expect, test } from "vitest"
import { dsse1, hashedrekord1, type BodyParts } from "../../kit-scripts/vectors/evidence/bodies.ts"
import { ARTIFACT, statement } from "../../kit-scripts/vectors/evidence/evidence.ts"
import { base64, changed, type JsonObject } from "../../kit-scripts/vectors/evidence/json.ts"
import { ISSUER, SIGNER } from "../../kit-scripts/vectors/evidence/world.ts"
import type { TrustedKey } from "../../src/formats/trust.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import { ask, made, open, rule, world, type Ask } from "../judge/ask.ts"

const digest = (hash: string) => createHash(hash).update(ARTIFACT).digest("hex")
const key = world.key("p256")
const trusted: TrustedKey = {
  spki: base64(key.spki),
  algorithm: "PKIX_ECDSA_P256_SHA_256",
  encoding: "der",
  validFor: null,
}
const logged = [rule("logged", { log: { origins: "any", count: 1, promises: true } })]
const keyed: Ask = { profile: "keyed", wishes: {}, trust: { keys: [trusted] }, rules: logged }
const certificate = world.ca.issue({ key, san: SIGNER, issuer: ISSUER, at: world.at - 5 })

test("an envelope's entry says nothing about a message of the same signature", async () => {
  const { bundle } = made({ entries: [{ kind: "dsse" }] })
  expect(open(await ask(bundle))).toMatchObject({ verdict: "failed", "entry/0": "fail entry-mismatch" })
})

test("an artifact that is not known by the digest of the entry is neither proven nor refuted", async () => {
  const { bundle } = made()
  const open_ = async (digests: Record<string, string>) => open(await ask(bundle, { input: { digests } }))
  expect(await open_({ sha512: digest("sha512") })).toMatchObject({
    verdict: "unproven",
    "entry/0": "skip digest-algorithm-missing",
    "signature/0": "skip digest-algorithm-missing",
  })
  expect(await open_({})).toMatchObject({ verdict: "unproven", "entry/0": "skip artifact-missing" })
  // Not hexadecimal: known by that name, but not a digest.
  expect(await open_({ sha256: "zz" })).toMatchObject({ "signature/0": "skip digest-algorithm-missing" })
})

test("a message without a digest is read by its first entry that can be read", async () => {
  const plain = made({ entries: [{ body: () => utf8("{}") }, { log: world.rekor2() }], tokens: [{}] })
  const bundle = changed(plain.bundle, "messageSignature.messageDigest", undefined) as JsonObject
  expect(open(await ask(bundle))).toMatchObject({ verdict: "failed", "entry/0": "fail entry-malformed" })
  const none = made({ entries: [], tokens: [{}] })
  const bare = changed(none.bundle, "messageSignature.messageDigest", undefined) as JsonObject
  expect(open(await ask(bare, { profile: "github-internal" }))).toEqual({ verdict: "proven" })
})

/** A bundle signed by a bare key whose entry was made for what is given. */
function recorded(verifier: BodyParts["verifier"]) {
  return made({
    payload: statement(),
    hint: "",
    entries: [{ body: parts => dsse1({ ...parts, verifier }) }],
  }).bundle
}
const of = (kind: "certificate" | "public-key", der: Uint8Array) => ({ kind, der, details: key.details }) as const

test("beside a trusted key, an entry made for a certificate of that key counts", async () => {
  expect(open(await ask(recorded(of("public-key", key.spki)), keyed))).toEqual({ verdict: "proven" })
  expect(open(await ask(recorded(of("certificate", certificate)), keyed))).toEqual({ verdict: "proven" })
})

test("beside a trusted key, an entry made for another certificate, another key or nothing readable does not", async () => {
  const mismatch = { verdict: "failed", "entry/0": "fail entry-mismatch" }
  const other = world.key("p256", "other")
  const foreign = world.ca.issue({ key: other, san: SIGNER, issuer: ISSUER, at: world.at - 5 })
  expect(open(await ask(recorded(of("public-key", other.spki)), keyed))).toMatchObject(mismatch)
  expect(open(await ask(recorded(of("certificate", foreign)), keyed))).toMatchObject(mismatch)
  expect(open(await ask(recorded(of("certificate", utf8("no certificate"))), keyed))).toMatchObject(mismatch)
})

test("beside a trusted key, no certificate is carried: nothing would vouch for what is written in it", async () => {
  const refused = { verdict: "failed", certificate: "fail certificate-untrusted" }
  for (const entries of [[], [{ body: (p: BodyParts) => dsse1({ ...p, verifier: of("certificate", certificate) }) }]]) {
    const { bundle } = made({ payload: statement(), entries, certificate: () => certificate })
    expect(open(await ask(bundle, { ...keyed, rules: [] }))).toEqual(refused)
  }
})

test("an entry of another digest algorithm than the artifact is known by is left open", async () => {
  const { bundle } = made({
    key: "p384",
    entries: [
      { body: parts => hashedrekord1({ ...parts, hash: "sha512", digest: Buffer.from(digest("sha512"), "hex") }) },
    ],
  })
  const report = await ask(bundle, { input: { digests: { sha384: digest("sha384") } } })
  expect(open(report)).toMatchObject({ "entry/0": "skip digest-algorithm-missing" })
})

test("an artifact that travels in the Case is known by more than the digests that are written", async () => {
  const { bundle } = made({ key: "p384", entries: [], tokens: [{}] })
  const how: Ask = { profile: "github-internal" }
  const digests = { sha256: digest("sha256") }
  const report = await ask(bundle, { ...how, input: { artifact: utf8(ARTIFACT), digests } })
  expect(open(report)).toEqual({ verdict: "proven" })
  expect(report.checks.find(c => c.key === "subject")?.evidence).toEqual({ algorithm: "sha384", digest: null })
  expect(open(await ask(bundle, { ...how, input: { digests } }))).toMatchObject({
    "signature/0": "skip digest-algorithm-missing",
  })
})

test("a subject needs no name", async () => {
  const payload = statement(utf8(ARTIFACT), { subject: [{ digest: { sha256: digest("sha256") } }] })
  const report = await ask(made({ payload }).bundle)
  expect(open(report)).toEqual({ verdict: "proven" })
  expect(report.checks.find(c => c.key === "subject")?.evidence["name"]).toBeNull()
})
