/**
 * Tree hashing in batches: what reading, checking and proving a log does most. A call per hash costs more than the hash,
 * so whoever has many asks for all of them at once, and how they are computed is the hasher's business. All hashers give
 * the same bytes; one contract suite holds them to it (test/contract/tree-hasher.ts).
 */
import { StellaError } from "../../src/kernel/errors.ts"
import { HASH_BYTES } from "../../src/tlog/hashing.ts"
import { TILE_WIDTH } from "../../src/formats/tile.ts"

/** Hashes of RFC 6962 §2.1 by the batch. Inputs are left alone, and results are memory of their own. */
export interface TreeHasher {
  /** How it computes: by the Crypto port, one by one, or in the lanes of WebAssembly vectors. */
  readonly kind: "crypto" | "lanes"
  /**
   * The leaf hashes of an entry bundle (c2sp.org/tlog-tiles) of exactly `count` entries, 32 bytes each; `undefined` when
   * the bytes are no such bundle.
   */
  leafHashes(bundle: Uint8Array, count: number): Uint8Array | undefined
  /**
   * Every node above a row of 2^n hashes, n at most 8: first the parents of the row from left to right, then theirs, last
   * the root. These are 2^n - 1 hashes in one buffer; none for a row of one hash, which is its own root.
   * @throws StellaError INTERNAL when the row is no such row
   */
  foldTile(row: Uint8Array): Uint8Array
  /**
   * The hash of each pair of hashes in a row of pairs.
   * @throws StellaError INTERNAL when these are no pairs
   */
  nodeHashes(pairs: Uint8Array): Uint8Array
}

/** Bytes of two hashes. */
export const PAIR_BYTES = 2 * HASH_BYTES

/** @throws StellaError INTERNAL unless these are pairs of hashes */
export function assertPairs(pairs: Uint8Array): void {
  if (pairs.length % PAIR_BYTES === 0) return
  throw new StellaError("INTERNAL", `${pairs.length} bytes are no pairs of hashes`)
}

/** @throws StellaError INTERNAL unless this is a row of 2^n hashes, n at most 8 */
export function assertRow(row: Uint8Array): void {
  const hashes = row.length / HASH_BYTES
  if (Number.isInteger(Math.log2(hashes)) && hashes >= 1 && hashes <= TILE_WIDTH) return
  throw new StellaError("INTERNAL", `${row.length} bytes are no row of hashes that folds to one`)
}
