/**
 * Takes a log from a source into the mirror. The order of things is the proof:
 *
 * 1. The checkpoint: the origin asked for, a signature of the log's trusted key, no known line that fails.
 * 2. The tree: tiles verified from the signed root downwards, so that every package of 256 entries is authenticated
 *    before it is written. The mirror's own head must be a beginning of that tree, and so must every kept checkpoint.
 * 3. The entries: hashed again and compared with the tiles; the old compact range is rolled forward over the new leaves.
 * 4. Rows in bounded, synced batches, content first, upper tiles last; and only when the rolled range gives the signed
 *    root, one synced batch with ranges and head. A cut at any instant leaves the old head and content that
 *    nothing names; the next run finds what is there.
 *
 * A refusal writes no tile, entry or head that is not proven. What it does keep is the log's own signed word: the
 * checkpoint, and a proof of equivocation.
 */
import type { Checkpoint } from "../src/formats/checkpoint.ts"
import { equalBytes } from "../src/kernel/bytes.ts"
import { StellaError } from "../src/kernel/errors.ts"
import type { Crypto, KeyValue } from "../src/kernel/ports.ts"
import type { Vkey } from "../src/formats/vkey.ts"
import { CompactRange } from "../src/tlog/compact-range.ts"
import { readCheckpoint, type CheckpointSource } from "./checkpoint-rows.ts"
import type { EntryCodec } from "./entry-codec.ts"
import { readHead, printHead, type MirrorHead } from "./head-row.ts"
import {
  compareWithKept,
  freezeLog,
  keepSigned,
  verifyLogCheckpoint,
  type CheckpointContext,
  type LogKeys,
  type VerifiedTree,
} from "./ingest-checkpoint.ts"
import { tidyIndex } from "./index/ingest-index.ts"
import { backfillEntries, takeTree, type TakenTree } from "./ingest-tree.ts"
import { buildIndex } from "./index/build.ts"
import type { LookAhead } from "./look-ahead.ts"
import { leavesHeld, rangeChanges, readRanges } from "./range-rows.ts"
import { RowBatches } from "./row-batches.ts"
import { FROZEN_KEY, HEAD_KEY, tileKey } from "./rows.ts"
import { openSourceTiles } from "./source-tiles.ts"
import { readSourceCheckpoint, type LogSource } from "./sources/log-source.ts"
import { hasRows } from "./sealed-row.ts"
import { damagedRow } from "./store-error.ts"
import { openTiles } from "./tile-rows.ts"

/** What an ingest needs. */
export interface IngestOptions {
  /** The rows of this log: of its own sublevel, or a stage over it that holds committed rows back. */
  readonly rows: KeyValue
  readonly crypto: Crypto
  readonly codec: EntryCodec
  /** The log, as a medium or a server has it. */
  readonly source: LogSource
  readonly keys: LogKeys
  /** Where the checkpoint comes from, for the record. */
  readonly seen: CheckpointSource
  readonly signal?: AbortSignal
  /** How many rows are read at a time; one by one where nothing is said. */
  readonly ahead?: LookAhead
  /** Bytes after which a batch is written; for tests. */
  readonly batchBytes?: number
}

/** Progress of an ingest. Sizes and counts are leaves, tiles and entries. */
export type IngestEvent =
  | { readonly type: "checkpoint"; readonly origin: string; readonly size: bigint; readonly before: bigint }
  | { readonly type: "progress"; readonly done: bigint; readonly total: bigint }
  | {
      readonly type: "done"
      readonly before: MirrorHead | undefined
      readonly head: MirrorHead
      /** Hash tiles taken in. */
      readonly tiles: number
      /** Entries taken in, and new leaves of which only the hash came. */
      readonly entries: bigint
      readonly hashesOnly: bigint
    }

/** The head's tree out of the mirror's own rows, so that damage there is found before anything is built on it. */
async function openHeld(options: IngestOptions, head: MirrorHead): Promise<VerifiedTree> {
  const kept = await readCheckpoint(options, head)
  if (kept === undefined) throw damagedRow(HEAD_KEY, "has no checkpoint")
  return { checkpoint: kept.checkpoint, tiles: await openTiles(options, head) }
}

/**
 * Deals with a checkpoint that is not newer than the head.
 * @throws StellaError SPLIT_VIEW when it contradicts the head, MEDIA_ROLLBACK when it is older
 */
async function compareWithHead(context: CheckpointContext, held: VerifiedTree, checkpoint: Checkpoint): Promise<void> {
  const root = await held.tiles.rootOf(checkpoint.size)
  if (!equalBytes(root, checkpoint.root)) await freezeLog(context, held, checkpoint)
  if (checkpoint.size === held.checkpoint.size) return
  const detail = { origin: checkpoint.origin, size: checkpoint.size.toString(), held: held.checkpoint.size.toString() }
  const text = `the checkpoint has ${detail.size} entries, the mirror holds ${detail.held} already`
  throw new StellaError("MEDIA_ROLLBACK", text, detail)
}

/** The compact range of what is held, and the leaves [head's size, checkpoint's size) still to come. */
async function startingRange(crypto: Crypto, held: VerifiedTree | undefined): Promise<CompactRange> {
  if (held === undefined) return CompactRange.empty(crypto)
  const { tiles } = held
  return CompactRange.of(crypto, tiles.size, await tiles.frontier()) as CompactRange
}

/** @throws StellaError STORE_LOCKED when the head has become another one meanwhile: there is a second writer */
async function assertUnmoved(context: CheckpointContext, before: MirrorHead | undefined): Promise<void> {
  const now = await readHead(context)
  if (now?.size === before?.size) return
  throw new StellaError("STORE_LOCKED", "another ingest has moved the head of this log meanwhile")
}

/** True when an ingest that was cut has left rows beyond the head. */
async function hasRowsBeyond(rows: KeyValue, size: bigint): Promise<boolean> {
  // The row on the right edge is there in any case; if it has been written wider, it is taken once more.
  return hasRows(rows, { from: tileKey(0, (size + 255n) >> 8n), to: tileKey(1, 0n) })
}

/** Writes the head with everything that it vouches for. */
async function commitHead(
  context: CheckpointContext,
  checkpoint: Checkpoint,
  signer: Vkey,
  before: MirrorHead | undefined,
  taken: TakenTree,
): Promise<MirrorHead> {
  const { rows, crypto } = context
  await assertUnmoved(context, before)
  const { origin, size, root } = checkpoint
  const head: MirrorHead = { origin, vkey: signer.text, size, root }
  await rows.batch(
    [
      ...rangeChanges(crypto, await readRanges(context), taken.ranges),
      { type: "put", key: HEAD_KEY, value: printHead(crypto, head) },
    ],
    { sync: true },
  )
  return head
}

/**
 * Ingests a log. The generator ends with `done`, or throws:
 * - MEDIA_TAMPERED with the file and what differs, MEDIA_UNREADABLE for a file that is missing or cannot be read
 * - PROOF_INVALID for another log's checkpoint or one that is not signed, EVIDENCE_MALFORMED for one that is none
 * - MEDIA_ROLLBACK for a checkpoint older than the head; SPLIT_VIEW when the log contradicts itself, or once has
 * - STORE_CORRUPT when the mirror's own rows are damaged; INTERRUPTED when the signal says so
 */
export async function* ingest(options: IngestOptions): AsyncGenerator<IngestEvent> {
  const { rows, crypto, source, keys } = options
  const context: CheckpointContext = options
  const ending = new AbortController()
  const signal = options.signal === undefined ? ending.signal : AbortSignal.any([options.signal, ending.signal])
  const checkpoint = await readSourceCheckpoint(source, signal)
  const signer = await verifyLogCheckpoint(crypto, checkpoint, keys)
  const before = await readHead(options)
  if (before !== undefined && before.origin !== keys.origin) throw damagedRow(HEAD_KEY, "is another log's")
  yield { type: "checkpoint", origin: keys.origin, size: checkpoint.size, before: before?.size ?? 0n }

  await keepSigned(context, checkpoint)
  if ((await rows.get(FROZEN_KEY)) !== undefined) {
    const text = `${keys.origin} is frozen: it has signed two trees that contradict each other`
    throw new StellaError("SPLIT_VIEW", text, { origin: keys.origin })
  }
  const reach = before?.size ?? 0n
  const walking = {
    ...options,
    signal,
    ending,
    ...((await hasRowsBeyond(rows, reach)) ? {} : { writtenTo: reach }),
  }
  const held = before && (await openHeld(options, before))
  if (held !== undefined && checkpoint.size <= held.tiles.size) await compareWithHead(context, held, checkpoint)

  const tiles = await openSourceTiles(walking, checkpoint)
  await compareWithKept(context, { checkpoint, tiles }, before?.size ?? 0n)
  const batches = new RowBatches(rows, options.batchBytes)
  await tidyIndex(rows, crypto, held?.tiles, batches)
  const range = await startingRange(crypto, held)
  const walk = { tiles, range, ranges: await readRanges(options) }
  const ranges = yield* backfillEntries(walking, walk, batches)
  const taken = yield* takeTree(walking, { ...walk, ranges }, batches)
  await batches.flush()
  if (!equalBytes(range.root(), checkpoint.root)) {
    throw new StellaError("INTERNAL", "the rolled range does not give the root that the tiles were verified against")
  }
  await buildIndex({ ...options, signal }, { ...checkpoint, ranges: taken.ranges }, before?.size ?? 0n)
  const head = await commitHead(context, checkpoint, signer, before, taken)
  const entries = leavesHeld(taken.ranges, "entries", 0n) - leavesHeld(walk.ranges, "entries", 0n)
  const hashesOnly = leavesHeld(taken.ranges, "hashes", before?.size ?? 0n)
  yield { type: "done", before, head, tiles: taken.tiles, entries, hashesOnly }
}
