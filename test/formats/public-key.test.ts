import { ED25519_TORSION_SUBGROUP } from "@noble/curves/ed25519.js"
import { p256, p384, p521 } from "@noble/curves/nist.js"
import fc from "fast-check"
import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto"
import { describe, expect, it } from "vitest"
import { CURVES, isCurvePoint } from "../../src/formats/curve.ts"
import { isEdwardsPoint, isEdwardsSignature } from "../../src/formats/edwards.ts"
import { ed25519Key, mlDsaKey, parsePublicKey, parsePublicKeyPem, rsaPkcs1Key } from "../../src/formats/public-key.ts"
import { fromHex, toHex } from "../../src/kernel/bytes.ts"
import type { Curve } from "../../src/kernel/signature-scheme.ts"
import {
  algorithm,
  bits,
  ctx,
  ecKey,
  ed25519TestKey,
  hex,
  int,
  join,
  nul,
  oid,
  rsaKey,
  rsaPssKey,
  seq,
} from "../support/der-build.ts"

const runs = { numRuns: process.env["SLOW"] ? 5000 : 60 }
const EC = "1.2.840.10045.2.1"
const P256 = "1.2.840.10045.3.1.7"
const RSA = "1.2.840.113549.1.1.1"
const PSS = "1.2.840.113549.1.1.10"
const ED25519 = "1.3.101.112"

const der = (key: KeyObject): Uint8Array => new Uint8Array(key.export({ type: "spki", format: "der" }))
function reasonOf(spki: Uint8Array): string | undefined {
  const result = parsePublicKey(spki)
  return result.ok ? undefined : result.error.reason
}

describe("EC keys (RFC 5480)", () => {
  const points = { "P-256": p256, "P-384": p384, "P-521": p521 } as const
  const curves: readonly Curve[] = ["P-256", "P-384", "P-521"]

  it.each(curves)("reads a %s key and keeps its bytes", curve => {
    const { spki } = ecKey(curve)
    const { bytes } = CURVES[curve]
    const result = parsePublicKey(spki)
    expect(result).toEqual({ ok: true, value: { kind: "ec", curve, spki, point: spki.subarray(-(1 + 2 * bytes)) } })
    expect(result.ok && result.value.spki).toBe(
      result.ok && spki.buffer === result.value.spki.buffer && result.value.spki,
    )
  })

  it.each(curves)("knows the numbers of %s", curve => {
    const { p, n, b } = points[curve].Point.CURVE()
    expect(CURVES[curve].p).toBe(p)
    expect(CURVES[curve].b).toBe(b)
    expect(BigInt("0x" + toHex(CURVES[curve].order))).toBe(n)
    expect(CURVES[curve].order).toHaveLength(CURVES[curve].bytes)
  })

  it.each(curves)("accepts the points of %s that another implementation makes, and no neighbour of them", curve => {
    const { Point } = points[curve]
    fc.assert(
      fc.property(fc.bigInt(1n, 2n ** 250n), fc.nat(), (scalar, at) => {
        const point = Point.BASE.multiply(scalar).toBytes(false)
        const other = Uint8Array.from(point)
        other[1 + (at % (point.length - 1))] = (point[1 + (at % (point.length - 1))] as number) ^ 1
        return isCurvePoint(curve, point) && !isCurvePoint(curve, other)
      }),
      runs,
    )
  })

  it.each(curves)("refuses a coordinate of %s that is not reduced, though it is on the curve", curve => {
    // x + p is the same field element; p is added to a point whose x is small enough for it to fit.
    const { p, bytes } = CURVES[curve]
    const { Point } = points[curve]
    const room = 2n ** BigInt(8 * bytes) - p
    const digits = (n: bigint) => fromHex(n.toString(16).padStart(2 * bytes, "0")) as Uint8Array
    let x = 0n
    let y: bigint | undefined
    for (; y === undefined; x++) {
      try {
        y = Point.fromBytes(join(Uint8Array.of(2), digits(x))).toAffine().y
      } catch {
        // x belongs to no point; try the next one.
      }
    }
    x -= 1n
    expect(x < room).toBe(true)
    expect(isCurvePoint(curve, join(Uint8Array.of(4), digits(x), digits(y)))).toBe(true)
    expect(isCurvePoint(curve, join(Uint8Array.of(4), digits(x + p), digits(y)))).toBe(false)
    if (y < room) expect(isCurvePoint(curve, join(Uint8Array.of(4), digits(x), digits(y + p)))).toBe(false)
  })

  it("refuses other forms of a point", () => {
    const { spki } = ecKey("P-256")
    const point = spki.subarray(-65)
    const spkiOf = (p: Uint8Array) => seq(algorithm(EC, oid(P256)), bits(p))
    expect(reasonOf(spkiOf(point))).toBeUndefined()
    const compressed = join(Uint8Array.of(2 + ((point[64] as number) & 1)), point.subarray(1, 33))
    const hybrid = join(Uint8Array.of(6 + ((point[64] as number) & 1)), point.subarray(1))
    for (const p of [
      compressed,
      hybrid,
      hex("00"),
      hex(""),
      point.subarray(0, 64),
      join(point, hex("00")),
      join(hex("04"), new Uint8Array(64)),
    ]) {
      expect(reasonOf(spkiOf(p))).toBe("public-key-malformed")
    }
  })

  it("agrees with OpenSSL about points off the curve", () => {
    const { spki } = ecKey("P-384")
    for (let i = 1; i <= 96; i += 7) {
      const other = Uint8Array.from(spki)
      other[spki.length - i] = (spki[spki.length - i] as number) ^ 0x10
      expect(reasonOf(other)).toBe("public-key-malformed")
      expect(() => createPublicKey({ key: Buffer.from(other), format: "der", type: "spki" })).toThrow()
    }
  })

  it("refuses other curves, curves given by their numbers and missing curves", () => {
    expect(reasonOf(ecKey("secp256k1").spki)).toBe("algorithm-unsupported")
    const explicit = generateKeyPairSync("ec", { namedCurve: "P-256", paramEncoding: "explicit" }).publicKey
    expect(reasonOf(der(explicit))).toBe("public-key-malformed")
    const point = ecKey("P-256").spki.subarray(-65)
    expect(reasonOf(seq(algorithm(EC), bits(point)))).toBe("public-key-malformed")
    expect(reasonOf(seq(algorithm(EC, nul()), bits(point)))).toBe("public-key-malformed")
    expect(reasonOf(seq(algorithm(EC, oid(P256), nul()), bits(point)))).toBe("public-key-malformed")
    expect(reasonOf(seq(algorithm(EC, oid(P256)), bits(point, 1)))).toBe("public-key-malformed")
    expect(reasonOf(join(seq(algorithm(EC, oid(P256)), bits(point)), hex("00")))).toBe("public-key-malformed")
  })
})

describe("Ed25519 keys (RFC 8410)", () => {
  const { spki } = ed25519TestKey()
  const raw = spki.subarray(-32)

  it("reads them, wrapped and raw", () => {
    expect(parsePublicKey(spki)).toEqual({ ok: true, value: { kind: "ed25519", spki, raw } })
    expect(ed25519Key(raw)).toEqual(parsePublicKey(spki))
  })

  it("refuses parameters and other lengths", () => {
    expect(reasonOf(seq(algorithm(ED25519, nul()), bits(raw)))).toBe("public-key-malformed")
    for (const bad of [raw.subarray(1), join(raw, hex("00")), hex("")]) expect(ed25519Key(bad).ok).toBe(false)
  })

  it("refuses every point of small order, in every encoding", () => {
    const torsion = ED25519_TORSION_SUBGROUP.map(h => fromHex(h) as Uint8Array)
    expect(torsion).toHaveLength(8)
    for (const point of torsion) {
      expect(isEdwardsPoint(point)).toBe(false)
      // The other sign: for x = 0 a second, non-canonical encoding of the same point, else the negative.
      const flipped = Uint8Array.from(point)
      flipped[31] = (flipped[31] as number) ^ 0x80
      expect(isEdwardsPoint(flipped)).toBe(false)
      expect(ed25519Key(point)).toEqual({ ok: false, error: { reason: "public-key-malformed", where: "publicKey" } })
    }
  })

  it("refuses y of p and above, which are second encodings of 0 to 18", () => {
    for (let i = 0xed; i <= 0xff; i++) {
      for (const top of [0x7f, 0xff]) {
        const y = new Uint8Array(32).fill(0xff)
        y[0] = i
        y[31] = top
        expect(isEdwardsPoint(y)).toBe(false)
      }
    }
    // p - 2 is the largest y that is neither p - 1 (order 2) nor too large.
    const largest = new Uint8Array(32).fill(0xff)
    largest[0] = 0xeb
    largest[31] = 0x7f
    expect(isEdwardsPoint(largest)).toBe(true)
  })

  it("takes signatures with S below L only", () => {
    const order = fromHex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010") as Uint8Array
    const below = Uint8Array.from(order)
    below[0] = 0xec
    expect(isEdwardsSignature(join(raw, below))).toBe(true)
    expect(isEdwardsSignature(join(raw, order))).toBe(false)
    expect(isEdwardsSignature(join(raw, new Uint8Array(32).fill(0xff)))).toBe(false)
    expect(isEdwardsSignature(join(raw, below, hex("00")))).toBe(false)
    expect(isEdwardsSignature(join(fromHex(ED25519_TORSION_SUBGROUP[1] as string) as Uint8Array, below))).toBe(false)
  })
})

describe("RSA keys (RFC 3279 §2.3.1, RFC 4055 §1.2)", () => {
  const spkiOf = (n: bigint, e: bigint | number, ...parameters: Uint8Array[]) =>
    seq(algorithm(RSA, ...(parameters.length > 0 ? parameters : [nul()])), bits(seq(int(n), int(e))))
  const modulus = (size: number) => 2n ** BigInt(size) - 1n

  it("reads size, modulus and exponent", () => {
    const { publicKey, spki } = rsaKey(2048)
    const { n, e } = publicKey.export({ format: "jwk" })
    expect(parsePublicKey(spki)).toEqual({
      ok: true,
      value: {
        kind: "rsa",
        bits: 2048,
        spki,
        modulus: new Uint8Array(Buffer.from(n as string, "base64url")),
        exponent: new Uint8Array(Buffer.from(e as string, "base64url")),
      },
    })
    const pkcs1 = new Uint8Array(publicKey.export({ type: "pkcs1", format: "der" }))
    expect(rsaPkcs1Key(pkcs1)).toEqual(parsePublicKey(spki))
    expect(rsaPkcs1Key(pkcs1.subarray(1)).ok).toBe(false)
  })

  it("takes 2048 to 8192 bits", () => {
    for (const size of [2048, 2049, 3072, 8192]) {
      const result = parsePublicKey(spkiOf(modulus(size), 65537))
      expect(result.ok && result.value.kind === "rsa" && result.value.bits).toBe(size)
    }
    for (const size of [1, 1024, 2047, 8193]) {
      expect(reasonOf(spkiOf(modulus(size), 65537))).toBe("algorithm-unsupported")
    }
  })

  it("refuses even numbers and small, huge or negative ones", () => {
    for (const e of [3n, 5n, 65537n, 2n ** 32n - 1n]) expect(reasonOf(spkiOf(modulus(2048), e))).toBeUndefined()
    for (const e of [0n, 1n, 2n, 65536n, 2n ** 32n + 1n, -3n]) {
      expect(reasonOf(spkiOf(modulus(2048), e))).toBe("public-key-malformed")
    }
    for (const n of [modulus(2048) - 1n, 0n, -modulus(2048)])
      expect(reasonOf(spkiOf(n, 3))).toBe("public-key-malformed")
  })

  it("wants NULL parameters and nothing after the numbers", () => {
    expect(reasonOf(seq(algorithm(RSA), bits(seq(int(modulus(2048)), int(3)))))).toBe("public-key-malformed")
    expect(reasonOf(seq(algorithm(RSA, nul()), bits(seq(int(modulus(2048)), int(3), int(3)))))).toBe(
      "public-key-malformed",
    )
    expect(reasonOf(seq(algorithm(RSA, nul()), bits(join(seq(int(modulus(2048)), int(3)), hex("00")))))).toBe(
      "public-key-malformed",
    )
  })

  it("reads PSS keys with their digest, when salt and mask go with it", () => {
    const salts = { sha256: 32, sha384: 48, sha512: 64 }
    for (const [hash, salt] of Object.entries(salts)) {
      const result = parsePublicKey(rsaPssKey(hash, hash, salt).spki)
      expect(result.ok && result.value.kind === "rsa" && result.value.pss).toBe(hash)
    }
    expect(reasonOf(rsaPssKey("sha256", "sha256", 33).spki)).toBe("algorithm-unsupported")
    expect(reasonOf(rsaPssKey("sha256", "sha384", 32).spki)).toBe("algorithm-unsupported")
    // 20 is the default and not written.
    expect(reasonOf(rsaPssKey("sha256", "sha256", 20).spki)).toBe("public-key-malformed")
    const free = generateKeyPairSync("rsa-pss", { modulusLength: 2048 }).publicKey
    expect(reasonOf(der(free))).toBe("public-key-malformed")
  })

  it("refuses PSS parameters with another mask function, digest or trailer", () => {
    const SHA256 = "2.16.840.1.101.3.4.2.1"
    const MGF1 = "1.2.840.113549.1.1.8"
    const key = bits(seq(int(modulus(2048)), int(3)))
    const params = (hash: string, mask: string, ...rest: Uint8Array[]) =>
      seq(
        algorithm(
          PSS,
          seq(ctx(0, algorithm(hash)), ctx(1, seq(oid(mask), algorithm(SHA256, nul()))), ctx(2, int(32)), ...rest),
        ),
        key,
      )
    expect(reasonOf(params(SHA256, MGF1))).toBeUndefined()
    expect(reasonOf(params("1.3.14.3.2.26", MGF1))).toBe("algorithm-unsupported")
    expect(reasonOf(params(SHA256, "1.2.840.113549.1.1.9"))).toBe("algorithm-unsupported")
    expect(reasonOf(params(SHA256, MGF1, ctx(3, int(1))))).toBe("public-key-malformed")
  })
})

describe("ML-DSA keys (RFC 9881)", () => {
  it.each([
    ["ML-DSA-44", 1312],
    ["ML-DSA-65", 1952],
    ["ML-DSA-87", 2592],
  ] as const)("%s", (set, length) => {
    const spki = der(generateKeyPairSync(set.toLowerCase() as "ml-dsa-44").publicKey)
    const raw = spki.subarray(-length)
    expect(parsePublicKey(spki)).toEqual({ ok: true, value: { kind: "ml-dsa", set, spki, raw } })
    expect(mlDsaKey(set, raw)).toEqual(parsePublicKey(spki))
    expect(mlDsaKey(set, raw.subarray(1)).ok).toBe(false)
  })
})

describe("other keys and texts", () => {
  it("refuses kinds that are not used", () => {
    expect(reasonOf(der(generateKeyPairSync("x25519").publicKey))).toBe("algorithm-unsupported")
    expect(reasonOf(der(generateKeyPairSync("ed448").publicKey))).toBe("algorithm-unsupported")
    expect(reasonOf(der(generateKeyPairSync("dsa", { modulusLength: 1024, divisorLength: 160 }).publicKey))).toBe(
      "algorithm-unsupported",
    )
  })

  it("reads one PUBLIC KEY block", () => {
    const { publicKey, spki } = ecKey("P-256")
    const pem = publicKey.export({ type: "spki", format: "pem" })
    expect(parsePublicKeyPem(pem)).toEqual(parsePublicKey(spki))
    for (const bad of ["", pem + pem, pem.replaceAll("PUBLIC KEY", "RSA PUBLIC KEY")]) {
      expect(parsePublicKeyPem(bad)).toEqual({ ok: false, error: { reason: "public-key-malformed", where: "PEM" } })
    }
  })

  it("survives every truncation and every changed byte", () => {
    for (const { spki } of [ecKey("P-256"), ed25519TestKey(), rsaKey(2048)]) {
      for (let i = 0; i < spki.length; i++) {
        expect(parsePublicKey(spki.subarray(0, i)).ok).toBe(false)
        const other = Uint8Array.from(spki)
        other[i] = (other[i] as number) ^ 0xff
        parsePublicKey(other)
      }
    }
  })
})
