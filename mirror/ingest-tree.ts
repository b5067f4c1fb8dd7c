/** The walk over a verified tree: entries for leaves held by hash only, new leaves, and the tiles above them. */
import { hashesOfLevel, MAX_TILE_LEVEL } from "../src/formats/tile.ts"
import { StellaError } from "../src/kernel/errors.ts"
import type { KeyValueChange } from "../src/kernel/ports.ts"
import type { CompactRange } from "../src/tlog/compact-range.ts"
import { HASH_BYTES } from "../src/tlog/hashing.ts"
import type { VerifiedTiles } from "../src/tlog/verified-tiles.ts"
import { rootOfHashes, treeHasherOf } from "./hashing/index.ts"
import { IngestIndex } from "./index/ingest-index.ts"
import { takeEntries, takeRow, type RowContext, type TakenRow } from "./ingest-rows.ts"
import { lookAhead, NO_LOOK_AHEAD, type LookAhead } from "./look-ahead.ts"
import { withRange, type HeldRange } from "./range-rows.ts"
import type { RowBatches } from "./row-batches.ts"
import { tileKey } from "./rows.ts"

/** Where a walk stands: the source's tiles, the range rolled so far, and which entries are held. */
export interface TreeWalk {
  readonly tiles: VerifiedTiles
  readonly range: CompactRange
  readonly ranges: readonly HeldRange[]
}

/** What has been taken in: which entries are held now, and how many hash tiles came. */
export interface TakenTree {
  readonly ranges: readonly HeldRange[]
  readonly tiles: number
}

/** What a walk is told besides: how many rows are read at a time, and what ends them. */
export interface WalkContext extends RowContext {
  readonly ahead?: LookAhead
  /** Aborted when a row fails, so that the others under way end; `signal` follows it. */
  readonly ending: AbortController
}

interface Progress {
  readonly type: "progress"
  readonly done: bigint
  readonly total: bigint
}

/** @throws StellaError INTERRUPTED when the signal says so: what has been written stays useful and unnamed */
function assertGoing(context: WalkContext): void {
  if (context.signal.aborted) throw new StellaError("INTERRUPTED", "the ingest was stopped")
}

/** The rows that have leaves in [start, end). */
function* rowsOf(start: bigint, end: bigint): Generator<bigint> {
  for (let row = start >> 8n; row * 256n < end; row++) yield row
}

/** The rows until somebody has seen enough. */
function* rowsWhile(rows: Iterable<bigint>, isWanted: () => boolean): Generator<bigint> {
  for (const row of rows) {
    if (!isWanted()) return
    yield row
  }
}

/** Bytes of changes that wait to be written. */
function bytesOf(changes: readonly (KeyValueChange | undefined)[]): number {
  return changes.reduce(
    (sum, change) => sum + (change?.type === "put" ? change.key.length + change.value.length : 0),
    0,
  )
}

/**
 * Adds entries from the source to leaves of which only the hashes are held, and gives what is held then. Each run of such
 * leaves is followed as far as the source has bundles for it.
 */
export async function* backfillEntries(
  context: WalkContext,
  walk: TreeWalk,
  batches: RowBatches,
): AsyncGenerator<Progress, readonly HeldRange[]> {
  let { ranges } = walk
  const { tiles } = walk
  const held = walk.range.size
  // A row that grows is taken whole with the new leaves.
  const last = tiles.size > held ? held - (held & 255n) : held
  const { ahead = NO_LOOK_AHEAD, ending } = context
  for (const gap of walk.ranges.filter(range => range.state === "hashes")) {
    let isThere = true
    const rows = rowsWhile(rowsOf(gap.start, gap.end < last ? gap.end : last), () => isThere)
    const read = async (row: bigint) => ({ row, entries: await takeEntries(context, row, await tiles.tile(0, row)) })
    for await (const { row, entries } of lookAhead(rows, read, r => bytesOf([r.entries]), ahead, ending)) {
      assertGoing(context)
      isThere &&= entries !== undefined
      if (!isThere || entries === undefined) continue
      await batches.add([entries])
      const next = (row + 1n) * 256n
      const done = held < next ? held : next
      ranges = withRange(ranges, { start: row * 256n, end: done, state: "entries" })
      yield { type: "progress", done, total: tiles.size }
    }
  }
  return ranges
}

/** Rolls the compact range over the leaves of a tile from its own size on. */
function roll(context: WalkContext, range: CompactRange, tile: Uint8Array): void {
  const from = Number(range.size & 255n)
  if (from === 0 && tile.length === 256 * HASH_BYTES) {
    range.appendSubtree(8, rootOfHashes(treeHasherOf(context.crypto), tile))
    return
  }
  for (let i = from; i < tile.length / HASH_BYTES; i++) range.append(tile.slice(i * HASH_BYTES, (i + 1) * HASH_BYTES))
}

/** The rows of upper levels that change when the tree grows. */
function* upperRows(before: bigint, total: bigint): Generator<{ readonly level: number; readonly row: bigint }> {
  for (let level = 1; level <= MAX_TILE_LEVEL && before < total; level++) {
    for (const row of rowsOf(hashesOfLevel(level, before), hashesOfLevel(level, total))) yield { level, row }
  }
}

/** Takes in the leaves that are new, then every upper tile that they change. Rolls the compact range of `walk` forward. */
export async function* takeTree(
  context: WalkContext,
  walk: TreeWalk,
  batches: RowBatches,
): AsyncGenerator<Progress, TakenTree> {
  const { tiles, range } = walk
  const { ahead = NO_LOOK_AHEAD, ending } = context
  const before = range.size
  const total = tiles.size
  let { ranges } = walk
  let count = 0
  const read = async (row: bigint) => {
    const from = before > row * 256n ? before : row * 256n
    const tile = await tiles.tile(0, row)
    return { row, from, tile, taken: await takeRow(context, row, tile) }
  }
  const sizeOf = ({ taken }: { readonly taken: TakenRow }): number => bytesOf(taken.changes)
  const rows = before < total ? rowsOf(before, total) : []
  const index = before < total ? await IngestIndex.begin(context.crypto, tiles, before >> 8n) : undefined
  for await (const { row, from, tile, taken } of lookAhead(rows, read, sizeOf, ahead, ending)) {
    assertGoing(context)
    await batches.add([...taken.changes, ...(index?.add(tile) ?? [])])
    roll(context, range, tile)
    count++
    const end = range.size
    ranges = taken.hasEntries
      ? withRange(ranges, { start: row * 256n, end, state: "entries" })
      : withRange(ranges, { start: from, end, state: "hashes" })
    yield { type: "progress", done: end, total }
  }
  await batches.add(index?.end() ?? [])
  const readUpper = async ({ level, row }: { readonly level: number; readonly row: bigint }) =>
    ({ type: "put", key: tileKey(level, row), value: await tiles.tile(level, row) }) as const
  for await (const change of lookAhead(upperRows(before, total), readUpper, c => bytesOf([c]), ahead, ending)) {
    assertGoing(context)
    await batches.add([change])
    count++
  }
  return { ranges, tiles: count }
}
