/** Writes `docs/reference/exit-codes.md` from the table of errors: `node kit-scripts/docs/exit-codes.ts`. */
import { writeFileSync } from "node:fs"
import { codeOf, REASONS, type Reason } from "../../src/kernel/reasons.ts"
import { ERRORS, type ErrorCode } from "../../src/kernel/errors.ts"

const FAMILIES: readonly (readonly [from: number, to: number, title: string])[] = [
  [1, 1, "A bug"],
  [2, 2, "Usage and configuration"],
  [3, 3, "Done, with findings"],
  [10, 19, "Verification"],
  [20, 29, "Media"],
  [30, 39, "Store"],
  [40, 49, "Keys"],
  [50, 59, "Service"],
  [60, 69, "Trust"],
  [130, 130, "Interrupted"],
]

function reasonsOf(code: ErrorCode): string {
  const reasons = (Object.keys(REASONS) as Reason[]).filter(reason => codeOf(reason) === code)
  return reasons.map(reason => `\`${reason}\``).join(" ")
}

function family(from: number, to: number, title: string): string {
  const codes = (Object.keys(ERRORS) as ErrorCode[])
    .filter(code => ERRORS[code].exit >= from && ERRORS[code].exit <= to)
    .sort((a, b) => ERRORS[a].exit - ERRORS[b].exit)
  const rows = codes.map(
    code => `| ${String(ERRORS[code].exit)} | \`${code}\` | ${String(ERRORS[code].http)} | ${ERRORS[code].hint} |`,
  )
  const reasons = codes.filter(code => reasonsOf(code) !== "").map(code => `- \`${code}\`: ${reasonsOf(code)}`)
  const list = reasons.length === 0 ? "" : `\nReasons that a check gives:\n\n${reasons.join("\n")}\n`
  return `## ${title}\n\n| status | code | HTTP | what to do |\n| --- | --- | --- | --- |\n${rows.join("\n")}\n${list}`
}

/** The page. */
export function exitCodesPage(): string {
  return `# Exit statuses

0 means done, and proven where proof was asked. Every other status belongs to one of the codes below, which standard
error names: \`error[CODE]: message\`, then \`hint: what to do\`. Codes are stable: rows are added, never renumbered or
reused. Treat a status that is not listed as a failure. \`stella help exit-codes\` prints the same table.

${FAMILIES.map(row => family(...row)).join("\n")}`
}

if (import.meta.main) writeFileSync(new URL("../../docs/reference/exit-codes.md", import.meta.url), exitCodesPage())
