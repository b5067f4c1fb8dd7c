/**
 * The numbers of the three NIST curves (SP 800-186 §3.2.1) and the one question asked about a point: is it on the curve?
 * Every provider would ask it too, but not every provider would answer alike, so it is asked here for all of them
 * (SEC 1 §3.2.2.1: a point off the curve opens the way to invalid-curve attacks).
 */
import { toHex } from "../kernel/bytes.ts"
import type { Curve } from "../kernel/signature-scheme.ts"

interface CurveNumbers {
  /** Length of a coordinate, and of r or s, in bytes. */
  readonly bytes: number
  /** Field prime. */
  readonly p: bigint
  /** Coefficient b of y^2 = x^3 - 3x + b. */
  readonly b: bigint
  /** Order of the base point, `bytes` long, big-endian. */
  readonly order: Uint8Array
}

function bigEndian(value: bigint, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => Number((value >> BigInt(8 * (length - 1 - i))) & 0xffn))
}

/** The three curves that keys may be on (SEC 2 §2; all have a = -3 and cofactor 1). */
export const CURVES: Readonly<Record<Curve, CurveNumbers>> = {
  "P-256": {
    bytes: 32,
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    order: bigEndian(0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n, 32),
  },
  "P-384": {
    bytes: 48,
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
    order: bigEndian(
      0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
      48,
    ),
  },
  "P-521": {
    bytes: 66,
    p: 2n ** 521n - 1n,
    b: 0x051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
    order: bigEndian(
      0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
      66,
    ),
  },
}

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt("0x" + toHex(bytes))
}

/**
 * True when `point` is the uncompressed form (SEC 1 §2.3.3: 0x04, X, Y) of a point on the curve with both coordinates
 * below the field prime. The point at infinity has no such form.
 */
export function isCurvePoint(curve: Curve, point: Uint8Array): boolean {
  const { bytes, p, b } = CURVES[curve]
  if (point.length !== 1 + 2 * bytes || point[0] !== 4) return false
  const x = toBigInt(point.subarray(1, 1 + bytes))
  const y = toBigInt(point.subarray(1 + bytes))
  return x < p && y < p && (x * (x * x - 3n) + b - y * y) % p === 0n
}
