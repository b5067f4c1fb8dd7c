/** Timestamp tokens under authorities that are put together piece by piece. */
import { createHash } from "node:crypto"
import { expect, test } from "vitest"
import { parseCertificate, type Certificate } from "../../src/formats/certificate.ts"
import type { TrustedAuthority } from "../../src/verify/prepared-trust.ts"
import { CountingCrypto } from "../../src/verify/counting-crypto.ts"
import { checkTimestamp } from "../../src/verify/timestamp.ts"
import { checkTimestamps } from "../../src/verify/timestamps.ts"
import {
  algorithm,
  bool,
  buildCertificate,
  bits,
  ctx,
  ecKey,
  extension,
  hex,
  int,
  name,
  octets,
  oid,
  prim,
  seq,
  text,
  type Piece,
} from "../support/der-build.ts"
import { crypto } from "../support/judge-corpus.ts"
import { attribute, attributes, buildResponse, TSA_KEY, tstInfo, type TokenParts } from "../support/token-build.ts"

const MESSAGE = Buffer.from("what existed")
const LIFE = seq(text(0x17, "200101000000Z"), text(0x17, "491231235959Z"))
const TIMESTAMPING = extension("2.5.29.37", seq(oid("1.3.6.1.5.5.7.3.8")), true)
const SKI = Buffer.from("a key identifier")
const keyIdentifier = extension("2.5.29.14", octets(SKI))
const CA = [extension("2.5.29.19", seq(bool(true)), true), extension("2.5.29.15", bits(hex("06"), 1), true)]

const caKey = ecKey("P-256")
const signing = (extensions: readonly Piece[], more: object = {}) =>
  buildCertificate(
    { ...TSA_KEY, privateKey: caKey.privateKey },
    {
      issuer: name("tsa ca"),
      serial: int(77),
      validity: LIFE,
      subject: name("tsa"),
      extensions: [TIMESTAMPING, ...extensions],
      ...more,
    },
  )
const caDer = buildCertificate(caKey, {
  issuer: name("tsa ca"),
  subject: name("tsa ca"),
  validity: LIFE,
  extensions: CA,
})

function certificate(der: Uint8Array): Certificate {
  const parsed = parseCertificate(der)
  if (!parsed.ok) throw new Error(`${parsed.error.reason} ${parsed.error.where}`)
  return parsed.value
}

/** An authority with this chain; linked unless it says otherwise. */
function authority(linked: boolean, ...chain: readonly [Uint8Array, ...Uint8Array[]]): TrustedAuthority {
  const [first, ...others] = chain
  return { chain: [certificate(first), ...others.map(certificate)], validFor: { start: 0 }, linked: async () => linked }
}

/** The token of a certificate: its ESSCertID is of that certificate, by SHA-256 unless another identifier is given. */
function token(der: Uint8Array, parts: Partial<TokenParts> = {}, id?: Piece): Uint8Array {
  const info = tstInfo()
  const signingCertificate =
    id ?? attribute("1.2.840.113549.1.9.16.2.47", seq(seq(seq(octets(createHash("sha256").update(der).digest())))))
  return buildResponse({ info, attributes: attributes(info, { signingCertificate }), ...parts })
}

const outcome = async (response: Uint8Array, ...authorities: readonly TrustedAuthority[]) => {
  const { check } = await checkTimestamp("timestamp/0", response, MESSAGE, authorities, new CountingCrypto(crypto))
  return check.outcome === "pass"
    ? "pass"
    : `${String(check.reason)} ${String(check.evidence["fault"] ?? check.evidence["differs"] ?? "")}`.trim()
}

const good = signing([])

test("a good token of an authority's own certificate passes, and gives its time", async () => {
  const result = await checkTimestamp(
    "timestamp/0",
    token(good),
    MESSAGE,
    [authority(true, good, caDer)],
    new CountingCrypto(crypto),
  )
  expect(result.check.outcome).toBe("pass")
  expect(result.atSeconds).toBeDefined()
})

test("an authority whose certificates do not issue each other vouches for nothing", async () => {
  expect(await outcome(token(good), authority(false, good, caDer))).toBe("timestamp-untrusted")
  const carried = token(good, { certificates: ctx(0, good) })
  expect(await outcome(carried, authority(true, caDer))).toBe("pass")
  expect(await outcome(carried, authority(false, caDer))).toBe("timestamp-untrusted")
})

test("certificates in a token that are no signer's, or no certificates, are passed over", async () => {
  const others = [caDer, seq(int(1)), signing([], { serial: int(78) })]
  expect(await outcome(token(good, { certificates: ctx(0, ...others, good) }), authority(true, caDer))).toBe("pass")
  expect(await outcome(token(good, { certificates: ctx(0, ...others) }), authority(true, caDer))).toBe(
    "timestamp-untrusted",
  )
})

test("an authority that may not issue does not make a carried certificate trusted", async () => {
  const carried = token(good, { certificates: ctx(0, good) })
  const other = signing([], { serial: int(78), subject: name("tsa ca") })
  expect(await outcome(carried, authority(true, other, caDer))).toBe("timestamp-untrusted")
})

test("a signer may be named by its key identifier, which it then has to have", async () => {
  const identified = signing([keyIdentifier])
  const byKey: Partial<TokenParts> = { signerVersion: int(3), sid: prim(0, SKI) }
  expect(await outcome(token(identified, byKey), authority(true, identified, caDer))).toBe("pass")
  expect(await outcome(token(good, byKey), authority(true, good, caDer))).toBe("timestamp-untrusted")
  const wrong = { ...byKey, sid: prim(0, Buffer.from("another")) }
  expect(await outcome(token(identified, wrong), authority(true, identified, caDer))).toBe("timestamp-untrusted")
})

test("a signer is named by SHA-1 in old tokens, with issuer and serial where they are given", async () => {
  const sha1 = (der: Uint8Array) => createHash("sha1").update(der).digest()
  const old = (der: Uint8Array, ...more: readonly Piece[]) =>
    attribute("1.2.840.113549.1.9.16.2.12", seq(seq(seq(octets(sha1(der)), ...more))))
  const named = (issuer: string, serial: number) => seq(seq(ctx(4, name(issuer))), int(serial))
  const trusted = authority(true, good, caDer)
  expect(await outcome(token(good, {}, old(good)), trusted)).toBe("pass")
  expect(await outcome(token(good, {}, old(good, named("tsa ca", 77))), trusted)).toBe("pass")
  for (const id of [old(caDer), old(good, named("another", 77)), old(good, named("tsa ca", 78))]) {
    expect(await outcome(token(good, {}, id), trusted)).toBe("timestamp-signature signing certificate")
  }
})

test("a signer's certificate is for timestamps alone, may sign, and holds nothing that is not understood", async () => {
  const under = async (extensions: readonly Piece[], more: object = {}) => {
    const der = signing(extensions, more)
    return outcome(token(der), authority(true, der, caDer))
  }
  const eku = (critical: boolean, ...oids: readonly string[]) => ({
    extensions: [extension("2.5.29.37", seq(...oids.map(oid)), critical)],
  })
  const alone = "timestamp-untrusted extended key usage is not timeStamping alone"
  expect(await under([], { extensions: [keyIdentifier] })).toBe(alone)
  expect(await under([], eku(false, "1.3.6.1.5.5.7.3.8"))).toBe(alone)
  expect(await under([], eku(true, "1.3.6.1.5.5.7.3.3"))).toBe(alone)
  expect(await under([], eku(true, "1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.3"))).toBe(alone)
  expect(await under([extension("1.2.3.4", hex("0500"), true)])).toBe("timestamp-untrusted unknown critical extension")
  expect(await under([extension("2.5.29.15", bits(hex("06"), 1), true)])).toBe(
    "timestamp-untrusted key usage lacks digitalSignature",
  )
  expect(await under([extension("2.5.29.15", bits(hex("80"), 7), true)])).toBe("pass")
})

test("whoever is above a signer has to be an authority", async () => {
  const plain = buildCertificate(caKey, { issuer: name("tsa ca"), subject: name("tsa ca"), validity: LIFE })
  expect(await outcome(token(good), authority(true, good, plain))).toBe(
    "timestamp-untrusted is not a certificate authority",
  )
})

test("what was signed, and by whom, is what counts", async () => {
  const trusted = authority(true, good, caDer)
  const other = createHash("sha256").update("another").digest()
  expect(await outcome(token(good, { signature: octets(other) }), trusted)).toBe("timestamp-signature")
  const lying = attributes(tstInfo(), { messageDigest: attribute("1.2.840.113549.1.9.4", octets(other)) })
  expect(await outcome(buildResponse({ attributes: lying }), trusted)).toBe("timestamp-signature messageDigest")
  const { check } = await checkTimestamp(
    "timestamp/0",
    token(good),
    Buffer.from("another"),
    [trusted],
    new CountingCrypto(crypto),
  )
  expect(check.reason).toBe("timestamp-imprint")
  // No P-256 key makes an Ed25519 signature.
  const ed25519 = { signatureAlgorithm: algorithm("1.3.101.112") }
  expect(await outcome(token(good, ed25519), trusted)).toBe("timestamp-signature")
  expect(await outcome(seq(int(1)), trusted)).toBe("timestamp-malformed")
  expect(await outcome(token(good))).toBe("timestamp-untrusted")
})

test("a token outside any window above it is outside", async () => {
  const short = seq(text(0x17, "200101000000Z"), text(0x17, "200102000000Z"))
  const ended = signing([], { validity: short })
  expect(await outcome(token(ended), authority(true, ended, caDer))).toBe("time-outside-authority")
  const endedCa = buildCertificate(caKey, { subject: name("tsa ca"), validity: short, extensions: CA })
  expect(await outcome(token(good), authority(true, good, endedCa))).toBe("time-outside-authority")
  const before: TrustedAuthority = { ...authority(true, good, caDer), validFor: { start: 0, end: 1 } }
  expect(await outcome(token(good), before)).toBe("time-outside-authority")
})

test("tokens that say the same are one, whatever is unsigned in them", async () => {
  const trusted = [authority(true, good, caDer)]
  const twice = [
    token(good),
    token(good, { certificates: ctx(0, good) }),
    token(good, { signature: octets(hex("00")) }),
  ]
  const { checks, times } = await checkTimestamps(twice, MESSAGE, trusted, new CountingCrypto(crypto))
  expect(checks.map(c => c.reason)).toEqual([null, "timestamp-duplicate", "timestamp-signature"])
  expect(times.length).toBe(1)
})
