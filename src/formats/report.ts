/**
 * Reports: what the judge says. A Report adds to the Facts' checks those of the Context, the requirements, the verdict
 * and the moment. It is canonical JSON; equal Case closures give byte-equal Reports.
 */
import type { ErrorCode } from "../kernel/errors.ts"
import { canonicalJson } from "../kernel/json.ts"
import { JUDGED_CODES, type Fault } from "../kernel/reasons.ts"
import type { Result } from "../kernel/result.ts"
import { moment, type Moment } from "./case.ts"
import { readChecks, type Check } from "./check.ts"
import {
  boolean,
  hexDigest,
  inOrderOf,
  instant,
  integer,
  list,
  nameOf,
  nullable,
  oneOf,
  pattern,
  readDocument,
  record,
  text,
  type Reader,
} from "./document.ts"
import type { PrintedFacts } from "./facts.ts"

/** The three verdicts. Missing proof is `unproven`, which is not `failed`, and neither of them is `proven`. */
export type Verdict = "proven" | "failed" | "unproven"

/** A requirement of the floor or the policy, whether it is met and by which checks that was decided. */
export interface RequirementOutcome {
  /** `floor/…`, or the id of a rule of the policy. */
  readonly id: string
  readonly met: boolean
  /** Keys of checks. */
  readonly checks: readonly string[]
}

/** A failed check that a threshold rule of the policy counted out, so that it does not fail the verdict. */
export interface CountedOut {
  readonly check: string
  readonly rule: string
}

/** What the judge says of a Case. */
export interface Report {
  readonly v: 1
  readonly judgeVersion: string
  /** SHA-256 of the Case. */
  readonly case: string
  /** SHA-256 of the canonical text of the Facts. */
  readonly facts: string
  readonly verdict: Verdict
  /** The headline: the first failing code by severity, NOT_PROVEN when unproven, null when proven. */
  readonly code: ErrorCode | null
  readonly checks: readonly Check[]
  readonly countedOut: readonly CountedOut[]
  readonly requirements: readonly RequirementOutcome[]
  /** Which trust the verdict rests on; `ageSeconds` is at the latest end of the moment, null when it is not known. */
  readonly trust: {
    readonly basis: string
    readonly root: string | null
    readonly takenAt: string | null
    readonly ageSeconds: number | null
    readonly expires: string | null
  }
  readonly moment: Moment
}

/**
 * The canonical text of a Report. Most of its checks are those of its Facts, in the same order; they are printed already
 * and stand in the Report as they do there.
 */
export function printReport(report: Report, { facts, checks: printed }: PrintedFacts): string {
  const { case: caseDigest, checks, ...others } = report
  let next = 0
  const texts = checks.map(c => (c === facts.checks[next] ? (printed[next++] as string) : canonicalJson(c)))
  // In canonical order the case and the checks come before all others.
  return `{"case":"${caseDigest}","checks":[${texts.join(",")}],${canonicalJson(others).slice(1)}`
}

const key = text(256)

const readReport: Reader<Report> = record({
  case: hexDigest,
  checks: readChecks,
  code: nullable(nameOf(JUDGED_CODES)),
  countedOut: inOrderOf(list(record({ check: key, rule: key })), e => e.check),
  facts: hexDigest,
  judgeVersion: pattern(/^[1-9][0-9]{0,5}$/),
  moment,
  requirements: inOrderOf(list(record({ checks: list(key), id: key, met: boolean })), r => r.id),
  trust: record({
    ageSeconds: nullable(integer(Number.MIN_SAFE_INTEGER)),
    basis: text(64),
    expires: nullable(instant),
    root: nullable(hexDigest),
    takenAt: nullable(instant),
  }),
  v: oneOf(1),
  verdict: oneOf("proven", "failed", "unproven"),
})

/**
 * Parses a Report strictly: exact members in canonical form, lists in order. Nothing says that its verdict is right;
 * that is what replay is for.
 */
export function parseReport(bytes: Uint8Array): Result<Report, Fault> {
  return readDocument(bytes, readReport)
}
