import { generateKeyPairSync, X509Certificate } from "node:crypto"
import { describe, expect, it } from "vitest"
import { identityOf, parseCertificate, type Certificate } from "../../src/formats/certificate.ts"
import { LIMITS } from "../../src/formats/limits.ts"
import {
  algorithm,
  bits,
  bool,
  buildCertificate,
  ctx,
  ecKey,
  ECDSA_SHA256,
  ed25519TestKey,
  extension,
  hex,
  int,
  join,
  name,
  nul,
  octets,
  oid,
  prim,
  rsaKey,
  seq,
  set,
  sortedSet,
  text,
  tlv,
  utf8String,
  type CertificateParts,
  type Piece,
} from "../support/der-build.ts"

const key = ecKey("P-256")
const FULCIO = "1.3.6.1.4.1.57264.1."
const SCT = "1.3.6.1.4.1.11129.2.4.2"
const ID = { ski: "2.5.29.14", ku: "2.5.29.15", san: "2.5.29.17", bc: "2.5.29.19", aki: "2.5.29.35", eku: "2.5.29.37" }
const ascii = (value: string) => new Uint8Array(Buffer.from(value, "latin1"))

function parsed(der: Uint8Array): Certificate {
  const result = parseCertificate(der)
  return result.ok ? result.value : expect.fail(`${result.error.reason} at ${result.error.where}`)
}
function faultOf(der: Uint8Array): string {
  const result = parseCertificate(der)
  return result.ok ? "none" : `${result.error.reason} at ${result.error.where}`
}
const build = (parts: Partial<CertificateParts>) => buildCertificate(key, parts)
/** A certificate with one extension, or with one value for it. */
const withExtension = (...extensions: Piece[]) => parsed(build({ extensions }))
const extensionFault = (...extensions: Piece[]) => faultOf(build({ extensions }))

describe("the body of a certificate (RFC 5280 §4.1)", () => {
  it("is taken apart without copying", () => {
    const der = build({})
    const c = parsed(der)
    expect(new X509Certificate(der).verify(key.publicKey)).toBe(true)
    expect(c.der).toBe(der)
    expect(c.tbs.buffer).toBe(der.buffer)
    expect(der.subarray(4, 4 + c.tbs.length)).toEqual(c.tbs)
    expect(c).toMatchObject({
      scheme: { kind: "ecdsa", hash: "sha256" },
      serial: hex("1234"),
      issuer: name("issuer"),
      subject: seq(),
      subjectEmpty: true,
      notBefore: Date.parse("2026-01-01T00:00:00Z") / 1000,
      notAfter: Date.parse("2026-01-01T00:10:00Z") / 1000,
      publicKey: { kind: "ec", curve: "P-256" },
      spki: key.spki,
      keyUsage: { critical: true, digitalSignature: true, keyCertSign: false, bits: 1 },
      fulcio: {},
      unknownCritical: [],
    })
    expect(c.san).toBeUndefined()
    expect(c.precertTbs()).toBe(c.tbs)
  })

  it("may have no extensions, but not an empty list of them", () => {
    expect(faultOf(build({ extensions: undefined }))).toBe("none")
    expect(faultOf(build({ extensions: [] }))).toBe("certificate-malformed at extension")
  })

  it.each<[string, Partial<CertificateParts>, string]>([
    ["version 1 written out", { version: ctx(0, int(0)) }, "version"],
    ["version 2", { version: ctx(0, int(1)) }, "version"],
    ["version 4", { version: ctx(0, int(3)) }, "version"],
    ["no version", { version: hex("") }, "version"],
    ["a negative serial", { serial: int(-1) }, "serialNumber"],
    ["a padded serial", { serial: hex("02 02 00 01") }, "serialNumber"],
    ["a serial of 21 octets", { serial: int(2n ** 160n) }, "serialNumber"],
    ["an empty issuer", { issuer: seq() }, "issuer"],
    ["an RDN without attributes", { issuer: seq(set()) }, "issuer"],
    ["an attribute without value", { issuer: seq(set(seq(oid("2.5.4.3")))) }, "issuer"],
    ["an indefinite length in a name", { subject: hex("30 80 00 00") }, "subject"],
    [
      "a time with a zone",
      { validity: seq(text(0x17, "260101000000+0100"), text(0x17, "260101001000Z")) },
      "notBefore",
    ],
    ["three times", { validity: seq(...Array<Piece>(3).fill(text(0x17, "260101000000Z"))) }, "validity"],
    ["a key that is none", { spki: seq() }, "subjectPublicKeyInfo"],
    ["a unique identifier", { between: prim(1, hex("00 aa")) }, "extensions"],
  ])("refuses %s", (_, parts, where) => {
    expect(faultOf(build(parts))).toBe(`certificate-malformed at ${where}`)
  })

  it("takes serial numbers of 20 octets, and zero", () => {
    expect(parsed(build({ serial: int(2n ** 160n - 1n) })).serial).toHaveLength(21)
    expect(parsed(build({ serial: int(0) })).serial).toEqual(hex("00"))
  })

  it("keeps multi-valued RDNs in DER order", () => {
    const [a, b] = [seq(oid("2.5.4.3"), utf8String("a")), seq(oid("2.5.4.10"), utf8String("b"))]
    expect(parsed(build({ issuer: seq(sortedSet(a, b)) })).issuer).toEqual(seq(sortedSet(a, b)))
    expect(faultOf(build({ issuer: seq(set(b, a)) }))).toBe("certificate-malformed at issuer")
  })

  it("wants the same signature algorithm inside and outside", () => {
    expect(faultOf(build({ outer: algorithm("1.2.840.10045.4.3.3") }))).toBe(
      "certificate-malformed at signatureAlgorithm",
    )
    expect(faultOf(build({ outer: algorithm("1.2.840.10045.4.3.2", nul()) }))).toBe(
      "certificate-malformed at signatureAlgorithm",
    )
  })

  it.each<[string, Piece, unknown]>([
    ["ecdsa-with-SHA256", ECDSA_SHA256, { kind: "ecdsa", hash: "sha256" }],
    ["ecdsa-with-SHA384", algorithm("1.2.840.10045.4.3.3"), { kind: "ecdsa", hash: "sha384" }],
    ["ecdsa-with-SHA512", algorithm("1.2.840.10045.4.3.4"), { kind: "ecdsa", hash: "sha512" }],
    ["sha256WithRSA", algorithm("1.2.840.113549.1.1.11", nul()), { kind: "rsa-pkcs1", hash: "sha256" }],
    ["sha384WithRSA without NULL", algorithm("1.2.840.113549.1.1.12"), { kind: "rsa-pkcs1", hash: "sha384" }],
    ["Ed25519", algorithm("1.3.101.112"), { kind: "ed25519" }],
    ["ML-DSA-65", algorithm("2.16.840.1.101.3.4.3.18"), { kind: "ml-dsa", set: "ML-DSA-65" }],
  ])("reads %s", (_, inner, scheme) => {
    expect(parsed(build({ inner })).scheme).toEqual(scheme)
  })

  it.each<[string, Piece, string]>([
    ["SHA-1", algorithm("1.2.840.113549.1.1.5", nul()), "algorithm-unsupported at signature"],
    ["RSA without a digest", algorithm("1.2.840.113549.1.1.1", nul()), "algorithm-unsupported at signature"],
    ["ECDSA with NULL", algorithm("1.2.840.10045.4.3.2", nul()), "certificate-malformed at signature"],
    ["Ed25519 with NULL", algorithm("1.3.101.112", nul()), "certificate-malformed at signature"],
    ["RSA with other parameters", algorithm("1.2.840.113549.1.1.11", int(1)), "certificate-malformed at signature"],
    ["PSS with the SHA-1 defaults", algorithm("1.2.840.113549.1.1.10", seq()), "certificate-malformed at signature"],
  ])("refuses %s", (_, inner, fault) => {
    expect(faultOf(build({ inner }))).toBe(fault)
  })

  it("reads keys of other kinds, and refuses kinds that are not used", () => {
    expect(parsed(build({ spki: ed25519TestKey().spki })).publicKey.kind).toBe("ed25519")
    expect(parsed(build({ spki: rsaKey(2048).spki })).publicKey.kind).toBe("rsa")
    const x25519 = new Uint8Array(generateKeyPairSync("x25519").publicKey.export({ type: "spki", format: "der" }))
    expect(faultOf(build({ spki: x25519 }))).toBe("algorithm-unsupported at subjectPublicKeyInfo")
  })

  it("wants a signature of whole octets, and nothing after it", () => {
    const tbs = parsed(build({})).tbs
    expect(faultOf(seq(tbs, ECDSA_SHA256, bits(hex("aa"), 1)))).toBe("certificate-malformed at signatureValue")
    expect(faultOf(seq(tbs, ECDSA_SHA256, octets(hex("aa"))))).toBe("certificate-malformed at signatureValue")
    expect(faultOf(seq(tbs, ECDSA_SHA256, bits(hex("aa")), nul()))).toBe("certificate-malformed at certificate")
    expect(faultOf(join(build({}), hex("00")))).toBe("certificate-malformed at trailing bytes")
  })

  it("is bounded", () => {
    expect(faultOf(new Uint8Array(LIMITS.certificateBytes + 1))).toBe("too-large at certificate")
    expect(faultOf(new Uint8Array(LIMITS.certificateBytes))).toBe("certificate-malformed at certificate")
  })
})

describe("extensions (RFC 5280 §4.2)", () => {
  it("may not be repeated, and FALSE may not be written", () => {
    const ku = extension(ID.ku, hex("03 02 07 80"), true)
    expect(extensionFault(ku, ku)).toBe("certificate-malformed at extension")
    expect(extensionFault(extension("1.2.3", nul()), extension("1.2.3", nul()))).toBe(
      "certificate-malformed at extension",
    )
    expect(extensionFault(seq(oid("1.2.3"), bool(false), octets(nul())))).toBe("certificate-malformed at extension")
    expect(extensionFault(seq(oid("1.2.3"), bool(true)))).toBe("certificate-malformed at 1.2.3")
    expect(extensionFault(seq(oid("1.2.3"), octets(nul()), nul()))).toBe("certificate-malformed at extension")
  })

  it("that are critical and unknown are reported, others passed over", () => {
    const c = withExtension(
      extension("1.2.3", hex("ff"), true),
      extension("1.2.4", hex("ff")),
      extension("2.5.29.30", seq(), true),
    )
    expect(c.unknownCritical).toEqual(["1.2.3", "2.5.29.30"])
  })

  it.each<[string, Piece, unknown]>([
    ["CA", seq(bool(true)), { critical: true, ca: true }],
    ["CA with path length 0", seq(bool(true), int(0)), { critical: true, ca: true, pathLength: 0 }],
    ["no CA", seq(), { critical: true, ca: false }],
    ["FALSE written out", seq(bool(false)), undefined],
    ["a path length without CA", seq(int(0)), undefined],
    ["a negative path length", seq(bool(true), int(-1)), undefined],
    ["a huge path length", seq(bool(true), int(256)), undefined],
    ["more than that", seq(bool(true), int(0), int(0)), undefined],
  ])("basicConstraints: %s", (_, value, expected) => {
    const e = extension(ID.bc, value, true)
    if (expected === undefined) expect(extensionFault(e)).toBe("certificate-malformed at basicConstraints")
    else expect(withExtension(e).basicConstraints).toEqual(expected)
  })

  it("keyUsage", () => {
    expect(withExtension(extension(ID.ku, hex("03 02 01 06"), true)).keyUsage).toEqual({
      critical: true,
      digitalSignature: false,
      keyCertSign: true,
      bits: (1 << 5) | (1 << 6),
    })
    // No bit at all breaks the profile, not the encoding.
    expect(withExtension(extension(ID.ku, hex("03 01 00"))).keyUsage?.bits).toBe(0)
    expect(extensionFault(extension(ID.ku, hex("03 02 00 80")))).toBe("certificate-malformed at keyUsage")
    expect(extensionFault(extension(ID.ku, join(hex("03 02 07 80"), hex("00"))))).toBe(
      "certificate-malformed at 2.5.29.15",
    )
  })

  it("extendedKeyUsage", () => {
    const value = seq(oid("1.3.6.1.5.5.7.3.3"), oid("1.2.3"))
    expect(withExtension(extension(ID.eku, value)).extendedKeyUsage).toEqual({
      critical: false,
      oids: ["1.3.6.1.5.5.7.3.3", "1.2.3"],
    })
    expect(extensionFault(extension(ID.eku, seq()))).toBe("certificate-malformed at extendedKeyUsage")
  })

  it("key identifiers", () => {
    const c = withExtension(extension(ID.ski, octets(hex("aabb"))), extension(ID.aki, seq(prim(0, hex("ccdd")))))
    expect(c.subjectKeyId).toEqual(hex("aabb"))
    expect(c.authorityKeyId).toEqual(hex("ccdd"))
    const full = seq(prim(0, hex("01")), ctx(1, ctx(4, name("x"))), prim(2, hex("05")))
    expect(withExtension(extension(ID.aki, full)).authorityKeyId).toEqual(hex("01"))
    expect(withExtension(extension(ID.aki, seq())).authorityKeyId).toBeUndefined()
    expect(extensionFault(extension(ID.aki, seq(ctx(1, ctx(4, name("x"))))))).toBe(
      "certificate-malformed at authorityKeyIdentifier",
    )
  })

  it("subjectAltName knows five kinds of names", () => {
    const other = (id: string, value: Piece) => ctx(0, oid(id), ctx(0, value))
    const foreign = other("1.2.3", utf8String("x"))
    const address = prim(7, hex("7f000001"))
    const value = seq(
      prim(1, ascii("a@example.com")),
      prim(6, ascii("https://example.com/")),
      prim(2, ascii("example.com")),
      other(`${FULCIO}7`, utf8String("foo!oidc.local")),
      foreign,
      address,
    )
    const c = withExtension(extension(ID.san, value, true))
    expect(c.san).toEqual({
      critical: true,
      names: [
        { type: "email", value: "a@example.com" },
        { type: "uri", value: "https://example.com/" },
        { type: "dns", value: "example.com" },
        { type: "other", value: "foo!oidc.local" },
        { type: "unsupported", value: Buffer.from(foreign).toString("hex") },
        { type: "unsupported", value: Buffer.from(address).toString("hex") },
      ],
    })
    expect(identityOf(c).san).toBeUndefined()
  })

  it.each<[string, Piece]>([
    ["no names", seq()],
    ["an empty name", seq(prim(6, hex("")))],
    ["a NUL in a name", seq(prim(1, ascii("a@example.com\0.evil")))],
    ["a line end in a name", seq(prim(6, ascii("https://example.com/\n")))],
    ["a name that is not ASCII", seq(prim(1, ascii("\xe9@example.com")))],
    ["a Fulcio name of another type", seq(ctx(0, oid(`${FULCIO}7`), ctx(0, text(0x16, "x"))))],
    ["an empty Fulcio name", seq(ctx(0, oid(`${FULCIO}7`), ctx(0, utf8String(""))))],
    ["a Fulcio name that is no UTF-8", seq(ctx(0, oid(`${FULCIO}7`), ctx(0, tlv(0x0c, hex("ff")))))],
    ["another name without value", seq(ctx(0, oid("1.2.3")))],
    ["another name with two values", seq(ctx(0, oid("1.2.3"), ctx(0, nul(), nul())))],
  ])("subjectAltName refuses %s", (_, value) => {
    expect(extensionFault(extension(ID.san, value))).toBe("certificate-malformed at subjectAltName")
  })
})

describe("Fulcio's claims (fulcio, docs/oid-info.md)", () => {
  it("are bare text up to 6, UTF8String from 8", () => {
    const c = withExtension(
      extension(`${FULCIO}1`, ascii("https://issuer")),
      extension(`${FULCIO}6`, ascii("refs/heads/main")),
      extension(`${FULCIO}8`, utf8String("https://issuer/2")),
      extension(`${FULCIO}24`, utf8String("é")),
    )
    expect(c.fulcio).toEqual({ "1": "https://issuer", "6": "refs/heads/main", "8": "https://issuer/2", "24": "é" })
    expect(identityOf(c)).toEqual({ issuer: "https://issuer/2", san: undefined })
  })

  it("name the issuer by 1 where there is no 8", () => {
    const c = withExtension(
      extension(`${FULCIO}1`, ascii("https://issuer")),
      extension(ID.san, seq(prim(1, ascii("a@b")))),
    )
    expect(identityOf(c)).toEqual({ issuer: "https://issuer", san: { type: "email", value: "a@b" } })
    expect(identityOf(parsed(build({})))).toEqual({ issuer: undefined, san: undefined })
  })

  it("are refused in another form, and passed over where none is defined", () => {
    expect(extensionFault(extension(`${FULCIO}8`, ascii("https://issuer")))).toBe("certificate-malformed at fulcio 8")
    expect(extensionFault(extension(`${FULCIO}8`, text(0x16, "https://issuer")))).toBe(
      "certificate-malformed at fulcio 8",
    )
    expect(extensionFault(extension(`${FULCIO}2`, hex("ff")))).toBe("certificate-malformed at fulcio 2")
    expect(withExtension(extension(`${FULCIO}7`, hex("ff")), extension(`${FULCIO}99`, hex("ff"))).fulcio).toEqual({})
    expect(withExtension(extension(`${FULCIO}99`, hex("ff"), true)).unknownCritical).toEqual([`${FULCIO}99`])
  })
})

describe("the precertificate (RFC 6962 §3.2)", () => {
  const ku = extension(ID.ku, hex("03 02 07 80"), true)
  const sct = extension(SCT, octets(hex("0000")))
  const large = (n: number) => extension("1.2.3", octets(new Uint8Array(n)))

  /** A certificate with and one without the SCT extension: the second's TBS is what a log saw. */
  function cut(before: readonly Piece[], after: readonly Piece[]): void {
    const c = withExtension(...before, sct, ...after)
    const precert = withExtension(...before, ...after)
    expect(c.sctList).toEqual(hex("0000"))
    expect(c.precertTbs()).toEqual(precert.tbs)
    expect(precert.precertTbs()).toBe(precert.tbs)
  }

  it("is the certificate without its SCTs, wherever they stand", () => {
    cut([ku], [])
    cut([], [ku])
    cut([ku], [large(3)])
  })

  it("has its own lengths, also where they take fewer octets", () => {
    // Around 128 and 256 octets of extensions the three lengths change their size one after the other.
    for (let n = 60; n < 270; n++) cut([large(n)], [ku])
    cut([ku], [large(65_000 - 1000)])
  })
})

describe("hostile certificates", () => {
  const extensions = [
    extension(ID.ku, hex("03 02 07 80"), true),
    extension(ID.bc, seq(bool(true), int(1)), true),
    extension(ID.eku, seq(oid("1.3.6.1.5.5.7.3.3"))),
    extension(ID.aki, seq(prim(0, hex("01")), ctx(1, ctx(4, name("x"))), prim(2, hex("05")))),
    extension(ID.ski, octets(hex("aabb"))),
    extension(SCT, octets(hex("0000"))),
    extension(ID.san, seq(ctx(0, oid(`${FULCIO}7`), ctx(0, utf8String("x")))), true),
    extension(`${FULCIO}1`, ascii("https://issuer")),
    extension(`${FULCIO}8`, utf8String("https://issuer")),
  ]
  const der = build({ extensions })

  it("are refused wherever they are cut off", () => {
    expect(faultOf(der)).toBe("none")
    for (let i = 0; i < der.length; i++) expect(parseCertificate(der.subarray(0, i)).ok).toBe(false)
  })

  it("never throw, whatever octet is changed", () => {
    for (let i = 0; i < der.length; i++) {
      for (const flip of [0x01, 0x20, 0x80, 0xff]) {
        const other = Uint8Array.from(der)
        other[i] = (other[i] as number) ^ flip
        const result = parseCertificate(other)
        if (result.ok) result.value.precertTbs()
      }
      for (const octet of [0x00, 0x80, 0x84, 0xff]) {
        const other = Uint8Array.from(der)
        other[i] = octet
        parseCertificate(other)
      }
    }
  })

  it("end quickly when they are nothing but nesting", () => {
    const nested = hex("30 80".repeat(30_000))
    const lengths = hex("30 84 00 00 ff ff".repeat(10_000))
    expect(faultOf(nested)).toBe("certificate-malformed at certificate")
    expect(faultOf(lengths)).toBe("certificate-malformed at certificate")
  })
})
