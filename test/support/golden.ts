/** The golden digests: Case and Report of a spread of evidence vectors, which gate a change of the judge. */
import { toHex } from "../../src/kernel/bytes.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import { createJudge } from "../../src/judge/judge.ts"
import { closureOf, evidenceVectors } from "./evidence-vectors.ts"

/** Digests of one vector's Case and Report. */
export interface GoldenReport {
  readonly id: string
  readonly case: string
  readonly report: string
}

/** Judges every seventh vector, or those named, in order; what gives no Report is left out. */
export async function goldenReports(crypto: Crypto, ids?: readonly string[]): Promise<readonly GoldenReport[]> {
  const chosen = ids ?? evidenceVectors.filter((_, i) => i % 7 === 0).map(v => v.id)
  const judge = createJudge(crypto)
  const golden: GoldenReport[] = []
  for (const id of chosen) {
    const vector = evidenceVectors.find(v => v.id === id)
    if (vector === undefined) throw new Error(`no vector ${id}`)
    const closure = closureOf(vector, crypto)
    const judged = await judge.judge(closure)
    if (!judged.ok) continue
    golden.push({ id, case: toHex(crypto.hash("sha256", closure.case)), report: judged.value.sha256 })
  }
  return golden
}
