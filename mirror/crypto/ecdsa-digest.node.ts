/**
 * ECDSA over a finished digest, exactly, with node:crypto, which only verifies messages.
 *
 * ECDSA (FIPS 186-5 §6.4.2) accepts (r, s) for the digest e and the key Q when x(R) mod n = r, where
 *
 *     R = (e/s) G + (r/s) Q
 *
 * Take any message, with digest m, and the shifted key Q' = Q + ((e - m)/r) G. Then (m/s) G + (r/s) Q' is that same R:
 * node:crypto verifies the same signature over that message under Q', and its answer is the answer for e. No coordinate
 * is ever guessed (compare ecdsa-digest.ts). The multiplication is OpenSSL's, and noble adds the two points.
 *
 * There is no shifted key when (e - m)/r is zero or when Q' is the point at infinity. A signer can bring about either,
 * each for one value of m, so of three messages with different digests one always serves.
 */
import { createECDH, createPublicKey, hash as digestOf, verify } from "node:crypto"
import { p256, p384, p521 } from "@noble/curves/nist.js"
import { isCurvePoint } from "../../src/formats/curve.ts"
import { derToP1363 } from "../../src/formats/ecdsa-encoding.ts"
import { concatBytes } from "../../src/kernel/bytes.ts"
import type { Curve, HashAlgorithm, PublicKey } from "../../src/kernel/signature-scheme.ts"

type EcKey = Extract<PublicKey, { kind: "ec" }>

const CURVES = {
  "P-256": { noble: p256, openssl: "prime256v1" },
  "P-384": { noble: p384, openssl: "secp384r1" },
  "P-521": { noble: p521, openssl: "secp521r1" },
} as const satisfies Record<Curve, unknown>

const MESSAGES = [Uint8Array.of(0), Uint8Array.of(1), Uint8Array.of(2)]

/** The leftmost bits of a digest as a number modulo the curve order (FIPS 186-5 §6.4.2 step 2). */
function scalar(curve: Curve, digest: Uint8Array): bigint {
  const { Fn } = CURVES[curve].noble.Point
  const excess = Math.max(0, 8 * digest.length - Fn.BITS)
  let value = 0n
  for (const octet of digest) value = (value << 8n) | BigInt(octet)
  return Fn.create(value >> BigInt(excess))
}

/** The uncompressed point Q + shift G, or undefined when it cannot be computed so or is no key. */
function shiftedPoint(key: EcKey, shift: bigint): Uint8Array | undefined {
  const { noble, openssl } = CURVES[key.curve]
  if (shift === 0n) return undefined
  const multiplier = createECDH(openssl)
  multiplier.setPrivateKey(noble.Point.Fn.toBytes(shift))
  const shifted = noble.Point.fromBytes(key.point).add(noble.Point.fromBytes(multiplier.getPublicKey()))
  return shifted.is0() ? undefined : shifted.toBytes(false)
}

/**
 * True when the signature verifies over the digest.
 * @param signature - strict DER
 * @param digest - as long as the output of `hash`
 */
export function verifyEcdsaDigest(key: EcKey, hash: HashAlgorithm, signature: Uint8Array, digest: Uint8Array): boolean {
  const { Fn } = CURVES[key.curve].noble.Point
  const p1363 = derToP1363(key.curve, signature)
  if (p1363 === undefined || !isCurvePoint(key.curve, key.point)) return false
  const inverse = Fn.inv(Fn.fromBytes(p1363.subarray(0, Fn.BYTES)))
  const header = key.spki.subarray(0, key.spki.length - key.point.length)
  for (const message of MESSAGES) {
    const difference = Fn.sub(scalar(key.curve, digest), scalar(key.curve, digestOf(hash, message, "buffer")))
    const point = shiftedPoint(key, Fn.mul(difference, inverse))
    if (point === undefined) continue
    const shifted = createPublicKey({ key: Buffer.from(concatBytes(header, point)), format: "der", type: "spki" })
    return verify(hash, message, shifted, signature)
  }
  return false
}
