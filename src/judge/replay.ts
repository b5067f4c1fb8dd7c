/**
 * Replay: judging a saved closure again and comparing the Report byte for byte with the saved one. A difference means
 * that the copy was altered, or that a defect slipped in; a Report of another judge version is not comparable here.
 */
import { fromUtf8, toHex } from "../kernel/bytes.ts"
import { StellaError } from "../kernel/errors.ts"
import type { Crypto } from "../kernel/ports.ts"
import { err, type Result } from "../kernel/result.ts"
import { parseReport } from "../formats/report.ts"
import type { CaseClosure } from "./closure.ts"
import { createJudge, type Judge, type Judgement } from "./judge.ts"

/** Judges the closure and compares with the saved Report: REPLAY_DIFFERS or NOT_COMPARABLE when it is not the same. */
export async function replay(
  closure: CaseClosure,
  savedReport: Uint8Array,
  crypto: Crypto,
  judge: Judge = createJudge(crypto),
): Promise<Result<Judgement>> {
  const saved = parseReport(savedReport)
  if (!saved.ok) {
    return err(new StellaError("REPLAY_DIFFERS", `the saved Report is not a Report: ${saved.error.reason}`))
  }
  // The judge refuses a Case of another version (NOT_COMPARABLE); a Report that names another one than its Case differs.
  const again = await judge.judge(closure)
  if (!again.ok) return again
  if (fromUtf8(savedReport) === again.value.text) return again
  const detail = {
    saved: toHex(crypto.hash("sha256", savedReport)),
    replayed: again.value.sha256,
    savedVerdict: saved.value.verdict,
    replayedVerdict: again.value.report.verdict,
  }
  return err(new StellaError("REPLAY_DIFFERS", "judging the saved Case gives another Report", detail))
}
