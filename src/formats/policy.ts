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

/** A requirement with what people call it by. */
export interface Rule {
  /** Unique in its policy: `a-z 0-9 . _ -`, at most 128 characters; a plus sign in front when flags made the rule. */
  readonly id: string
  /** How bad it is when the rule is not met; for people, it does not change the verdict. */
  readonly severity: "low" | "medium" | "high" | "critical"
  /** Names of the controls of a catalogue that the rule serves; for people. */
  readonly controls: readonly string[]
  /** Restricts the rule to evidence signed by a certificate or by a bare key; absent: all evidence. */
  readonly appliesTo?: "certificate" | "key"
  readonly require: Requirement
}

/** A policy: named, numbered rules. `scope` and `waivers` are reserved and empty in this version. */
export interface Policy {
  readonly v: 1
  readonly id: string
  readonly version: number
  readonly scope: Readonly<Record<string, never>>
  /** At most 256, all of which must be met by the evidence they apply to. */
  readonly rules: readonly Rule[]
  readonly waivers: readonly never[]
}

const identifier = pattern(/^[a-z0-9][a-z0-9._-]{0,127}$/)
/** Ids that begin with a plus sign are of rules that flags added: no document that people write has one. */
const compiledId = pattern(/^\+?[a-z0-9][a-z0-9._-]{0,127}$/)
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

function policyReader(ruleId: Reader<string>): Reader<Policy> {
  return record({
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
}

const readAuthored = policyReader(identifier)
const readCompiled = policyReader(compiledId)

/**
 * Parses a policy in any JSON layout; the blob in a Case is canonical besides.
 * @param options - `authored`: the document was written by people and not compiled from one, so ids that begin with a
 * plus sign, which stand for flags in a Report, are refused
 */
export function parsePolicy(bytes: Uint8Array, options: { readonly authored?: boolean } = {}): Result<Policy, Fault> {
  const read = options.authored === true ? readAuthored : readCompiled
  const parsed = readDocument(bytes, read, { maxBytes: LIMITS.policyBytes, canonical: "any" })
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
