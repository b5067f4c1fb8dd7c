/**
 * Judges mutants of a proven piece of evidence and holds each that is still proven to its original: same Facts, or fewer
 * times or entries, and no change but those that no specification authenticates.
 */
import { parseEvidence, type Evidence } from "../../src/formats/evidence.ts"
import type { EntryFact, Facts } from "../../src/formats/facts.ts"
import type { Report } from "../../src/formats/report.ts"
import { createJudge, type Judge } from "../../src/judge/judge.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { prepareTrust } from "../../src/verify/prepared-trust.ts"
import { rawSignatures } from "../../src/verify/signatures.ts"
import { nodeCrypto } from "../../mirror/crypto/node.node.ts"
import { mutantsOf, type Mutant, type MutationOptions } from "../support/mutate.ts"
import { Comparison, Unexplained, type Counted, type Difference, type OriginalFacts } from "./differences.ts"
import { closeOver, type ProvenCase } from "./proven-cases.ts"
import { sameDocument } from "./same-document.ts"

/** A crypto provider that counts the signature checks that reach it. */
export class CheckCounter implements Crypto {
  readonly #inner = nodeCrypto()
  checks = 0

  hash(...request: Parameters<Crypto["hash"]>): Uint8Array {
    return this.#inner.hash(...request)
  }

  verify(...request: Parameters<Crypto["verify"]>): Promise<boolean> {
    this.checks++
    return this.#inner.verify(...request)
  }
}

/** One judgement, such as the one that took longest. */
export interface MutantRun {
  readonly name: string
  readonly checks: number
  readonly ms: number
}

/** What was changed in a mutant that is still proven; `same-document`: nothing but the spelling. */
export type Change = Difference | "same-document"

/** What became of the mutants of one original. */
export interface MutationResult {
  readonly mutants: number
  readonly proven: number
  /** Still proven, by what was changed. */
  readonly survivors: ReadonlyMap<Change, number>
  /** Survivors that should not have survived, and whatever was thrown. */
  readonly defects: readonly string[]
  readonly mostChecks: number
  readonly slowest: MutantRun
}

/** What came of a judgement. */
export interface Judged {
  readonly report: Report
  readonly facts: Facts
}

/** A judge whose Facts can be looked at, and whose signature checks are counted. */
export class MutantJudge {
  readonly counter = new CheckCounter()
  readonly #judge: Judge = createJudge(this.counter)

  async judge(original: ProvenCase, evidence: Uint8Array): Promise<Judged> {
    let facts = ""
    const { report } = unwrap(
      await this.#judge.judge(closeOver(original, evidence), {
        get: () => undefined,
        put: (_key, text) => {
          facts = text
        },
      }),
    )
    return { report, facts: JSON.parse(facts) as Facts }
  }
}

/** Which tokens and signatures counted. */
function countedOf(facts: Facts): Counted {
  const passed = (kind: string): ReadonlySet<number> => {
    const keys = facts.checks.filter(c => c.outcome === "pass" && c.key.startsWith(`${kind}/`)).map(c => c.key)
    return new Set(keys.map(key => Number(key.slice(kind.length + 1))))
  }
  return { tokens: passed("timestamp"), signatures: passed("signature") }
}

/** Whether the Facts of a mutant are those of its original, or the same with times or entries missing. */
function claimsNoMore(original: Facts, mutant: Facts): boolean {
  const core = (f: Facts): string => {
    const signers = f.signers.map(s => JSON.stringify(s)).sort()
    return JSON.stringify([f.signedBy, f.root, signers, f.statement])
  }
  const times = (f: Facts): string[] => f.times.map(t => `${t.source} ${t.at}`)
  const left = times(original)
  const timesLeft = times(mutant).every(t => {
    const i = left.indexOf(t)
    if (i >= 0) left.splice(i, 1)
    return i >= 0
  })
  return (
    core(original) === core(mutant) &&
    timesLeft &&
    mutant.entries.length <= original.entries.length &&
    mutant.entries.every(e => original.entries.some(o => JSON.stringify(o) === JSON.stringify(e) || isWeaker(e, o)))
  )
}

/** The same leaf in the same log, for which only the promise is left. */
function isWeaker(entry: EntryFact, original: EntryFact): boolean {
  const { index, origin, root, size, ...own } = entry
  return (
    [index, origin, root, size].every(part => part === "") && own.leaf === original.leaf && own.log === original.log
  )
}

function evidenceOf(c: ProvenCase, bytes: Uint8Array): Evidence {
  const parsed = parseEvidence(c.input.form, c.input.item, bytes)
  if (parsed.ok) return parsed.value
  throw new Error(`${parsed.error.reason} at ${parsed.error.where}`)
}

/** Note key ids under which the logs of a case's trust sign. */
function logKeyIds(c: ProvenCase, crypto: Crypto): ReadonlySet<number> {
  const { blobs, trust } = c.basis
  const blob = (sha256: string): Uint8Array => blobs.get(sha256) ?? new Uint8Array()
  const prepared = unwrap(prepareTrust(blob(trust.sha256), ref => ({ ok: true, value: blob(ref.sha256) }), crypto))
  const logs = prepared.roots.flatMap(r => r.logs)
  return new Set(logs.flatMap(l => l.vkeys.map(v => v.keyId)))
}

/** One mutant, as it was judged; `changes` only where it is still proven. */
export interface JudgedMutant extends Judged {
  readonly mutant: Mutant
  readonly run: MutantRun
  readonly changes: readonly Change[]
}

/** Makes and judges the mutants of one original; `group` are cases to exchange values with. */
export async function judgeMutants(
  judge: MutantJudge,
  original: ProvenCase,
  group: readonly ProvenCase[],
  options: Omit<MutationOptions, "others">,
  each: (judged: JudgedMutant) => void = () => undefined,
): Promise<MutationResult> {
  const evidence = evidenceOf(original, original.input.evidence)
  const first = await judge.judge(original, original.input.evidence)
  if (first.report.verdict !== "proven") throw new Error(`${original.id} is not proven`)
  const { signedBy } = first.facts
  const known = { ...countedOf(first.facts), signedBy, logKeyIds: logKeyIds(original, judge.counter) }
  // Another bundle of the same signature is no stranger: parts taken from it may be proven by right.
  const signature = (c: ProvenCase): string =>
    Buffer.from(rawSignatures(evidenceOf(c, c.input.evidence))[0]).toString("hex")
  const others = group.filter(c => signature(c) !== signature(original)).map(c => c.input.evidence)

  let mutants = 0
  let proven = 0
  let mostChecks = 0
  let slowest: MutantRun = { name: "", checks: 0, ms: 0 }
  const survivors = new Map<Change, number>()
  const defects: string[] = []
  for (const mutant of mutantsOf(original.input.evidence, { ...options, others })) {
    if (isElsewhere(mutant, original)) continue
    mutants++
    const name = `${original.id} ${mutant.region} ${mutant.name}`
    const before = judge.counter.checks
    const start = performance.now()
    try {
      const judged = await judge.judge(original, mutant.bytes)
      const run = { name, checks: judge.counter.checks - before, ms: performance.now() - start }
      if (run.ms > slowest.ms) slowest = run
      mostChecks = Math.max(mostChecks, run.checks)
      const isProven = judged.report.verdict === "proven"
      const changes = isProven ? explain(original, evidence, mutant.bytes, known, judged.facts) : []
      each({ ...judged, mutant, run, changes })
      if (!isProven) continue
      proven++
      if (!claimsNoMore(first.facts, judged.facts)) defects.push(`${name}: other Facts`)
      for (const change of changes) survivors.set(change, (survivors.get(change) ?? 0) + 1)
    } catch (e) {
      defects.push(`${name}: ${e instanceof Unexplained ? "proven in spite of " : ""}${String(e)}`)
    }
  }
  return { mutants, proven, survivors, defects, mostChecks, slowest }
}

/** Mutants that are another document as a whole, or that changed another attestation of a list. */
function isElsewhere(mutant: Mutant, original: ProvenCase): boolean {
  if (mutant.region === "$" && mutant.kind === "swap") return true
  const [, index] = /^\$\.attestations\[(\d+)\]/.exec(mutant.region) ?? []
  return index !== undefined && Number(index) !== original.input.item
}

function explain(
  original: ProvenCase,
  evidence: Evidence,
  mutant: Uint8Array,
  known: OriginalFacts,
  facts: Facts,
): readonly Change[] {
  const comparison = new Comparison(known)
  comparison.compare(evidence, evidenceOf(original, mutant), countedOf(facts))
  if (comparison.found.size > 0) return [...comparison.found]
  if (sameDocument(original.input.evidence, mutant, original.input.item)) return ["same-document"]
  throw new Unexplained("a member that is not looked at")
}

/** The results of several originals together. */
export class MutationSum {
  mutants = 0
  proven = 0
  mostChecks = 0
  slowest: MutantRun = { name: "", checks: 0, ms: 0 }
  readonly survivors = new Map<Change, number>()

  add(result: MutationResult): void {
    this.mutants += result.mutants
    this.proven += result.proven
    this.mostChecks = Math.max(this.mostChecks, result.mostChecks)
    if (result.slowest.ms > this.slowest.ms) this.slowest = result.slowest
    for (const [name, count] of result.survivors) this.survivors.set(name, (this.survivors.get(name) ?? 0) + count)
  }
}
