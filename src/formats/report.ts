/**
 * Facts and Report: what the judge says. Facts are what cryptography can say about the Core, free of policy and of the
 * day. The Report adds the requirements, the verdict and the moment. Both are canonical JSON; equal Case closures give
 * byte-equal Reports.
 */
import { canonicalJson, isObject, readJson, type JsonValue } from "../kernel/json.ts"
import type { ErrorCode } from "../kernel/errors.ts"
import { codeOf, type Reason } from "../kernel/reasons.ts"
import { err, ok, type Result } from "../kernel/result.ts"
import type { Fault } from "../kernel/reasons.ts"
import type { Moment } from "./case.ts"
import { LIMITS } from "./limits.ts"

/** Small printable values that show what a check looked at. */
export type CheckEvidence = Readonly<Record<string, string | number | boolean | null | readonly string[]>>

/** One check instance under a unique key such as `inclusion/0`. */
export interface Check {
  readonly key: string
  readonly outcome: "pass" | "fail" | "skip"
  readonly code: ErrorCode | null
  readonly reason: Reason | null
  readonly evidence: CheckEvidence
}

// Members stand in canonical order, so that printing needs no copies: these are the most frequent objects there are.

/** A passed check. */
export function pass(key: string, evidence: CheckEvidence = {}): Check {
  return { code: null, evidence, key, outcome: "pass", reason: null }
}

/** A failed check: something is wrong. */
export function fail(key: string, reason: Reason, evidence: CheckEvidence = {}): Check {
  return { code: codeOf(reason), evidence, key, outcome: "fail", reason }
}

/** A check that could not run because something is missing; never counts as passed. */
export function skip(key: string, reason: Reason, evidence: CheckEvidence = {}): Check {
  return { code: "NOT_PROVEN", evidence, key, outcome: "skip", reason }
}

/** Somebody whose signature verified under a trusted key or certificate. */
export interface SignerFact {
  readonly san: { readonly type: string; readonly value: string } | null
  readonly issuer: string | null
  /** SHA-256 of the SubjectPublicKeyInfo. */
  readonly spki: string
}

/** A verified time: RFC 3339 UTC; `key` is the check that proved it. */
export interface TimeFact {
  readonly source: "tsa" | "set"
  readonly at: string
  readonly key: string
}

/**
 * A log entry proven for this evidence: `log` is the log's name and `operator` who runs it, as the trusted root says;
 * `origin`, `size` and `root` are the tree's, empty where only a promise was verified.
 */
export interface EntryFact {
  readonly index: string
  readonly leaf: string
  readonly log: string
  readonly operator: string
  readonly origin: string
  readonly root: string
  readonly size: string
}

export interface StatementFact {
  readonly sha256: string
  readonly predicateType: string
  readonly subjects: readonly { readonly name: string | null; readonly digest: Readonly<Record<string, string>> }[]
}

export interface Facts {
  readonly v: 1
  /** The trusted root these facts hold under (its SHA-256), or null where only keys were used. */
  readonly root: string | null
  /** Whether the evidence names a certificate or leaves the key to the verifier; null: not readable. */
  readonly signedBy: "certificate" | "key" | null
  readonly statement: StatementFact | null
  readonly signers: readonly SignerFact[]
  readonly times: readonly TimeFact[]
  readonly entries: readonly EntryFact[]
  readonly checks: readonly Check[]
}

/** The canonical text of Facts: what the cache keeps and the Report names by digest. */
export function printFacts(value: Facts): string {
  return canonicalJson(value)
}

/** Facts out of their own text, as an authenticated cache gives it back; undefined when it cannot be read. */
export function readFacts(text: string): Facts | undefined {
  const parsed = readJson(text, { maxBytes: LIMITS.evidenceBytes, maxDepth: LIMITS.jsonDepth })
  return parsed.ok && isObject(parsed.value) && parsed.value["v"] === 1 ? (parsed.value as unknown as Facts) : undefined
}

export type Verdict = "proven" | "failed" | "unproven"

/** A requirement of the floor or the policy, whether it is met and by which checks that was decided. */
export interface RequirementOutcome {
  readonly id: string
  readonly met: boolean
  readonly checks: readonly string[]
}

/** A failed check that a threshold rule of the policy counted out, so that it does not fail the verdict. */
export interface CountedOut {
  readonly check: string
  readonly rule: string
}

export interface Report {
  readonly v: 1
  readonly judgeVersion: string
  readonly case: string
  readonly facts: string
  readonly verdict: Verdict
  /** The headline: the first failing code by severity, NOT_PROVEN when unproven, null when proven. */
  readonly code: ErrorCode | null
  readonly checks: readonly Check[]
  readonly countedOut: readonly CountedOut[]
  readonly requirements: readonly RequirementOutcome[]
  readonly trust: {
    readonly basis: string
    readonly root: string | null
    readonly takenAt: string | null
    readonly ageSeconds: number | null
    readonly expires: string | null
  }
  readonly moment: Moment
}

/** The canonical text of a Report. */
export function printReport(value: Report): string {
  return canonicalJson(value)
}

/** Reads a stored Report for display; replay compares bytes and does not need this. */
export function parseReport(bytes: Uint8Array): Result<Report, Fault> {
  const parsed = readJson(bytes, { maxBytes: LIMITS.evidenceBytes, maxDepth: LIMITS.jsonDepth })
  if (!parsed.ok) return err({ reason: parsed.error, where: "" })
  const value: JsonValue = parsed.value
  const whole =
    isObject(value) &&
    value["v"] === 1 &&
    typeof value["judgeVersion"] === "string" &&
    typeof value["case"] === "string" &&
    (value["verdict"] === "proven" || value["verdict"] === "failed" || value["verdict"] === "unproven") &&
    Array.isArray(value["checks"]) &&
    Array.isArray(value["requirements"]) &&
    isObject(value["trust"]) &&
    isObject(value["moment"])
  return whole ? ok(value as unknown as Report) : err({ reason: "field-invalid", where: "" })
}
