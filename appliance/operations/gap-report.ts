/** `gap report`: judges the evidence about each expected artifact, and says what is not proven. */
import { EXPECTATION_LIMITS } from "../../src/formats/limits.ts"
import { printPolicy } from "../../src/formats/policy.ts"
import type { Covered } from "../../src/gap/artifact-gaps.ts"
import type { Expectation } from "../../src/gap/expectation.ts"
import { parseExpectations, type Expectations } from "../../src/gap/expectations.ts"
import { createGapReport, printGapReport } from "../../src/gap/gap-report.ts"
import { judgedHere, type JudgedHere } from "../../src/gap/judged.ts"
import { JUDGE_VERSION } from "../../src/judge/judge.ts"
import { toHex, utf8 } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, unwrap, type Result } from "../../src/kernel/result.ts"
import type { ProgressEvent } from "../../ui/contract/operation.ts"
import type { Report } from "../../ui/contract/operations/gap.ts"
import type { Context, StreamHandler } from "./context.ts"
import { ExpectedEvidence, type ExpectedTask } from "./gap-evidence.ts"
import { groundsFor, type Grounds } from "./judging/basis.ts"

type Input = Report["input"]

/** The scope of lists that name none, where there is no site either. */
const NO_SCOPE = "default"

function readExpectations(input: Input, bytes: Uint8Array): Result<Expectations> {
  const parsed = parseExpectations(bytes, { format: input.format, predicateTypes: input.requirePredicate })
  if (parsed.ok) return parsed
  const { reason, where } = parsed.error
  const place = where === "" ? "" : ` at ${where}`
  return err(new StellaError("INPUT_MALFORMED", `${input.expect}: ${reason}${place}`, { reason, where }))
}

/** Judges everything there is about the expected artifacts, and says meanwhile how much that is. */
async function* judgeExpected(
  found: ExpectedEvidence,
  expectations: readonly Expectation[],
  { input, grounds, context }: { readonly input: Input; readonly grounds: Grounds; readonly context: Context },
): AsyncGenerator<ProgressEvent, readonly Covered[]> {
  const { judgeTasks } = await import("./judging/judging.node.ts")
  const { site, signal, processors } = context
  const covered = expectations.map(expectation => ({ expectation, judged: [] as JudgedHere[] }))
  // Artifacts without any digest share a subject; nothing is ever judged about them.
  const bySubject = new Map(covered.map(one => [one.expectation.subject, one.judged]))
  async function* tasks(): AsyncGenerator<ExpectedTask> {
    yield* found.inFiles(input.evidence)
    yield* found.inSite()
  }
  const options = { basis: grounds.basis, jobs: input.jobs ?? processors, memory: site?.facts, signal }
  let done = 0
  for await (const one of judgeTasks(tasks(), options)) {
    if (!("task" in one)) throw new StellaError("INTERNAL", one.message)
    const { artifact, evidence } = one.task
    const of = { evidence: String(evidence.sha256), item: evidence.item, sha256: one.sha256 }
    bySubject.get(artifact.name)?.push(judgedHere(of, one.report))
    yield { v: 1, type: "progress", done: ++done, unit: "items" }
  }
  return covered
}

export const gapReport: StreamHandler<Input, Report["output"]> = async function* (input, context) {
  const { files, crypto, site } = context
  if (input.evidence.length === 0 && site === undefined)
    throw new StellaError("USAGE", "name evidence, or a site with --store")
  if (input.saveReport !== undefined && (await files.kind(input.saveReport)) !== "missing")
    throw new StellaError("OUTPUT_REFUSED", `${input.saveReport}: exists already`, { path: input.saveReport })
  const bytes = unwrap(await files.read(input.expect, EXPECTATION_LIMITS.documentBytes))
  const { artifacts, format, scope } = unwrap(readExpectations(input, bytes))
  const grounds = unwrap(await groundsFor(input, context))
  const { basis, trust } = grounds
  const found = new ExpectedEvidence(artifacts, grounds, context)
  const covered = yield* judgeExpected(found, artifacts, { input, grounds, context })
  const digest = (of: Uint8Array): string => toHex(crypto.hash("sha256", of))
  const report = createGapReport(
    {
      scope: input.scope ?? scope ?? site?.siteId ?? NO_SCOPE,
      moment: basis.moment,
      judgeVersion: JUDGE_VERSION,
      policy: { sha256: digest(utf8(printPolicy(basis.policy))), document: basis.policy },
      trust: { sha256: trust.ref.sha256, document: trust.trust },
      heads: basis.heads,
      expectations: { sha256: digest(bytes), format },
      covered,
      other: found.other,
      unread: found.unread,
    },
    crypto,
  )
  const text = utf8(printGapReport(report))
  if (input.saveReport !== undefined) unwrap(await files.create(input.saveReport, text))
  const open = report.gaps.length
  const message = `${String(open)} ${open === 1 ? "gap is" : "gaps are"} open`
  const outcome = open === 0 ? { code: null, message: null } : ({ code: "FINDINGS", message } as const)
  yield { v: 1, type: "result", ...outcome, report, reportSha256: digest(text) }
}
