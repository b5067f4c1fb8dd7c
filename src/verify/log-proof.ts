/**
 * Log proofs that a mirror made for this evidence: a fresh inclusion proof of an entry that the evidence records, to a
 * checkpoint of the same log. They help evidence whose own proof is missing or older, and never replace the check that
 * the entry records this evidence.
 */
import { equalBytes, fromHex, toHex } from "../kernel/bytes.ts"
import type { Crypto } from "../kernel/ports.ts"
import { parseCheckpoint, type Checkpoint } from "../formats/checkpoint.ts"
import { parseLogProof, type LogProof } from "../formats/log-proof.ts"
import { fail, pass, skip, type Check } from "../formats/check.ts"
import type { EntryFact } from "../formats/facts.ts"
import { rootFromInclusion } from "../tlog/inclusion.ts"
import { verifyConsistency } from "../tlog/consistency.ts"
import { checkpointFault, isOriginOf } from "./checkpoint.ts"
import type { RecordedEntry } from "./log-entries.ts"
import type { TrustedLog } from "./prepared-trust.ts"

/** A tree that the log vouches for: a signed one, or one that a signed one was proven to have grown from. */
export interface TreeHead {
  /** The name of the trusted log whose key vouches for it. */
  readonly log: string
  readonly origin: string
  readonly size: string
  readonly root: string
}

/** What the mirror's proofs come to. */
export interface LogProofsResult {
  readonly checks: readonly Check[]
  readonly entries: readonly EntryFact[]
  /** Trees that the proofs' checkpoints have grown from. */
  readonly ancestors: readonly TreeHead[]
}

/** Checks every proof; `recorded` are the evidence's entries that passed as its own. */
export async function checkLogProofs(
  proofs: readonly Uint8Array[],
  recorded: readonly RecordedEntry[],
  crypto: Crypto,
): Promise<LogProofsResult> {
  const checks: Check[] = []
  const entries: EntryFact[] = []
  const ancestors: TreeHead[] = []
  for (const [i, bytes] of proofs.entries()) {
    const result = await checkLogProof(i, bytes, recorded, crypto)
    checks.push(...result.checks)
    if (result.entry !== undefined) entries.push(result.entry)
    if (result.ancestor !== undefined) ancestors.push(result.ancestor)
  }
  return { checks, entries, ancestors }
}

interface LogProofResult {
  readonly checks: readonly Check[]
  readonly entry?: EntryFact
  readonly ancestor?: TreeHead
}

async function checkLogProof(
  i: number,
  bytes: Uint8Array,
  recorded: readonly RecordedEntry[],
  crypto: Crypto,
): Promise<LogProofResult> {
  const key = `log-proof/${String(i)}`
  const parsed = parseLogProof(bytes)
  if (!parsed.ok) return { checks: [fail(key, parsed.error.reason, { where: parsed.error.where })] }
  const proof = parsed.value
  const read = parseCheckpoint(proof.checkpoint)
  if (!read.ok) return { checks: [fail(key, "checkpoint-malformed", { where: read.error.where })] }
  const checkpoint = read.value
  const { origin } = checkpoint
  const size = String(checkpoint.size)
  const evidence = { origin, index: String(proof.index), size }
  if (proof.document.size !== size) return { checks: [fail(key, "inclusion-mismatch", evidence)] }
  const own = recorded.filter(r => r.leaf === proof.leaf)
  if (own.length === 0) return { checks: [skip(key, "entry-missing", evidence)] }
  const log = await signerOf(checkpoint, own, crypto)
  if (log === undefined) {
    // A proof out of another log says nothing about this evidence; one that claims to be of its log, and is not, is wrong.
    const claimed = own.some(r => isOriginOf(origin, r.log.name))
    return { checks: [claimed ? fail(key, "checkpoint-signature", evidence) : skip(key, "entry-missing", evidence)] }
  }
  const claim = { index: proof.index, size: checkpoint.size, leaf: proof.leafHash, proof: proof.hashes }
  const computed = rootFromInclusion(crypto, claim)
  if (computed === undefined || !equalBytes(computed, checkpoint.root)) {
    return { checks: [fail(key, "inclusion-mismatch", evidence)] }
  }
  const root = toHex(computed)
  const { name, operator } = log
  const entry = { index: evidence.index, leaf: proof.leaf, log: name, operator, origin, root, size }
  const growth = checkGrowth(i, proof, checkpoint, name, crypto)
  return { checks: [pass(key, { ...evidence, root }), ...growth.checks], entry, ...growth.ancestor }
}

/** The log, among those whose entries the evidence has, that signed the checkpoint. */
async function signerOf(
  checkpoint: Checkpoint,
  recorded: readonly RecordedEntry[],
  crypto: Crypto,
): Promise<TrustedLog | undefined> {
  for (const log of new Set(recorded.map(r => r.log))) {
    if ((await checkpointFault(checkpoint, log, crypto)) === undefined) return log
  }
  return undefined
}

/** Whether the proof's checkpoint has grown from the older tree that the proof names, if it names one. */
function checkGrowth(
  i: number,
  { document }: LogProof,
  checkpoint: Checkpoint,
  log: string,
  crypto: Crypto,
): { readonly checks: readonly Check[]; readonly ancestor?: { readonly ancestor: TreeHead } } {
  if (document.consistency === undefined) return { checks: [] }
  const { from, hashes } = document.consistency
  const key = `consistency/${String(i)}`
  const evidence = { origin: checkpoint.origin, from: from.size, to: String(checkpoint.size) }
  const claim = {
    size1: BigInt(from.size),
    size2: checkpoint.size,
    proof: hashes.map(h => fromHex(h) as Uint8Array),
    root1: fromHex(from.root) as Uint8Array,
    root2: checkpoint.root,
  }
  if (!verifyConsistency(crypto, claim)) return { checks: [fail(key, "consistency-mismatch", evidence)] }
  return { checks: [pass(key, evidence)], ancestor: { ancestor: { log, origin: checkpoint.origin, ...from } } }
}
