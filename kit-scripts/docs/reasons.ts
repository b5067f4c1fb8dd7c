/** Writes `docs/reference/reasons.md` from the list of reasons: `node kit-scripts/docs/reasons.ts`. */
import { writeFileSync } from "node:fs"
import { EXPLANATIONS } from "../../src/gap/explain.ts"
import { ERRORS, type ErrorCode } from "../../src/kernel/errors.ts"
import { codeOf, REASONS, type Reason } from "../../src/kernel/reasons.ts"

/** Codes that have reasons, by their exit status. */
function codes(): readonly ErrorCode[] {
  const used = new Set<ErrorCode>(Object.values(REASONS))
  return (Object.keys(ERRORS) as ErrorCode[])
    .filter(code => used.has(code))
    .sort((a, b) => ERRORS[a].exit - ERRORS[b].exit)
}

function table(code: ErrorCode): string {
  const rows = (Object.keys(REASONS) as Reason[])
    .filter(reason => codeOf(reason) === code)
    .map(reason => `| \`${reason}\` | ${EXPLANATIONS[reason].says} | ${EXPLANATIONS[reason].remedy} |`)
  return `## ${code}\n\n| reason | what is the matter | what closes it |\n| --- | --- | --- |\n${rows.join("\n")}\n`
}

/** The page. */
export function reasonsPage(): string {
  return `# Reasons

Why a check failed or did not run: the member \`reason\` of a check in a [Report](../formats/report.md). Each belongs to one
code. A check that did not run has the code \`NOT_PROVEN\` whatever its reason is. Reasons are stable: rows are added, never
renamed or reused. What the codes mean for a caller is in [exit-codes.md](exit-codes.md).

${codes().map(table).join("\n")}`
}

if (import.meta.main) writeFileSync(new URL("../../docs/reference/reasons.md", import.meta.url), reasonsPage())
