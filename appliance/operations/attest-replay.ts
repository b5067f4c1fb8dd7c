/** `attest replay`: judges a saved Case again and compares the Report with the saved one, byte for byte. */
import { parseCase } from "../../src/formats/case.ts"
import { LIMITS } from "../../src/formats/limits.ts"
import { parseReport, type Report } from "../../src/formats/report.ts"
import type { CaseClosure } from "../../src/judge/closure.ts"
import { JUDGE_VERSION } from "../../src/judge/judge.ts"
import { fromUtf8, toHex } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import { replay } from "../../src/judge/replay.ts"
import type { Replay } from "../../ui/contract/operations/attest.ts"
import type { Context, DocumentHandler } from "./context.ts"
import { BLOBS_FOLDER, CASE_FILE, REPORT_FILE } from "./judging/save-case.ts"

/** The most blobs of a closure: roots, proofs, heads and a few documents. */
const MOST_BLOBS = 4096

/** The blobs of a saved Case; which of them count is said by the Case, and what they are by their digests. */
async function blobsOf(folder: string, { files, signal }: Context): Promise<Result<Uint8Array[]>> {
  const blobs: Uint8Array[] = []
  for await (const path of files.walk(`${folder}/${BLOBS_FOLDER}`, signal)) {
    if (!path.ok) return path
    if (blobs.length === MOST_BLOBS)
      return err(new StellaError("CLOSURE_BROKEN", `${folder}: more than ${String(MOST_BLOBS)} blobs`, { folder }))
    const read = await files.read(path.value, LIMITS.evidenceBytes)
    if (!read.ok) return read
    blobs.push(read.value)
  }
  return ok(blobs)
}

export const attestReplay: DocumentHandler<Replay["input"], Replay["output"]> = async (input, context) => {
  const { crypto, files } = context
  const folder = input.case
  const saved = await files.read(`${folder}/${CASE_FILE}`, LIMITS.evidenceBytes)
  if (!saved.ok) return saved
  const report = await files.read(`${folder}/${REPORT_FILE}`, LIMITS.evidenceBytes)
  if (!report.ok) return report
  const blobs = await blobsOf(folder, context)
  if (!blobs.ok) return blobs
  const closure = { case: saved.value, blobs: blobs.value }
  const again = await replayed(closure, report.value, context)
  if (!again.ok) return again
  const shown = { case: toHex(crypto.hash("sha256", saved.value)), ...again.value }
  return ok({ v: 1, type: "result", code: null, message: null, ...shown })
}

type Shown = Pick<Report, "judgeVersion" | "verdict"> & { readonly report: string }

/** Replays by this program's judge, or by the retained one when the Case was made for another version. */
async function replayed(closure: CaseClosure, report: Uint8Array, context: Context): Promise<Result<Shown>> {
  const { crypto } = context
  const made = parseCase(closure.case)
  if (!made.ok || made.value.judgeVersion === JUDGE_VERSION) {
    const again = await replay(closure, report, crypto)
    if (!again.ok) return again
    const { judgeVersion, verdict } = again.value.report
    return ok({ judgeVersion, report: again.value.sha256, verdict })
  }
  const retained = await context.retainedJudge(made.value.judgeVersion)
  if (!retained.ok) return retained
  const judged = await retained.value.judge(closure, crypto)
  if ("error" in judged) return err(new StellaError("CLOSURE_BROKEN", judged.error.message))
  const read = parseReport(report)
  if (fromUtf8(report) !== judged.report || !read.ok) {
    return err(new StellaError("REPLAY_DIFFERS", "judging the saved Case gives another Report"))
  }
  const { judgeVersion, verdict } = read.value
  return ok({ judgeVersion, report: toHex(crypto.hash("sha256", report)), verdict })
}
