/**
 * Checks a whole mirrored log: every hash is derived again from the entries (or, where only hashes are held, from the
 * lowest tiles) up to the head's root, every row is looked at, and each damaged one is named. Reads never repair.
 *
 * Two rows that disagree do not say which of them is wrong. A tile that gives the hash above it is right, since a hash
 * cannot be met by accident; so the tile above decides, and where it does not, what the entries give.
 */
import type { Crypto, KeyRange } from "../src/kernel/ports.ts"
import { StellaError } from "../src/kernel/errors.ts"
import { equalBytes } from "../src/kernel/bytes.ts"
import { verifyCheckpoint } from "../src/tlog/verify-note.ts"
import type { VerifiedTiles } from "../src/tlog/verified-tiles.ts"
import { checkpointRows } from "./checkpoint-rows.ts"
import type { EntryCodec } from "./entry-codec.ts"
import { damage, type Damage, type FsckDone, type FsckEvent, type FsckProgress } from "./fsck-event.ts"
import { TreeCheck } from "./fsck-tree.ts"
import { readHead, type MirrorHead } from "./head-row.ts"
import { checkIndex } from "./index/check.ts"
import { logSigner, type LogKeys } from "./ingest-checkpoint.ts"
import { isSuperfluous } from "./index/ingest-index.ts"
import { candidates, leavesOfChunk } from "./index/leaf-index.ts"
import { areWhole, readRanges } from "./range-rows.ts"
import { checkpointKey, entriesKey, FROZEN_KEY, HEAD_KEY, parseKey, rangeKey, tileKey, type ParsedKey } from "./rows.ts"
import type { ReadableRows } from "./sealed-row.ts"
import { rowName } from "./store-error.ts"
import { openTiles } from "./tile-rows.ts"
import { checkWitnessRows } from "./witness/fsck-rows.ts"

/** What fsck needs. With `keys`, the signatures of all kept checkpoints are verified too. */
export interface FsckOptions {
  readonly rows: ReadableRows
  readonly crypto: Crypto
  readonly codec: EntryCodec
  readonly keys?: LogKeys
  readonly signal?: AbortSignal
}

/** Takes STORE_CORRUPT of one row as a finding; other errors go on. */
async function found<T>(work: () => Promise<T>, key: Uint8Array): Promise<{ value?: T; damage?: Damage }> {
  try {
    return { value: await work() }
  } catch (error) {
    if (!(error instanceof StellaError) || error.code !== "STORE_CORRUPT") throw error
    const row = error.detail["row"]
    return { damage: { type: "damage", row: typeof row === "string" ? row : rowName(key), what: error.message } }
  }
}

/**
 * Checks the kept checkpoints.
 * @param tiles - the head's tiles where all of them are right: smaller checkpoints must be beginnings of that tree
 */
async function* checkCheckpoints(
  options: FsckOptions,
  head: MirrorHead,
  tiles: VerifiedTiles | undefined,
): AsyncGenerator<Damage> {
  const { crypto, keys } = options
  const vkeys = [...(keys?.vkeys ?? []), ...(keys?.witnesses ?? [])]
  let ofHead = false
  for await (const { key, read } of checkpointRows(options)) {
    ofHead ||= equalBytes(key, checkpointKey(head.size, head.root))
    const { value: kept, damage: broken } = await found(async () => read(), key)
    if (broken !== undefined) yield broken
    if (kept === undefined) continue
    const { checkpoint } = kept
    if (checkpoint.origin !== head.origin) yield damage(key, "is of another log")
    else if (keys !== undefined && logSigner(await verifyCheckpoint(crypto, checkpoint, vkeys), keys) === undefined) {
      yield damage(key, "is not signed by the log's trusted key")
    } else if (tiles !== undefined && checkpoint.size <= head.size) {
      if (!equalBytes(await tiles.rootOf(checkpoint.size), checkpoint.root)) {
        yield damage(key, "has another root than the tree")
      }
    }
  }
  if (!ofHead) yield damage(checkpointKey(head.size, head.root), "is missing")
}

/** True for content that the head does not reach: what an ingest that was cut has left. */
function isBeyond(parsed: ParsedKey, { size }: MirrorHead): boolean {
  switch (parsed.kind) {
    case "tile":
      return parsed.row * 256n >= size >> BigInt(8 * parsed.level)
    case "entries":
      return parsed.row * 256n >= size
    case "index":
      // A run of fewer leaves is an older head's, and is swept by the next ingest.
      return isSuperfluous(parsed.chunk, parsed.count, size) && parsed.count > leavesOfChunk(parsed.chunk, size)
    case "block":
      // Those that a run names are taken off again.
      return true
    default:
      return false
  }
}

/**
 * Looks at every key but those of the lowest tiles and the entries, which have been read one by one: rows that belong to no
 * mirror, and how many lie beyond the head.
 */
async function* checkKeys({ rows, crypto }: FsckOptions, head: MirrorHead): AsyncGenerator<Damage, number> {
  const behind = (head.size + 255n) >> 8n
  const others: KeyRange[] = [
    { to: entriesKey(0n) },
    { from: entriesKey(behind), to: tileKey(0, 0n) },
    { from: tileKey(0, behind) },
  ]
  let pending = 0
  for (const range of others) {
    for await (const [key, value] of rows.entries(range)) {
      const parsed = parseKey(key)
      if (parsed === undefined) yield damage(key, "is no row of a mirror")
      else if (isBeyond(parsed, head)) pending++
      // Those of the head have been made again and compared; of the others the seal is all there is to go by.
      if (parsed?.kind !== "index" || !isSuperfluous(parsed.chunk, parsed.count, head.size)) continue
      if (candidates(crypto, { key, value }, 0) === undefined) yield damage(key, "breaks its seal")
    }
  }
  return pending
}

/** Without a head nothing is vouched for: rows are what an interrupted first ingest left, or the head is lost. */
async function countRows(rows: ReadableRows): Promise<number> {
  let count = 0
  for await (const [key] of rows.entries({})) if (parseKey(key)?.kind !== "head") count++
  return count
}

async function* check(options: FsckOptions): AsyncGenerator<Damage | FsckProgress | Omit<FsckDone, "damaged">> {
  const { rows, signal } = options
  const frozen = (await rows.get(FROZEN_KEY)) !== undefined
  const { value: head, damage: headDamage } = await found(() => readHead(options), HEAD_KEY)
  if (headDamage !== undefined) yield headDamage
  if (head === undefined) {
    yield* checkWitnessRows(options, undefined)
    yield { type: "done", head, pending: await countRows(rows), frozen }
    return
  }
  const ranges = await found(() => readRanges(options), rangeKey(0n))
  if (ranges.damage !== undefined) yield ranges.damage
  const held = ranges.value ?? []
  if (ranges.value !== undefined && !areWhole(held, head.size))
    yield damage(rangeKey(0n), "and its followers leave gaps")
  let isTreeRight = true
  for await (const event of new TreeCheck(options, head).run(held, signal)) {
    isTreeRight &&= event.type !== "damage" || event.row.startsWith("index ")
    yield event
  }
  // Of a damaged tree the roots of older sizes cannot be told; the damage itself has been reported.
  const tiles = isTreeRight ? await openTiles(options, head) : undefined
  yield* checkCheckpoints(options, head, frozen ? undefined : tiles)
  yield* checkWitnessRows(options, frozen ? undefined : tiles)
  const leavings = yield* checkIndex(options, { ...head, ranges: held }, tiles)
  const pending = Math.max(0, (yield* checkKeys(options, head)) + leavings)
  yield { type: "done", head, pending, frozen }
}

/**
 * Checks everything. Damage is reported row by row; the last event is `done`.
 * @throws StellaError INTERRUPTED when the signal says so
 */
export async function* fsckMirror(options: FsckOptions): AsyncGenerator<FsckEvent> {
  let damaged = 0
  for await (const event of check(options)) {
    if (event.type === "damage") damaged++
    yield event.type === "done" ? { ...event, damaged } : event
  }
}
