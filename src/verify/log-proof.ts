/**
 * Log proofs that a mirror made for this evidence: a fresh inclusion proof of an entry that the evidence records, to a
 * checkpoint of the same log. They help evidence whose own proof is missing or older, and never replace the check that
 * the entry records this evidence.
 */
import { equalBytes, toHex } from "../kernel/bytes.ts"
import type { Crypto } from "../kernel/ports.ts"
import { parseCheckpoint } from "../formats/checkpoint.ts"
import { parseLogProof } from "../formats/log-proof.ts"
import { fail, pass, skip, type Check, type EntryFact } from "../formats/report.ts"
import { rootFromInclusion } from "../tlog/inclusion.ts"
import { isSigned, verifyCheckpoint } from "../tlog/verify-note.ts"
import { isOriginOf } from "./checkpoint.ts"
import type { RecordedEntry } from "./log-entries.ts"
import type { TrustedLog } from "./prepared-trust.ts"

export interface LogProofsResult {
  readonly checks: readonly Check[]
  readonly entries: readonly EntryFact[]
}

/** Checks every proof; `recorded` are the evidence's entries that passed as its own. */
export async function checkLogProofs(
  proofs: readonly Uint8Array[],
  recorded: readonly RecordedEntry[],
  logs: readonly TrustedLog[],
  crypto: Crypto,
): Promise<LogProofsResult> {
  const checks: Check[] = []
  const entries: EntryFact[] = []
  for (const [i, bytes] of proofs.entries()) {
    const { check, entry } = await checkLogProof(`log-proof/${String(i)}`, bytes, recorded, logs, crypto)
    checks.push(check)
    if (entry !== undefined) entries.push(entry)
  }
  return { checks, entries }
}

async function checkLogProof(
  key: string,
  bytes: Uint8Array,
  recorded: readonly RecordedEntry[],
  logs: readonly TrustedLog[],
  crypto: Crypto,
): Promise<{ readonly check: Check; readonly entry?: EntryFact }> {
  const parsed = parseLogProof(bytes)
  if (!parsed.ok) return { check: fail(key, parsed.error.reason, { where: parsed.error.where }) }
  const proof = parsed.value
  const read = parseCheckpoint(proof.checkpoint)
  if (!read.ok) return { check: fail(key, "checkpoint-malformed", { where: read.error.where }) }
  const checkpoint = read.value
  const evidence = { origin: checkpoint.origin, index: String(proof.index), size: String(checkpoint.size) }
  const log = logs.find(l => isOriginOf(checkpoint.origin, l.name))
  if (log === undefined) return { check: skip(key, "log-unknown", evidence) }
  const match = recorded.find(r => r.leaf === proof.leaf && r.log === log)
  if (match === undefined) return { check: skip(key, "entry-missing", evidence) }
  if (!isSigned(await verifyCheckpoint(crypto, checkpoint, log.vkeys))) {
    return { check: fail(key, "checkpoint-signature", evidence) }
  }
  const claim = { index: proof.index, size: checkpoint.size, leaf: proof.leafHash, proof: proof.hashes }
  const root = rootFromInclusion(crypto, claim)
  if (root === undefined || !equalBytes(root, checkpoint.root))
    return { check: fail(key, "inclusion-mismatch", evidence) }
  const entry = {
    log: log.name,
    index: String(proof.index),
    leaf: proof.leaf,
    size: String(checkpoint.size),
    root: toHex(root),
  }
  return { check: pass(key, { ...evidence, root: entry.root }), entry }
}
