/** Looks a leaf up in the index: one short row of each chunk, every candidate compared with the verified leaf. */
import { equalBytes } from "../../src/kernel/bytes.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import type { ReadableRows } from "../sealed-row.ts"
import { damagedRow } from "../store-error.ts"
import { candidates, CHUNK_LEAVES, chunksOf, leavesOfChunk, partKey, prefixOf } from "./leaf-index.ts"

/** Rows read at once. */
const AT_ONCE = 256

/** What a lookup needs. */
export interface FindParts {
  readonly rows: ReadableRows
  readonly crypto: Pick<Crypto, "hash">
  /** Number of leaves of the tree. */
  readonly size: bigint
  /** The verified leaf at an index below the size. */
  readonly leafAt: (index: bigint) => Promise<Uint8Array>
}

/**
 * The lowest index at which a leaf with this hash stands, or undefined when there is none in the tree.
 * @throws StellaError STORE_CORRUPT when a row of the index is missing or damaged: then nothing is said
 */
export async function findLeaf(
  { rows, crypto, size, leafAt }: FindParts,
  leaf: Uint8Array,
): Promise<bigint | undefined> {
  const prefix = prefixOf(leaf)
  const chunks = chunksOf(size)
  for (let from = 0n; from < chunks; from += BigInt(AT_ONCE)) {
    const left = chunks - from
    const some = Array.from({ length: left < AT_ONCE ? Number(left) : AT_ONCE }, (_, i) => from + BigInt(i))
    const keys = some.map(chunk => partKey(prefix, chunk, leavesOfChunk(chunk, size)))
    const values = await rows.getMany(keys)
    for (const [i, key] of keys.entries()) {
      const value = values[i]
      if (value === undefined) throw damagedRow(key, "is missing")
      const found = candidates(crypto, { key, value }, prefix)
      if (found === undefined) throw damagedRow(key, "is damaged")
      for (const offset of found) {
        const index = (from + BigInt(i)) * BigInt(CHUNK_LEAVES) + BigInt(offset)
        if (index < size && equalBytes(await leafAt(index), leaf)) return index
      }
    }
  }
  return undefined
}
