/**
 * The mirror's own word (c2sp.org/tlog-mirror, "add-entries"): everything beneath the head is stored here. Given only after
 * the head has been committed, whichever way its entries came.
 */
import type { NoteSignature } from "../../src/formats/note.ts"
import { equalBytes } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { unwrap } from "../../src/kernel/result.ts"
import type { Crypto, KeyValue } from "../../src/kernel/ports.ts"
import { readCheckpoint } from "../checkpoint-rows.ts"
import { readHead } from "../head-row.ts"
import { leavesHeld, readRanges } from "../range-rows.ts"
import { FROZEN_KEY, HEAD_KEY } from "../rows.ts"
import { damagedRow } from "../store-error.ts"
import { openTiles } from "../tile-rows.ts"
import { readCosigned, recordCosigned } from "./cosigned-row.ts"
import { cosign, covers, type Cosigner } from "./cosigner.ts"
import { keepLine } from "./keep-line.ts"

/** What cosigning needs: the rows of one log. */
export interface HeadContext {
  readonly rows: KeyValue
  readonly crypto: Crypto
}

/**
 * Signs the head's checkpoint as the mirror. The head's right edge is verified, and so is that it contains the tree signed
 * before; what is about to be signed is on stable storage first.
 * @returns the line, and the size of the tree it is for
 * @throws StellaError LOG_MISSING without a head; SPLIT_VIEW for a frozen log; NOT_PROVEN when entries are held by their
 * hashes only, since a mirror's word is that it has them; TIME_INVALID when the clock is behind the last signature;
 * KEY_UNAVAILABLE when the signer fails; STORE_CORRUPT
 */
export async function cosignHead(
  context: HeadContext,
  cosigner: Cosigner,
  timeSeconds: bigint,
): Promise<{ readonly size: bigint; readonly line: NoteSignature }> {
  const { rows, crypto } = context
  const head = await readHead(context)
  if (head === undefined) throw new StellaError("LOG_MISSING", "nothing of this log is mirrored yet")
  const { origin, size } = head
  if ((await rows.get(FROZEN_KEY)) !== undefined) {
    throw new StellaError("SPLIT_VIEW", `${origin} is frozen and is not cosigned`, { origin })
  }
  const missing = size - leavesHeld(await readRanges(context), "entries", 0n)
  if (missing > 0n) {
    const text = `${missing.toString()} entries of ${origin} are held by their hashes only; a mirror signs for what it has`
    throw new StellaError("NOT_PROVEN", text, { origin, missing: missing.toString() })
  }
  const kept = await readCheckpoint(context, head)
  if (kept === undefined) throw damagedRow(HEAD_KEY, "has no checkpoint")
  const { checkpoint, sources } = kept
  if (!covers(cosigner, checkpoint)) {
    throw new StellaError("KEY_ALGORITHM_UNSUPPORTED", "an ML-DSA-44 cosignature does not cover extension lines", {
      origin,
    })
  }
  const tiles = await openTiles(context, head)
  const last = await readCosigned(context, cosigner.role)
  if (last !== undefined && last.size <= size && !equalBytes(await tiles.rootOf(last.size), last.root)) {
    throw damagedRow(HEAD_KEY, "does not contain the tree that was cosigned before")
  }
  await rows.batch([await recordCosigned(context, cosigner, head, timeSeconds)], { sync: true })
  const line = unwrap(await cosign(crypto, cosigner, checkpoint, timeSeconds))
  const [seen] = sources
  if (seen !== undefined) await keepLine({ ...context, seen }, checkpoint, cosigner, line)
  return { size, line }
}
