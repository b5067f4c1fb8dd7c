/** Ed25519 written out over noble's points, so that components of small order can be added anywhere. */
import { ed25519 } from "@noble/curves/ed25519.js"
import { createHash } from "node:crypto"
import { derive, join, modulo, toBytes, toNumber, utf8 } from "./derive.ts"

export const { Point } = ed25519
export type EdPoint = InstanceType<typeof Point>
export const L = Point.Fn.ORDER
export const P = Point.Fp.ORDER

export function littleEndian(value: bigint): Uint8Array {
  return toBytes(value, 32).reverse()
}

export function fromLittleEndian(bytes: Uint8Array): bigint {
  return toNumber(Uint8Array.from(bytes).reverse())
}

export function sha512(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(createHash("sha512").update(join(...parts)).digest())
}

/** A generator of the eight points of small order: L times a point outside the prime-order subgroup. */
export const TORSION: EdPoint = ((): EdPoint => {
  for (let y = 2n; ; y++) {
    try {
      const point = Point.fromBytes(littleEndian(y)).multiplyUnsafe(L - 1n).add(Point.fromBytes(littleEndian(y)))
      if (!point.double().double().is0()) return point
    } catch {
      continue
    }
  }
})()

/** i times the generator of the points of small order. */
export function torsion(i: number): EdPoint {
  let point = Point.ZERO
  for (let n = 0; n < i; n++) point = point.add(TORSION)
  return point
}

/** dom2 (RFC 8032 §2) with flag and context; for pure Ed25519 there is none. */
export function dom2(flag: 0 | 1, context: string): Uint8Array {
  return join(utf8("SigEd25519 no Ed25519 collisions"), [flag, context.length], utf8(context))
}

/** The private scalar of a label, and its point. */
export function keyPair(label: string): { readonly a: bigint; readonly A: EdPoint } {
  const h = sha512(derive(`ed25519 ${label}`, 32)).subarray(0, 32)
  h[0] = (h[0] ?? 0) & 0xf8
  h[31] = ((h[31] ?? 0) & 0x3f) | 0x40
  const a = fromLittleEndian(h)
  return { a, A: Point.BASE.multiply(modulo(a, L)) }
}

export interface EdSigning {
  /** Private scalar. */
  readonly a: bigint
  /** The public key as the verifier will see it. */
  readonly publicKey: Uint8Array
  /** What R is encoded as, made of r times the base point. */
  readonly encodeR?: (R: EdPoint) => Uint8Array
  readonly domain?: Uint8Array
  /** The message, or its digest for Ed25519ph. */
  readonly message: Uint8Array
  readonly nonce: string
}

/** The challenge k (RFC 8032 §5.1.7 step 2). */
export function challenge(R: Uint8Array, publicKey: Uint8Array, message: Uint8Array, domain: Uint8Array = new Uint8Array(0)): bigint {
  return modulo(fromLittleEndian(sha512(domain, R, publicKey, message)), L)
}

/** R || S with S = r + k a (RFC 8032 §5.1.6), R encoded as asked. */
export function signEd({ a, publicKey, encodeR = R => R.toBytes(), domain, message, nonce }: EdSigning): Uint8Array {
  const r = modulo(toNumber(derive(`ed25519 nonce ${nonce}`, 64)), L)
  const R = encodeR(Point.BASE.multiply(r))
  return join(R, littleEndian(modulo(r + challenge(R, publicKey, message, domain) * a, L)))
}
