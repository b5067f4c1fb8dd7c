/**
 * RSA signatures over a finished digest (RFC 8017 §8.1.2, §8.2.2). Providers only offer RSA over messages, so the public
 * operation is done here: with an exponent below 2^32 it is at most 63 multiplications of whole numbers.
 */
import { toHex } from "../../src/kernel/bytes.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import type { PublicKey, SignatureScheme } from "../../src/kernel/signature-scheme.ts"
import { isPkcs1Encoding, isPssEncoding } from "./rsa-encoding.ts"

type RsaKey = Extract<PublicKey, { kind: "rsa" }>
type RsaScheme = Extract<SignatureScheme, { kind: "rsa-pkcs1" | "rsa-pss" }>

function bigEndian(bytes: Uint8Array): bigint {
  return BigInt("0x" + toHex(bytes))
}

function octets(value: bigint, length: number): Uint8Array {
  const hex = value.toString(16).padStart(2 * length, "0")
  return Uint8Array.from({ length }, (_, i) => parseInt(hex.slice(2 * i, 2 * i + 2), 16))
}

/** RSAVP1 (RFC 8017 §5.2.2) and I2OSP: signature^exponent mod modulus, as long as the modulus. */
function publicOperation(key: RsaKey, signature: Uint8Array): Uint8Array | undefined {
  const n = bigEndian(key.modulus)
  const base = bigEndian(signature)
  if (base >= n) return undefined
  let result = 1n
  for (const bit of bigEndian(key.exponent).toString(2)) {
    result = (result * result) % n
    if (bit === "1") result = (result * base) % n
  }
  return octets(result, key.modulus.length)
}

/**
 * Checks an RSA signature over `digest`, made by the scheme's hash.
 * @param hash - the provider's hash function, for MGF1
 */
export function verifyRsaDigest(
  hash: Crypto["hash"],
  scheme: RsaScheme,
  key: RsaKey,
  signature: Uint8Array,
  digest: Uint8Array,
): boolean {
  if (signature.length !== key.modulus.length) return false
  const encoded = publicOperation(key, signature)
  if (encoded === undefined) return false
  return scheme.kind === "rsa-pkcs1"
    ? isPkcs1Encoding(scheme.hash, digest, encoded)
    : isPssEncoding(hash, scheme.hash, digest, key.bits, encoded)
}
