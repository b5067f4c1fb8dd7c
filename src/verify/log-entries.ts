/**
 * The transparency log entries of a piece of evidence: for each its promise, checkpoint, inclusion and whether it
 * records this evidence. An entry counts when it does and the log vouches for it, by proof or, in v0.1, by promise.
 */
import { equalBytes, toHex } from "../kernel/bytes.ts"
import type { Crypto } from "../kernel/ports.ts"
import { printInstant } from "../formats/document.ts"
import { fail, type Check, type EntryFact, type TimeFact } from "../formats/report.ts"
import type { TlogEntry } from "../formats/tlog-entry.ts"
import { leafHash } from "../tlog/hashing.ts"
import { checkCheckpoint, missingCheckpoint } from "./checkpoint.ts"
import { checkEntry, type EvidenceSigner } from "./entry.ts"
import { checkInclusion } from "./inclusion.ts"
import type { TrustedLog, TrustedWitness } from "./prepared-trust.ts"
import { checkPromise } from "./promise.ts"
import type { SignedContent } from "./signature.ts"
import { contains } from "./window.ts"

/** The evidence that entries are compared with. */
export interface LoggedEvidence {
  readonly signature: Uint8Array
  readonly content: SignedContent
  readonly payloadType: string | undefined
  readonly signer: EvidenceSigner | undefined
}

/** What the trust and the other evidence bring. */
export interface LogContext {
  readonly logs: readonly TrustedLog[]
  readonly witnesses: readonly TrustedWitness[]
  /** Verified timestamp times: an entry without promise has no time of its own, so its log's key must be valid at these. */
  readonly tokenTimes: readonly number[]
}

/** An entry that records the evidence, by the hash of its leaf, with the log it names. */
export interface RecordedEntry {
  readonly leaf: string
  readonly log: TrustedLog
}

export interface LogEntriesResult {
  readonly checks: readonly Check[]
  readonly recorded: readonly RecordedEntry[]
  readonly entries: readonly EntryFact[]
  readonly times: readonly TimeFact[]
}

/** Checks all entries of the evidence. */
export async function checkLogEntries(
  entries: readonly TlogEntry[],
  evidence: LoggedEvidence,
  context: LogContext,
  crypto: Crypto,
): Promise<LogEntriesResult> {
  const { logs, witnesses, tokenTimes } = context
  const recordedEntries: RecordedEntry[] = []
  const checks: Check[] = []
  const facts: EntryFact[] = []
  const times: TimeFact[] = []
  for (const [i, entry] of entries.entries()) {
    const log = trustedLog(entry, logs, tokenTimes)
    const { signature, content, payloadType, signer } = evidence
    const matches = checkEntry(i, entry, signature, content, payloadType, signer, crypto)
    checks.push(matches)
    const promised = await promiseOf(i, entry, log, crypto)
    checks.push(...promised)
    const { checks: proofChecks, root, size } = await proofOf(i, entry, log, witnesses, crypto)
    checks.push(...proofChecks)
    const window = windowCheck(i, entry, log, tokenTimes)
    checks.push(...window)

    const recorded = matches.outcome === "pass" && window.length === 0
    const byPromise = promised.some(c => c.outcome === "pass")
    if (log === undefined || !recorded) continue
    const leaf = toHex(leafHash(crypto, entry.body))
    recordedEntries.push({ leaf, log })
    if (byPromise) {
      const at = printInstant(Number(entry.integratedTime))
      times.push({ at, key: `promise/${String(i)}`, source: "set" })
    }
    if (root === undefined && !byPromise) continue
    // Without a promise the global index is nobody's word; the proof's own index is the one that was proven.
    const index = root === undefined ? entry.index : (entry.proof?.index ?? entry.index)
    facts.push({ index: String(index), leaf, log: log.name, root: root ?? "", size: size ?? "" })
  }
  return { checks, recorded: recordedEntries, entries: facts, times }
}

/** The trusted log an entry names. Its id is only a way to find the key; what counts is the signature under that key. */
function trustedLog(
  entry: TlogEntry,
  logs: readonly TrustedLog[],
  tokenTimes: readonly number[],
): TrustedLog | undefined {
  const named = logs.filter(
    l =>
      equalBytes(l.logId, entry.logId) ||
      (l.checkpointKeyId !== undefined && equalBytes(l.checkpointKeyId, entry.logId)),
  )
  const at = entry.promise === undefined ? tokenTimes : [Number(entry.integratedTime)]
  // Instances with one key follow each other in time; where none fits, the first is reported against.
  return named.find(l => at.every(t => contains(l.validFor, t))) ?? named[0]
}

async function promiseOf(i: number, entry: TlogEntry, log: TrustedLog | undefined, crypto: Crypto): Promise<Check[]> {
  if (entry.promise === undefined) return []
  const key = `promise/${String(i)}`
  if (log === undefined) return [fail(key, "log-unknown", { log: toHex(entry.logId) })]
  return [await checkPromise(key, entry, entry.promise, log, crypto)]
}

async function proofOf(
  i: number,
  entry: TlogEntry,
  log: TrustedLog | undefined,
  witnesses: readonly TrustedWitness[],
  crypto: Crypto,
): Promise<{ checks: Check[]; root: string | undefined; size: string | undefined }> {
  const { proof } = entry
  if (proof === undefined) return { checks: [], root: undefined, size: undefined }
  if (proof.checkpoint === undefined) {
    const inclusion = checkInclusion(i, entry, proof, undefined, crypto)
    return { checks: [missingCheckpoint(i), inclusion], root: undefined, size: undefined }
  }
  const result = await checkCheckpoint(i, proof.checkpoint, log, witnesses, crypto)
  const checks = [...result.checks]
  if (result.parsed === undefined) return { checks, root: undefined, size: undefined }
  const inclusion = checkInclusion(i, entry, proof, result.parsed, crypto)
  checks.push(inclusion)
  const proven = result.signed && inclusion.outcome === "pass"
  return {
    checks,
    root: proven ? toHex(result.parsed.root) : undefined,
    size: proven ? String(result.parsed.size) : undefined,
  }
}

/** An entry without promise is dated by the tokens: the log's key must be valid at each of them. */
function windowCheck(i: number, entry: TlogEntry, log: TrustedLog | undefined, tokenTimes: readonly number[]): Check[] {
  if (entry.promise !== undefined || log === undefined) return []
  const outside = tokenTimes.find(t => !contains(log.validFor, t))
  if (outside === undefined) return []
  const key = `log-window/${String(i)}`
  return [fail(key, "time-outside-authority", { log: log.name, at: printInstant(outside) })]
}
