/**
 * The little DER that is ever written here: headers around bytes that exist already (a key's SubjectPublicKeyInfo, an
 * ECDSA signature, the shortened TBSCertificate of RFC 6962 §3.2).
 */
import { concatBytes } from "../kernel/bytes.ts"

/** Identifier and minimal length octets (X.690 §10.1) for contents of fewer than 2^24 octets. */
export function derHeader(tag: number, length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(tag, length)
  if (length < 0x100) return Uint8Array.of(tag, 0x81, length)
  if (length < 0x10000) return Uint8Array.of(tag, 0x82, length >> 8, length)
  return Uint8Array.of(tag, 0x83, length >> 16, length >> 8, length)
}

/** One element with these contents. */
export function derElement(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of contents) length += part.length
  return concatBytes(derHeader(tag, length), ...contents)
}
