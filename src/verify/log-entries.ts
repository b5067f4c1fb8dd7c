/**
 * The transparency log entries of a piece of evidence: for each its promise, checkpoint, inclusion and whether it
 * records this evidence. An entry counts when it does and the log vouches for it, by proof or, in v0.1, by promise.
 */
import { equalBytes, toHex } from "../kernel/bytes.ts"
import type { Crypto } from "../kernel/ports.ts"
import { printInstant } from "../formats/instant.ts"
import { fail, pass, skip, type Check } from "../formats/check.ts"
import type { EntryFact, TimeFact } from "../formats/facts.ts"
import type { TlogEntry } from "../formats/tlog-entry.ts"
import { leafHash } from "../tlog/hashing.ts"
import { checkCheckpoint, missingCheckpoint } from "./checkpoint.ts"
import { checkEntry, type LoggedEvidence } from "./entry.ts"
import { checkInclusion } from "./inclusion.ts"
import type { TrustedLog, TrustedWitness } from "./prepared-trust.ts"
import { checkPromise } from "./promise.ts"
import { contains } from "./window.ts"

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

/** A verified time as a fact and in epoch seconds. */
export interface DatedFact {
  readonly fact: TimeFact
  readonly atSeconds: number
}

/** What the entries of a piece of evidence come to. */
export interface LogEntriesResult {
  readonly checks: readonly Check[]
  readonly recorded: readonly RecordedEntry[]
  readonly entries: readonly EntryFact[]
  readonly times: readonly DatedFact[]
}

/**
 * Checks all entries of the evidence, in two steps: first which entries record it and what the log promised, which
 * dates it, then whether each log's key was valid at those times and what its proof comes to.
 */
export async function checkLogEntries(
  entries: readonly TlogEntry[],
  evidence: LoggedEvidence,
  context: LogContext,
  crypto: Crypto,
): Promise<LogEntriesResult> {
  const { logs, witnesses, tokenTimes } = context
  const dated: { entry: TlogEntry; log: TrustedLog | undefined; own: Check; promise: Check | undefined }[] = []
  const times: DatedFact[] = []
  for (const [i, entry] of entries.entries()) {
    const log = trustedLog(entry, logs, tokenTimes)
    // The parser tells copies by the id of their log, but a log goes by two: what counts is the log that is meant.
    const copy = dated.some(d => d.log !== undefined && d.log === log && equalBytes(d.entry.body, entry.body))
    const own = copy ? fail(`entry/${String(i)}`, "entry-duplicate") : checkEntry(i, entry, evidence)
    const promise = await promiseOf(i, entry, log, crypto)
    dated.push({ entry, log, own, promise })
    if (own.outcome !== "pass" || promise?.outcome !== "pass") continue
    const atSeconds = Number(entry.integratedTime)
    times.push({ atSeconds, fact: { at: printInstant(atSeconds), key: promise.key, source: "set" } })
  }
  const allTimes = [...tokenTimes, ...times.map(t => t.atSeconds)]

  const checks: Check[] = []
  const recorded: RecordedEntry[] = []
  const facts: EntryFact[] = []
  for (const [i, { entry, log, own, promise }] of dated.entries()) {
    const proof = await proofOf(i, entry, log, witnesses, crypto)
    const window = windowCheck(i, entry, log, allTimes)
    checks.push(
      own,
      ...(promise === undefined ? [] : [promise]),
      ...proof.checks,
      ...(window === undefined ? [] : [window]),
    )
    if (log === undefined || own.outcome !== "pass" || (window !== undefined && window.outcome !== "pass")) continue
    const leaf = toHex(leafHash(crypto, entry.body))
    recorded.push({ leaf, log })
    const { head } = proof
    if (head === undefined && promise?.outcome !== "pass") continue
    // The index is the one that was proven: the log's global one belongs to no tree, and a promise shows no place in it.
    const { index, origin, root, size } = head ?? { index: "", origin: "", root: "", size: "" }
    facts.push({ index, leaf, log: log.name, operator: log.operator, origin, root, size })
  }
  return { checks, recorded, entries: facts, times }
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

async function promiseOf(
  i: number,
  entry: TlogEntry,
  log: TrustedLog | undefined,
  crypto: Crypto,
): Promise<Check | undefined> {
  if (entry.promise === undefined) return undefined
  const key = `promise/${String(i)}`
  if (log === undefined) return fail(key, "log-unknown", { log: toHex(entry.logId) })
  return checkPromise(key, entry, entry.promise, log, crypto)
}

/** The tree that an entry is proven to be in, and where. */
type ProvenTree = Pick<EntryFact, "index" | "origin" | "root" | "size">

async function proofOf(
  i: number,
  entry: TlogEntry,
  log: TrustedLog | undefined,
  witnesses: readonly TrustedWitness[],
  crypto: Crypto,
): Promise<{ readonly checks: readonly Check[]; readonly head?: ProvenTree }> {
  const { proof } = entry
  if (proof === undefined) return { checks: [] }
  if (proof.checkpoint === undefined) {
    return { checks: [missingCheckpoint(i), checkInclusion(i, entry, proof, undefined, crypto)] }
  }
  const { checks, parsed, signed } = await checkCheckpoint(i, proof.checkpoint, log, witnesses, crypto)
  if (parsed === undefined) return { checks: [...checks, skip(`inclusion/${String(i)}`, "depends-on-failed")] }
  const inclusion = checkInclusion(i, entry, proof, parsed, crypto)
  const all = [...checks, inclusion]
  if (!signed || inclusion.outcome !== "pass") return { checks: all }
  const { origin, root, size } = parsed
  return { checks: all, head: { index: String(proof.index), origin, root: toHex(root), size: String(size) } }
}

/** An entry without promise has no time of its own: its log's key must be valid at every verified time, and one there must be. */
function windowCheck(
  i: number,
  entry: TlogEntry,
  log: TrustedLog | undefined,
  times: readonly number[],
): Check | undefined {
  if (entry.promise !== undefined || log === undefined) return undefined
  const key = `log-window/${String(i)}`
  if (times.length === 0) return skip(key, "time-missing", { log: log.name })
  const outside = times.find(t => !contains(log.validFor, t))
  if (outside === undefined) return pass(key, { log: log.name })
  return fail(key, "time-outside-authority", { at: printInstant(outside), log: log.name })
}
