/**
 * What the gap report keeps of a Report: who it is about, its verdict, and why it is not proven. A Report is some ten
 * kilobytes and a site has many, so this is taken from each as it comes and the Report is let go.
 */
import type { ErrorCode } from "../kernel/errors.ts"
import type { Reason } from "../kernel/reasons.ts"
import type { Check } from "../formats/check.ts"
import type { Report, Verdict } from "../formats/report.ts"

/** Why a check did not pass. */
export interface Finding {
  readonly check: string
  readonly reason: Reason
  /** The log it is about, by name or origin; undefined where it is about none. */
  readonly log: string | undefined
}

/**
 * A judgement that was made here, about one expected artifact. Only these can prove anything: what somebody else says
 * to have verified is not of this type and never enters the count.
 */
export interface JudgedHere {
  readonly kind: "verified_here"
  /** SHA-256 of the evidence, and which of its attestations. */
  readonly evidence: string
  readonly item: number
  /** SHA-256 of the Report. */
  readonly report: string
  readonly verdict: Verdict
  readonly code: ErrorCode | null
  /** Of the statement; null for a signature over the artifact itself, which has no predicate. */
  readonly predicateType: string | null
  /** Ids of the requirements that are not met. */
  readonly unmet: readonly string[]
  /** Empty when proven. */
  readonly findings: readonly Finding[]
}

/** A check with its reason, which every check has that did not pass. */
type Unpassed = Check & { readonly reason: Reason }

function findingOf({ key, reason, evidence }: Unpassed): Finding {
  const log = evidence["log"] ?? evidence["origin"]
  return { check: key, reason, log: typeof log === "string" ? log : undefined }
}

/**
 * A rule that counts says only that too few were found. Where checks of what it counts did not run, their reasons are
 * the real ones: a receipt of an unknown log is there, and calls for a newer trusted root, not for other evidence.
 */
const COUNTED: Readonly<Partial<Record<Reason, readonly string[]>>> = {
  "sct-missing": ["sct/"],
  "entry-missing": ["inclusion/", "checkpoint/", "log-proof/", "entry/"],
  "witness-missing": ["cosignature/"],
  "timestamp-missing": ["timestamp/"],
  "time-missing": ["timestamp/", "promise/"],
}

function causesOf(check: Unpassed, checks: readonly Unpassed[]): readonly Unpassed[] {
  const prefixes = COUNTED[check.reason] ?? []
  const causes = checks.filter(
    ({ key, outcome, reason }) =>
      outcome === "skip" && reason !== "depends-on-failed" && prefixes.some(prefix => key.startsWith(prefix)),
  )
  return causes.length > 0 ? causes : [check]
}

/** The checks that explain a verdict: the failed ones that no rule counts out; where none failed, those that unmet requirements rest on. */
function explaining({ verdict, checks: all, countedOut, requirements }: Report): readonly Unpassed[] {
  if (verdict === "proven") return []
  const checks = all.filter(check => check.reason !== null) as readonly Unpassed[]
  const excused = new Set(countedOut.map(({ check }) => check))
  if (verdict === "failed") return checks.filter(({ key, outcome }) => outcome === "fail" && !excused.has(key))
  const wanted = new Set(requirements.filter(({ met }) => !met).flatMap(requirement => requirement.checks))
  const unmet = checks.filter(({ key }) => wanted.has(key))
  return [...new Set(unmet.flatMap(check => causesOf(check, checks)))]
}

/** Takes from a Report what the gap report needs. `report` was made here, just now or by replay. */
export function judgedHere(
  of: { readonly evidence: string; readonly item: number; readonly sha256: string },
  report: Report,
): JudgedHere {
  const findings = explaining(report).map(findingOf)
  // That another check failed first explains nothing beside that other check.
  const own = findings.filter(({ reason }) => reason !== "depends-on-failed")
  const type = report.checks.find(({ key }) => key === "statement")?.evidence["predicateType"]
  return {
    kind: "verified_here",
    evidence: of.evidence,
    item: of.item,
    report: of.sha256,
    verdict: report.verdict,
    code: report.code,
    predicateType: typeof type === "string" ? type : null,
    unmet: report.requirements.filter(({ met }) => !met).map(({ id }) => id),
    findings: own.length > 0 ? own : findings,
  }
}
