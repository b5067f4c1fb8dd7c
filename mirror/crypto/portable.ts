/**
 * The crypto provider for every host without node:crypto, above all an auditor's browser: audited noble code, and
 * WebCrypto where it is there and exact.
 *
 * WebCrypto is asked about ECDSA over messages on P-256 and P-384 and about nothing else. It has no digest mode and no
 * Ed25519ph; P-521 is missing in some browsers; browsers differ about Ed25519 at the edges and about malformed PKCS#1
 * padding; and the whole of it is missing on pages that were not loaded safely.
 */
import { ml_dsa44, ml_dsa65, ml_dsa87 } from "@noble/post-quantum/ml-dsa.js"
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js"
import { derToP1363 } from "../../src/formats/ecdsa-encoding.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import type { HashAlgorithm, MlDsa } from "../../src/kernel/signature-scheme.ts"
import { verifyEcdsaDigest } from "./ecdsa-digest.ts"
import { verifyEd25519 } from "./edwards-equation.ts"
import { cryptoProvider, type EcKey, type Primitives } from "./provider.ts"
import { verifyRsaDigest } from "./rsa-digest.ts"

/** A key inside WebCrypto; opaque. */
export type WebKey = object

/** The part of `SubtleCrypto` (W3C Web Cryptography Level 2) that is used. */
export interface WebCryptoVerifier {
  importKey(
    format: "raw",
    point: Uint8Array<ArrayBuffer>,
    algorithm: { readonly name: "ECDSA"; readonly namedCurve: string },
    extractable: false,
    usages: "verify"[],
  ): Promise<WebKey>
  verify(
    algorithm: { readonly name: "ECDSA"; readonly hash: string },
    key: WebKey,
    signature: Uint8Array<ArrayBuffer>,
    message: Uint8Array<ArrayBuffer>,
  ): Promise<boolean>
}

const HASHES = { sha256, sha384, sha512 } as const satisfies Record<HashAlgorithm, unknown>
const WEB_HASHES: Readonly<Record<HashAlgorithm, string>> = { sha256: "SHA-256", sha384: "SHA-384", sha512: "SHA-512" }
const ML_DSA = { "ML-DSA-44": ml_dsa44, "ML-DSA-65": ml_dsa65, "ML-DSA-87": ml_dsa87 } as const satisfies Record<
  MlDsa,
  unknown
>

function hash(algorithm: HashAlgorithm, bytes: Uint8Array): Uint8Array {
  return HASHES[algorithm](bytes)
}

/** WebCrypto of this page or process; a page that was not loaded safely has none, whatever the types say. */
function ambient(): WebCryptoVerifier | null {
  return typeof crypto === "undefined" ? null : ((crypto as { readonly subtle?: WebCryptoVerifier }).subtle ?? null)
}

/** ECDSA over messages by WebCrypto, with the imported keys kept for as long as the parsed ones. */
function webEcdsa(subtle: WebCryptoVerifier): Primitives["ecdsa"] {
  const keys = new WeakMap<EcKey, Promise<WebKey | null>>()
  return async (key, algorithm, signature, message) => {
    let web = keys.get(key)
    if (web === undefined) {
      // The point itself, not the SubjectPublicKeyInfo: there is less to read differently.
      const algorithm = { name: "ECDSA", namedCurve: key.curve } as const
      web = subtle.importKey("raw", own(key.point), algorithm, false, ["verify"]).catch(() => null)
      keys.set(key, web)
    }
    const imported = await web
    const p1363 = derToP1363(key.curve, signature)
    // Refused although `parsePublicKey` took it, or not the encoding: then nothing verifies.
    if (imported === null || p1363 === undefined) return false
    return subtle.verify({ name: "ECDSA", hash: WEB_HASHES[algorithm] }, imported, own(p1363), own(message))
  }
}

/** The bytes in a buffer that is not shared, as WebCrypto wants them. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes)
}

/**
 * Crypto on noble and WebCrypto.
 * @param subtle - the `crypto.subtle` to use; by default the one of the page or process; null for noble alone
 */
export function portableCrypto(subtle: WebCryptoVerifier | null = ambient()): Crypto {
  const web = subtle === null ? undefined : webEcdsa(subtle)
  const ecdsaDigest: Primitives["ecdsaDigest"] = (key, _, signature, digest) =>
    verifyEcdsaDigest(key, signature, digest)
  return cryptoProvider({
    hash,
    ecdsa: (key, algorithm, signature, message) =>
      web !== undefined && key.curve !== "P-521"
        ? web(key, algorithm, signature, message)
        : ecdsaDigest(key, algorithm, signature, hash(algorithm, message)),
    ecdsaDigest,
    ed25519: (key, signature, message) => verifyEd25519(key.raw, signature, message),
    rsa: (scheme, key, signature, message) => verifyRsaDigest(hash, scheme, key, signature, hash(scheme.hash, message)),
    mlDsa: (key, signature, message) => ML_DSA[key.set].verify(signature, message, key.raw),
  })
}
