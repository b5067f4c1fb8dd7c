/**
 * The form of one row of the table of cases, verdicts and codes, and the constructors that keep the rows short.
 *
 * The rows were written by hand before any check existed, from each case's `why`, its README and its bytes (decoded with
 * general-purpose tools: which of signature, entry, checkpoint, time and subject breaks). They are never taken from this
 * project's own output.
 *
 * How a headline is chosen when several checks fail (the order of the exit-status table): SPLIT_VIEW,
 * EVIDENCE_MALFORMED, SIGNATURE_INVALID, TIME_INVALID, SIGNER_UNTRUSTED, PROOF_INVALID, IDENTITY_MISMATCH,
 * SUBJECT_MISMATCH. All checks run after a failure, so a wrong payload that is also unreadable is malformed first.
 */
import type { ErrorCode } from "../../src/kernel/errors.ts"
import { codeOf, type Reason } from "../../src/kernel/reasons.ts"

export type Profile = "public-good" | "github-internal" | "keyed" | "model-signing" | "custom"

/** How many of each the policy asks for; `time` counts timestamp tokens and log times that verify. */
export interface Thresholds {
  readonly tlog: number
  readonly sct: number
  readonly time: number
}

/** What is expected of one judgement. */
export interface Outcome {
  readonly verdict: "proven" | "failed" | "unproven"
  /** The headline; `null` where proven. */
  readonly code: ErrorCode | null
  /** The reason of a check that carries the headline, where it is certain. */
  readonly reason?: Reason
  /** Further reasons that hold of the case; a check that depends on a failed one may be skipped instead of saying so. */
  readonly also?: readonly Reason[]
}

/** The same case with one thing changed, as its `why` or its bytes suggest. */
export interface Variant extends Outcome {
  readonly change:
    | { readonly kind: "key-valid-for"; readonly start: string; readonly end: string }
    | { readonly kind: "profile"; readonly profile: Profile }
    | { readonly kind: "canonical-base64" }
}

export interface Expectation extends Outcome {
  /**
   * What is judged: a whole verdict; or, where the case is no evidence on its own, whether the document parses
   * (`parse`), one signature verifies (`signature`) or one timestamp token verifies over its message (`timestamp`).
   * For these `proven` means accepted.
   */
  readonly scope: "verdict" | "parse" | "signature" | "timestamp"
  readonly profile: Profile
  readonly thresholds: Thresholds
  readonly note: string
  /** For forms that hold several pieces of evidence: the outcome of each. The case fails when any of them fails. */
  readonly items?: readonly (Outcome & { readonly profile: Profile })[]
  readonly variants?: readonly Variant[]
  /** Why the expectation differs from the outcome the corpus states. */
  readonly departs?: string
}

export const KEYLESS: Thresholds = { tlog: 1, sct: 1, time: 1 }
export const GITHUB: Thresholds = { tlog: 0, sct: 0, time: 1 }
export const KEY_IN_LOG: Thresholds = { tlog: 1, sct: 0, time: 1 }
export const KEY_ALONE: Thresholds = { tlog: 0, sct: 0, time: 0 }
export const KEY_TIMED: Thresholds = { tlog: 0, sct: 0, time: 1 }

type More = Partial<Omit<Expectation, "verdict" | "code" | "reason" | "note">>

const DEFAULTS = { scope: "verdict", profile: "public-good", thresholds: KEYLESS } as const

/** Every required rule passes. */
export function proven(note: string, more: More = {}): Expectation {
  return { ...DEFAULTS, verdict: "proven", code: null, note, ...more }
}

/** A check fails, and its reason gives the headline. */
export function failed(reason: Reason, note: string, more: More = {}): Expectation {
  return { ...DEFAULTS, verdict: "failed", code: codeOf(reason), reason, note, ...more }
}

/** Nothing fails, something required is not there. */
export function unproven(note: string, more: More = {}): Expectation {
  return { ...DEFAULTS, verdict: "unproven", code: "NOT_PROVEN", note, ...more }
}
