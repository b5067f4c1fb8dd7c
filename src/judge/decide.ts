/**
 * decide: Facts and Context to Report. Cheap, pure, and always run, also over cached Facts.
 *
 * Verdict: a failed check that no named threshold rule counts out makes `failed`. Otherwise `proven` needs every
 * requirement of the floor and of the policy to be met. Everything else is `unproven`; evidence that says nothing is
 * never `proven`.
 */
import type { Case, Moment } from "../formats/case.ts"
import { parseInstant } from "../formats/document.ts"
import type { Policy } from "../formats/policy.ts"
import {
  fail,
  pass,
  skip,
  type Check,
  type Facts,
  type Report,
  type RequirementOutcome,
  type Verdict,
} from "../formats/report.ts"
import type { Head, Revocation } from "../formats/site-documents.ts"
import type { Trust } from "../formats/trust.ts"
import type { ErrorCode } from "../kernel/errors.ts"
import { evaluatePolicy } from "../policy/evaluate.ts"

/** The Context of a Case with its blobs read. */
export interface ReadContext {
  readonly trust: Trust
  readonly policy: Policy
  readonly moment: Moment
  readonly heads: readonly Head[]
  readonly revocations: readonly Revocation[]
}

/** How far a verified time may lie after the moment: clocks of a site and an authority are never equal. Seconds. */
const CLOCK_TOLERANCE = 300

/** The headline among failed checks: what an operator must act on first. */
const SEVERITY: readonly ErrorCode[] = [
  "SPLIT_VIEW",
  "EVIDENCE_MALFORMED",
  "SIGNATURE_INVALID",
  "TIME_INVALID",
  "SIGNER_UNTRUSTED",
  "PROOF_INVALID",
  "IDENTITY_MISMATCH",
  "SUBJECT_MISMATCH",
]

/** Judges Facts in a Context. `digests` are the SHA-256 of the Case and of the Facts. */
export function decide(
  judged: Case,
  facts: Facts,
  context: ReadContext,
  digests: { readonly case: string; readonly facts: string },
): Report {
  const latest = seconds(context.moment.latest)
  const trustTakenAt = context.trust.takenAt === null ? null : seconds(context.trust.takenAt)
  const headAt = new Map(context.heads.map(h => [h.log, seconds(h.at)]))
  const rules = evaluatePolicy(context.policy, facts, { latest, trustTakenAt, headAt })

  const checks: Check[] = [
    ...facts.checks,
    trustAge(context.trust, latest),
    ...futureTimes(facts, latest),
    ...splitViews(facts, context.heads),
    ...revoked(facts, context.revocations),
    ...rules.map(r => r.check),
  ]
  const requirements: RequirementOutcome[] = [
    ...floor(facts),
    ...rules.map(r => ({ checks: [r.check.key, ...r.basis], id: r.rule.id, met: r.check.outcome === "pass" })),
  ]
  const excused = countedOut(facts, rules)
  const failed = checks.filter(c => c.outcome === "fail" && !excused.has(c.key))
  const verdict: Verdict = failed.length > 0 ? "failed" : requirements.every(r => r.met) ? "proven" : "unproven"
  return {
    case: digests.case,
    checks,
    code: verdict === "failed" ? headline(failed) : verdict === "unproven" ? "NOT_PROVEN" : null,
    facts: digests.facts,
    judgeVersion: judged.judgeVersion,
    moment: context.moment,
    requirements,
    trust: {
      ageSeconds: trustTakenAt === null ? null : latest - trustTakenAt,
      basis: context.trust.basis,
      expires: context.trust.expires,
      root: facts.root,
      takenAt: context.trust.takenAt,
    },
    v: 1,
    verdict,
  }
}

function seconds(instant: string): number {
  return parseInstant(instant) as number
}

function headline(failed: readonly Check[]): ErrorCode {
  return SEVERITY.find(code => failed.some(c => c.code === code)) ?? "NOT_PROVEN"
}

/** The requirements that no policy can remove. Each needs at least one passed check, and every check of its kind passed. */
function floor(facts: Facts): RequirementOutcome[] {
  const under = (...prefixes: string[]) =>
    facts.checks.filter(c => prefixes.some(p => c.key === p || c.key.startsWith(`${p}/`)))
  const keys = (checks: readonly Check[]) => checks.map(c => c.key)
  const all = (checks: readonly Check[]) => checks.length > 0 && checks.every(c => c.outcome === "pass")
  const some = (checks: readonly Check[]) => checks.some(c => c.outcome === "pass")

  const evidence = under("evidence")
  const signature = under("signature")
  const signer = under("certificate", "key")
  const subject = under("subject")
  const time = under("validity")
  return [
    { checks: keys(evidence), id: "floor/evidence", met: all(evidence) },
    { checks: keys(signature), id: "floor/signature", met: some(signature) },
    { checks: keys(signer), id: "floor/signer", met: all(signer) && facts.signers.length > 0 },
    { checks: keys(subject), id: "floor/subject", met: all(subject) },
    { checks: keys(time), id: "floor/time", met: all(time) },
  ]
}

/**
 * Failures that a named threshold rule counts out.
 * - A signers rule that has found as many distinct signers as it asks for: the other signatures of an envelope with
 *   several (DSSE 1.0.2, (t, n)) do not matter. A bundle has one signature and gains nothing from this.
 * - A time or timestamp rule that has found as many times as it asks for: further tokens that do not hold. The times
 *   that were found still have to lie inside every validity; a promise that does not hold and a token that is there
 *   twice are never counted out.
 */
function countedOut(facts: Facts, rules: ReturnType<typeof evaluatePolicy>): ReadonlySet<string> {
  const met = (kind: string) => rules.some(r => kind in r.rule.require && r.check.outcome === "pass")
  const failing = (prefix: string) => facts.checks.filter(c => c.outcome === "fail" && c.key.startsWith(prefix))
  const verified = facts.checks.some(c => c.outcome === "pass" && c.key.startsWith("signature/"))
  const signatures = met("signers") && verified ? failing("signature/") : []
  const tokens = met("time") || met("timestamp") ? failing("timestamp/") : []
  const excused = [...signatures, ...tokens].filter(c => c.reason !== "timestamp-duplicate")
  return new Set(excused.map(c => c.key))
}

/** Age and expiry of the trusted root: always stated, a finding when expired; the policy's staleness budget decides. */
function trustAge(trust: Trust, latest: number): Check {
  const evidence = {
    basis: trust.basis,
    takenAt: trust.takenAt,
    ageSeconds: trust.takenAt === null ? null : latest - seconds(trust.takenAt),
    expires: trust.expires,
  }
  const expired = trust.expires !== null && latest > seconds(trust.expires)
  return expired ? skip("trust-age", "trust-root-stale", evidence) : pass("trust-age", evidence)
}

function futureTimes(facts: Facts, latest: number): Check[] {
  return facts.times
    .filter(t => seconds(t.at) > latest + CLOCK_TOLERANCE)
    .map(t => fail(`future/${t.key}`, "time-in-future", { at: t.at }))
}

/** Two roots for one size under one log's key are two faces of the log: the site's own newest tree is compared. */
function splitViews(facts: Facts, heads: readonly Head[]): Check[] {
  return heads.flatMap((head, i) =>
    facts.entries
      .filter(e => e.log === head.log && e.size === head.size)
      .map((e, j) => {
        const evidence = { log: e.log, size: e.size, root: e.root, held: head.root }
        const key = `head/${String(i)}/${String(j)}`
        return e.root === head.root ? pass(key, evidence) : fail(key, "split-view", evidence)
      }),
  )
}

/** A revoked signer counts only where a verified time shows that the signature is older than the revocation. */
function revoked(facts: Facts, revocations: readonly Revocation[]): Check[] {
  return facts.signers.flatMap((signer, i) =>
    revocations
      .filter(r => r.spki === signer.spki)
      .map((r, j) => {
        const key = `revocation/${String(i)}/${String(j)}`
        const evidence = { spki: r.spki, effective: r.effective, reason: r.reason }
        const older = facts.times.some(t => seconds(t.at) < seconds(r.effective))
        return older ? pass(key, evidence) : fail(key, "key-revoked", evidence)
      }),
  )
}
