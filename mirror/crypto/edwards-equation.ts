/**
 * Verification of Ed25519 and Ed25519ph (RFC 8032 §5.1.7) over noble's point arithmetic, by the equation without the
 * cofactor: encode([S]B - [k]A) must be the 32 bytes of R.
 *
 * The RFC allows the equation multiplied by the cofactor 8 as well, and the two disagree about keys and signatures with
 * a component of small order. OpenSSL asks the stricter one, noble's own `verify` the looser one, browsers differ. A
 * verdict must not depend on the machine, so the stricter one is asked everywhere.
 */
import { ed25519 } from "@noble/curves/ed25519.js"
import { sha512 } from "@noble/hashes/sha2.js"
import { concatBytes, equalBytes, utf8 } from "../../src/kernel/bytes.ts"

const { Point } = ed25519

/** dom2(1, "") of RFC 8032 §5.1: Ed25519ph with the empty context. */
const PREHASH_DOMAIN = concatBytes(utf8("SigEd25519 no Ed25519 collisions"), Uint8Array.of(1, 0))

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] as number)
  return value
}

function holds(publicKey: Uint8Array, signature: Uint8Array, domain: Uint8Array, message: Uint8Array): boolean {
  if (signature.length !== 64) return false
  const r = signature.subarray(0, 32)
  const s = littleEndian(signature.subarray(32))
  if (s >= Point.Fn.ORDER) return false
  let a: InstanceType<typeof Point>
  try {
    a = Point.fromBytes(publicKey)
  } catch {
    // Thirty-two bytes that are no point are no key, and nothing verifies under them.
    return false
  }
  const k = Point.Fn.create(littleEndian(sha512(concatBytes(domain, r, publicKey, message))))
  return equalBytes(Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k)).toBytes(), r)
}

/** Pure Ed25519: `publicKey` 32 bytes, `signature` 64 bytes, the whole message. */
export function verifyEd25519(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): boolean {
  return holds(publicKey, signature, new Uint8Array(0), message)
}

/** Ed25519ph with the empty context, over the SHA-512 of the message (64 bytes). */
export function verifyEd25519ph(publicKey: Uint8Array, signature: Uint8Array, digest: Uint8Array): boolean {
  return holds(publicKey, signature, PREHASH_DOMAIN, digest)
}
