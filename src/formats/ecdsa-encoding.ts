/**
 * The two encodings of an ECDSA signature (r, s): DER (RFC 3279 §2.2.3), which everything here uses, and IEEE P1363
 * (r || s, each as long as the curve order), which tokens and WebCrypto produce.
 *
 * ```text
 * 30 45 02 21 00 e5… 02 20 1f…      Ecdsa-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER }
 * ```
 *
 * Only the one DER form is accepted: with a lax reader anybody could make a second encoding of a signature, so that one
 * signature would count as two. (The sign of s can still be turned: (r, n - s) verifies too, by the nature of ECDSA.)
 */
import { compareBytes } from "../kernel/bytes.ts"
import type { Curve } from "../kernel/signature-scheme.ts"
import { CURVES } from "./curve.ts"
import { TAG } from "./der.ts"
import { derElement } from "./der-write.ts"

/** Offset after the INTEGER at `at` when it is a minimal one in [1, order - 1], else -1. */
function integerEnd(der: Uint8Array, at: number, order: Uint8Array): number {
  const length = der[at + 1] ?? 0
  const start = at + 2
  const end = start + length
  // The longest, for P-521, has 66 octets, so the length is always in the short form.
  if (der[at] !== TAG.integer || length === 0 || length > order.length + 1 || end > der.length) return -1
  const first = der[start] as number
  const isPadded = first === 0
  // Negative; or zero; or padded although the next octet's top bit is clear.
  if (first >= 0x80 || (isPadded && (length === 1 || (der[start + 1] as number) < 0x80))) return -1
  const value = der.subarray(isPadded ? start + 1 : start, end)
  if (value.length > order.length || (value.length === order.length && compareBytes(value, order) >= 0)) return -1
  return end
}

/** Where r begins when `der` starts with the header of a SEQUENCE that is exactly the rest, else -1. */
function sequenceStart(der: Uint8Array): number {
  if (der[0] !== TAG.sequence) return -1
  if (der[1] === 0x81) return (der[2] ?? 0) >= 0x80 && der[2] === der.length - 3 ? 3 : -1
  return der[1] === der.length - 2 && der.length < 0x82 ? 2 : -1
}

/** Offsets of r, of s and of the end, or undefined when `der` is not the strict encoding for the curve. */
function split(curve: Curve, der: Uint8Array): readonly [number, number] | undefined {
  const { order } = CURVES[curve]
  const r = sequenceStart(der)
  if (r < 0) return undefined
  const s = integerEnd(der, r, order)
  return s >= 0 && integerEnd(der, s, order) === der.length ? [r, s] : undefined
}

/** True for the strict DER of an ECDSA signature with r and s in [1, n - 1], n the order of the curve. */
export function isEcdsaSignature(curve: Curve, der: Uint8Array): boolean {
  return split(curve, der) !== undefined
}

/** DER INTEGER of big-endian octets. */
function derInteger(octets: Uint8Array): Uint8Array {
  let skip = 0
  while (skip < octets.length - 1 && octets[skip] === 0) skip++
  const value = octets.subarray(skip)
  return (value[0] as number) >= 0x80
    ? derElement(TAG.integer, Uint8Array.of(0), value)
    : derElement(TAG.integer, value)
}

/**
 * DER of an IEEE P1363 signature.
 * @returns undefined when the length is not twice that of the curve order, or r or s is outside [1, n - 1]
 */
export function p1363ToDer(curve: Curve, signature: Uint8Array): Uint8Array | undefined {
  const { bytes } = CURVES[curve]
  if (signature.length !== 2 * bytes) return undefined
  const der = derElement(TAG.sequence, derInteger(signature.subarray(0, bytes)), derInteger(signature.subarray(bytes)))
  return isEcdsaSignature(curve, der) ? der : undefined
}

/** IEEE P1363 form of a DER signature, or undefined when `der` is not the strict encoding for the curve. */
export function derToP1363(curve: Curve, der: Uint8Array): Uint8Array | undefined {
  const at = split(curve, der)
  if (at === undefined) return undefined
  const { bytes } = CURVES[curve]
  const [r, s] = at
  const out = new Uint8Array(2 * bytes)
  // A padded INTEGER is at most one octet longer than the field it goes into, and that octet is zero.
  const place = (value: Uint8Array, end: number): void => {
    const digits = value[0] === 0 ? value.subarray(1) : value
    out.set(digits, end - digits.length)
  }
  place(der.subarray(r + 2, s), bytes)
  place(der.subarray(s + 2), 2 * bytes)
  return out
}
