/** The walk over a verified tree: entries for leaves held by hash only, new leaves, and the tiles above them. */
import { hashesOfLevel, MAX_TILE_LEVEL } from "../src/formats/tile.ts"
import { StellaError } from "../src/kernel/errors.ts"
import type { CompactRange } from "../src/tlog/compact-range.ts"
import { HASH_BYTES, rootOfRow } from "../src/tlog/hashing.ts"
import type { VerifiedTiles } from "../src/tlog/verified-tiles.ts"
import { takeEntries, takeRow, type RowContext } from "./ingest-rows.ts"
import { withRange, type HeldRange } from "./range-rows.ts"
import type { RowBatches } from "./row-batches.ts"
import { tileKey } from "./rows.ts"

/** Where a walk stands: the medium's tiles, the range rolled so far, and which entries are held. */
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

/** What a walk is told besides: the signal that ends it. */
export interface WalkContext extends RowContext {
  readonly signal?: AbortSignal
}

interface Progress {
  readonly type: "progress"
  readonly done: bigint
  readonly total: bigint
}

/** @throws StellaError INTERRUPTED when the signal says so: what has been written stays useful and unnamed */
function assertGoing(context: WalkContext): void {
  if (context.signal?.aborted === true) throw new StellaError("INTERRUPTED", "the ingest was stopped")
}

/**
 * Adds entries from the medium to leaves of which only the hashes are held, and gives what is held then. Each run of such
 * leaves is followed as far as the medium has bundles for it.
 */
export async function* backfillEntries(
  context: WalkContext,
  walk: TreeWalk,
  batches: RowBatches,
): AsyncGenerator<Progress, readonly HeldRange[]> {
  let { ranges } = walk
  const held = walk.range.size
  for (const gap of walk.ranges.filter(range => range.state === "hashes")) {
    for (let row = gap.start >> 8n; row * 256n < gap.end; row++) {
      assertGoing(context)
      const next = (row + 1n) * 256n
      const end = held < next ? held : next
      // A row that grows is taken whole with the new leaves.
      if (end < next && walk.tiles.size > held) break
      const entries = await takeEntries(context, row, await walk.tiles.tile(0, row))
      if (entries === undefined) break
      await batches.add([entries])
      ranges = withRange(ranges, { start: row * 256n, end, state: "entries" })
      yield { type: "progress", done: end, total: walk.tiles.size }
    }
  }
  return ranges
}

/** Rolls the compact range over the leaves of a tile from its own size on. */
function roll(context: WalkContext, range: CompactRange, tile: Uint8Array): void {
  const from = Number(range.size & 255n)
  if (from === 0 && tile.length === 256 * HASH_BYTES) {
    range.appendSubtree(8, rootOfRow(context.crypto, tile))
    return
  }
  for (let i = from; i < tile.length / HASH_BYTES; i++) range.append(tile.slice(i * HASH_BYTES, (i + 1) * HASH_BYTES))
}

/** Takes in the leaves that are new, then every upper tile that they change. Rolls the compact range of `walk` forward. */
export async function* takeTree(
  context: WalkContext,
  walk: TreeWalk,
  batches: RowBatches,
): AsyncGenerator<Progress, TakenTree> {
  const { tiles, range } = walk
  const before = range.size
  const total = tiles.size
  let { ranges } = walk
  let count = 0
  while (range.size < total) {
    assertGoing(context)
    const row = range.size >> 8n
    const from = range.size
    const tile = await tiles.tile(0, row)
    const taken = await takeRow(context, row, tile, from)
    await batches.add(taken.changes)
    roll(context, range, tile)
    count++
    const end = range.size
    ranges = taken.hasEntries
      ? withRange(ranges, { start: row * 256n, end, state: "entries" })
      : withRange(ranges, { start: from, end, state: "hashes" })
    yield { type: "progress", done: end, total }
  }
  for (let level = 1; level <= MAX_TILE_LEVEL && before < total; level++) {
    const last = hashesOfLevel(level, total)
    for (let row = hashesOfLevel(level, before) >> 8n; row * 256n < last; row++) {
      assertGoing(context)
      await batches.add([{ type: "put", key: tileKey(level, row), value: await tiles.tile(level, row) }])
      count++
    }
  }
  return { ranges, tiles: count }
}
