/**
 * Merkle tree hashing of RFC 6962 §2.1 with SHA-256:
 *
 * ```text
 * leaf(d)    = SHA-256(0x00 || d)
 * node(l, r) = SHA-256(0x01 || l || r)
 * MTH({})    = SHA-256("")
 * ```
 *
 * The prefixes keep leaves and nodes apart, so that no node can be passed off as an entry (second preimage).
 */
import { copyBytes } from "../kernel/bytes.ts"
import type { Crypto } from "../kernel/ports.ts"

/** What tree hashing needs of the Crypto port. */
export type Hasher = Pick<Crypto, "hash">

/** Bytes of a hash. */
export const HASH_BYTES = 32

// Hashing is synchronous, so one buffer serves every call: a proof then allocates nothing but its results.
const node = new Uint8Array(1 + 2 * HASH_BYTES)
node[0] = 1

/** Hash of an inner node. Both children have 32 bytes. */
export function nodeHash(crypto: Hasher, left: Uint8Array, right: Uint8Array): Uint8Array {
  node.set(left, 1)
  node.set(right, 1 + HASH_BYTES)
  return crypto.hash("sha256", node)
}

/** Hash of a leaf with this entry. */
export function leafHash(crypto: Hasher, entry: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + entry.length)
  bytes.set(entry, 1)
  return crypto.hash("sha256", bytes)
}

/** Root of the empty tree. */
export function emptyRoot(crypto: Hasher): Uint8Array {
  return crypto.hash("sha256", new Uint8Array(0))
}

/** True when every hash has 32 bytes. A proof with another length is refused before anything is hashed. */
export function areHashes(hashes: readonly Uint8Array[]): boolean {
  return hashes.every(hash => hash.length === HASH_BYTES)
}

/**
 * Root of a perfect subtree from the row of hashes at its foot: `hashes` holds 2^n hashes of 32 bytes. This is what a
 * full tile is to the hash above it.
 */
export function rootOfRow(crypto: Hasher, hashes: Uint8Array): Uint8Array {
  const row = copyBytes(hashes)
  for (let length = row.length; length > HASH_BYTES; length /= 2) {
    for (let at = 0; at < length; at += 2 * HASH_BYTES) {
      node.set(row.subarray(at, at + 2 * HASH_BYTES), 1)
      row.set(crypto.hash("sha256", node), at / 2)
    }
  }
  // A copy of its own: a view would keep the whole row in memory for as long as the root is needed.
  return copyBytes(row.subarray(0, HASH_BYTES))
}
