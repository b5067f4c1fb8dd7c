/** Verdicts as text: the word first, then every check with its mark, then what is missing. */
import type { Report, Verdict } from "../../../src/formats/report.ts"
import type * as attest from "../../../ui/contract/operations/attest.ts"
import type * as conformance from "../../../ui/contract/operations/conformance.ts"
import { printable, type Paint } from "../printable.ts"
import { days, lines, type Shown } from "./lines.ts"

/** Keys that name a key are longer than any column should be. */
const WIDEST_KEY = 24

const MARKS = { pass: "✓", fail: "✗", skip: "–" } as const

function word(verdict: Verdict, paint: Paint): string {
  const text = verdict.toUpperCase()
  return verdict === "proven" ? paint.good(text) : verdict === "failed" ? paint.bad(text) : text
}

/** A check's own evidence in a few words: its short values, in their order. */
function detail(evidence: Report["checks"][number]["evidence"]): string {
  // In the order of their names, so that evidence that came over a wire or out of the store reads the same.
  return Object.entries(evidence)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join(",") : String(value)}`)
    .map(printable)
    .join(" ")
}

function checkRows(report: Report, paint: Paint): string[] {
  const width = Math.min(Math.max(...report.checks.map(({ key }) => key.length), 0), WIDEST_KEY)
  return report.checks.map(({ key, outcome, reason, evidence }) => {
    const mark = outcome === "fail" ? paint.bad(MARKS.fail) : outcome === "pass" ? paint.good(MARKS.pass) : MARKS.skip
    const why = reason === null ? "" : `${reason}  `
    return `  ${mark} ${printable(key).padEnd(width)}  ${why}${paint.dim(detail(evidence))}`.trimEnd()
  })
}

function missingRows({ requirements }: Report): string[] {
  return requirements.filter(({ met }) => !met).map(({ id }) => `  not met: ${printable(id)}`)
}

function ageRow({ trust, moment }: Report): string {
  const age = trust.ageSeconds === null ? "of unknown date" : `${days(trust.ageSeconds)} old`
  const [basis] = moment.basis
  return `  trust ${trust.basis}, ${age} · judged as at ${moment.latest} (${basis?.kind ?? "no basis"})`
}

function reportRows(report: Report, paint: Paint): string[] {
  return [...checkRows(report, paint), ...missingRows(report), paint.dim(ageRow(report))]
}

export function verify(event: Shown<attest.Verify["output"]>, paint: Paint): string {
  if (event.type === "summary") {
    const { proven, failed, unproven, total } = event
    // The one verdict that stands above says it all.
    if (total === 1) return ""
    return lines(
      `${String(proven)} proven, ${String(failed)} failed, ${String(unproven)} unproven, of ${String(total)}`,
    )
  }
  const { artifact, evidence, verdict, report, message } = event
  const name = artifact.name === "" ? "(no artifact named)" : printable(artifact.name)
  const digest =
    artifact.sha256 === null || artifact.name.includes(artifact.sha256) ? "" : `  sha256:${artifact.sha256}`
  const source = evidence.name === "" ? [] : [paint.dim(`  evidence ${printable(evidence.name)}`)]
  const rows = report === null ? [`  ${printable(message ?? "")}`] : reportRows(report, paint)
  return lines(`${word(verdict, paint)}  ${name}${digest}`, source, rows)
}

export function verifyBundle(event: Shown<conformance.VerifyBundle["output"]>, paint: Paint): string {
  return lines(word(event.verdict, paint), reportRows(event.report, paint))
}

export function replay(event: Shown<attest.Replay["output"]>, paint: Paint): string {
  return lines(
    `${paint.good("SAME")}  the Case gives the saved Report, byte for byte`,
    `  verdict  ${event.verdict}`,
    `  case     sha256:${event.case}`,
    `  report   sha256:${event.report}`,
    `  judge    version ${event.judgeVersion}`,
  )
}
