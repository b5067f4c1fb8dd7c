/**
 * Brings the index up to what is held: whatever no run covers yet is indexed out of the mirror's own rows. Taking in
 * new leaves, bringing entries to leaves held by hash, coming from an earlier version and making a damaged index anew are
 * all this one thing. Each run counts when it is whole, so what is cut goes on where it was.
 */
import { StellaError } from "../../src/kernel/errors.ts"
import type { HeldRange } from "../range-rows.ts"
import { BLOCK_PREFIX, keysOf } from "../rows.ts"
import { openTiles } from "../tile-rows.ts"
import { coverableBy, piecesOf, RUN_LEAVES, without, type Stretch } from "./coverage.ts"
import { HeldLeaves, type LeafSource } from "./held-leaves.ts"
import { mergeAll } from "./merge-runs.ts"
import { MOST_POSTINGS, PostingBuffer } from "./postings.ts"
import { deleteRows, dropRun, RunWriter, sweepBlocks, type IndexRows } from "./run-writer.ts"
import { MOST_TERMS } from "./terms.ts"
import { blockKeys, FAMILIES, runRows, type Family, type Run } from "./run.ts"

/** What building the index takes. */
export interface BuildOptions extends IndexRows, Omit<LeafSource, "rows"> {
  /** Building stops between two pieces; what is not covered then is covered another time. */
  readonly signal?: AbortSignal | undefined
  /** Leaves of a new run; for tests. */
  readonly runLeaves?: bigint
}

/** Most postings of one row: room that must be there before it is read. */
const ROW_POSTINGS = 256 * MOST_TERMS

/** Deletes runs that cannot be read, that overlap, or that end beyond `size`; gives those that stay, family by family. */
async function soundRuns(options: BuildOptions, size: bigint): Promise<Record<Family, Run[]>> {
  const runs: Record<Family, Run[]> = { entry: [] }
  const broken: Uint8Array[] = []
  const beyond: Run[] = []
  for await (const found of runRows(options)) {
    if ("error" in found) broken.push(found.key)
    else if (found.run.end > size) beyond.push(found.run)
    else runs[found.run.family].push(found.run)
  }
  const changes = broken.map(key => ({ type: "del", key }) as const)
  if (changes.length > 0) await options.rows.batch(changes, { sync: true })
  for (const family of Object.keys(FAMILIES) as Family[]) {
    runs[family].sort((a, b) => (a.start < b.start ? -1 : 1))
    runs[family] = runs[family].filter((run, i, all) => {
      const fits = i === 0 || (all[i - 1] as Run).end <= run.start
      if (!fits) beyond.push(run)
      return fits
    })
  }
  for (const run of beyond) await dropRun(options, run)
  return runs
}

/** Indexes one piece; gives the runs made, which are more than one where rows are damaged or rich. */
async function buildPiece(options: BuildOptions, leaves: HeldLeaves, family: Family, piece: Stretch): Promise<Run[]> {
  const made: Run[] = []
  const postings = new PostingBuffer()
  let start = piece.start
  const close = async (end: bigint): Promise<void> => {
    const place = { family, level: 0, start, end }
    if (end <= start) return
    await deleteRows(options.rows, blockKeys(place))
    const writer = new RunWriter(options, place)
    await writer.add(postings.take())
    made.push(await writer.finish())
    start = end
  }
  for (let row = piece.start >> 8n; row * 256n < piece.end; row++) {
    const first = row * 256n
    const from = first > piece.start ? 0 : Number(piece.start - first)
    const to = piece.end - first < 256n ? Number(piece.end - first) : 256
    if (postings.count + ROW_POSTINGS > MOST_POSTINGS) await close(first)
    const isRight = await leaves.addTo(postings, { row, from, to }, Number(first - start))
    if (isRight) continue
    // What cannot be read stays uncovered, which every answer says.
    await close(first > start ? first : start)
    start = first + BigInt(to)
  }
  await close(piece.end)
  return made
}

/** A tree whose rows are in the mirror, and what is held of its entries. */
export interface HeldTree {
  readonly size: bigint
  readonly root: Uint8Array
  readonly ranges: readonly HeldRange[]
}

/**
 * Indexes all of a tree that is not indexed yet.
 * @param sure - the size of the tree that was vouched for before: runs beyond it are an interrupted ingest's
 * @throws StellaError INTERRUPTED when the signal says so
 */
export async function buildIndex(options: BuildOptions, tree: HeldTree, sure: bigint): Promise<void> {
  const runs = await soundRuns(options, sure)
  await sweepBlocks(options, runs.entry, Uint8Array.of(BLOCK_PREFIX))
  const leaves = new HeldLeaves(options, await openTiles(options, tree))
  for (const family of Object.keys(FAMILIES) as Family[]) {
    let all = runs[family]
    for (const stretch of without(coverableBy(family, tree.size, tree.ranges), all)) {
      for (const piece of piecesOf(stretch, options.runLeaves ?? RUN_LEAVES)) {
        if (options.signal?.aborted === true) throw new StellaError("INTERRUPTED", "the ingest was stopped")
        all = [...all, ...(await buildPiece(options, leaves, family, piece))]
        all.sort((a, b) => (a.start < b.start ? -1 : 1))
        all = await mergeAll(options, all)
      }
    }
    await mergeAll(options, all)
  }
}

/** Deletes the whole index; the next build makes it anew. */
export async function dropIndex({ rows }: IndexRows): Promise<void> {
  await deleteRows(rows, keysOf("run"))
  await deleteRows(rows, keysOf("block"))
}
