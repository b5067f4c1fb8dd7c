/**
 * Checks: what the judge has looked at, one instance under a unique key, with an outcome and the evidence for it. Facts
 * and Reports are made of them.
 *
 * ```json
 * {"code":null,"evidence":{"log":"rekor.sigstore.dev"},"key":"inclusion/0","outcome":"pass","reason":null}
 * {"code":"PROOF_INVALID","evidence":{"log":"rekor.sigstore.dev"},"key":"promise/0","outcome":"fail","reason":"promise-signature"}
 * {"code":"NOT_PROVEN","evidence":{},"key":"sct","outcome":"skip","reason":"sct-missing"}
 * ```
 */
import type { ErrorCode } from "../kernel/errors.ts"
import { codeOf, JUDGED_CODES, REASONS, type Reason } from "../kernel/reasons.ts"
import {
  boolean,
  inOrderOf,
  integer,
  list,
  mapOf,
  nameOf,
  nullable,
  oneOf,
  record,
  text,
  type Reader,
} from "./document.ts"
import { LIMITS } from "./limits.ts"
import { refuse } from "./refusal.ts"

/**
 * Small printable values that show what a check looked at. Texts and lists are cut where evidence makes them long, so
 * they are for people and for counting, never for the bytes themselves.
 */
export type CheckEvidence = Readonly<Record<string, string | number | boolean | null | readonly string[]>>

/** One check instance under a unique key such as `inclusion/0`. */
export interface Check {
  readonly key: string
  readonly outcome: "pass" | "fail" | "skip"
  /** Null for a passed check, the code of the reason for a failed one, `NOT_PROVEN` for one that did not run. */
  readonly code: ErrorCode | null
  readonly reason: Reason | null
  readonly evidence: CheckEvidence
}

// Members stand in canonical order, so that printing needs no copies: these are the most frequent objects there are.

/** A passed check. */
export function pass(key: string, evidence: CheckEvidence = {}): Check {
  return { code: null, evidence: cut(evidence), key, outcome: "pass", reason: null }
}

/** A failed check: something is wrong. */
export function fail(key: string, reason: Reason, evidence: CheckEvidence = {}): Check {
  return { code: codeOf(reason), evidence: cut(evidence), key, outcome: "fail", reason }
}

/** A check that could not run because something is missing; never counts as passed. */
export function skip(key: string, reason: Reason, evidence: CheckEvidence = {}): Check {
  return { code: "NOT_PROVEN", evidence: cut(evidence), key, outcome: "skip", reason }
}

/** The evidence itself where all of it is short, else a copy with what is long cut: a Report stays small. */
function cut(evidence: CheckEvidence): CheckEvidence {
  for (const name in evidence) {
    const value = evidence[name]
    if (typeof value === "string" ? value.length > LIMITS.checkTextLength : Array.isArray(value)) {
      return Object.fromEntries(Object.entries(evidence).map(([n, v]) => [n, cutValue(v)]))
    }
  }
  return evidence
}

function cutValue(value: CheckEvidence[string]): CheckEvidence[string] {
  if (typeof value === "string") return cutText(value)
  if (typeof value !== "object" || value === null) return value
  const shown = value.slice(0, LIMITS.checkListItems).map(cutText)
  return value.length > shown.length ? [...shown, `… ${String(value.length)} items`] : shown
}

function cutText(value: string): string {
  if (value.length <= LIMITS.checkTextLength) return value
  // toWellFormed: the cut may fall between the two halves of one character.
  return `${value.slice(0, LIMITS.checkTextLength).toWellFormed()}… ${String(value.length)} characters`
}

/** Cut texts and lists are longer than their limit by the marker. */
const MARKER = 32
const evidenceText = text(LIMITS.checkTextLength + MARKER)
const evidenceList = list(evidenceText, LIMITS.checkListItems + 1)
const anyInteger = integer(Number.MIN_SAFE_INTEGER)

const evidenceValue: Reader<CheckEvidence[string]> = (value, where) => {
  if (value === null) return null
  switch (typeof value) {
    case "string":
      return evidenceText(value, where)
    case "number":
      return anyInteger(value, where)
    case "boolean":
      return boolean(value, where)
    default:
      return evidenceList(value, where)
  }
}

const shape = record({
  code: nullable(nameOf(JUDGED_CODES)),
  evidence: mapOf(/^[A-Za-z][A-Za-z0-9]{0,63}$/, evidenceValue, 64),
  key: text(256),
  outcome: oneOf("pass", "fail", "skip"),
  reason: nullable(nameOf(REASONS)),
})

/** The reader of a check: its code must be the one that its outcome and reason make. */
export const readCheck: Reader<Check> = (value, where) => {
  const check = shape(value, where)
  const { code, outcome, reason } = check
  if ((outcome === "pass") !== (reason === null)) return refuse("field-invalid", `${where}.reason`)
  const expected = reason === null ? null : outcome === "fail" ? codeOf(reason) : "NOT_PROVEN"
  return code === expected ? check : refuse("field-invalid", `${where}.code`)
}

/** The reader of a list of checks, in the order of their keys, each once. */
export const readChecks: Reader<readonly Check[]> = inOrderOf(list(readCheck), c => c.key)
