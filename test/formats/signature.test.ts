import { ED25519_TORSION_SUBGROUP } from "@noble/curves/ed25519.js"
import fc from "fast-check"
import { constants, createHash, generateKeyPairSync, sign, type KeyObject } from "node:crypto"
import { beforeEach, describe, expect, it } from "vitest"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { CURVES } from "../../src/formats/curve.ts"
import { isEcdsaSignature } from "../../src/formats/ecdsa-encoding.ts"
import { parsePublicKey } from "../../src/formats/public-key.ts"
import { checkSignature, derToP1363, p1363ToDer } from "../../src/formats/signature.ts"
import { fromHex, toHex } from "../../src/kernel/bytes.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import type { Curve, PublicKey, SignatureScheme, SignedData } from "../../src/kernel/signature-scheme.ts"
import { ecKey, ed25519TestKey, hex, int, join, rsaKey, seq, tlv } from "../support/der-build.ts"

const runs = { numRuns: process.env["SLOW"] ? 5000 : 100 }
const node = nodeCrypto()
let asked = 0
/** The real provider, counting how often it is asked. */
const crypto: Crypto = {
  hash: (algorithm, bytes) => node.hash(algorithm, bytes),
  verify: request => {
    asked++
    return node.verify(request)
  },
}
beforeEach(() => {
  asked = 0
})

function publicKey(key: KeyObject): PublicKey {
  const result = parsePublicKey(new Uint8Array(key.export({ type: "spki", format: "der" })))
  return result.ok ? result.value : expect.fail(result.error.where)
}
const message = new Uint8Array(Buffer.from("the message"))
const digest = (hash: string) => new Uint8Array(createHash(hash).update(message).digest())
const check = (scheme: SignatureScheme, key: PublicKey, signature: Uint8Array, data: SignedData = { message }) =>
  checkSignature(crypto, { scheme, key, signature, data })
const orderOf = (curve: Curve) => BigInt("0x" + toHex(CURVES[curve].order))

describe("ECDSA encodings (RFC 3279 §2.2.3)", () => {
  const sig = (r: bigint, s: bigint) => seq(int(r), int(s))

  it.each(["P-256", "P-384", "P-521"] as const)("takes r and s of %s from 1 to n - 1", curve => {
    const n = orderOf(curve)
    for (const r of [1n, 127n, 128n, 255n, 256n, n / 2n, n - 1n]) {
      expect(isEcdsaSignature(curve, sig(r, n - r))).toBe(true)
    }
    const short = 2n ** BigInt(8 * CURVES[curve].bytes)
    for (const r of [0n, -1n, -n, n, n + 1n, short - 1n, short, short * 256n]) {
      expect(isEcdsaSignature(curve, sig(r, 1n))).toBe(false)
      expect(isEcdsaSignature(curve, sig(1n, r))).toBe(false)
    }
  })

  it.each([
    ["a SET", tlv(0x31, int(1), int(1))],
    ["nothing", hex("")],
    ["a header only", hex("30")],
    ["an empty SEQUENCE", seq()],
    ["one number", seq(int(1))],
    ["three numbers", seq(int(1), int(1), int(1))],
    ["octets after s", seq(int(1), int(1), hex("00"))],
    ["octets after the SEQUENCE", join(seq(int(1), int(1)), hex("00"))],
    ["a cut SEQUENCE", seq(int(1), int(1)).subarray(0, 7)],
    ["an indefinite length", hex("30 80 02 01 01 02 01 01 00 00")],
    ["a long length where a short one does", hex("30 81 06 02 01 01 02 01 01")],
    ["a length of two octets", hex("30 82 00 06 02 01 01 02 01 01")],
    ["a long length of a number", hex("30 07 02 81 01 01 02 01 01")],
    ["a padded r", hex("30 07 02 02 00 01 02 01 01")],
    ["a padded s", hex("30 07 02 01 01 02 02 00 01")],
    ["an empty r", hex("30 05 02 00 02 01 01")],
    ["another type for s", hex("30 06 02 01 01 04 01 01")],
    ["an s that runs out", hex("30 06 02 01 01 02 02 01")],
    ["an r that takes s along", hex("30 06 02 04 01 02 01 01")],
    ["a P1363 signature", new Uint8Array(64).fill(1)],
  ])("refuses %s", (_, der) => {
    expect(isEcdsaSignature("P-256", der)).toBe(false)
    expect(derToP1363("P-256", der)).toBeUndefined()
  })

  it("takes the long SEQUENCE that P-521 needs, and only there", () => {
    const n = orderOf("P-521")
    const long = sig(n - 1n, n - 2n)
    expect(long.subarray(0, 2)).toEqual(hex("30 81"))
    expect(isEcdsaSignature("P-521", long)).toBe(true)
    expect(isEcdsaSignature("P-521", join(long, hex("00")))).toBe(false)
    expect(isEcdsaSignature("P-521", long.subarray(0, 2))).toBe(false)
    expect(isEcdsaSignature("P-521", join(hex("30 82 00"), long.subarray(2)))).toBe(false)
    // 131 octets that claim to be 129 in the short form.
    expect(isEcdsaSignature("P-521", join(hex("30 81"), long.subarray(3)))).toBe(false)
  })

  it("goes to P1363 and back", () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Curve>("P-256", "P-384", "P-521"),
        fc.bigInt(1n, 2n ** 521n),
        fc.bigInt(1n, 2n ** 521n),
        (curve, a, b) => {
          const n = orderOf(curve)
          const [r, s] = [(a % (n - 1n)) + 1n, (b % (n - 1n)) + 1n]
          const digits = (x: bigint) => x.toString(16).padStart(2 * CURVES[curve].bytes, "0")
          const flat = fromHex(digits(r) + digits(s)) as Uint8Array
          expect(p1363ToDer(curve, flat)).toEqual(sig(r, s))
          expect(derToP1363(curve, sig(r, s))).toEqual(flat)
        },
      ),
      runs,
    )
  })

  it("refuses P1363 of another length or with a number out of range", () => {
    const flat = (r: bigint, s: bigint) =>
      fromHex(r.toString(16).padStart(64, "0") + s.toString(16).padStart(64, "0")) as Uint8Array
    const n = orderOf("P-256")
    expect(p1363ToDer("P-256", flat(1n, n - 1n))).toEqual(sig(1n, n - 1n))
    for (const [r, s] of [
      [0n, 1n],
      [1n, 0n],
      [n, 1n],
      [1n, n],
    ] as const)
      expect(p1363ToDer("P-256", flat(r, s))).toBeUndefined()
    for (const length of [0, 63, 65, 96]) expect(p1363ToDer("P-256", new Uint8Array(length).fill(1))).toBeUndefined()
  })
})

describe("ECDSA", () => {
  const { privateKey, publicKey: raw } = ecKey("P-256")
  const key = publicKey(raw)
  const scheme = { kind: "ecdsa", curve: "P-256", hash: "sha256" } as const
  const signature = new Uint8Array(sign("sha256", message, privateKey))

  it("verifies message and digest", async () => {
    expect(await check(scheme, key, signature)).toBe("valid")
    expect(await check(scheme, key, signature, { digest: digest("sha256") })).toBe("valid")
    expect(await check(scheme, key, signature, { message: hex("00") })).toBe("mismatch")
    expect(await check(scheme, key, signature, { digest: new Uint8Array(32) })).toBe("mismatch")
  })

  it("refuses a signature made for the digest n - e, also where only a digest is known", async () => {
    const n = orderOf("P-256")
    const e = BigInt("0x" + toHex(digest("sha256"))) % n
    const other = fromHex((n - e).toString(16).padStart(64, "0")) as Uint8Array
    expect(await check(scheme, key, signature, { digest: other })).toBe("mismatch")
  })

  it("asks no provider about encodings, other curves or digests of the wrong length", async () => {
    const n = orderOf("P-256")
    const s = BigInt("0x" + toHex(derToP1363("P-256", signature) ?? hex("")).slice(64))
    const r = BigInt("0x" + toHex(derToP1363("P-256", signature) ?? hex("")).slice(0, 64))
    expect(await check(scheme, key, join(signature, hex("00")))).toBe("encoding")
    expect(await check(scheme, key, seq(int(r + n), int(s)))).toBe("encoding")
    expect(await check(scheme, key, seq(int(r), int(s - n)))).toBe("encoding")
    expect(await check({ ...scheme, curve: "P-384" }, key, signature)).toBe("unsupported")
    expect(await check({ kind: "ed25519" }, key, signature)).toBe("unsupported")
    expect(await check(scheme, key, signature, { digest: new Uint8Array(31) })).toBe("unsupported")
    expect(await check(scheme, key, signature, { digest: digest("sha384") })).toBe("unsupported")
    expect(asked).toBe(0)
    // What the mathematics of ECDSA cannot refuse: the negated s verifies as well.
    expect(await check(scheme, key, seq(int(r), int(n - s)))).toBe("valid")
    expect(await check(scheme, key, seq(int(n - r), int(s)))).toBe("mismatch")
  })

  it("takes the digest that is asked for and no other", async () => {
    const p384 = ecKey("P-384")
    const k = publicKey(p384.publicKey)
    const under = (hash: "sha256" | "sha384"): SignatureScheme => ({ kind: "ecdsa", curve: "P-384", hash })
    const by256 = new Uint8Array(sign("sha256", message, p384.privateKey))
    expect(await check(under("sha256"), k, by256)).toBe("valid")
    expect(await check(under("sha384"), k, by256)).toBe("mismatch")
  })
})

describe("Ed25519", () => {
  const { privateKey, publicKey: raw } = ed25519TestKey()
  const key = publicKey(raw)
  const signature = new Uint8Array(sign(null, message, privateKey))

  it("verifies messages only", async () => {
    expect(await check({ kind: "ed25519" }, key, signature)).toBe("valid")
    expect(await check({ kind: "ed25519" }, key, signature, { message: hex("") })).toBe("mismatch")
    expect(await check({ kind: "ed25519" }, key, signature, { digest: digest("sha512") })).toBe("unsupported")
    expect(await check({ kind: "ed25519ph" }, key, signature, { digest: digest("sha512") })).toBe("mismatch")
    expect(await check({ kind: "ed25519ph" }, key, signature, { digest: digest("sha256") })).toBe("unsupported")
  })

  it("refuses S + L and R of small order before any provider sees them", async () => {
    const order = 2n ** 252n + 27742317777372353535851937790883648493n
    const little = (bytes: Uint8Array) => BigInt("0x" + toHex(Uint8Array.from(bytes).reverse()))
    const s = little(signature.subarray(32)) + order
    const high = (fromHex(s.toString(16).padStart(64, "0")) as Uint8Array).reverse()
    expect(await check({ kind: "ed25519" }, key, join(signature.subarray(0, 32), high))).toBe("encoding")
    for (const point of ED25519_TORSION_SUBGROUP) {
      const forged = join(fromHex(point) as Uint8Array, signature.subarray(32))
      expect(await check({ kind: "ed25519" }, key, forged)).toBe("encoding")
      expect(await check({ kind: "ed25519ph" }, key, forged)).toBe("encoding")
    }
    expect(await check({ kind: "ed25519" }, key, signature.subarray(1))).toBe("encoding")
    expect(asked).toBe(0)
  })
})

describe("RSA", () => {
  const { privateKey, publicKey: raw } = rsaKey(2048)
  const key = publicKey(raw)
  const pss = (saltLength: number) =>
    new Uint8Array(sign("sha256", message, { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }))

  it("verifies PKCS#1 v1.5 and PSS, each as what it is", async () => {
    const pkcs1 = new Uint8Array(sign("sha256", message, privateKey))
    expect(await check({ kind: "rsa-pkcs1", hash: "sha256" }, key, pkcs1)).toBe("valid")
    expect(await check({ kind: "rsa-pkcs1", hash: "sha512" }, key, pkcs1)).toBe("mismatch")
    expect(await check({ kind: "rsa-pss", hash: "sha256" }, key, pkcs1)).toBe("mismatch")
    expect(await check({ kind: "rsa-pss", hash: "sha256" }, key, pss(32))).toBe("valid")
    expect(await check({ kind: "rsa-pkcs1", hash: "sha256" }, key, pss(32))).toBe("mismatch")
  })

  it("takes a PSS salt as long as the digest and no other", async () => {
    for (const length of [0, 20, 31, 33, 64]) {
      expect(await check({ kind: "rsa-pss", hash: "sha256" }, key, pss(length))).toBe("mismatch")
    }
  })

  it("refuses numbers of another length or not below the modulus", async () => {
    const scheme: SignatureScheme = { kind: "rsa-pkcs1", hash: "sha256" }
    const pkcs1 = new Uint8Array(sign("sha256", message, privateKey))
    const modulus = key.kind === "rsa" ? key.modulus : hex("")
    const value = (bytes: Uint8Array) => BigInt("0x" + toHex(bytes))
    const plusModulus = value(pkcs1) + value(modulus)
    for (const bad of [pkcs1.subarray(1), join(hex("00"), pkcs1), modulus, new Uint8Array(256).fill(0xff), hex("")]) {
      expect(await check(scheme, key, bad)).toBe("encoding")
    }
    if (plusModulus < 2n ** 2048n) {
      expect(await check(scheme, key, fromHex(plusModulus.toString(16).padStart(512, "0")) as Uint8Array)).toBe(
        "encoding",
      )
    }
    expect(await check(scheme, publicKey(ecKey("P-256").publicKey), pkcs1)).toBe("unsupported")
    expect(asked).toBe(0)
  })
})

describe("ML-DSA", () => {
  it.each(["ML-DSA-44", "ML-DSA-65", "ML-DSA-87"] as const)("%s verifies messages of exactly its length", async set => {
    const pair = generateKeyPairSync(set.toLowerCase() as "ml-dsa-44")
    const key = publicKey(pair.publicKey)
    const signature = new Uint8Array(sign(null, message, pair.privateKey))
    expect(await check({ kind: "ml-dsa", set }, key, signature)).toBe("valid")
    expect(await check({ kind: "ml-dsa", set }, key, signature, { message: hex("") })).toBe("mismatch")
    asked = 0
    expect(await check({ kind: "ml-dsa", set }, key, signature.subarray(1))).toBe("encoding")
    expect(await check({ kind: "ml-dsa", set }, key, signature, { digest: digest("sha512") })).toBe("unsupported")
    expect(asked).toBe(0)
  })
})
