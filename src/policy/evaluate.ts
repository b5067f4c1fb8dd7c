/**
 * Evaluation of policy rules over Facts. Pure; every rule gives one check `policy/<rule id>` that explains itself, and
 * the keys of the fact checks it rests on. A rule can be met, refused (the evidence says something else than asked:
 * outcome fail) or open (what it asks for is not there: outcome skip).
 */
import { parseInstant } from "../formats/instant.ts"
import type { Policy, Requirement, Rule } from "../formats/policy.ts"
import { fail, pass, skip, type Check } from "../formats/check.ts"
import type { Facts, SignerFact } from "../formats/facts.ts"
import { matchesIdentity } from "./text-match.ts"

/** What a rule may look at beside the Facts: times are epoch seconds. */
export interface RuleContext {
  readonly latest: number
  readonly trustTakenAt: number | null
  /** When the newest checkpoint of a log was obtained, by the log's origin. */
  readonly headAt: ReadonlyMap<string, number>
  /** How far a stated time may lie after `latest` before it is no time to measure an age from. */
  readonly tolerance: number
}

/** Whether an age is at most `maxAge`. Something from the future is not fresh, it is wrong. */
function isFresh(age: number, maxAge: number, context: RuleContext): boolean {
  return age >= -context.tolerance && age <= maxAge
}

/** The outcome of one rule. */
export interface RuleOutcome {
  readonly rule: Rule
  readonly check: Check
  /** Keys of the fact checks the outcome rests on. */
  readonly basis: readonly string[]
}

/** Evaluates the rules that apply to the evidence, in the order of the policy. */
export function evaluatePolicy(policy: Policy, facts: Facts, context: RuleContext): readonly RuleOutcome[] {
  return policy.rules
    .filter(rule => rule.appliesTo === undefined || rule.appliesTo === facts.signedBy)
    .map(rule => ({ rule, ...evaluateRule(`policy/${rule.id}`, rule.require, facts, context) }))
}

type Outcome = Omit<RuleOutcome, "rule">

function evaluateRule(key: string, require: Requirement, facts: Facts, context: RuleContext): Outcome {
  if ("signers" in require) return signers(key, require.signers, facts)
  if ("log" in require) return log(key, require.log, facts, context)
  if ("predicate" in require) return predicate(key, require.predicate, facts)
  if ("sct" in require) {
    const basis = passed(facts, "sct/")
    // Logs are counted: one may have written any number of SCTs for a certificate.
    const logs = new Set(basis.map(k => checkOf(facts, k)?.evidence["log"])).size
    return counted(key, logs, require.sct.count, basis, skip(key, "sct-missing", { found: logs }))
  }
  if ("witness" in require) return witness(key, require.witness.quorum, facts)
  if ("timestamp" in require) {
    const basis = facts.times.filter(t => t.source === "tsa").map(t => t.key)
    const found = observers(facts, basis)
    return counted(key, found, require.timestamp.count, basis, skip(key, "timestamp-missing", { found }))
  }
  if ("time" in require) {
    const basis = facts.times.map(t => t.key)
    const found = observers(facts, basis)
    return counted(key, found, require.time.count, basis, skip(key, "time-missing", { found }))
  }
  if ("freshness" in require) {
    const times = facts.times.map(t => parseInstant(t.at) as number)
    if (times.length === 0) return { check: skip(key, "time-missing"), basis: [] }
    // From the earliest: anybody can have an old signature timestamped again.
    const age = context.latest - Math.min(...times)
    const evidence = { ageSeconds: age, maxAgeSeconds: require.freshness.maxAge }
    const check = isFresh(age, require.freshness.maxAge, context)
      ? pass(key, evidence)
      : skip(key, "evidence-too-old", evidence)
    return { check, basis: facts.times.map(t => t.key) }
  }
  // The last kind there is: the compiler refuses this line when one is added.
  const maxAgeSeconds = require.staleness.trust
  const age = context.trustTakenAt === null ? null : context.latest - context.trustTakenAt
  const evidence = { ageSeconds: age, maxAgeSeconds }
  const fresh = age !== null && isFresh(age, maxAgeSeconds, context)
  return { check: fresh ? pass(key, evidence) : skip(key, "trust-root-stale", evidence), basis: [] }
}

/**
 * A quorum is of witnesses that saw one and the same tree, and the evidence in it: cosignatures of two checkpoints do not
 * add up. Keys are counted: one under two names is one witness.
 */
function witness(key: string, quorum: number, facts: Facts): Outcome {
  let best: { readonly basis: readonly string[]; readonly found: number } = { basis: [], found: 0 }
  for (const entry of passed(facts, "entry/")) {
    const i = entry.slice("entry/".length)
    if (checkOf(facts, `inclusion/${i}`)?.outcome !== "pass") continue
    const basis = passed(facts, `cosignature/${i}/`)
    const found = new Set(basis.map(k => checkOf(facts, k)?.evidence["spki"])).size
    if (found > best.found) best = { basis, found }
  }
  return counted(key, best.found, quorum, best.basis, skip(key, "witness-missing", { found: best.found }))
}

/** How many stated these times: tokens of one authority and promises of one log are one observer's word. */
function observers(facts: Facts, keys: readonly string[]): number {
  const proved = facts.checks.filter(c => keys.includes(c.key))
  return new Set(proved.map(({ evidence }) => evidence["authority"] ?? evidence["log"])).size
}

function counted(key: string, found: number, needed: number, basis: readonly string[], missing: Check): Outcome {
  return { check: found >= needed ? pass(key, { found, needed }) : missing, basis }
}

function checkOf(facts: Facts, key: string): Check | undefined {
  return facts.checks.find(c => c.key === key)
}

/** Keys of the passed fact checks of one kind. */
function passed(facts: Facts, prefix: string): string[] {
  return facts.checks.filter(c => c.outcome === "pass" && c.key.startsWith(prefix)).map(c => c.key)
}

function predicate(key: string, require: { types: readonly string[]; count: number }, facts: Facts): Outcome {
  const basis = ["subject"]
  if (facts.statement === null) return { check: skip(key, "depends-on-failed"), basis }
  const { predicateType } = facts.statement
  const accepted = require.types.includes(predicateType)
  if (!accepted) return { check: fail(key, "predicate-not-accepted", { predicateType }), basis }
  // One piece of evidence carries one statement: a greater count can only be met by several pieces together.
  const missing = skip(key, "predicate-count", { found: 1, needed: require.count, predicateType })
  return { check: require.count === 1 ? pass(key, { predicateType }) : missing, basis }
}

type SignersRule = Extract<Requirement, { signers: unknown }>["signers"]

function signers(key: string, require: SignersRule, facts: Facts): Outcome {
  const basis = passed(facts, "signature/")
  const accepted = new Set<string>()
  let refusal: "issuer" | "san" | undefined
  let unasked = false
  for (const signer of facts.signers) {
    if (facts.signedBy === "key") {
      if (require.keys === "trusted" || require.keys.includes(signer.spki)) accepted.add(signer.spki)
      continue
    }
    if (require.identities === "any") accepted.add(name(signer))
    else if (require.identities.length === 0) unasked = true
    else {
      const results = require.identities.map(i => matchesIdentity(i, signer))
      if (results.includes("match")) accepted.add(name(signer))
      else refusal = results.includes("issuer") ? "issuer" : "san"
    }
  }
  const evidence = {
    found: accepted.size,
    needed: require.distinct,
    signers: facts.signers.map(name),
  }
  if (accepted.size >= require.distinct) return { check: pass(key, evidence), basis }
  if (unasked) return { check: skip(key, "identity-not-asked", evidence), basis }
  if (refusal === "issuer") return { check: fail(key, "issuer-mismatch", evidence), basis }
  if (refusal === "san") return { check: fail(key, "identity-mismatch", evidence), basis }
  if (facts.signers.length === 0) return { check: skip(key, "depends-on-failed", evidence), basis }
  return { check: fail(key, "signer-threshold", evidence), basis }
}

function name(signer: SignerFact): string {
  return signer.san === null ? `key ${signer.spki}` : `${signer.san.value} (${signer.issuer ?? "no issuer"})`
}

type LogRule = Extract<Requirement, { log: unknown }>["log"]

function log(key: string, require: LogRule, facts: Facts, context: RuleContext): Outcome {
  const basis = passed(facts, "inclusion/").concat(passed(facts, "promise/"), passed(facts, "log-proof/"))
  const accepted = facts.entries.filter(
    e =>
      (require.origins === "any" || require.origins.includes(e.log) || require.origins.includes(e.origin)) &&
      (require.promises || e.size !== ""),
  )
  // Several entries of one log, and several logs of one operator, say no more than one.
  const count = (entries: typeof accepted) => new Set(entries.map(e => e.operator)).size
  const logs = [...new Set(accepted.map(e => e.log))].sort()
  const evidence = { found: count(accepted), logs, needed: require.count }
  if (count(accepted) < require.count) return { check: skip(key, "entry-missing", evidence), basis }
  const { maxCheckpointAge } = require
  if (maxCheckpointAge !== undefined) {
    const recent = accepted.filter(e => {
      const at = context.headAt.get(e.origin)
      return at !== undefined && isFresh(context.latest - at, maxCheckpointAge, context)
    })
    if (count(recent) < require.count) {
      return { check: skip(key, "checkpoint-too-old", { ...evidence, recent: count(recent) }), basis }
    }
  }
  return { check: pass(key, evidence), basis }
}
