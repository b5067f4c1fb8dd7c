/** A site that asks a judge about evidence of our own small world, for attacks on it. */
import { createHash } from "node:crypto"
import { ARTIFACT, makeEvidence, type Made, type Plan } from "../../kit-scripts/vectors/evidence/evidence.ts"
import { rfc3339 } from "../../kit-scripts/vectors/evidence/trusted-root.ts"
import { DAY, ISSUER, SIGNER, World } from "../../kit-scripts/vectors/evidence/world.ts"
import type { Moment } from "../../src/formats/case.ts"
import type { IdentityMatch, Policy, Requirement, Rule } from "../../src/formats/policy.ts"
import type { Head, Revocation } from "../../src/formats/site-documents.ts"
import type { Report } from "../../src/formats/report.ts"
import type { Trust } from "../../src/formats/trust.ts"
import { assembleCase, createBasis, type CaseInput } from "../../src/judge/assemble.ts"
import { createJudge, type Judge } from "../../src/judge/judge.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { compilePolicy, PROFILES, type PolicyWishes, type ProfileName } from "../../src/policy/profiles.ts"
import { crypto } from "../support/judge-corpus.ts"

export const world = new World({ seed: "attacks", at: 1_772_000_000 })
export const IDENTITY: IdentityMatch = { issuer: { exact: ISSUER }, san: { exact: SIGNER.value } }

/** A rule of a policy, under an id. */
export function rule(id: string, require: Requirement): Rule {
  return { id, severity: "high", controls: [], require }
}

/** A policy of these rules and nothing else. */
export function policyOf(...rules: readonly Rule[]): Policy {
  return { v: 1, id: "attack", version: 1, scope: {}, rules, waivers: [] }
}

/** What is asked; the default is what a careful operator asks of the public instance. */
export interface Ask {
  readonly profile?: ProfileName
  readonly wishes?: PolicyWishes
  readonly policy?: Policy
  /** Rules added to those of the profile. */
  readonly rules?: readonly Rule[]
  readonly roots?: readonly object[]
  readonly trust?: Partial<Omit<Trust, "v" | "roots">>
  readonly moment?: Partial<Moment>
  readonly heads?: readonly Head[]
  readonly revocations?: readonly (readonly Revocation[])[]
  readonly input?: Partial<CaseInput>
}

const LATER = rfc3339(world.at + 30 * DAY)
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))

/** Closes a Case over evidence: a bundle, or the bytes of anything. */
export function closeCase(evidence: object | Uint8Array, ask: Ask = {}): ReturnType<typeof assembleCase> {
  const { profile = "public-good", wishes = { identities: [IDENTITY] }, rules = [] } = ask
  const compiled = ask.policy ?? compilePolicy(PROFILES[profile], wishes)
  const basis = createBasis(
    {
      roots: (ask.roots ?? [world.trustedRoot()]).map(json),
      trust: { keys: [], witnesses: [], takenAt: null, expires: null, basis: "argument", ...ask.trust },
      policy: { ...compiled, rules: [...compiled.rules, ...rules] },
      moment: { earliest: LATER, latest: LATER, basis: [], ...ask.moment },
      heads: ask.heads ?? [],
      revocations: (ask.revocations ?? []).map(keys => ({ v: 1, keys })),
    },
    crypto,
  )
  const digests = { sha256: createHash("sha256").update(ARTIFACT).digest("hex") }
  const bytes = evidence instanceof Uint8Array ? evidence : json(evidence)
  return assembleCase({ evidence: bytes, form: "bundle", item: 0, digests, ...ask.input }, basis, crypto)
}

const shared = createJudge(crypto)

/** Judges evidence. */
export async function ask(evidence: object | Uint8Array, how: Ask = {}, judge: Judge = shared): Promise<Report> {
  return unwrap(await judge.judge(closeCase(evidence, how))).report
}

/** The verdict and, for each check that did not pass and was not counted out, its reason. */
export function open({ verdict, checks, countedOut }: Report): Readonly<Record<string, string>> {
  const excused = new Set(countedOut.map(c => c.check))
  const left = checks.filter(c => c.outcome !== "pass" && !excused.has(c.key))
  return { verdict, ...Object.fromEntries(left.map(c => [c.key, `${c.outcome} ${String(c.reason)}`])) }
}

/** Evidence of this world. */
export function made(plan: Plan = {}): Made {
  return makeEvidence(world, plan)
}
