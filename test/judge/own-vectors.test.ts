/**
 * Every evidence vector gives the verdict, the code, and exactly the failed checks that its construction says, under
 * either crypto provider.
 */
import { describe, expect, test } from "vitest"
import type { Expected } from "../../kit-scripts/vectors/evidence/vector.ts"
import { portableCrypto } from "../../mirror/crypto/portable.ts"
import { nodeCrypto } from "../../mirror/crypto/node.node.ts"
import { codeOf } from "../../src/kernel/reasons.ts"
import type { Report } from "../../src/formats/report.ts"
import { createJudge, type Judge, type Judgement } from "../../src/judge/judge.ts"
import { closureOf, evidenceVectors } from "../support/evidence-vectors.ts"

const PROVIDERS = { node: nodeCrypto(), portable: portableCrypto() }
const judges: Readonly<Record<keyof typeof PROVIDERS, Judge>> = {
  node: createJudge(PROVIDERS.node),
  portable: createJudge(PROVIDERS.portable),
}

/** Checks with this outcome, and why. */
function reasons(report: Report, outcome: "fail" | "skip"): Record<string, string | null> {
  return Object.fromEntries(report.checks.filter(c => c.outcome === outcome).map(c => [c.key, c.reason]))
}

function agree({ report }: Judgement, expected: Exclude<Expected, { error: string }>): void {
  const { verdict, code } = report
  const fails = "fails" in expected ? expected.fails : "excused" in expected ? expected.excused : {}
  expect({ verdict, code, fails: reasons(report, "fail") }).toEqual({
    verdict: expected.verdict,
    code: expected.code,
    fails,
  })
  for (const check of report.checks)
    expect(check.code).toBe(
      check.reason === null ? null : check.outcome === "skip" ? "NOT_PROVEN" : codeOf(check.reason),
    )
  if (expected.verdict === "unproven") {
    const unmet = report.requirements.filter(r => !r.met).map(r => r.id)
    expect(unmet).toEqual(expect.arrayContaining([...expected.unmet]))
    expect(reasons(report, "skip")).toMatchObject(expected.skips)
  }
}

for (const provider of ["node", "portable"] as const) {
  describe(`evidence vectors, ${provider} crypto`, () => {
    for (const vector of evidenceVectors) {
      test(`${vector.id}: ${vector.desc}`, async () => {
        const result = await judges[provider].judge(closureOf(vector, PROVIDERS[provider]))
        const { expected } = vector
        if ("error" in expected) {
          expect(result.ok ? "a Report" : result.error.code).toBe(expected.error)
          return
        }
        if (!result.ok) throw result.error
        agree(result.value, expected)
      })
    }
  })
}
