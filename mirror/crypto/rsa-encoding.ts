/**
 * The two RSA signature encodings of RFC 8017, checked against the bytes that the public operation gives back, for data
 * of which only the digest is known.
 *
 * PKCS#1 v1.5 is never parsed: the one encoding that the digest can have is built and compared byte for byte, which is
 * how Bleichenbacher's forgery for e = 3 (garbage after the digest) and every variant of it is answered. PSS is
 * EMSA-PSS-VERIFY with MGF1 over the same hash and a salt of exactly the hash's length.
 */
import { HASH_BYTES } from "../../src/formats/algorithm-identifier.ts"
import { concatBytes, equalBytes, fromHex } from "../../src/kernel/bytes.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import type { HashAlgorithm } from "../../src/kernel/signature-scheme.ts"

/** The hash function of a provider. */
type Hash = Crypto["hash"]

/** DER of DigestInfo up to the digest itself, parameters NULL (RFC 8017 §9.2, note 1). */
const DIGEST_INFO = {
  sha256: "3031300d060960864801650304020105000420",
  sha384: "3041300d060960864801650304020205000430",
  sha512: "3051300d060960864801650304020305000440",
} as const satisfies Record<HashAlgorithm, string>

/**
 * EMSA-PKCS1-v1_5 (RFC 8017 §9.2, §8.2.2 step 4): true when `encoded` is `00 01 ff…ff 00 DigestInfo` of its own length.
 * @param encoded - the modulus' length in bytes, 256 or more
 */
export function isPkcs1Encoding(hash: HashAlgorithm, digest: Uint8Array, encoded: Uint8Array): boolean {
  const info = concatBytes(fromHex(DIGEST_INFO[hash]) as Uint8Array, digest)
  const expected = new Uint8Array(encoded.length).fill(0xff)
  expected[0] = 0x00
  expected[1] = 0x01
  expected[encoded.length - info.length - 1] = 0x00
  expected.set(info, encoded.length - info.length)
  return equalBytes(expected, encoded)
}

/** MGF1 (RFC 8017 §B.2.1). */
function mgf1(hash: Hash, algorithm: HashAlgorithm, seed: Uint8Array, length: number): Uint8Array {
  const size = HASH_BYTES[algorithm]
  const out = new Uint8Array(Math.ceil(length / size) * size)
  const input = concatBytes(seed, new Uint8Array(4))
  const counter = new DataView(input.buffer, seed.length)
  for (let i = 0; i * size < length; i++) {
    counter.setUint32(0, i)
    out.set(hash(algorithm, input), i * size)
  }
  return out.subarray(0, length)
}

/**
 * EMSA-PSS-VERIFY (RFC 8017 §9.1.2) with salt length = hash length.
 * @param bits - bits of the modulus, 2048 or more, so that salt, hash and padding always fit
 * @param encoded - the modulus' length in bytes
 */
export function isPssEncoding(
  hash: Hash,
  algorithm: HashAlgorithm,
  digest: Uint8Array,
  bits: number,
  encoded: Uint8Array,
): boolean {
  const size = HASH_BYTES[algorithm]
  const emBits = bits - 1
  const emLength = Math.ceil(emBits / 8)
  // §8.1.2 step 2c: one octet shorter than the modulus when the modulus has 8k + 1 bits; the octet before must be zero.
  if (encoded.length > emLength && encoded[0] !== 0) return false
  const em = encoded.subarray(encoded.length - emLength)
  if (em[emLength - 1] !== 0xbc) return false
  const block = em.subarray(0, emLength - size - 1)
  const h = em.subarray(emLength - size - 1, emLength - 1)
  // Steps 6 and 9: the leftmost 8 * emLength - emBits bits are zero before and after unmasking.
  const keep = 0xff >> (8 * emLength - emBits)
  if (((block[0] as number) & ~keep) !== 0) return false
  const db = mgf1(hash, algorithm, h, block.length)
  for (let i = 0; i < db.length; i++) db[i] = (db[i] as number) ^ (block[i] as number)
  db[0] = (db[0] as number) & keep
  // Step 10: zeros, one, then the salt; a salt of any other length puts the one elsewhere.
  const one = db.length - size - 1
  for (let i = 0; i < one; i++) if (db[i] !== 0) return false
  if (db[one] !== 1) return false
  return equalBytes(hash(algorithm, concatBytes(new Uint8Array(8), digest, db.subarray(one + 1))), h)
}
