/**
 * The policy document: requirements on top of the floor (signature, signer trust, subject, accepted time basis), which
 * no policy can remove. Digest-addressed like every blob of a Case.
 *
 * ```json
 * {"v":1,"id":"public-good","version":1,"scope":{},"waivers":[],"rules":[
 *   {"id":"log","severity":"high","controls":[],"appliesTo":"certificate","require":{"log":{"origins":"any","count":1,"promises":true}}}]}
 * ```
 */
import { canonicalJson } from "../kernel/json.ts"
import { err, type Result } from "../kernel/result.ts"
import type { Fault } from "../kernel/reasons.ts"
import {
  boolean,
  byMember,
  hexDigest,
  integer,
  list,
  oneOf,
  optional,
  pattern,
  readDocument,
  record,
  text,
  wordOr,
  type Reader,
} from "./document.ts"
import { LIMITS } from "./limits.ts"

/**
 * How a text must look: exactly so, or like a pattern in which `*` stands for any run of characters. Patterns are
 * anchored at both ends and matched in linear time; there are no regular expressions in a policy.
 */
export type TextMatch = { readonly exact: string } | { readonly pattern: string }

/** A certificate identity: the OIDC issuer and the subject alternative name, both required to match. */
export interface IdentityMatch {
  readonly issuer: TextMatch
  readonly san: TextMatch
}

/** One requirement; each names the kind of evidence it counts. Durations are integer seconds. */
export type Requirement =
  | { readonly predicate: { readonly types: readonly string[]; readonly count: number } }
  | {
      readonly signers: {
        readonly identities: readonly IdentityMatch[] | "any"
        /** SHA-256 of the SPKI of keys that count, or `trusted`: every key of the Trust document. */
        readonly keys: readonly string[] | "trusted"
        readonly distinct: number
      }
    }
  | {
      readonly log: {
        readonly origins: readonly string[] | "any"
        readonly count: number
        /** Whether a verified inclusion promise (SET) counts where no inclusion proof is there. */
        readonly promises: boolean
        readonly maxCheckpointAge?: number
      }
    }
  | { readonly sct: { readonly count: number } }
  | { readonly witness: { readonly quorum: number } }
  | { readonly timestamp: { readonly count: number } }
  /** Verified times of any source: timestamp tokens and promised log times. */
  | { readonly time: { readonly count: number } }
  | { readonly freshness: { readonly maxAge: number } }
  | { readonly staleness: { readonly trust: number } }

export interface Rule {
  readonly id: string
  readonly severity: "low" | "medium" | "high" | "critical"
  readonly controls: readonly string[]
  /** Restricts the rule to evidence signed by a certificate or by a bare key; absent: all evidence. */
  readonly appliesTo?: "certificate" | "key"
  readonly require: Requirement
}

export interface Policy {
  readonly v: 1
  readonly id: string
  readonly version: number
  readonly scope: Readonly<Record<string, never>>
  readonly rules: readonly Rule[]
  readonly waivers: readonly never[]
}

const identifier = pattern(/^[a-z0-9][a-z0-9._-]{0,127}$/)
/** Ids that begin with a plus sign are of rules that flags added; nobody can write one by hand. */
const ruleId = pattern(/^\+?[a-z0-9][a-z0-9._-]{0,127}$/)
const count = integer(1, 64)
const seconds = integer(0, 10_000_000_000)
const textMatch: Reader<TextMatch> = byMember({ exact: text(), pattern: text() })

const never: Reader<never> = (_value, where) => oneOf<never>()(null, where)

const requirement: Reader<Requirement> = byMember({
  predicate: record({ types: list(text(), 64), count }),
  signers: record({
    identities: wordOr("any", list(record({ issuer: textMatch, san: textMatch }), 256)),
    keys: wordOr("trusted", list(hexDigest, 256)),
    distinct: count,
  }),
  log: record({
    origins: wordOr("any", list(text(), 64)),
    count,
    promises: boolean,
    maxCheckpointAge: optional(seconds),
  }),
  sct: record({ count }),
  witness: record({ quorum: count }),
  timestamp: record({ count }),
  time: record({ count }),
  freshness: record({ maxAge: seconds }),
  staleness: record({ trust: seconds }),
})

const readPolicy: Reader<Policy> = record({
  v: oneOf(1),
  id: identifier,
  version: integer(1),
  scope: record({}),
  rules: list(
    record({
      id: ruleId,
      severity: oneOf("low", "medium", "high", "critical"),
      controls: list(text(128), 64),
      appliesTo: optional(oneOf("certificate", "key")),
      require: requirement,
    }),
    256,
  ),
  waivers: list(never, 0),
})

/** Parses a policy. People write these by hand, so any JSON layout is taken; the blob in a Case is canonical. */
export function parsePolicy(bytes: Uint8Array): Result<Policy, Fault> {
  const parsed = readDocument(bytes, readPolicy, { maxBytes: LIMITS.policyBytes, canonical: "any" })
  if (!parsed.ok) return parsed
  // A Report names rules by their ids, and its checks have unique keys.
  const { rules } = parsed.value
  const repeated = rules.findIndex((rule, i) => rules.findIndex(other => other.id === rule.id) < i)
  return repeated < 0 ? parsed : err({ reason: "field-invalid", where: `rules[${String(repeated)}].id` })
}

/** The canonical text of a policy: what a Case names by digest. */
export function printPolicy(value: Policy): string {
  return canonicalJson(value)
}
