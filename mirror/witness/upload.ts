/**
 * Takes in an upload of entries (c2sp.org/tlog-mirror, "add-entries"): package after package, each verified and on stable
 * storage before the next is read, so that a cut costs one package. What is complete is committed by an ingest over the
 * uploaded rows; only then the mirror gives its word.
 */
import {
  packageIntervals,
  readPackage,
  readUploadHead,
  type MirrorInfo,
  type UploadHead,
} from "../../src/formats/add-entries.ts"
import type { Checkpoint } from "../../src/formats/checkpoint.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { readCheckpoint } from "../checkpoint-rows.ts"
import type { EntryCodec } from "../entry-codec.ts"
import { readHead } from "../head-row.ts"
import type { CheckpointContext } from "../ingest-checkpoint.ts"
import { pendingKey } from "../rows.ts"
import { damagedRow } from "../store-error.ts"
import { refusal, type Refusal } from "./answer.ts"
import { ByteReader } from "./byte-reader.ts"
import { latestTree, readPending, type Tree } from "./pending-rows.ts"
import { takePackage } from "./take-package.ts"
import { readNextEntry } from "./upload-rows.ts"

/** A log that takes uploads. */
export interface UploadContext extends CheckpointContext {
  readonly codec: EntryCodec
}

/**
 * What became of an upload: everything under a pending checkpoint is here (`complete`, to be committed), a beginning is
 * (202), it has to go on from elsewhere (409), or it was refused.
 */
export type Upload =
  | { readonly status: "complete"; readonly checkpoint: Checkpoint }
  | { readonly status: 202 | 409; readonly info: MirrorInfo }
  | Refusal

/** Packages taken from one request; a client that sends more is told how far it has come (tlog-mirror asks for 32). */
export const MAX_PACKAGES = 64
/** Entries that may be sent again before an upload is told to go on from where the mirror is. */
const MAX_REPEATED = 8n * 256n

const NO_TICKET = new Uint8Array()

async function infoOf(context: UploadContext, size: bigint): Promise<MirrorInfo> {
  return { size, next: await readNextEntry(context), ticket: NO_TICKET }
}

/** The pending checkpoint that the upload ends at, where it may go on. */
async function treeFor(context: UploadContext, { start, end }: UploadHead): Promise<Tree | MirrorInfo> {
  const latest = await latestTree(context)
  const held = (await readHead(context))?.size ?? 0n
  const tree = (await readPending(context)).find(pending => pending.size === end)
  if (tree === undefined || end < held) return infoOf(context, latest?.size ?? 0n)
  const next = await readNextEntry(context)
  if (start > next || next - start > MAX_REPEATED) return infoOf(context, end)
  return tree
}

async function checkpointOf(context: UploadContext, tree: Tree): Promise<Checkpoint> {
  const kept = await readCheckpoint(context, tree)
  if (kept === undefined) throw damagedRow(pendingKey(tree.size), "has no checkpoint")
  return kept.checkpoint
}

/** Reads the packages that come; how many were taken, or the refusal of the first that proves nothing. */
async function takePackages(
  context: UploadContext,
  tree: Tree,
  head: UploadHead,
  from: ByteReader,
  signal: AbortSignal | undefined,
): Promise<number | Refusal> {
  let taken = 0
  for (const interval of packageIntervals(head.start, head.end)) {
    if (taken === MAX_PACKAGES) break
    if (signal?.aborted === true) throw new StellaError("INTERRUPTED", "the upload was stopped")
    const entries = await readPackage(from, interval)
    if (entries === undefined) break
    const changes = await takePackage(context, tree, entries, await readNextEntry(context))
    if (changes === undefined) {
      const why = `the entries from ${interval.start.toString()} on are not those of the pending checkpoint`
      return refusal(422, why)
    }
    if (changes.length > 0) await context.rows.batch(changes, { sync: true })
    taken++
  }
  return taken
}

/**
 * Takes in what an upload brings. Uploads of one log take turns where they write; nothing here depends on what another has
 * or has not brought.
 * @param logOf - the log of an origin, or undefined when it takes no uploads
 * @throws StellaError INTERRUPTED, DISK_FULL, STORE_CORRUPT; what was written stays and is not asked for again
 */
export async function takeUpload(
  logOf: (origin: string) => UploadContext | undefined,
  body: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<Upload> {
  await using from = new ByteReader(body)
  const head = await readUploadHead(from)
  if (head === undefined) return refusal(400, "the head of the upload is cut or malformed")
  const context = logOf(head.origin)
  if (context === undefined) return refusal(404, "this log is not mirrored here")
  const tree = await treeFor(context, head)
  if (!("root" in tree)) return { status: 409, info: tree }
  const taken = await takePackages(context, tree, head, from, signal)
  if (typeof taken !== "number") return taken
  const info = await infoOf(context, head.end)
  if (info.next >= head.end) return { status: "complete", checkpoint: await checkpointOf(context, tree) }
  return taken === 0 ? refusal(400, "no package came whole") : { status: 202, info }
}
