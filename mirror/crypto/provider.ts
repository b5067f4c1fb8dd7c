/**
 * What the crypto providers have in common: a request is taken apart once, key, scheme and data must go together, and
 * only then is the provider's own arithmetic asked. Two schemes are computed here for all providers alike, because hosts
 * either lack them or answer differently: RSA over a digest, and Ed25519ph.
 */
import { HASH_BYTES } from "../../src/formats/algorithm-identifier.ts"
import { prehashOf, schemeFitsKey } from "../../src/formats/algorithm-registry.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import type { HashAlgorithm, PublicKey, SignatureScheme, VerifyRequest } from "../../src/kernel/signature-scheme.ts"
import { verifyRsaDigest } from "./rsa-digest.ts"

export type EcKey = Extract<PublicKey, { kind: "ec" }>
export type Ed25519Key = Extract<PublicKey, { kind: "ed25519" }>
export type RsaKey = Extract<PublicKey, { kind: "rsa" }>
export type MlDsaKey = Extract<PublicKey, { kind: "ml-dsa" }>
export type RsaScheme = Extract<SignatureScheme, { kind: "rsa-pkcs1" | "rsa-pss" }>

type Answer = boolean | Promise<boolean>

/** The arithmetic of one host. Every method answers false for bad input and gets keys that fit its scheme. */
export interface Primitives {
  readonly hash: Crypto["hash"]
  ecdsa(key: EcKey, hash: HashAlgorithm, signature: Uint8Array, message: Uint8Array): Answer
  /** `digest` has the length of the hash's output. */
  ecdsaDigest(key: EcKey, hash: HashAlgorithm, signature: Uint8Array, digest: Uint8Array): Answer
  /** By the equation without the cofactor; see edwards-equation.ts. */
  ed25519(key: Ed25519Key, signature: Uint8Array, message: Uint8Array): Answer
  /** PSS with MGF1 over the same hash and a salt of exactly the hash's length. */
  rsa(scheme: RsaScheme, key: RsaKey, signature: Uint8Array, message: Uint8Array): Answer
  mlDsa(key: MlDsaKey, signature: Uint8Array, message: Uint8Array): Answer
}

async function verify(host: Primitives, request: VerifyRequest): Promise<boolean> {
  const { scheme, key, signature, data } = request
  const prehash = prehashOf(scheme)
  if (!schemeFitsKey(scheme, key)) return false
  if ("digest" in data && (prehash === undefined || data.digest.length !== HASH_BYTES[prehash])) return false

  if (scheme.kind === "ecdsa" && key.kind === "ec") {
    return "digest" in data
      ? host.ecdsaDigest(key, scheme.hash, signature, data.digest)
      : host.ecdsa(key, scheme.hash, signature, data.message)
  }
  if ((scheme.kind === "rsa-pkcs1" || scheme.kind === "rsa-pss") && key.kind === "rsa") {
    return "digest" in data
      ? verifyRsaDigest(host.hash, scheme, key, signature, data.digest)
      : host.rsa(scheme, key, signature, data.message)
  }
  if (scheme.kind === "ed25519ph" && key.kind === "ed25519") {
    // Loaded when it is needed: few runs meet this scheme, and reading the curve's code takes milliseconds.
    const { verifyEd25519ph } = await import("./edwards-equation.ts")
    return verifyEd25519ph(key.raw, signature, "digest" in data ? data.digest : host.hash("sha512", data.message))
  }
  if ("digest" in data) return false
  if (key.kind === "ed25519") return host.ed25519(key, signature, data.message)
  return key.kind === "ml-dsa" && host.mlDsa(key, signature, data.message)
}

/** Makes a crypto provider of a host's arithmetic. */
export function cryptoProvider(host: Primitives): Crypto {
  return { hash: host.hash, verify: request => verify(host, request) }
}
