/** Where a leaf stands, by its hash: what `prove --leaf` asks. */
import { equalBytes } from "../../src/kernel/bytes.ts"
import { HASH_BYTES } from "../../src/tlog/hashing.ts"
import type { ProofTiles } from "../proof-tiles.ts"
import { uncovered } from "./coverage.ts"
import { readRuns } from "./run.ts"
import { TermCursor, type IndexReading } from "./term-cursor.ts"

/** The leaves of the head, verified. */
interface Leaves {
  leaf(index: bigint): Promise<Uint8Array | undefined>
  tiles(): Promise<ProofTiles | undefined>
}

/**
 * The lowest index at which a leaf with this hash stands. Leaves that no run covers, as in a mirror of an earlier version,
 * are looked through one by one.
 * @throws StellaError STORE_CORRUPT
 */
export async function indexOfLeaf(
  context: IndexReading,
  mirror: Leaves,
  leaf: Uint8Array,
): Promise<bigint | undefined> {
  const tiles = await mirror.tiles()
  if (tiles === undefined) return undefined
  const runs = await readRuns(context, "leaf")
  const cursor = new TermCursor(context, runs, leaf)
  let found: bigint | undefined
  for (let at = await cursor.seek(0n); at !== undefined && found === undefined; at = await cursor.seek(at + 1n)) {
    const there = await mirror.leaf(at)
    // Runs beyond the head are what an interrupted ingest left.
    if (there === undefined) break
    if (equalBytes(there, leaf)) found = at
  }
  for (const { start, end } of uncovered(tiles.size, runs)) {
    for (let row = start >> 8n; row * 256n < end && (found === undefined || row * 256n < found); row++) {
      const tile = await tiles.tile(0, row)
      for (let at = 0; at < tile.length; at += HASH_BYTES) {
        const index = row * 256n + BigInt(at / HASH_BYTES)
        if (!equalBytes(tile.subarray(at, at + HASH_BYTES), leaf)) continue
        if (found === undefined || index < found) found = index
      }
    }
  }
  return found
}
