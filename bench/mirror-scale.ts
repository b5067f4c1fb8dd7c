/**
 * `npm run -s bench -- mirror-scale [--leaves=N] [--json]`: how a mirror of hashes grows: 2^17, 2^20, 2^24 and 2^27 leaves (as
 * far as N), taken in by an ingest like any other, then opened and asked. The greatest needs 6 GB of disk and of memory,
 * the latter for the made-up log alone.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { bytesOf, step } from "./mirror.ts"

/** One line of the table. */
export interface ScaleFigures {
  readonly leaves: number
  readonly ingestLeavesPerSecond: number
  readonly bytesPerLeaf: number
  /** Opening the database; reading the head; finding a leaf by its hash. Milliseconds. */
  readonly openMs: number
  readonly headMs: number
  readonly findMs: number
  readonly proofsPerSecond: number
  readonly proofP99Ms: number
  /** Of the process that proves: RssAnon + RssShmem, MiB. */
  readonly peakRssMb: number
}

const SIZES = [2 ** 17, 2 ** 20, 2 ** 24, 2 ** 27]

/** Measures all sizes up to `most`. */
export async function measureScale(most: number): Promise<Readonly<Record<string, ScaleFigures>>> {
  const table: Record<string, ScaleFigures> = {}
  for (const leaves of SIZES.filter(size => size <= most)) {
    const root = mkdtempSync(join(tmpdir(), "stella-bench-scale-"))
    try {
      const directory = join(root, "db")
      const taken = await step("ingest-scale", directory, leaves)
      const { own, openMs = NaN, headMs = NaN, findMs = NaN, ...proved } = await step("prove", directory, leaves)
      table[`2^${Math.log2(leaves)}`] = {
        leaves,
        ingestLeavesPerSecond: taken["leavesPerSecond"] ?? NaN,
        bytesPerLeaf: bytesOf(directory) / leaves,
        openMs,
        headMs,
        findMs,
        proofsPerSecond: proved["proofsPerSecond"] ?? NaN,
        proofP99Ms: proved["proofP99Ms"] ?? NaN,
        peakRssMb: own,
      }
    } finally {
      rmSync(root, { recursive: true })
    }
  }
  return table
}
