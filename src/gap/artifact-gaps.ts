/**
 * The gaps of one expected artifact. It asks for one attestation of each predicate type it names, or for one of any
 * kind when it names none; each is proven, failed, unproven or missing:
 *
 * - proven: some evidence of that type is proven here. Other evidence that is not does no harm and is set aside.
 * - failed: none is proven, and some of that type failed. Wrong evidence beside evidence that only lacks something is
 *   two gaps, for two things have to be done.
 * - unproven: none is proven and none failed, but there is some of that type.
 * - missing: there is none of that type.
 */
import type { ErrorCode } from "../kernel/errors.ts"
import { canonicalJson } from "../kernel/json.ts"
import type { Policy } from "../formats/policy.ts"
import type { Expectation } from "./expectation.ts"
import { explain, type Action } from "./explain.ts"
import {
  GAP_CLASSES,
  greatest,
  distinctBy,
  sortedSet,
  type Closing,
  type Gap,
  type GapClass,
  type GapEvidence,
  type Severity,
  type Why,
} from "./gap.ts"
import type { Finding, JudgedHere } from "./judged.ts"

/** An artifact and everything that was judged here about it. */
export interface Covered {
  readonly expectation: Expectation
  readonly judged: readonly JudgedHere[]
}

/** What has become of an expected attestation. */
export type State = "proven" | "failed" | "unproven" | "missing"

/** One expected attestation. */
export interface Assessed {
  /** Empty where any evidence will do. */
  readonly predicateType: string
  readonly state: State
  readonly gaps: readonly Omit<Gap, "id">[]
  /** What proves it. */
  readonly proof: readonly JudgedHere[]
}

/** Codes that say that somebody may have tampered, and not only that something was made badly. */
const CRITICAL: ReadonlySet<ErrorCode | null> = new Set([
  "SPLIT_VIEW",
  "SIGNATURE_INVALID",
  "PROOF_INVALID",
  "IDENTITY_MISMATCH",
  "SUBJECT_MISMATCH",
])

/** A judgement as a gap shows it. */
export function evidenceOf(judged: JudgedHere): GapEvidence {
  const { evidence, item, report, verdict, code, predicateType, unmet, findings } = judged
  const checks = sortedSet(findings.map(({ check }) => check))
  return { sha256: evidence, item, report, verdict, code, predicateType, unmet: sortedSet(unmet), checks }
}

/** Each judgement once, in the order of evidence and item. */
export function inOrder(judged: readonly JudgedHere[]): readonly JudgedHere[] {
  return distinctBy(judged, ({ evidence, item }) => `${evidence}/${String(item).padStart(8, "0")}`)
}

function whyOf(findings: readonly Finding[], gapClass: GapClass): readonly Why[] {
  const reasons = sortedSet(findings.map(({ reason }) => reason))
  if (reasons.length > 0) return reasons.map(reason => ({ reason, ...sentences(explain(reason)) }))
  return [{ reason: null, ...sentences(GAP_CLASSES[gapClass]) }]
}

function sentences({ says, remedy }: { readonly says: string; readonly remedy: string }) {
  return { says, remedy }
}

/** An action with the members it has. */
function closing(action: Action, about: { subject: string; predicateType: string; evidence: string; log?: string }) {
  const { subject, predicateType, evidence, log } = about
  const ofLog = log === undefined ? {} : { log }
  switch (action) {
    case "evidence":
      return { action, digest: subject, ...(predicateType === "" ? {} : { predicateType }) }
    case "tiles":
    case "checkpoint":
      return { action, digest: `sha256:${evidence}`, ...ofLog }
    case "artifact":
    case "expectations":
      return { action, digest: subject }
    case "investigate":
      return { action, digest: `sha256:${evidence}` }
    case "trust":
    case "policy":
    case "clock":
    case "none":
      return { action }
  }
}

function closingsOf(subject: string, predicateType: string, judged: readonly JudgedHere[]): readonly Closing[] {
  const all = judged.flatMap(({ evidence, findings }) =>
    findings.map(({ reason, log }) => {
      const about = { subject, predicateType, evidence, ...(log === undefined ? {} : { log }) }
      return closing(explain(reason).action, about)
    }),
  )
  const useful = distinctBy(
    all.filter(({ action }) => action !== "none"),
    canonicalJson,
  )
  return useful.length > 0 ? useful : [closing("evidence", { subject, predicateType, evidence: "" })]
}

/** Assesses the expected attestations of artifacts under one policy. */
export class ArtifactGaps {
  readonly #rules: ReadonlyMap<string, { readonly severity: Severity; readonly controls: readonly string[] }>

  constructor(policy: Policy) {
    this.#rules = new Map(policy.rules.map(({ id, severity, controls }) => [id, { severity, controls }]))
  }

  /** Every expected attestation of an artifact, in the order of predicate types. */
  assess({ expectation, judged }: Covered): readonly Assessed[] {
    const types = expectation.predicateTypes.length > 0 ? expectation.predicateTypes : [""]
    if (Object.keys(expectation.digests).length === 0) {
      // Without any digest, only its name tells one such artifact from the next.
      const qualifier = expectation.subject === "site" ? String(expectation.names[0]) : ""
      const gap = this.#gap("digest-weak", expectation, qualifier, [])
      // One gap for the artifact, however many attestations wait for its digest.
      return types.map((predicateType, i) => ({
        predicateType,
        state: "missing",
        gaps: i === 0 ? [gap] : [],
        proof: [],
      }))
    }
    const all = inOrder(judged)
    return types.map(predicateType => this.#assess(expectation, predicateType, all))
  }

  #assess(expectation: Expectation, predicateType: string, judged: readonly JudgedHere[]): Assessed {
    const about = judged.filter(j => predicateType === "" || j.predicateType === predicateType)
    const [proof, failed, unproven] = (["proven", "failed", "unproven"] as const).map(verdict =>
      about.filter(j => j.verdict === verdict),
    ) as [JudgedHere[], JudgedHere[], JudgedHere[]]
    if (proof.length > 0) return { predicateType, state: "proven", gaps: [], proof }
    if (about.length === 0) {
      const gapClass = judged.length === 0 ? "evidence-missing" : "predicate-missing"
      const gap = this.#gap(gapClass, expectation, predicateType, judged)
      return { predicateType, state: "missing", gaps: [gap], proof }
    }
    const gaps: Omit<Gap, "id">[] = []
    if (failed.length > 0) gaps.push(this.#gap("failed", expectation, predicateType, failed))
    if (unproven.length > 0) gaps.push(this.#gap("unproven", expectation, predicateType, unproven))
    return { predicateType, state: failed.length > 0 ? "failed" : "unproven", gaps, proof }
  }

  #severity(gapClass: GapClass, judged: readonly JudgedHere[]): Severity {
    if (gapClass === "failed") return judged.some(({ code }) => CRITICAL.has(code)) ? "critical" : "high"
    if (gapClass !== "unproven") return "high"
    // What the floor asks for is in no policy; without it nothing is known at all.
    const unmet = judged.flatMap(j => j.unmet.map(id => this.#rules.get(id)?.severity ?? "high"))
    return greatest(unmet, "high")
  }

  #gap(
    gapClass: GapClass,
    { subject, names, purls }: Expectation,
    qualifier: string,
    judged: readonly JudgedHere[],
  ): Omit<Gap, "id"> {
    // Evidence of other types is shown beside a missing one, but what became of it is not this gap.
    const blamed = gapClass === "predicate-missing" ? [] : judged
    const closes: readonly Closing[] =
      gapClass === "digest-weak"
        ? [{ action: "expectations", ...(subject === "site" ? {} : { digest: subject }) }]
        : closingsOf(subject, qualifier, blamed)
    const controls = blamed.flatMap(j => j.unmet.flatMap(id => this.#rules.get(id)?.controls ?? []))
    return {
      class: gapClass,
      severity: this.#severity(gapClass, blamed),
      controls: sortedSet(controls),
      subject,
      names,
      purls,
      qualifier,
      codes: sortedSet(blamed.map(({ code }) => code).filter(code => code !== null)),
      why: whyOf(
        blamed.flatMap(({ findings }) => findings),
        gapClass,
      ),
      evidence: judged.map(evidenceOf),
      closes,
    }
  }
}
