/**
 * A node of the row index, as bytes:
 *
 * ```
 * 0 | entries…     leaf:  key of a committed row, SHA-256 of its value
 * 1 | entries…     inner: first key under a child, SHA-256 of the child, rows under it
 * entry = length of the key u16 big-endian | key | 32-byte hash | in an inner node: number of rows u48 big-endian
 * ```
 *
 * Entries ascend by key without repeats; only the root of an empty index has none. A node is stored under its SHA-256.
 */
import { compareBytes } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"

export interface IndexEntry {
  readonly key: Uint8Array
  readonly hash: Uint8Array
  /** Committed rows that the entry stands for: 1 in a leaf. */
  readonly rows: number
}

export interface IndexNode {
  readonly leaf: boolean
  readonly entries: readonly IndexEntry[]
}

/** Longest key of a committed row in bytes, its sublevel's name included. */
export const MAX_INDEX_KEY_BYTES = 4096
const HASH_BYTES = 32
const ROWS_BYTES = 6
const HALF = 2 ** 24

function writeRows(out: Uint8Array, at: number, rows: number): void {
  const [high, low] = [Math.floor(rows / HALF), rows % HALF]
  out.set([high >> 16, high >> 8, high, low >> 16, low >> 8, low], at)
}

function readRows(bytes: Uint8Array): number {
  let rows = 0
  for (const byte of bytes) rows = rows * 256 + byte
  return rows
}

/** Rows under a node. */
export function rowsUnder(entries: readonly IndexEntry[]): number {
  let rows = 0
  for (const entry of entries) rows += entry.rows
  return rows
}

/**
 * The bytes of a node.
 * @throws StellaError INTERNAL for a key longer than `MAX_INDEX_KEY_BYTES`
 */
export function printIndexNode(node: IndexNode): Uint8Array {
  const rest = HASH_BYTES + (node.leaf ? 0 : ROWS_BYTES)
  let length = 1
  for (const { key } of node.entries) {
    if (key.length > MAX_INDEX_KEY_BYTES) throw new StellaError("INTERNAL", "key of a committed row is too long")
    length += 2 + key.length + rest
  }
  const out = new Uint8Array(length)
  out[0] = node.leaf ? 0 : 1
  let at = 1
  for (const { key, hash, rows } of node.entries) {
    out[at] = key.length >> 8
    out[at + 1] = key.length
    out.set(key, at + 2)
    out.set(hash, at + 2 + key.length)
    at += 2 + key.length + rest
    if (!node.leaf) writeRows(out, at - ROWS_BYTES, rows)
  }
  return out
}

/** Reads exactly what `printIndexNode` prints; undefined for anything else. */
export function parseIndexNode(bytes: Uint8Array): IndexNode | undefined {
  const kind = bytes[0]
  if (kind !== 0 && kind !== 1) return undefined
  const leaf = kind === 0
  const rest = HASH_BYTES + (leaf ? 0 : ROWS_BYTES)
  const entries: IndexEntry[] = []
  let at = 1
  while (at < bytes.length) {
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
    const hashed = at + 2 + length
    const end = hashed + rest
    if (length > MAX_INDEX_KEY_BYTES || end > bytes.length) return undefined
    const key = bytes.subarray(at + 2, hashed)
    const before = entries.at(-1)
    if (before !== undefined && compareBytes(before.key, key) >= 0) return undefined
    const rows = leaf ? 1 : readRows(bytes.subarray(end - ROWS_BYTES, end))
    if (rows === 0) return undefined
    entries.push({ key, hash: bytes.subarray(hashed, hashed + HASH_BYTES), rows })
    at = end
  }
  return !leaf && entries.length === 0 ? undefined : { leaf, entries }
}
