/**
 * Leaf hashes of an entry bundle (c2sp.org/tlog-tiles, "Log entries"), a whole bundle at once: this is the hot loop of
 * reading a log.
 */
import { copyBytes } from "../kernel/bytes.ts"
import { HASH_BYTES, type Hasher } from "./hashing.ts"

/**
 * The leaf hashes of a bundle of exactly `count` entries, 32 bytes each; `undefined` when the bytes are no such bundle.
 */
export function leafHashesOfBundle(crypto: Hasher, bundle: Uint8Array, count: number): Uint8Array | undefined {
  // leaf(d) hashes a zero byte before the entry. In a copy of the bundle, the byte before an entry is the low byte of
  // its length, read and no longer needed: made zero, the input of the hash stands there without copying each entry.
  const bytes = copyBytes(bundle)
  const hashes = new Uint8Array(count * HASH_BYTES)
  let at = 0
  for (let i = 0; i < count; i++) {
    if (at + 2 > bytes.length) return undefined
    const end = at + 2 + (((bytes[at] as number) << 8) | (bytes[at + 1] as number))
    if (end > bytes.length) return undefined
    bytes[at + 1] = 0
    hashes.set(crypto.hash("sha256", bytes.subarray(at + 1, end)), i * HASH_BYTES)
    at = end
  }
  return at === bytes.length ? hashes : undefined
}

/** Position of the first of the hashes that differs, or -1 when both rows are equal. Both have the same length. */
export function firstDifference(a: Uint8Array, b: Uint8Array): number {
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return Math.floor(at / HASH_BYTES)
  return -1
}
