/** `conformance verify-bundle`: the sigstore conformance suite's question about one bundle. */
import { utf8 } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, unwrap, type Result } from "../../src/kernel/result.ts"
import type { VerifyBundle } from "../../ui/contract/operations/conformance.ts"
import type { Context, DocumentHandler } from "./context.ts"
import { groundsFor, type Grounds } from "./judging/basis.ts"
import { judgeTasks } from "./judging/judging.node.ts"
import type { JudgedTask } from "./judging/judging.ts"
import { tasksFor } from "./judging/tasks.ts"
import { headlineOf } from "./judging/verdict.ts"

type Input = VerifyBundle["input"]

/** The one judgement there is. A bundle file holds one bundle; more of them are not what the suite asks about. */
async function judgeOne(input: Input, grounds: Grounds, context: Context): Promise<Result<JudgedTask>> {
  const { basis } = grounds
  const tasks = tasksFor({ artifacts: [input.artifact], bundle: input.bundle }, grounds, context)
  const judged = []
  for await (const one of judgeTasks(tasks, { basis, jobs: 1, memory: undefined, signal: context.signal }))
    judged.push(one)
  const [first] = judged
  if (first === undefined || judged.length > 1)
    return err(new StellaError("EVIDENCE_MALFORMED", `${input.bundle}: not one bundle`))
  return "report" in first ? ok(first) : err(new StellaError(first.code, first.message))
}

export const conformanceVerifyBundle: DocumentHandler<Input, VerifyBundle["output"]> = async (input, context) => {
  if (input.staging === true && input.trustedRoot === undefined)
    return err(new StellaError("TRUST_MISSING", "the staging instance's root is not built in"))
  const grounds = await groundsFor(input, context)
  if (!grounds.ok) return grounds
  const judged = await judgeOne(input, grounds.value, context)
  if (!judged.ok) return judged
  const { report, text, sha256 } = judged.value
  if (context.conformanceReport !== undefined) unwrap(await context.files.create(context.conformanceReport, utf8(text)))
  const outcome = headlineOf(report)
  return ok({ v: 1, type: "result", ...outcome, verdict: report.verdict, report, reportSha256: sha256 })
}
