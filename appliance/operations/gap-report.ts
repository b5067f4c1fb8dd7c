/** `gap report`: judges what the site has about each expected artifact, and says what is not proven. */
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
import { err, ok, type Result } from "../../src/kernel/result.ts"
import type { Report } from "../../ui/contract/operations/gap.ts"
import type { DocumentHandler, SiteContext } from "./context.ts"
import { groundsFor, type Grounds } from "./judging/basis.ts"
import { judgeTasks } from "./judging/judging.node.ts"
import type { NoTask, Task } from "./judging/task.ts"
import { storedTasks } from "./judging/tasks.ts"
import { everyItem } from "./pages.ts"

type Input = Report["input"]

function readExpectations(input: Input, bytes: Uint8Array): Result<Expectations> {
  const parsed = parseExpectations(bytes, { predicateTypes: input.requirePredicate })
  if (parsed.ok) return parsed
  const { reason, where } = parsed.error
  const place = where === "" ? "" : ` at ${where}`
  return err(new StellaError("INPUT_MALFORMED", `${input.expect}: ${reason}${place}`, { reason, where }))
}

/** Judges everything that the site has about the expected artifacts. */
async function judgeExpected(
  expectations: readonly Expectation[],
  grounds: Grounds,
  jobs: number,
  context: SiteContext,
): Promise<readonly Covered[]> {
  const covered = expectations.map(expectation => ({ expectation, judged: [] as JudgedHere[] }))
  const owners = new Map<Task | NoTask, JudgedHere[]>()
  async function* tasks(): AsyncGenerator<Task | NoTask> {
    for (const { expectation, judged } of covered)
      for await (const task of storedTasks(expectation.subject, expectation.digests, grounds, context)) {
        owners.set(task, judged)
        yield task
      }
  }
  const { site, signal } = context
  for await (const one of judgeTasks(tasks(), { basis: grounds.basis, jobs, memory: site.facts, signal })) {
    if (!("task" in one)) throw new StellaError("INTERNAL", `stored evidence cannot be judged: ${one.message}`)
    const { task, report, sha256 } = one
    const { item } = task.evidence
    owners.get(task)?.push(judgedHere({ evidence: task.evidence.sha256 ?? "", item, sha256 }, report))
    owners.delete(task)
  }
  return covered
}

/** Attestations of the site that are about no expected artifact. */
async function countOther(covered: readonly Covered[], { site, signal }: SiteContext): Promise<number> {
  const seen = new Set(covered.flatMap(({ judged }) => judged.map(one => `${one.evidence}/${String(one.item)}`)))
  let all = 0
  for await (const { items } of everyItem(page => site.evidence.list(page), signal)) all += items
  return all - seen.size
}

export const gapReport: DocumentHandler<Input, Report["output"], SiteContext> = async (input, context) => {
  const { files, crypto, site, processors } = context
  const bytes = await files.read(input.expect, EXPECTATION_LIMITS.documentBytes)
  if (!bytes.ok) return bytes
  const expectations = readExpectations(input, bytes.value)
  if (!expectations.ok) return expectations
  const grounds = await groundsFor(input, context)
  if (!grounds.ok) return grounds
  const { basis, trust } = grounds.value
  const { artifacts, format, scope = site.siteId } = expectations.value
  const covered = await judgeExpected(artifacts, grounds.value, input.jobs ?? processors, context)
  const digest = (of: Uint8Array): string => toHex(crypto.hash("sha256", of))
  const report = createGapReport(
    {
      scope,
      moment: basis.moment,
      judgeVersion: JUDGE_VERSION,
      policy: { sha256: digest(utf8(printPolicy(basis.policy))), document: basis.policy },
      trust: { sha256: trust.ref.sha256, document: trust.trust },
      heads: basis.heads,
      expectations: { sha256: digest(bytes.value), format },
      covered,
      other: await countOther(covered, context),
      unread: [],
    },
    crypto,
  )
  const open = report.gaps.length
  const message = `${String(open)} ${open === 1 ? "gap is" : "gaps are"} open`
  const outcome = open === 0 ? { code: null, message: null } : ({ code: "FINDINGS", message } as const)
  return ok({ v: 1, type: "result", ...outcome, report, reportSha256: digest(utf8(printGapReport(report))) })
}
