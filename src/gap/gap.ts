/**
 * A gap: one thing that is expected and not proven, with why and with what closes it. Its id is made of what it is and
 * of nothing else, so the same gap has the same id in every later report, under another policy and another trust too.
 *
 * ```json
 * {"class":"evidence-missing","closes":[{"action":"evidence","digest":"sha256:9f86…","predicateType":"https://slsa.dev/provenance/v1"}],
 *  "codes":[],"controls":[],"evidence":[],"id":"gap-1f0c…","names":["app.tar.gz"],"purls":[],
 *  "qualifier":"https://slsa.dev/provenance/v1","severity":"high","subject":"sha256:9f86…",
 *  "why":[{"reason":null,"remedy":"Bring it.","says":"No evidence about this artifact is here."}]}
 * ```
 */
import { toHex, utf8 } from "../kernel/bytes.ts"
import type { ErrorCode } from "../kernel/errors.ts"
import { canonicalJson } from "../kernel/json.ts"
import { sortedBy } from "../kernel/order.ts"
import type { Crypto } from "../kernel/ports.ts"
import type { Reason } from "../kernel/reasons.ts"
import type { Rule } from "../formats/policy.ts"
import type { Verdict } from "../formats/report.ts"
import type { Action } from "./explain.ts"

/** The classes, in the order in which a person should look at them, each with its title and sentence. */
export const GAP_CLASSES = {
  /** There is evidence, and something in it is wrong. */
  failed: {
    title: "evidence is there, and it is wrong",
    says: "The evidence did not pass.",
    remedy: "See its Report.",
  },
  /** There is no evidence about the artifact. */
  "evidence-missing": {
    title: "no evidence is here",
    says: "No evidence about this artifact is here.",
    remedy: "Bring it on the next medium.",
  },
  /** There is evidence about the artifact, but none of the required predicate type. */
  "predicate-missing": {
    title: "evidence of the required predicate type is not here",
    says: "There is evidence about this artifact, but none of the required predicate type.",
    remedy: "Bring it on the next medium.",
  },
  /** There is evidence, and a required check of it could not run. */
  unproven: {
    title: "evidence is there, and a required check could not run",
    says: "Not all requirements are shown to be met.",
    remedy: "See its Report.",
  },
  /** The artifact is not known by a digest that evidence can be held against. */
  "digest-weak": {
    title: "the artifact is not told by a safe digest",
    says: "No SHA-256, SHA-384 or SHA-512 of this artifact is known, so no evidence can be told to be about it.",
    remedy: "Give its SHA-256 in the list of expectations.",
  },
  /** The trusted root has expired, or is older than the policy allows. */
  "trust-stale": {
    title: "what is trusted here is too old",
    says: "The trusted root has expired, is older than the policy allows, or is of unknown date.",
    remedy: "Bring a newer trusted root.",
  },
  /** The newest checkpoint held of a log is older than the policy allows. */
  "mirror-stale": {
    title: "what is held here of a log is too old",
    says: "The newest checkpoint held of this log is older than the policy allows, or none is held.",
    remedy: "Bring a newer checkpoint of the log with its tiles.",
  },
} as const satisfies Record<string, { title: string; says: string; remedy: string }>

export type GapClass = keyof typeof GAP_CLASSES

/** In ascending order. */
export const SEVERITIES = ["low", "medium", "high", "critical"] as const
export type Severity = Rule["severity"]

/** Why it is a gap: a reason of the closed list and its sentences; no reason where there is no Report to give one. */
export interface Why {
  readonly reason: Reason | null
  readonly says: string
  readonly remedy: string
}

/** Something that closes the gap, for programs. Which members an action has is told in docs/formats/gap-report.md. */
export interface Closing {
  readonly action: Action
  readonly digest?: string
  readonly predicateType?: string
  readonly log?: string
}

/** A piece of evidence that the gap rests on, and what came of judging it. */
export interface GapEvidence {
  readonly sha256: string
  readonly item: number
  /** SHA-256 of its Report. */
  readonly report: string
  readonly verdict: Verdict
  readonly code: ErrorCode | null
  readonly predicateType: string | null
  /** Ids of unmet requirements. */
  readonly unmet: readonly string[]
  /** Keys of the checks in the Report that say why. */
  readonly checks: readonly string[]
}

export interface Gap {
  readonly id: string
  readonly class: GapClass
  readonly severity: Severity
  /** Control objectives of the policy rules that are not met. */
  readonly controls: readonly string[]
  /** The artifact's digest, `log:<SHA-256 of its name>`, or `site`. */
  readonly subject: string
  readonly names: readonly string[]
  readonly purls: readonly string[]
  /** The required predicate type, empty where any evidence will do; of site and logs: the rule. */
  readonly qualifier: string
  /** Codes of the Reports it rests on. */
  readonly codes: readonly ErrorCode[]
  readonly why: readonly Why[]
  readonly evidence: readonly GapEvidence[]
  readonly closes: readonly Closing[]
}

/** `gap-` and 32 hexadecimal digits of the SHA-256 over the canonical JSON of what the gap is. */
export function gapId(
  gap: Pick<Gap, "class" | "subject" | "qualifier">,
  scope: string,
  crypto: Pick<Crypto, "hash">,
): string {
  const named = canonicalJson(["gap/v1", gap.class, scope, gap.subject, gap.qualifier])
  return `gap-${toHex(crypto.hash("sha256", utf8(named))).slice(0, 32)}`
}

/** The greatest of some severities; `otherwise` when there is none. */
export function greatest(severities: readonly Severity[], otherwise: Severity): Severity {
  return SEVERITIES.findLast(severity => severities.includes(severity)) ?? otherwise
}

/** Sorted and without repeats, by code units. */
export function sortedSet<T extends string>(texts: Iterable<T>): readonly T[] {
  return [...new Set(texts)].sort()
}

/** Sorted by a key; of those with one key, the last stays. */
export function distinctBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  return sortedBy([...new Map(items.map(item => [keyOf(item), item])).values()], keyOf)
}
