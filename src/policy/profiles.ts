/**
 * The profiles: small policies under well-known names, and how command-line wishes are added to one. What a profile and
 * the wishes compile to is an ordinary policy document; its digest is what the Case names.
 */
import type { IdentityMatch, Policy, Requirement, Rule } from "../formats/policy.ts"

export type ProfileName = "public-good" | "github-internal" | "keyed" | "model-signing" | "custom"

function rule(id: string, require: Requirement, appliesTo?: "certificate" | "key"): Rule {
  return { id, severity: "high", controls: [], require, ...(appliesTo === undefined ? {} : { appliesTo }) }
}

/** Nobody asked for yet: unmet until identities are added. */
const somebody = rule("identity", { signers: { identities: [], keys: [], distinct: 1 } })
const logged = rule("log", { log: { origins: "any", count: 1, promises: true } }, "certificate")
const issued = rule("sct", { sct: { count: 1 } }, "certificate")
/** Observer timestamps of sigstore's client specification: one verified time, whoever states it. */
const timed = rule("time", { time: { count: 1 } }, "certificate")

function policy(id: ProfileName, rules: readonly Rule[]): Policy {
  return { v: 1, id, version: 1, scope: {}, rules, waivers: [] }
}

/** The profiles by name. */
export const PROFILES: Readonly<Record<ProfileName, Policy>> = {
  /** Sigstore's public instance: certificate with SCT, logged, identity asked for. */
  "public-good": policy("public-good", [somebody, issued, logged, timed]),
  /** GitHub's internal instance: no log, no SCT, a timestamp token instead. */
  "github-internal": policy("github-internal", [somebody, rule("timestamp", { timestamp: { count: 1 } })]),
  /** Bare keys: whoever holds a trusted key. */
  keyed: policy("keyed", [rule("signer", { signers: { identities: [], keys: "trusted", distinct: 1 } })]),
  /** OpenSSF model signing, by certificate or by key. */
  "model-signing": policy("model-signing", [
    rule("predicate", {
      predicate: { types: ["https://model_signing/signature/v1.0", "https://model_signing/Digests/v0.1"], count: 1 },
    }),
    rule("identity", { signers: { identities: [], keys: "trusted", distinct: 1 } }),
    issued,
    logged,
    timed,
  ]),
  /** The floor and an identity; everything else comes as wishes. */
  custom: policy("custom", [rule("identity", { signers: { identities: [], keys: "trusted", distinct: 1 } })]),
}

/** What flags may add to a policy. */
export interface PolicyWishes {
  /** Who may have signed; `any` must be said aloud. */
  readonly identities?: readonly IdentityMatch[] | "any"
  /** Accepted predicate types; an artifact's other statements are refused. */
  readonly predicateTypes?: readonly string[]
  /** Verified timestamp tokens needed. */
  readonly timestamps?: number
  /** Logs needed. */
  readonly logs?: number
  /** Distinct signers needed. */
  readonly distinctSigners?: number
}

/** A rule that lists keys has named its signers: filling in an identity would let a certificate stand for them. */
function namesNobody({ identities, keys }: Extract<Requirement, { signers: unknown }>["signers"]): boolean {
  return Array.isArray(identities) && identities.length === 0 && (keys === "trusted" || keys.length === 0)
}

/**
 * Adds wishes to a policy. A rule that asks for certificate signers without naming any takes the named identities; where
 * there is none, and for all other wishes, rules are added, under ids that begin with a plus sign as no written rule's
 * does. Wishes never weaken a rule that names its own signers.
 */
export function compilePolicy(base: Policy, wishes: PolicyWishes): Policy {
  const { identities } = wishes
  let placed = identities === undefined
  const rules = base.rules.map(r => {
    if (!("signers" in r.require)) return r
    const filled = identities !== undefined && r.appliesTo !== "key" && namesNobody(r.require.signers)
    placed ||= filled
    const distinct = Math.max(r.require.signers.distinct, wishes.distinctSigners ?? 1)
    return { ...r, require: { signers: { ...r.require.signers, distinct, ...(filled ? { identities } : {}) } } }
  })
  const added: Rule[] = []
  const add = (wish: string, require: Requirement) => {
    const taken = (id: string) => base.rules.some(r => r.id === id)
    let id = `+${wish}`
    for (let n = 2; taken(id); n++) id = `+${wish}-${String(n)}`
    added.push(rule(id, require))
  }
  const signersAsked = base.rules.some(r => "signers" in r.require)
  if (!placed || (wishes.distinctSigners !== undefined && !signersAsked)) {
    const distinct = wishes.distinctSigners ?? 1
    add("identity", { signers: { identities: identities ?? "any", keys: "trusted", distinct } })
  }
  if (wishes.predicateTypes !== undefined) add("predicate", { predicate: { types: wishes.predicateTypes, count: 1 } })
  if (wishes.timestamps !== undefined) add("timestamp", { timestamp: { count: wishes.timestamps } })
  if (wishes.logs !== undefined) add("log", { log: { origins: "any", count: wishes.logs, promises: true } })
  return { ...base, rules: [...rules, ...added] }
}
