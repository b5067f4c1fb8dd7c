/**
 * decide: Facts and Context to Report. Cheap, pure, and always run, also over cached Facts.
 *
 * Verdict: a failed check that no named threshold rule counts out makes `failed`. Otherwise `proven` needs every
 * requirement of the floor and of the policy to be met. Everything else is `unproven`; evidence that says nothing is
 * never `proven`.
 */
import type { Case, Moment } from "../formats/case.ts"
import { parseInstant } from "../formats/instant.ts"
import type { Policy } from "../formats/policy.ts"
import { fail, pass, skip, type Check } from "../formats/check.ts"
import type { Facts } from "../formats/facts.ts"
import type { CountedOut, Report, RequirementOutcome, Verdict } from "../formats/report.ts"
import type { Head, Revocation } from "../formats/site-documents.ts"
import type { Trust } from "../formats/trust.ts"
import type { ErrorCode } from "../kernel/errors.ts"
import { sortedBy } from "../kernel/order.ts"
import { evaluatePolicy, type RuleOutcome } from "../policy/evaluate.ts"

/** The Context of a Case with its blobs read. */
export interface ReadContext {
  readonly trust: Trust
  readonly policy: Policy
  readonly moment: Moment
  readonly heads: readonly Head[]
  /** By the SHA-256 of the SPKI; of several for one key the earliest. */
  readonly revocations: ReadonlyMap<string, Revocation>
}

/** How far a verified time may lie after the moment: clocks of a site and an authority are never equal. Seconds. */
const CLOCK_TOLERANCE = 300

/** The headline among failed checks: what an operator must act on first. Every code that a check fails with is here. */
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
  const earliest = seconds(context.moment.earliest)
  const latest = seconds(context.moment.latest)
  const trustTakenAt = context.trust.takenAt === null ? null : seconds(context.trust.takenAt)
  const revocation = revoked(facts, context.revocations, latest)
  // A signer whose key was revoked before the evidence is known to have existed does not count; another still may.
  const standing = { ...facts, signers: facts.signers.filter(s => !revocation.spkis.has(s.spki)) }
  const headAt = newestHeads(context.heads)
  const rules = evaluatePolicy(context.policy, standing, { headAt, latest, tolerance: CLOCK_TOLERANCE, trustTakenAt })

  const checks: readonly Check[] = sortedBy(
    [
      ...facts.checks,
      trustAge(context.trust, latest),
      ...futureTimes(facts, earliest),
      ...splitViews(facts, context.heads),
      ...revocation.checks,
      ...rules.map(r => r.check),
    ],
    c => c.key,
  )
  const requirements: readonly RequirementOutcome[] = sortedBy(
    [
      ...floor(standing, rules),
      ...rules.map(r => ({
        checks: [r.check.key, ...[...r.basis].sort()],
        id: r.rule.id,
        met: r.check.outcome === "pass",
      })),
    ],
    r => r.id,
  )
  const countedOut = sortedBy(excuses(checks, rules), e => e.check)
  const excused = new Set(countedOut.map(e => e.check))
  const failed = checks.filter(c => c.outcome === "fail" && !excused.has(c.key))
  const verdict: Verdict = failed.length > 0 ? "failed" : requirements.every(r => r.met) ? "proven" : "unproven"
  return {
    case: digests.case,
    checks,
    code: verdict === "failed" ? headline(failed) : verdict === "unproven" ? "NOT_PROVEN" : null,
    countedOut,
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
  return SEVERITY.find(code => failed.some(c => c.code === code)) as ErrorCode
}

/**
 * The requirements that no policy can remove. Each needs at least one passed check, and every check of its kind passed;
 * of signatures and their signers, one. Who may have signed must have been asked, by a rule that says so, if only `any`.
 */
function floor(facts: Facts, rules: readonly RuleOutcome[]): RequirementOutcome[] {
  const under = (...kinds: string[]) => facts.checks.filter(c => kinds.includes(kindOf(c)))
  const keys = (checks: readonly Check[]) => checks.map(c => c.key)
  const all = (checks: readonly Check[]) => checks.length > 0 && checks.every(c => c.outcome === "pass")
  const some = (checks: readonly Check[]) => checks.some(c => c.outcome === "pass")

  const evidence = under("evidence")
  const signature = under("signature")
  const signer = under("certificate", "key")
  const subject = under("subject")
  const time = under("validity")
  const identity = rules.filter(r => "signers" in r.rule.require).map(r => r.check)
  return [
    { checks: keys(identity), id: "floor/identity", met: some(identity) },
    { checks: keys(evidence), id: "floor/evidence", met: all(evidence) },
    { checks: keys(signature), id: "floor/signature", met: some(signature) },
    { checks: keys(signer), id: "floor/signer", met: all(signer) && facts.signers.length > 0 },
    { checks: keys(subject), id: "floor/subject", met: all(subject) },
    { checks: keys(time), id: "floor/time", met: all(time) },
  ]
}

/** What a check is about: the first part of its key. */
function kindOf({ key }: Check): string {
  const slash = key.indexOf("/")
  return slash < 0 ? key : key.slice(0, slash)
}

/**
 * Failures that a named threshold rule counts out.
 * - A signers rule that has found as many distinct signers as it asks for: the other signatures of an envelope with
 *   several (DSSE 1.0.2, (t, n)) do not matter, nor do signers that are revoked. A bundle has one signature and gains
 *   nothing from this.
 * - A time or timestamp rule that has found as many times as it asks for: further tokens that do not hold. The times
 *   that were found still have to lie inside every validity.
 * A promise that does not hold, and a token or a signature that is there twice, are never counted out.
 */
function excuses(checks: readonly Check[], rules: readonly RuleOutcome[]): CountedOut[] {
  const met = (...kinds: string[]) =>
    rules.find(r => kinds.some(k => k in r.rule.require) && r.check.outcome === "pass")?.rule.id
  const signers = checks.some(c => c.outcome === "pass" && c.key.startsWith("signature/")) ? met("signers") : undefined
  const times = met("time", "timestamp")
  return checks.flatMap(({ key, outcome, reason }) => {
    if (outcome !== "fail" || reason === "timestamp-duplicate" || reason === "signature-duplicate") return []
    const rule = /^(signature|revocation)\//.test(key) ? signers : key.startsWith("timestamp/") ? times : undefined
    return rule === undefined ? [] : [{ check: key, rule }]
  })
}

/** Age and expiry of the trusted root: always stated, a finding when expired; the policy's staleness budget decides. */
function trustAge(trust: Trust, latest: number): Check {
  const evidence = {
    ageSeconds: trust.takenAt === null ? null : latest - seconds(trust.takenAt),
    basis: trust.basis,
    expires: trust.expires,
    takenAt: trust.takenAt,
  }
  const expired = trust.expires !== null && latest > seconds(trust.expires)
  return expired ? skip("trust-age", "trust-root-stale", evidence) : pass("trust-age", evidence)
}

/** A time after the moment is somebody's error or lie; it must not lie after even the earliest end of the moment. */
function futureTimes(facts: Facts, earliest: number): Check[] {
  return facts.times
    .filter(t => seconds(t.at) > earliest + CLOCK_TOLERANCE)
    .map(t => fail(`future/${t.key}`, "time-in-future", { at: t.at }))
}

/** When the newest tree of each log was obtained, by origin. */
function newestHeads(heads: readonly Head[]): ReadonlyMap<string, number> {
  const newest = new Map<string, number>()
  for (const head of heads) newest.set(head.log, Math.max(newest.get(head.log) ?? 0, seconds(head.at)))
  return newest
}

/** Two roots for one size under one log's key are two faces of the log: the site's own newest tree is compared. */
function splitViews(facts: Facts, heads: readonly Head[]): Check[] {
  return heads.flatMap((head, i) =>
    facts.entries
      .filter(e => e.origin === head.log && e.size === head.size)
      .map((e, j) => {
        const evidence = { origin: e.origin, size: e.size, root: e.root, held: head.root }
        const key = `head/${String(i)}/${String(j)}`
        return e.root === head.root ? pass(key, evidence) : fail(key, "split-view", evidence)
      }),
  )
}

interface RevocationResult {
  readonly checks: readonly Check[]
  /** Keys that do not count. */
  readonly spkis: ReadonlySet<string>
}

/**
 * A revoked signer counts only where a verified time shows that the signature is older than the revocation, or where
 * the revocation takes effect after the moment.
 */
function revoked(facts: Facts, revocations: ReadonlyMap<string, Revocation>, latest: number): RevocationResult {
  const checks: Check[] = []
  const spkis = new Set<string>()
  for (const [i, { spki }] of facts.signers.entries()) {
    const found = revocations.get(spki)
    if (found === undefined) continue
    const effective = seconds(found.effective)
    const key = `revocation/${String(i)}`
    const evidence = { effective: found.effective, reason: found.reason, spki }
    const older = effective > latest || facts.times.some(t => seconds(t.at) < effective)
    checks.push(older ? pass(key, evidence) : fail(key, "key-revoked", evidence))
    if (!older) spkis.add(spki)
  }
  return { checks, spkis }
}
