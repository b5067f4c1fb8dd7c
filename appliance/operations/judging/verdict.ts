/** A Report in one line: what decided the verdict. */
import type { Report } from "../../../src/formats/report.ts"
import type { ErrorCode } from "../../../src/kernel/errors.ts"

/** Requirements that are not met, with the reasons of the checks that were to show them. */
function unmet({ requirements, checks }: Report): string {
  return requirements
    .filter(({ met }) => !met)
    .map(({ id, checks: keys }) => {
      const reasons = new Set(checks.filter(c => keys.includes(c.key)).flatMap(c => c.reason ?? []))
      return reasons.size === 0 ? id : `${id} (${[...reasons].join(", ")})`
    })
    .join("; ")
}

/** Code and message of a Report: both null when proven. */
export function headlineOf(report: Report): { readonly code: ErrorCode | null; readonly message: string | null } {
  const { code, verdict, checks } = report
  if (verdict === "proven") return { code: null, message: null }
  if (verdict === "unproven") return { code, message: `not shown: ${unmet(report)}` }
  const failed = checks.filter(c => c.outcome === "fail" && c.code === code)
  return { code, message: failed.map(c => `${c.key}: ${c.reason ?? "failed"}`).join("; ") }
}
