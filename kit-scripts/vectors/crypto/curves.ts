/** ECDSA written out over noble's points, so that nonce, digest and key can be chosen freely. */
import { p256, p384, p521 } from "@noble/curves/nist.js"
import { createHash } from "node:crypto"
import type { Curve, HashAlgorithm } from "../../../src/kernel/signature-scheme.ts"
import { integer, oid, sequence, spki } from "./der.ts"
import { deriveNumber, inverse, modulo, toNumber } from "./derive.ts"

/** P-256, P-384 and P-521. */
export const CURVES = {
  "P-256": { noble: p256, oid: "1.2.840.10045.3.1.7", bits: 256 },
  "P-384": { noble: p384, oid: "1.3.132.0.34", bits: 384 },
  "P-521": { noble: p521, oid: "1.3.132.0.35", bits: 521 },
} as const satisfies Record<Curve, unknown>

export const EC_PUBLIC_KEY = "1.2.840.10045.2.1"

export interface Rs {
  readonly r: bigint
  readonly s: bigint
}

export function digestOf(hash: string, message: Uint8Array): Uint8Array {
  return new Uint8Array(createHash(hash).update(message).digest())
}

/** Strict DER of (r, s). */
export function derSignature({ r, s }: Rs): Uint8Array {
  return sequence(integer(r), integer(s))
}

/** One curve with one derived key pair. */
export class Signer {
  readonly curve: Curve
  readonly hash: HashAlgorithm
  /** Order of the base point. */
  readonly n: bigint
  /** Field prime. */
  readonly p: bigint
  /** The private key. */
  readonly d: bigint
  /** Length of a coordinate in bytes. */
  readonly size: number

  constructor(curve: Curve, hash: HashAlgorithm, label: string) {
    this.curve = curve
    this.hash = hash
    const { Point } = CURVES[curve].noble
    this.n = Point.Fn.ORDER
    this.p = Point.Fp.ORDER
    this.size = Point.Fp.BYTES
    this.d = deriveNumber(`${curve} ${label}`, this.n)
  }

  /** Uncompressed point of a multiple of the base point; by default the public key. */
  point(multiple: bigint = this.d): Uint8Array {
    return CURVES[this.curve].noble.Point.BASE.multiply(multiple).toBytes(false)
  }

  spki(point: Uint8Array = this.point()): Uint8Array {
    return spki(EC_PUBLIC_KEY, oid(CURVES[this.curve].oid), point)
  }

  /** The digest as a number modulo n (FIPS 186-5 §6.4.1 step 2). */
  scalar(digest: Uint8Array): bigint {
    const excess = Math.max(0, 8 * digest.length - CURVES[this.curve].bits)
    return modulo(toNumber(digest) >> BigInt(excess), this.n)
  }

  /** x coordinate of k times the base point, modulo n. */
  r(k: bigint): bigint {
    return modulo(CURVES[this.curve].noble.Point.BASE.multiply(k).toAffine().x, this.n)
  }

  /** Signs the number e with the nonce of the label. */
  signScalar(e: bigint, label: string): Rs {
    const k = deriveNumber(`${this.curve} nonce ${label}`, this.n)
    const r = this.r(k)
    return { r, s: modulo(inverse(k, this.n) * (e + r * this.d), this.n) }
  }

  signDigest(digest: Uint8Array, label: string): Rs {
    return this.signScalar(this.scalar(digest), label)
  }

  sign(message: Uint8Array, label = "first"): Rs {
    return this.signDigest(digestOf(this.hash, message), label)
  }
}
