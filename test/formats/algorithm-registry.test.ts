import { PublicKeyDetails } from "@sigstore/protobuf-specs"
import { generateKeyPairSync } from "node:crypto"
import { describe, expect, it } from "vitest"
import {
  allowedSchemes,
  defaultScheme,
  prehashOf,
  REGISTRY,
  registeredKey,
  registeredScheme,
  schemeFitsKey,
  schemeFor,
  schemeForDigest,
} from "../../src/formats/algorithm-registry.ts"
import { parsePublicKey } from "../../src/formats/public-key.ts"
import type { PublicKey, SignatureScheme } from "../../src/kernel/signature-scheme.ts"
import { ecKey, ed25519TestKey, rsaKey, rsaPssKey } from "../support/der-build.ts"

function parsed(spki: Uint8Array): PublicKey {
  const result = parsePublicKey(spki)
  if (!result.ok) throw new Error(result.error.where)
  return result.value
}
const der = { type: "spki", format: "der" } as const
const keys = {
  p256: parsed(ecKey("P-256").spki),
  p384: parsed(ecKey("P-384").spki),
  p521: parsed(ecKey("P-521").spki),
  ed25519: parsed(ed25519TestKey().spki),
  rsa2048: parsed(rsaKey(2048).spki),
  rsa2560: parsed(rsaKey(2560).spki),
  pss2048: parsed(rsaPssKey("sha256", "sha256", 32).spki),
  mlDsa44: parsed(generateKeyPairSync("ml-dsa-44").publicKey.export(der)),
  mlDsa65: parsed(generateKeyPairSync("ml-dsa-65").publicKey.export(der)),
}
const short = (s: SignatureScheme | undefined): string =>
  s === undefined
    ? "none"
    : [s.kind, "curve" in s ? s.curve : "", "hash" in s ? s.hash : "", "set" in s ? s.set : ""]
        .join(" ")
        .trim()
        .replaceAll(/ +/g, " ")

describe("rows", () => {
  it("have the names and numbers of the protocol buffer definitions", () => {
    for (const row of REGISTRY) expect([row.name, PublicKeyDetails[row.number]]).toEqual([row.name, row.name])
    expect(new Set(REGISTRY.map(row => row.number)).size).toBe(REGISTRY.length)
  })

  it("are all of them, but for those named as left out", () => {
    const names = Object.values(PublicKeyDetails).filter(v => typeof v === "string")
    expect(names.filter(n => registeredScheme(n) === undefined).sort()).toEqual([
      "LMOTS_SHA256",
      "LMS_SHA256",
      "PKIX_ECDSA_P256_HMAC_SHA_256",
      "PUBLIC_KEY_DETAILS_UNSPECIFIED",
    ])
  })

  it("say in their name what they do", () => {
    const spelled: Record<string, string> = {
      PKIX_ECDSA_P256_SHA_256: "ecdsa P-256 sha256",
      PKIX_ECDSA_P384_SHA_384: "ecdsa P-384 sha384",
      PKIX_ECDSA_P521_SHA_512: "ecdsa P-521 sha512",
      PKIX_ECDSA_P384_SHA_256: "ecdsa P-384 sha256",
      PKIX_ECDSA_P521_SHA_256: "ecdsa P-521 sha256",
      PKIX_ED25519: "ed25519",
      PKIX_ED25519_PH: "ed25519ph",
      PKIX_RSA_PKCS1V15_3072_SHA256: "rsa-pkcs1 sha256",
      PKIX_RSA_PSS_4096_SHA256: "rsa-pss sha256",
      PKCS1_RSA_PKCS1V5: "rsa-pkcs1 sha256",
      PKIX_RSA_PSS: "rsa-pss sha256",
      ML_DSA_44: "ml-dsa ML-DSA-44",
      ML_DSA_87: "ml-dsa ML-DSA-87",
    }
    for (const [name, scheme] of Object.entries(spelled)) expect(short(registeredScheme(name)?.scheme)).toBe(scheme)
    for (const name of ["", "toString", "pkix_ed25519"]) expect(registeredScheme(name)).toBeUndefined()
  })
})

describe("schemes of a key", () => {
  it.each([
    ["p256", ["ecdsa P-256 sha256"]],
    ["p384", ["ecdsa P-384 sha384", "ecdsa P-384 sha256"]],
    ["p521", ["ecdsa P-521 sha512", "ecdsa P-521 sha256"]],
    ["ed25519", ["ed25519", "ed25519ph"]],
    ["rsa2048", ["rsa-pkcs1 sha256", "rsa-pss sha256"]],
    ["rsa2560", []],
    ["pss2048", ["rsa-pss sha256"]],
    ["mlDsa44", ["ml-dsa ML-DSA-44"]],
  ] as const)("%s", (name, schemes) => {
    expect(allowedSchemes(keys[name]).map(short)).toEqual(schemes)
    expect(short(defaultScheme(keys[name]))).toBe(schemes[0] ?? "none")
  })

  it("follow the digest that is at hand", () => {
    const by = (key: PublicKey) => (["sha256", "sha384", "sha512"] as const).map(h => short(schemeForDigest(key, h)))
    expect(by(keys.p256)).toEqual(["ecdsa P-256 sha256", "none", "none"])
    expect(by(keys.p384)).toEqual(["ecdsa P-384 sha256", "ecdsa P-384 sha384", "none"])
    expect(by(keys.p521)).toEqual(["ecdsa P-521 sha256", "none", "ecdsa P-521 sha512"])
    expect(by(keys.ed25519)).toEqual(["none", "none", "ed25519ph"])
    expect(by(keys.rsa2048)).toEqual(["rsa-pkcs1 sha256", "none", "none"])
    expect(by(keys.pss2048)).toEqual(["rsa-pss sha256", "none", "none"])
    expect(by(keys.mlDsa44)).toEqual(["none", "none", "none"])
  })

  it("fit by kind, curve, set and digest of a PSS key", () => {
    const table: [SignatureScheme, (keyof typeof keys)[]][] = [
      [{ kind: "ecdsa", curve: "P-256", hash: "sha512" }, ["p256"]],
      [{ kind: "ed25519" }, ["ed25519"]],
      [{ kind: "ed25519ph" }, ["ed25519"]],
      [{ kind: "rsa-pkcs1", hash: "sha512" }, ["rsa2048", "rsa2560"]],
      [{ kind: "rsa-pss", hash: "sha512" }, ["rsa2048", "rsa2560"]],
      [{ kind: "rsa-pss", hash: "sha256" }, ["rsa2048", "rsa2560", "pss2048"]],
      [{ kind: "ml-dsa", set: "ML-DSA-65" }, ["mlDsa65"]],
    ]
    for (const [scheme, fitting] of table) {
      const found = Object.entries(keys).filter(([, key]) => schemeFitsKey(scheme, key))
      expect(found.map(([name]) => name)).toEqual(fitting)
    }
  })

  it("take the curve of an algorithm identifier from the key", () => {
    expect(short(schemeFor({ kind: "ecdsa", hash: "sha256" }, keys.p384))).toBe("ecdsa P-384 sha256")
    expect(short(schemeFor({ kind: "ecdsa", hash: "sha256" }, keys.rsa2048))).toBe("none")
    expect(short(schemeFor({ kind: "rsa-pkcs1", hash: "sha512" }, keys.rsa2560))).toBe("rsa-pkcs1 sha512")
    expect(short(schemeFor({ kind: "rsa-pkcs1", hash: "sha256" }, keys.pss2048))).toBe("none")
    expect(short(schemeFor({ kind: "ed25519" }, keys.p256))).toBe("none")
  })

  it("hash the message first, or do not", () => {
    expect(REGISTRY.filter(row => prehashOf(row.scheme) === undefined).map(row => row.name)).toEqual([
      "PKIX_ED25519",
      "ML_DSA_65",
      "ML_DSA_87",
      "ML_DSA_44",
    ])
    expect(prehashOf({ kind: "ed25519ph" })).toBe("sha512")
    expect(prehashOf({ kind: "rsa-pss", hash: "sha384" })).toBe("sha384")
  })
})

describe("keys of a row", () => {
  const row = (name: string) => registeredScheme(name) ?? expect.fail(name)

  it("are parsed in the row's form", () => {
    const pair = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey
    const spki = new Uint8Array(pair.export(der))
    const pkcs1 = new Uint8Array(pair.export({ type: "pkcs1", format: "der" }))
    const key = { ok: true, value: parsed(spki) }
    expect(registeredKey(row("PKIX_RSA_PKCS1V15_2048_SHA256"), spki)).toEqual(key)
    expect(registeredKey(row("PKIX_RSA_PKCS1V5"), spki)).toEqual(key)
    expect(registeredKey(row("PKCS1_RSA_PKCS1V5"), pkcs1)).toEqual(key)
    expect(registeredKey(row("PKCS1_RSA_PKCS1V5"), spki).ok).toBe(false)
    expect(registeredKey(row("PKIX_RSA_PKCS1V5"), pkcs1).ok).toBe(false)
  })

  it("are refused when they are of another kind, curve or size", () => {
    const wrong = (name: string, key: PublicKey) =>
      expect(registeredKey(row(name), key.spki)).toEqual({
        ok: false,
        error: { reason: "algorithm-unsupported", where: name },
      })
    wrong("PKIX_ECDSA_P256_SHA_256", keys.p384)
    wrong("PKIX_ED25519", keys.p256)
    wrong("PKIX_RSA_PKCS1V15_3072_SHA256", keys.rsa2048)
    wrong("ML_DSA_65", keys.mlDsa44)
    expect(registeredKey(row("PKIX_ED25519"), keys.ed25519.spki.subarray(1)).ok).toBe(false)
  })
})
