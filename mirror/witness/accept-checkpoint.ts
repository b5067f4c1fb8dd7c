/**
 * Decides about a log's next checkpoint (c2sp.org/tlog-witness, "add-checkpoint") and makes it the pending one. Everything
 * it accepts is on stable storage when it returns, together with what the site's witness is about to sign: nothing
 * has been signed yet.
 *
 * The decision and the write must not be overtaken by those of another request for the same log, or an older tree could
 * replace a newer one: callers take turns (`witness.ts`).
 */
import type { AddCheckpoint } from "../../src/formats/add-checkpoint.ts"
import type { Checkpoint } from "../../src/formats/checkpoint.ts"
import { equalBytes } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { rootsFromConsistency, rootsFromSeeded } from "../../src/tlog/consistency.ts"
import { readCheckpoint } from "../checkpoint-rows.ts"
import { convictLog, keepSigned, verifyLogCheckpoint, type CheckpointContext } from "../ingest-checkpoint.ts"
import { FROZEN_KEY } from "../rows.ts"
import { refusal, type Refusal } from "./answer.ts"
import { recordCosigned } from "./cosigned-row.ts"
import { covers, type Cosigner } from "./cosigner.ts"
import { addPending, latestTree, type Tree } from "./pending-rows.ts"

/** What became of a checkpoint: pending now, behind or ahead of what is held (409), or refused. */
export type Acceptance = { readonly status: 200 } | { readonly status: 409; readonly size: bigint } | Refusal

/** The refusal of a checkpoint that the log has not signed, or undefined. */
async function refuseUnsigned(context: CheckpointContext, checkpoint: Checkpoint): Promise<Refusal | undefined> {
  try {
    await verifyLogCheckpoint(context.crypto, checkpoint, context.keys)
    return undefined
  } catch (error) {
    if (!(error instanceof StellaError)) throw error
    // An empty tree with a root that is not its own, tlog-witness: 422.
    if (error.code === "EVIDENCE_MALFORMED") return refusal(422, error.message)
    if (error.code === "PROOF_INVALID") return refusal(403, error.message)
    throw error
  }
}

/**
 * Convicts the log where its own checkpoint for the latest tree and the new one cannot both be: another root for the same
 * size, or a proof that gives the new root and another root than it has signed for the old size.
 * @throws StellaError SPLIT_VIEW after freezing the log
 */
async function convict(context: CheckpointContext, latest: Tree, asked: AddCheckpoint): Promise<void> {
  const { checkpoint, proof } = asked
  const kept = (await readCheckpoint(context, latest))?.checkpoint
  if (kept === undefined) return
  if (latest.size === checkpoint.size) return convictLog(context, kept, checkpoint, [])
  const roots = rootsFromSeeded(context.crypto, { size1: latest.size, size2: checkpoint.size, proof })
  const isOther = roots !== undefined && !equalBytes(roots.root1, latest.root)
  if (isOther && equalBytes(roots.root2, checkpoint.root)) await convictLog(context, kept, checkpoint, proof)
}

/** True when the proof shows that the new tree has grown out of the latest one. */
function hasGrown(context: CheckpointContext, latest: Tree | undefined, asked: AddCheckpoint): boolean {
  const { checkpoint, proof } = asked
  // Of nothing, everything is a continuation: tlog-witness wants an empty proof.
  if (latest === undefined || latest.size === 0n) return proof.length === 0
  if (latest.size === checkpoint.size) return proof.length === 0 && equalBytes(latest.root, checkpoint.root)
  const claim = { size1: latest.size, size2: checkpoint.size, proof }
  const roots = rootsFromConsistency(context.crypto, claim, latest.root)
  return roots !== undefined && equalBytes(roots.root1, latest.root) && equalBytes(roots.root2, checkpoint.root)
}

/**
 * Takes up a checkpoint, or says why not. The log's own word is kept even where it is refused.
 * @param witness - who is about to sign it; a mirror that is no witness signs nothing here
 * @throws StellaError SPLIT_VIEW when the log has contradicted itself, TIME_INVALID when the clock is behind the last
 * signature, STORE_CORRUPT when rows are damaged
 */
export async function acceptCheckpoint(
  context: CheckpointContext,
  asked: AddCheckpoint,
  timeSeconds: bigint,
  witness?: Cosigner,
): Promise<Acceptance> {
  const { rows, keys } = context
  const { old, checkpoint } = asked
  if (checkpoint.origin !== keys.origin) return refusal(404, "this log is not served here")
  const unsigned = await refuseUnsigned(context, checkpoint)
  if (unsigned !== undefined) return unsigned
  if (old > checkpoint.size) return refusal(400, "the old size is above the checkpoint's")
  if (witness !== undefined && !covers(witness, checkpoint)) {
    return refusal(400, "the witness's signature does not cover extension lines")
  }
  await keepSigned(context, checkpoint)
  if ((await rows.get(FROZEN_KEY)) !== undefined) {
    return refusal(403, "the log is frozen: it has signed two trees that contradict each other")
  }
  const latest = await latestTree(context)
  if (old !== (latest?.size ?? 0n)) return { status: 409, size: latest?.size ?? 0n }
  if (!hasGrown(context, latest, asked)) {
    if (latest !== undefined) await convict(context, latest, asked)
    return refusal(422, "the proof does not show that the tree has grown out of the one held")
  }
  const changes = await addPending(context, checkpoint)
  if (witness !== undefined) changes.push(await recordCosigned(context, witness, checkpoint, timeSeconds))
  await rows.batch(changes, { sync: true })
  return { status: 200 }
}
