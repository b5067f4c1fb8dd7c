/** `attest verify`: says what is proven about artifacts, one judgement after the other. */
import { unwrap } from "../../src/kernel/result.ts"
import type { Verify } from "../../ui/contract/operations/attest.ts"
import type { Context, StreamHandler } from "./context.ts"
import { groundsFor, type Basis } from "./judging/basis.ts"
import type { JudgedTask } from "./judging/judging.ts"
import { saveCase } from "./judging/save-case.ts"
import type { NoTask, Task } from "./judging/task.ts"
import { tasksFor } from "./judging/tasks.ts"
import { headlineOf } from "./judging/verdict.ts"

type Output = Verify["output"]
type ResultOf = Extract<Output, { type: "result" }>
type SummaryOf = Extract<Output, { type: "summary" }>

function resultOf(judged: JudgedTask | NoTask): ResultOf {
  if ("report" in judged) {
    const { task, report, sha256 } = judged
    const { artifact, evidence } = task
    const { verdict } = report
    return { v: 1, type: "result", ...headlineOf(report), artifact, evidence, verdict, report, reportSha256: sha256 }
  }
  const { artifact, evidence, code, message } = judged
  const verdict = code === "EVIDENCE_MALFORMED" ? "failed" : "unproven"
  return { v: 1, type: "result", code, message, artifact, evidence, verdict, report: null, reportSha256: null }
}

/** One piece of evidence ends with its own code, many with FINDINGS unless all are proven, none with NOT_PROVEN. */
function summaryOf(counts: Record<"proven" | "failed" | "unproven", number>, last: ResultOf | undefined): SummaryOf {
  const { proven, failed, unproven } = counts
  const total = proven + failed + unproven
  const shape = { v: 1, type: "summary", proven, failed, unproven, total } as const
  if (last === undefined) return { ...shape, code: "NOT_PROVEN", message: "there is nothing to verify" }
  if (total === 1) return { ...shape, code: last.code, message: last.message }
  if (proven === total) return { ...shape, code: null, message: null }
  return { ...shape, code: "FINDINGS", message: `${String(total - proven)} of ${String(total)} are not proven` }
}

/** The folders of saved Cases: the named one for a single judgement, numbered ones inside it for several. */
async function* withFolders<T>(
  items: AsyncIterable<T>,
  folder: string | undefined,
): AsyncGenerator<readonly [item: T, folder: string | undefined]> {
  if (folder === undefined) {
    for await (const item of items) yield [item, undefined]
    return
  }
  let held: readonly [T] | undefined
  let number = 0
  const numbered = (): string => `${folder}/${String(++number).padStart(6, "0")}`
  for await (const item of items) {
    if (held !== undefined) yield [held[0], numbered()]
    held = [item]
  }
  if (held !== undefined) yield [held[0], number === 0 ? folder : numbered()]
}

async function judgedBy(tasks: AsyncIterable<Task | NoTask>, basis: Basis, context: Context, jobs: number) {
  const { judgeTasks } = await import("./judging/judging.node.ts")
  return judgeTasks(tasks, { basis, jobs, memory: context.site?.facts, signal: context.signal })
}

export const attestVerify: StreamHandler<Verify["input"], Output> = async function* (input, context) {
  const { files, crypto, processors } = context
  const grounds = unwrap(await groundsFor(input, context))
  const { basis } = grounds
  const tasks = tasksFor({ artifacts: input.artifacts, bundle: input.bundle }, grounds, context)
  const counts = { proven: 0, failed: 0, unproven: 0 }
  let last: ResultOf | undefined
  const judgements = await judgedBy(tasks, basis, context, input.jobs ?? processors)
  for await (const [judged, folder] of withFolders(judgements, input.saveCase)) {
    if (folder !== undefined && "report" in judged) unwrap(await saveCase(folder, judged, basis, { files, crypto }))
    last = resultOf(judged)
    counts[last.verdict]++
    yield last
    yield { v: 1, type: "progress", done: counts.proven + counts.failed + counts.unproven, unit: "items" }
  }
  yield summaryOf(counts, last)
}
