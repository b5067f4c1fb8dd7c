/**
 * Encodings of Ed25519 (RFC 8032 §5.1): 32 bytes, little-endian y with the sign of x in the top bit.
 *
 * Implementations disagree about edge cases (non-canonical y, points of small order, `S >= L`), and a verifier that runs on
 * several of them must not. So the edge cases are refused here, before any implementation is asked. A key of small order
 * would make one signature verify for many messages.
 */
import { compareBytes, equalBytes, fromHex } from "../kernel/bytes.ts"

function littleEndian(hex: string): Uint8Array {
  return fromHex(hex) as Uint8Array
}

/** The y coordinates of the eight points whose order divides the cofactor 8: orders 4, 1, 8, 8 and 2. */
const SMALL_ORDER_Y = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
].map(littleEndian)

/** p = 2^255 - 19 and L, the order of the base point, both big-endian for comparing. */
const FIELD_PRIME = littleEndian("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f").reverse()
const ORDER = littleEndian("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").reverse()

/**
 * True when the 32 bytes are a canonical encoding (`y < p`) of something that is not of small order. Whether y belongs to a
 * point at all is left to the implementations: all of them refuse to verify when it does not.
 */
export function isEdwardsPoint(encoded: Uint8Array): boolean {
  if (encoded.length !== 32) return false
  const y = Uint8Array.from(encoded)
  y[31] = (y[31] as number) & 0x7f
  if (SMALL_ORDER_Y.some(small => equalBytes(small, y))) return false
  return compareBytes(y.reverse(), FIELD_PRIME) < 0
}

/**
 * True for R || S with R as in `isEdwardsPoint` and `S < L` (RFC 8032 §5.1.7: otherwise S + L is a second signature).
 * Refusing R of small order is stricter than the RFC; an honest signer meets one with probability 2^-250.
 */
export function isEdwardsSignature(signature: Uint8Array): boolean {
  if (signature.length !== 64) return false
  const s = Uint8Array.from(signature.subarray(32)).reverse()
  return compareBytes(s, ORDER) < 0 && isEdwardsPoint(signature.subarray(0, 32))
}
