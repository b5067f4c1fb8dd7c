/**
 * The judge as it is retained: the entry of the single file that `kit-scripts/build-judge.ts` makes of every version.
 * A Report is replayed by the judge that made it, so these files are kept, by digest, for as long as Reports are; what
 * they export may never change.
 */
import type { Crypto } from "../kernel/ports.ts"
import type { CaseClosure } from "./closure.ts"
import { createJudge, JUDGE_VERSION } from "./judge.ts"

/** The version of this judge. */
export const judgeVersion = JUDGE_VERSION

/** The version of the Crypto port that this judge expects. */
export const cryptoPort = 1

/** A Report's canonical text, or why there is none. */
export type RetainedJudgement =
  { readonly report: string } | { readonly error: { readonly code: string; readonly message: string } }

/** What every retained judge exports. */
export interface RetainedJudge {
  readonly judgeVersion: string
  readonly cryptoPort: number
  judge(blobs: CaseClosure, crypto: Crypto): Promise<RetainedJudgement>
}

/** Judges a Case closure: the Case document and the loose blobs it names. */
export async function judge(blobs: CaseClosure, crypto: Crypto): Promise<RetainedJudgement> {
  const judged = await createJudge(crypto).judge(blobs)
  if (judged.ok) return { report: judged.value.text }
  return { error: { code: judged.error.code, message: judged.error.message } }
}
