import { createHash } from "node:crypto"
import { describe, expect, it } from "vitest"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { LIMITS } from "../../src/formats/limits.ts"
import { parsePublicKey } from "../../src/formats/public-key.ts"
import { checkSignature } from "../../src/formats/signature.ts"
import { parseTimestampResponse, type TimestampToken } from "../../src/formats/timestamp-token.ts"
import {
  algorithm,
  bits,
  bool,
  ctx,
  ECDSA_SHA256,
  extension,
  hex,
  int,
  join,
  name,
  nul,
  octets,
  oid,
  prim,
  seq,
  set,
  text,
  tlv,
  utf8String,
  type Piece,
} from "../support/der-build.ts"
import {
  attribute,
  attributes,
  buildResponse,
  IMPRINT,
  retag,
  SHA256,
  TSA_CERTIFICATE,
  TSA_KEY,
  tstInfo,
  type AttributeParts,
  type InfoParts,
  type TokenParts,
} from "../support/token-build.ts"

const sha = (hash: string, bytes: Uint8Array) => new Uint8Array(createHash(hash).update(bytes).digest())
const ID = {
  contentType: "1.2.840.113549.1.9.3",
  messageDigest: "1.2.840.113549.1.9.4",
  v1: "1.2.840.113549.1.9.16.2.12",
  v2: "1.2.840.113549.1.9.16.2.47",
}

function parsed(der: Uint8Array): TimestampToken {
  const result = parseTimestampResponse(der)
  return result.ok ? result.value : expect.fail(`${result.error.reason} at ${result.error.where}`)
}
function faultOf(der: Uint8Array): string {
  const result = parseTimestampResponse(der)
  return result.ok ? "none" : `${result.error.reason} at ${result.error.where}`
}
const token = (parts: Partial<TokenParts>) => parsed(buildResponse(parts))
const fault = (parts: Partial<TokenParts>) => faultOf(buildResponse(parts))
const infoFault = (parts: Partial<InfoParts>) => fault({ info: tstInfo(parts) })
const withAttributes = (parts: Partial<AttributeParts>, ...more: Piece[]) => ({
  attributes: [...attributes(tstInfo(), parts), ...more],
})
const malformed = (where: string) => `timestamp-malformed at ${where}`

describe("a timestamp response (RFC 3161 §2.4.2)", () => {
  it("is taken apart, and its signature covers what is kept", async () => {
    const t = parsed(buildResponse())
    expect(t).toMatchObject({
      imprint: { hash: "sha256", digest: IMPRINT },
      policy: "1.2.3.4",
      serial: hex("0102"),
      genTimeSeconds: Date.parse("2026-01-02T03:04:05Z") / 1000,
      genTimeMilliseconds: 0,
      tstInfo: tstInfo(),
      messageDigest: sha("sha256", tstInfo()),
      digestAlgorithm: "sha256",
      signatureAlgorithm: { kind: "ecdsa", hash: "sha256" },
      signer: { issuer: name("tsa ca"), serial: hex("4d") },
      certificates: [],
      essCertIds: [
        {
          hash: "sha256",
          certHash: sha("sha256", TSA_CERTIFICATE),
          issuerSerial: { issuer: name("tsa ca"), serial: hex("4d") },
        },
      ],
    })
    expect(t.accuracyMicroseconds).toBeUndefined()
    expect(t.nonce).toBeUndefined()
    const key = parsePublicKey(TSA_KEY.spki)
    if (!key.ok) return expect.fail(key.error.where)
    const scheme = t.schemeFor(key.value) ?? expect.fail("no scheme")
    const request = { scheme, key: key.value, signature: t.signature, data: { message: t.signedAttributes } }
    expect(await checkSignature(nodeCrypto(), request)).toBe("valid")
  })

  it.each<[string, Piece, string]>([
    ["granted", seq(int(0)), "none"],
    ["granted with a text", seq(int(0), seq(utf8String("fine"))), "none"],
    ["granted with no text at all", seq(int(0), seq()), malformed("statusString")],
    ["granted with modifications", seq(int(1)), malformed("status")],
    ["rejected", seq(int(2)), malformed("status")],
    ["waiting", seq(int(3)), malformed("status")],
    ["granted with a failure", seq(int(0), bits(hex("80"), 7)), malformed("statusString")],
    ["granted with a text of another type", seq(int(0), seq(text(0x13, "fine"))), malformed("statusString")],
    ["no status", seq(), malformed("status")],
  ])("%s", (_, status, expected) => {
    expect(fault({ status })).toBe(expected)
  })

  it("needs a token, and is not the bare token", () => {
    expect(faultOf(seq(seq(int(0))))).toBe(malformed("timeStampToken"))
    const response = buildResponse()
    expect(faultOf(response.subarray(9))).toMatch(/^timestamp-malformed/)
    expect(faultOf(join(response, hex("00")))).toBe(malformed("trailing bytes"))
  })

  it("is bounded", () => {
    expect(faultOf(new Uint8Array(LIMITS.timestampBytes + 1))).toBe("too-large at timestamp")
  })
})

describe("SignedData (RFC 5652 §5.1)", () => {
  it.each<[string, Partial<TokenParts>, string]>([
    ["another content type", { responseContentType: oid("1.2.840.113549.1.7.1") }, malformed("contentType")],
    ["version 1", { version: int(1) }, malformed("signedData version")],
    ["version 4", { version: int(4) }, malformed("signedData version")],
    ["another eContentType", { contentType: oid("1.2.840.113549.1.7.1") }, malformed("eContentType")],
    [
      "a digest that is not announced",
      { digestAlgorithms: set(algorithm("2.16.840.1.101.3.4.2.3")) },
      malformed("digestAlgorithms"),
    ],
    [
      "SHA-1",
      { digestAlgorithms: set(algorithm("1.3.14.3.2.26", nul())) },
      "algorithm-unsupported at digestAlgorithms",
    ],
    [
      "digest parameters",
      { digestAlgorithms: set(algorithm("2.16.840.1.101.3.4.2.1", int(1))) },
      malformed("digestAlgorithms"),
    ],
    [
      "a digest announced twice",
      { digestAlgorithms: set(algorithm("2.16.840.1.101.3.4.2.1"), algorithm("2.16.840.1.101.3.4.2.1")) },
      malformed("digestAlgorithms"),
    ],
    ["no signer", { signerInfos: () => set() }, malformed("signerInfo")],
    ["two signers", { signerInfos: s => set(s, s) }, malformed("signerInfos")],
    [
      "a chain that is too long",
      { certificates: ctx(0, ...Array<Piece>(11).fill(TSA_CERTIFICATE)) },
      "too-large at certificates",
    ],
  ])("refuses %s", (_, parts, expected) => {
    expect(fault(parts)).toBe(expected)
  })

  it("keeps certificates as they are, and passes over attribute certificates and CRLs", () => {
    const certificates = join(ctx(0, TSA_CERTIFICATE, ctx(2, nul()), TSA_CERTIFICATE), ctx(1, seq(nul())))
    expect(token({ certificates }).certificates).toEqual([TSA_CERTIFICATE, TSA_CERTIFICATE])
    expect(token({ certificates: ctx(0) }).certificates).toEqual([])
  })

  it("refuses content in BER pieces", () => {
    const der = buildResponse()
    const info = tstInfo()
    const at = Buffer.from(der).indexOf(Buffer.from(octets(info)))
    const other = Uint8Array.from(der)
    other[at] = 0x24
    expect(faultOf(other)).toBe(malformed("eContent"))
  })
})

describe("SignerInfo (RFC 5652 §5.3)", () => {
  it("names its certificate by issuer and serial, or by key identifier", () => {
    expect(token({ signerVersion: int(3), sid: prim(0, hex("aabb")) }).signer).toEqual({ subjectKeyId: hex("aabb") })
    expect(fault({ signerVersion: int(1), sid: prim(0, hex("aabb")) })).toBe(malformed("sid"))
    expect(fault({ signerVersion: int(3) })).toBe(malformed("sid"))
    expect(fault({ signerVersion: int(2) })).toBe(malformed("signerInfo version"))
    expect(fault({ signerVersion: int(4) })).toBe(malformed("signerInfo version"))
  })

  it("passes over unsigned attributes, and over nothing else", () => {
    const plain = buildResponse()
    const more = token({ afterSignature: ctx(1, attribute("1.2.3", nul())) })
    expect(more.signedAttributes).toEqual(parsed(plain).signedAttributes)
    expect(fault({ afterSignature: nul() })).toBe(malformed("signerInfo"))
  })

  it.each<[string, Piece, string]>([
    ["ecdsa-with-SHA256 with NULL", algorithm("1.2.840.10045.4.3.2", nul()), malformed("signatureAlgorithm")],
    ["rsaEncryption, with the digest of the digest algorithm", algorithm("1.2.840.113549.1.1.1", nul()), "none"],
    ["rsaEncryption without NULL", algorithm("1.2.840.113549.1.1.1"), malformed("signatureAlgorithm")],
    ["sha256WithRSA", algorithm("1.2.840.113549.1.1.11", nul()), "none"],
    ["Ed25519", algorithm("1.3.101.112"), "none"],
    ["another digest than the attributes'", algorithm("1.2.840.10045.4.3.3"), malformed("signatureAlgorithm")],
    ["a bare ecPublicKey", algorithm("1.2.840.10045.2.1"), "algorithm-unsupported at signatureAlgorithm"],
    ["sha1WithRSA", algorithm("1.2.840.113549.1.1.5", nul()), "algorithm-unsupported at signatureAlgorithm"],
  ])("%s", (_, signatureAlgorithm, expected) => {
    expect(fault({ signatureAlgorithm })).toBe(expected)
  })

  it("resolves the scheme with the signer's key", () => {
    const key = parsePublicKey(TSA_KEY.spki)
    if (!key.ok) return expect.fail(key.error.where)
    expect(token({ signatureAlgorithm: algorithm("1.2.840.113549.1.1.1", nul()) }).signatureAlgorithm).toEqual({
      kind: "rsa-pkcs1",
      hash: "sha256",
    })
    expect(token({}).schemeFor(key.value)).toEqual({ kind: "ecdsa", curve: "P-256", hash: "sha256" })
    expect(token({ signatureAlgorithm: algorithm("1.3.101.112") }).schemeFor(key.value)).toBeUndefined()
  })

  it("reads PSS parameters", () => {
    const hash = (id: string) => algorithm(id, nul())
    const pss = (id: string, salt: number) =>
      algorithm(
        "1.2.840.113549.1.1.10",
        seq(ctx(0, hash(id)), ctx(1, algorithm("1.2.840.113549.1.1.8", hash(id))), ctx(2, int(salt))),
      )
    expect(token({ signatureAlgorithm: pss("2.16.840.1.101.3.4.2.1", 32) }).signatureAlgorithm).toEqual({
      kind: "rsa-pss",
      hash: "sha256",
    })
    expect(fault({ signatureAlgorithm: pss("2.16.840.1.101.3.4.2.1", 20) })).toBe(
      "algorithm-unsupported at signatureAlgorithm",
    )
    expect(fault({ signatureAlgorithm: pss("2.16.840.1.101.3.4.2.3", 64) })).toBe(malformed("signatureAlgorithm"))
  })
})

describe("signed attributes (RFC 5652 §5.3, RFC 5816 §2.2)", () => {
  it.each<[string, Partial<TokenParts>, string]>([
    ["no content type", withAttributes({ contentType: hex("") }), malformed("contentType")],
    [
      "another content type",
      withAttributes({ contentType: attribute(ID.contentType, oid("1.2.840.113549.1.7.1")) }),
      malformed("contentType"),
    ],
    ["no message digest", withAttributes({ messageDigest: hex("") }), malformed("messageDigest")],
    [
      "a message digest of another length",
      withAttributes({ messageDigest: attribute(ID.messageDigest, octets(hex("00"))) }),
      malformed("messageDigest"),
    ],
    [
      "two message digests",
      withAttributes({ messageDigest: attribute(ID.messageDigest, octets(IMPRINT), octets(IMPRINT)) }),
      malformed("signedAttrs"),
    ],
    [
      "an attribute without value",
      withAttributes({ messageDigest: attribute(ID.messageDigest) }),
      malformed("messageDigest"),
    ],
    [
      "the same attribute twice",
      withAttributes({}, attribute("1.2.3", nul()), attribute("1.2.3", int(1))),
      malformed("signedAttrs"),
    ],
    ["no signing certificate", withAttributes({ signingCertificate: hex("") }), malformed("signingCertificate")],
    ["no attributes at all", { attributes: [] }, malformed("contentType")],
    ["no signed attributes", { signedAttrs: hex("") }, malformed("signedAttrs")],
    ["a SET in their place", { signedAttrs: set(...attributes(tstInfo())) }, malformed("signedAttrs")],
    [
      "attributes out of order",
      { signedAttrs: ctx(0, ...attributes(tstInfo()).sort((a, b) => Buffer.compare(b, a))) },
      malformed("signedAttrs"),
    ],
  ])("refuse %s", (_, parts, expected) => {
    expect(fault(parts)).toBe(expected)
  })

  it("may hold others, with any values", () => {
    const more = [
      attribute("1.2.840.113549.1.9.5", text(0x17, "260102030405Z")),
      attribute("1.2.3", nul(), int(1)),
      attribute("1.2.4"),
    ]
    expect(fault(withAttributes({}, ...more))).toBe("none")
  })

  it("are kept as the SET they are signed as, without touching the input", () => {
    const der = buildResponse()
    const before = Uint8Array.from(der)
    const { signedAttributes } = parsed(der)
    expect(signedAttributes[0]).toBe(0x31)
    expect(Buffer.from(der).includes(Buffer.from(retag(0xa0, signedAttributes)))).toBe(true)
    expect(der).toEqual(before)
  })

  const cert = (...id: Piece[]) => seq(seq(seq(...id)))
  const digest1 = sha("sha1", TSA_CERTIFICATE)
  const digest256 = sha("sha256", TSA_CERTIFICATE)
  const digest512 = sha("sha512", TSA_CERTIFICATE)
  const SHA512 = algorithm("2.16.840.1.101.3.4.2.3")

  it("name the certificate by SHA-1, by SHA-2 or by both", () => {
    const v1 = attribute(ID.v1, cert(octets(digest1)))
    const v2 = attribute(ID.v2, cert(SHA512, octets(digest512)))
    const ids = (parts: Partial<TokenParts>) => token(parts).essCertIds
    expect(ids(withAttributes({ signingCertificate: v1 }))).toEqual([{ hash: "sha1", certHash: digest1 }])
    expect(ids(withAttributes({ signingCertificate: v2 }))).toEqual([{ hash: "sha512", certHash: digest512 }])
    expect(ids(withAttributes({ signingCertificate: v2 }, v1))).toEqual([
      { hash: "sha1", certHash: digest1 },
      { hash: "sha512", certHash: digest512 },
    ])
  })

  it("take SHA-256 written out, more certificates and policies", () => {
    const chain = seq(seq(seq(SHA256, octets(digest256)), seq(octets(IMPRINT))), seq(seq(oid("1.2.3"))))
    expect(token(withAttributes({ signingCertificate: attribute(ID.v2, chain) })).essCertIds).toEqual([
      { hash: "sha256", certHash: digest256 },
    ])
  })

  it.each<[string, string, Piece]>([
    ["an SHA-1 digest in the new form", ID.v2, cert(octets(digest1))],
    ["an SHA-256 digest in the old form", ID.v1, cert(octets(digest256))],
    ["an algorithm in the old form", ID.v1, cert(SHA256, octets(digest256))],
    ["no certificate", ID.v2, seq(seq())],
    ["two issuers", ID.v2, cert(octets(digest256), seq(seq(ctx(4, name("a")), ctx(4, name("b"))), int(1)))],
    ["an issuer that is no name", ID.v2, cert(octets(digest256), seq(seq(prim(1, hex("61"))), int(1)))],
    ["a negative serial", ID.v2, cert(octets(digest256), seq(seq(ctx(4, name("a"))), int(-1)))],
    ["more than that", ID.v2, cert(octets(digest256), seq(seq(ctx(4, name("a"))), int(1)), nul())],
  ])("refuse %s for the certificate", (_, id, value) => {
    const where = id === ID.v1 ? "signingCertificate" : "signingCertificateV2"
    expect(fault(withAttributes({ signingCertificate: attribute(id, value) }))).toBe(malformed(where))
  })
})

describe("TSTInfo (RFC 3161 §2.4.2)", () => {
  const info = (parts: Partial<InfoParts>) => token({ info: tstInfo(parts) })

  it("reads what may follow the time", () => {
    const t = info({
      genTime: text(0x18, "20260102030405.25Z"),
      rest: [
        seq(int(2), prim(0, hex("0a")), prim(1, hex("64"))),
        bool(true),
        int(-7),
        ctx(0, ctx(4, name("tsa"))),
        ctx(1, extension("1.2.3", nul())),
      ],
    })
    expect(t.genTimeMilliseconds).toBe(250)
    expect(t.accuracyMicroseconds).toBe(2_010_100)
    expect(t.nonce).toEqual(hex("f9"))
    expect(info({ rest: [seq()] }).accuracyMicroseconds).toBe(0)
    expect(info({ rest: [seq(prim(1, hex("01")))] }).accuracyMicroseconds).toBe(1)
  })

  it.each<[string, Partial<InfoParts>, string]>([
    ["another version", { version: int(0) }, malformed("tstInfo version")],
    ["version 2", { version: int(2) }, malformed("tstInfo")],
    [
      "an imprint by SHA-1",
      { imprint: seq(algorithm("1.3.14.3.2.26"), octets(new Uint8Array(20))) },
      "algorithm-unsupported at messageImprint",
    ],
    ["an imprint of another length", { imprint: seq(SHA256, octets(new Uint8Array(64))) }, malformed("messageImprint")],
    ["a negative serial", { serial: int(-1) }, malformed("serialNumber")],
    ["a UTCTime", { genTime: text(0x17, "260102030405Z") }, malformed("genTime")],
    ["a time with trailing zeros", { genTime: text(0x18, "20260102030405.50Z") }, malformed("genTime")],
    ["milliseconds of 1000", { rest: [seq(prim(0, hex("03e8")))] }, malformed("accuracy")],
    ["accuracy out of order", { rest: [seq(prim(1, hex("01")), prim(0, hex("01")))] }, malformed("accuracy")],
    ["ordering FALSE written out", { rest: [bool(false)] }, malformed("ordering")],
    ["a padded nonce", { rest: [hex("02 02 00 01")] }, malformed("nonce")],
    ["a critical extension", { rest: [ctx(1, extension("1.2.3", nul(), true))] }, malformed("extensions")],
    ["an extension without value", { rest: [ctx(1, seq(oid("1.2.3")))] }, malformed("extensions")],
    ["anything else", { rest: [ctx(2, nul())] }, malformed("tstInfo")],
  ])("refuses %s", (_, parts, expected) => {
    expect(infoFault(parts)).toBe(expected)
  })

  it("takes imprints by all SHA-2 functions, with and without NULL", () => {
    for (const [id, hash, length] of [
      ["2.16.840.1.101.3.4.2.1", "sha256", 32],
      ["2.16.840.1.101.3.4.2.2", "sha384", 48],
      ["2.16.840.1.101.3.4.2.3", "sha512", 64],
    ] as const) {
      const imprint = (...parameters: Piece[]) => seq(algorithm(id, ...parameters), octets(new Uint8Array(length)))
      expect(info({ imprint: imprint() }).imprint.hash).toBe(hash)
      expect(info({ imprint: imprint(nul()) }).imprint.hash).toBe(hash)
    }
  })
})

describe("hostile responses", () => {
  const der = buildResponse({ certificates: ctx(0, TSA_CERTIFICATE), signatureAlgorithm: ECDSA_SHA256 })

  it("are refused wherever they are cut off", () => {
    expect(faultOf(der)).toBe("none")
    for (let i = 0; i < der.length; i++) expect(parseTimestampResponse(der.subarray(0, i)).ok).toBe(false)
  })

  it("never throw, whatever octet is changed", () => {
    for (let i = 0; i < der.length; i++) {
      for (const octet of [0x00, 0x30, 0x80, 0x84, 0xff, (der[i] as number) ^ 1, (der[i] as number) ^ 0x20]) {
        const other = Uint8Array.from(der)
        other[i] = octet
        parseTimestampResponse(other)
      }
    }
  })

  it("are refused with any tag of theirs in the indefinite form", () => {
    for (let i = 0; i + 1 < der.length; i++) {
      if ((der[i] as number) !== 0x30 && (der[i] as number) !== 0xa0 && (der[i] as number) !== 0x31) continue
      const other = Uint8Array.from(der)
      other[i + 1] = 0x80
      const result = parseTimestampResponse(other)
      // Where it is accepted, the octet was none of a structure that is read: a digest, the signature or a certificate.
      if (result.ok) expect(result.value.tstInfo).toEqual(tstInfo())
    }
    expect(faultOf(tlv(0x30, hex("30 80").subarray(0)))).toBe(malformed("status"))
  })
})
