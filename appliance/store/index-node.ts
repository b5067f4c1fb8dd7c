/**
 * A node of the row index, as bytes:
 *
 * ```
 * 0 | entries…     leaf:  key of a committed row, SHA-256 of its value
 * 1 | entries…     inner: first key under a child, SHA-256 of the child
 * entry = length of the key u16 big-endian | key | 32-byte hash
 * ```
 *
 * Entries ascend by key without repeats; only the root of an empty index has none. A node is stored under its SHA-256.
 */
import { compareBytes } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"

export interface IndexEntry {
  readonly key: Uint8Array
  readonly hash: Uint8Array
}

export interface IndexNode {
  readonly leaf: boolean
  readonly entries: readonly IndexEntry[]
}

/** Longest key of a committed row in bytes, its sublevel's name included. */
export const MAX_INDEX_KEY_BYTES = 4096

/**
 * The bytes of a node.
 * @throws StellaError INTERNAL for a key longer than `MAX_INDEX_KEY_BYTES`
 */
export function printIndexNode(node: IndexNode): Uint8Array {
  let length = 1
  for (const { key } of node.entries) {
    if (key.length > MAX_INDEX_KEY_BYTES) throw new StellaError("INTERNAL", "key of a committed row is too long")
    length += 2 + key.length + 32
  }
  const out = new Uint8Array(length)
  out[0] = node.leaf ? 0 : 1
  let at = 1
  for (const { key, hash } of node.entries) {
    out[at] = key.length >> 8
    out[at + 1] = key.length
    out.set(key, at + 2)
    out.set(hash, at + 2 + key.length)
    at += 2 + key.length + 32
  }
  return out
}

/** Reads exactly what `printIndexNode` prints; undefined for anything else. */
export function parseIndexNode(bytes: Uint8Array): IndexNode | undefined {
  const kind = bytes[0]
  if (kind !== 0 && kind !== 1) return undefined
  const entries: IndexEntry[] = []
  let at = 1
  while (at < bytes.length) {
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
    const end = at + 2 + length + 32
    if (length > MAX_INDEX_KEY_BYTES || end > bytes.length) return undefined
    const key = bytes.subarray(at + 2, at + 2 + length)
    const before = entries.at(-1)
    if (before !== undefined && compareBytes(before.key, key) >= 0) return undefined
    entries.push({ key, hash: bytes.subarray(end - 32, end) })
    at = end
  }
  return kind === 1 && entries.length === 0 ? undefined : { leaf: kind === 0, entries }
}
