/**
 * One signature, checked. The encoding is looked at first and by this code alone, so that all crypto providers accept the
 * same bytes; the provider only does the mathematics on what is left.
 */
import { compareBytes } from "../kernel/bytes.ts"
import type { Crypto } from "../kernel/ports.ts"
import type { MlDsa, PublicKey, SignatureScheme, SignedData, VerifyRequest } from "../kernel/signature-scheme.ts"
import { HASH_BYTES } from "./algorithm-identifier.ts"
import { prehashOf, schemeFitsKey } from "./algorithm-registry.ts"
import { isEcdsaSignature } from "./ecdsa-encoding.ts"
import { isEdwardsSignature } from "./edwards.ts"

export { derToP1363, p1363ToDer } from "./ecdsa-encoding.ts"

/** Length of an ML-DSA signature in bytes (FIPS 204 table 2). */
const ML_DSA_SIGNATURE_BYTES: Readonly<Record<MlDsa, number>> = {
  "ML-DSA-44": 2420,
  "ML-DSA-65": 3309,
  "ML-DSA-87": 4627,
}

/**
 * - `valid`: it verifies;
 * - `mismatch`: it is well-formed and does not verify;
 * - `encoding`: it is not the strict encoding of its scheme, whatever it was meant to sign;
 * - `unsupported`: key, scheme and data do not go together (another curve, a digest where the message is needed).
 */
export type SignatureOutcome = "valid" | "mismatch" | "encoding" | "unsupported"

/** RFC 8017 §8.1.2, §8.2.2: exactly as long as the modulus, and as a number below it. */
function isRsaSignature(key: PublicKey, signature: Uint8Array): boolean {
  return key.kind === "rsa" && signature.length === key.modulus.length && compareBytes(signature, key.modulus) < 0
}

/** True when the bytes are the strict encoding of a signature of this scheme by this key. */
export function isSignatureEncoding(scheme: SignatureScheme, key: PublicKey, signature: Uint8Array): boolean {
  switch (scheme.kind) {
    case "ecdsa":
      return isEcdsaSignature(scheme.curve, signature)
    case "ed25519":
    case "ed25519ph":
      return isEdwardsSignature(signature)
    case "rsa-pkcs1":
    case "rsa-pss":
      return isRsaSignature(key, signature)
    case "ml-dsa":
      return signature.length === ML_DSA_SIGNATURE_BYTES[scheme.set]
  }
}

/** A message goes with every scheme; a digest only with those that hash first, and only in the right length. */
function dataFits(scheme: SignatureScheme, data: SignedData): boolean {
  if (!("digest" in data)) return true
  const hash = prehashOf(scheme)
  return hash !== undefined && data.digest.length === HASH_BYTES[hash]
}

/** Checks one signature. Costs at most one call of the provider, and none unless everything fits. */
export async function checkSignature(crypto: Crypto, request: VerifyRequest): Promise<SignatureOutcome> {
  const { scheme, key, signature, data } = request
  if (!schemeFitsKey(scheme, key) || !dataFits(scheme, data)) return "unsupported"
  if (!isSignatureEncoding(scheme, key, signature)) return "encoding"
  return (await crypto.verify(request)) ? "valid" : "mismatch"
}
