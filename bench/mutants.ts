/**
 * `npm run -s bench -- mutants [--json]`: judges mutants of every class of evidence and names the one that takes longest,
 * with the signature checks that it makes. Hostile evidence must not buy unbounded work.
 */
import { LIMITS } from "../src/formats/limits.ts"
import { judgeMutants, MutantJudge, MutationSum, type MutantRun } from "../test/judge/mutants.ts"
import { corpusGroups, ownGroups, type ProvenCase } from "../test/judge/proven-cases.ts"

const MUTANTS = 20_000
/** One judgement can be held up by anything on the machine: the slowest are judged again, and their best time counts. */
const AGAIN = { candidates: 32, times: 7 }

/** What `bench mutants` prints. Times are milliseconds of one judgement. */
export interface MutantFigures {
  readonly mutants: number
  readonly stillProven: number
  /** By what was changed; one mutant can count for several. */
  readonly stillProvenBy: Readonly<Record<string, number>>
  readonly defects: number
  readonly perSecond: number
  readonly mostSignatureChecks: number
  readonly signatureCheckLimit: number
  readonly slowestMutant: string
  readonly slowestSignatureChecks: number
  readonly slowestMs: number
}

interface Candidate {
  readonly original: ProvenCase
  readonly bytes: Uint8Array
  readonly run: MutantRun
}

/** Judges about `count` mutants, evenly of all originals. */
export async function measureMutants(count = MUTANTS): Promise<MutantFigures> {
  const groups = [...ownGroups(), ...corpusGroups()]
  const originals = groups.flatMap(group => group.map(original => ({ original, group })))
  const judge = new MutantJudge()
  const sum = new MutationSum()
  let defects = 0
  let candidates: Candidate[] = []
  const start = performance.now()
  for (const { original, group } of originals) {
    const limit = Math.ceil(count / originals.length)
    const result = await judgeMutants(judge, original, group, { seed: "bench", bytesPerRegion: 4, limit }, m => {
      candidates.push({ original, bytes: m.mutant.bytes, run: m.run })
      if (candidates.length > 1024) candidates = slowest(candidates)
    })
    defects += result.defects.length
    sum.add(result)
  }
  const seconds = (performance.now() - start) / 1000
  let worst: MutantRun = { name: "", checks: 0, ms: 0 }
  for (const { original, bytes, run } of slowest(candidates)) {
    let ms = run.ms
    for (let i = 0; i < AGAIN.times; i++) {
      const from = performance.now()
      await judge.judge(original, bytes)
      ms = Math.min(ms, performance.now() - from)
    }
    if (ms > worst.ms) worst = { ...run, ms }
  }
  return {
    mutants: sum.mutants,
    stillProven: sum.proven,
    stillProvenBy: Object.fromEntries([...sum.survivors].sort(([a], [b]) => (a < b ? -1 : 1))),
    defects,
    perSecond: sum.mutants / seconds,
    mostSignatureChecks: sum.mostChecks,
    signatureCheckLimit: LIMITS.signatureChecks,
    slowestMutant: worst.name,
    slowestSignatureChecks: worst.checks,
    slowestMs: worst.ms,
  }
}

function slowest(candidates: readonly Candidate[]): Candidate[] {
  return candidates.toSorted((a, b) => b.run.ms - a.run.ms).slice(0, AGAIN.candidates)
}
