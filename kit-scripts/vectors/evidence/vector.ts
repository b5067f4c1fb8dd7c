/**
 * The shape of our own evidence vectors (test/vectors/evidence/*.json). A vector is one piece of evidence, what is trusted
 * and asked for, and what has to come of it. Each has one fault, and the expectation is part of its construction: none of
 * our parsers or checks has a word in it.
 */
import type { Head, Revocation } from "../../../src/formats/site-documents.ts"
import type { IdentityMatch, Rule } from "../../../src/formats/policy.ts"
import type { TrustedKey } from "../../../src/formats/trust.ts"
import type { ErrorCode } from "../../../src/kernel/errors.ts"
import { codeOf, type Reason } from "../../../src/kernel/reasons.ts"
import type { ProfileName } from "../../../src/policy/profiles.ts"
import { utf8 } from "../crypto/derive.ts"
import { ARTIFACT, makeEvidence, sha256Hex, type Made, type Plan } from "./evidence.ts"
import type { Json, JsonObject } from "./json.ts"
import { rfc3339 } from "./trusted-root.ts"
import { DAY, ISSUER, SIGNER, type World } from "./world.ts"

/** What is asked of the evidence, beside the profile. */
export interface Ask {
  readonly profile: ProfileName
  readonly identities?: readonly IdentityMatch[] | "any"
  readonly predicateTypes?: readonly string[]
  readonly timestamps?: number
  readonly logs?: number
  readonly distinctSigners?: number
  /** Rules added to those of the profile. */
  readonly rules?: readonly Rule[]
}

/** What has to come of it. */
export type Expected =
  | {
      readonly verdict: "proven"
      readonly code: null
      /** How many verified times and entries there are. */
      readonly times: number
      readonly entries: number
      /** Checks that fail and are counted out by a rule that has enough without them. */
      readonly excused?: Readonly<Record<string, Reason>>
    }
  | {
      readonly verdict: "failed"
      readonly code: ErrorCode
      /** Every check that fails, with its reason. */
      readonly fails: Readonly<Record<string, Reason>>
    }
  | {
      readonly verdict: "unproven"
      readonly code: "NOT_PROVEN"
      /** Requirements that are not met, and the reasons of skipped checks that say why. */
      readonly unmet: readonly string[]
      readonly skips: Readonly<Record<string, Reason>>
    }
  /** No Report: the trust itself cannot be used. */
  | { readonly error: ErrorCode }

export interface EvidenceVector {
  readonly v: 1
  readonly id: string
  readonly desc: string
  readonly form: "bundle" | "envelope" | "pep740" | "npm"
  readonly item: number
  readonly artifact: { readonly digests: Readonly<Record<string, string>>; readonly text?: string }
  /** Names of files in roots/, in the order they are tried. */
  readonly roots: readonly string[]
  readonly keys?: readonly TrustedKey[]
  readonly witnesses?: readonly string[]
  readonly ask: Ask
  readonly moment: string
  readonly logProofs?: readonly Json[]
  readonly heads?: readonly Head[]
  readonly revocations?: readonly Revocation[]
  readonly expected: Expected
  /** Exactly one of: the document; the vector that has the same one; its exact text, where JSON would not keep the fault. */
  readonly evidence?: Json
  readonly evidenceOf?: string
  readonly text?: string
}

type Optional = Pick<EvidenceVector, "form" | "item" | "roots" | "keys" | "witnesses" | "moment"> &
  Pick<EvidenceVector, "logProofs" | "heads" | "revocations" | "artifact" | "ask">

/** A case to become a vector. */
export interface Case extends Partial<Optional> {
  readonly id: string
  readonly desc: string
  readonly expected: Expected
  /** How the evidence comes about; `change` works on the finished bundle. A string is kept as exact text. */
  readonly plan?: Plan
  readonly change?: (bundle: JsonObject, made: Made) => Json
  readonly evidence?: Json
  readonly text?: string
}

/** The identity that cases ask for. */
export const asked: IdentityMatch = { issuer: { exact: ISSUER }, san: { exact: SIGNER.value } }
export const PUBLIC_GOOD: Ask = { profile: "public-good", identities: [asked] }

/** The artifact of most cases, by its SHA-256. */
export function artifactOf(text: string): EvidenceVector["artifact"] {
  return { digests: { sha256: sha256Hex(utf8(text)) } }
}

export function proven(times = 1, entries = 1): Extract<Expected, { verdict: "proven" }> {
  return { verdict: "proven", code: null, times, entries }
}

/** Fails by these checks. The code is that of their reasons, which must be one unless it is given. */
export function failed(fails: Readonly<Record<string, Reason>>, code?: ErrorCode): Expected {
  const codes = new Set(Object.values(fails).map(codeOf))
  const [only] = codes
  if (code === undefined && codes.size !== 1) throw new Error(`which code? ${[...codes].join(", ")}`)
  return { verdict: "failed", code: code ?? (only as ErrorCode), fails }
}

export function malformed(reason: Reason): Expected {
  return failed({ evidence: reason })
}

export function unproven(unmet: readonly string[], skips: Readonly<Record<string, Reason>> = {}): Expected {
  return { verdict: "unproven", code: "NOT_PROVEN", unmet, skips }
}

/** Makes the vector of a case. */
export function vectorOf(world: World, from: Case): EvidenceVector {
  const { id, desc, expected, plan, change, text, evidence, ...given } = from
  const made = evidence === undefined && text === undefined ? makeEvidence(world, plan) : undefined
  const document =
    made === undefined ? (evidence ?? null) : change === undefined ? made.bundle : change(made.bundle, made)
  return {
    v: 1,
    id,
    desc,
    form: "bundle",
    item: 0,
    artifact: artifactOf(ARTIFACT),
    roots: ["main"],
    ask: PUBLIC_GOOD,
    moment: rfc3339(world.at + 30 * DAY),
    ...given,
    expected,
    ...(text === undefined ? { evidence: document } : { text }),
  }
}
