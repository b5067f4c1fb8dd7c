/**
 * The gap report: what is expected against what is proven here. Canonical JSON; equal inputs give equal bytes, in
 * whatever order they come. No clock is read: the only time in it is the moment that was judged at, and nothing is said
 * of since when a gap has been open, which no single report can know.
 */
import { toHex, utf8 } from "../kernel/bytes.ts"
import { canonicalJson } from "../kernel/json.ts"
import type { Crypto } from "../kernel/ports.ts"
import type { Reason } from "../kernel/reasons.ts"
import type { Moment } from "../formats/case.ts"
import type { Policy } from "../formats/policy.ts"
import type { Head } from "../formats/site-documents.ts"
import type { Trust } from "../formats/trust.ts"
import { ArtifactGaps, evidenceOf, inOrder, type Covered } from "./artifact-gaps.ts"
import { CoverageTally, type Coverage } from "./coverage.ts"
import type { ExpectationFormat } from "./expectations.ts"
import { gapId, distinctBy, sortedSet, type Gap, type GapEvidence } from "./gap.ts"
import { ageAt, siteGaps } from "./site-gaps.ts"

/** The type of the document. */
export const GAP_REPORT_TYPE = "urn:stella-attestor:gap-report:v1"

/** An expected attestation that is proven here, and by what. */
export interface Proven {
  readonly subject: string
  readonly predicateType: string
  readonly evidence: readonly { readonly sha256: string; readonly item: number; readonly report: string }[]
}

/** Evidence about an expected artifact that is not proven, and for which no gap stands. */
export interface SetAside {
  readonly subject: string
  readonly evidence: GapEvidence
}

/** A document among the evidence that cannot be read, so that nobody knows which artifact it is about. */
export interface Unread {
  /** Its SHA-256; null where only its place is known. */
  readonly sha256: string | null
  /** Where it was found. */
  readonly name: string
  readonly reason: Reason
  readonly where: string
}

export interface GapReport {
  readonly v: 1
  readonly type: typeof GAP_REPORT_TYPE
  readonly scope: string
  readonly moment: Moment
  readonly judgeVersion: string
  readonly policy: { readonly sha256: string; readonly id: string; readonly version: number }
  readonly trust: {
    readonly sha256: string
    readonly basis: Trust["basis"]
    readonly roots: readonly string[]
    readonly takenAt: string | null
    readonly ageSeconds: number | null
    readonly expires: string | null
  }
  readonly heads: readonly Head[]
  readonly inputs: {
    readonly expectations: { readonly sha256: string; readonly format: ExpectationFormat }
    /** `documents`: judged pieces; `sha256`: of their digests, sorted, each with a line feed. */
    readonly evidence: {
      readonly documents: number
      readonly sha256: string
      /** Judgements: attestations times expected artifacts they are about. */
      readonly judged: number
      /** Attestations that were read and are about no expected artifact. */
      readonly other: number
      readonly unread: readonly Unread[]
    }
  }
  readonly coverage: Coverage
  /** In the order of their ids. */
  readonly gaps: readonly Gap[]
  /** In the order of subject and predicate type. */
  readonly proven: readonly Proven[]
  /** In the order of subject and Report. */
  readonly setAside: readonly SetAside[]
}

/** What a report is made of. */
export interface GapReportInput {
  /** Names the set of expectations that gaps are counted in; a part of every gap's id. */
  readonly scope: string
  readonly moment: Moment
  readonly judgeVersion: string
  readonly policy: { readonly sha256: string; readonly document: Policy }
  readonly trust: { readonly sha256: string; readonly document: Trust }
  readonly heads: readonly Head[]
  readonly expectations: { readonly sha256: string; readonly format: ExpectationFormat }
  /** Every expectation once, with all that was judged about it. */
  readonly covered: Iterable<Covered>
  readonly other: number
  readonly unread: readonly Unread[]
}

/** Compares expectations with judgements and with the state of the site. Pure. */
export function createGapReport(input: GapReportInput, crypto: Pick<Crypto, "hash">): GapReport {
  const { scope, moment, policy, trust, heads } = input
  const tally = new CoverageTally()
  const engine = new ArtifactGaps(policy.document)
  const drafts = [...siteGaps({ moment, policy: policy.document, trust: trust.document, heads }, crypto)]
  const proven: Proven[] = []
  const setAside: SetAside[] = []
  const documents = new Set<string>()
  let judgements = 0
  for (const covered of input.covered) {
    const { subject } = covered.expectation
    const judged = inOrder(covered.judged)
    judgements += judged.length
    for (const { evidence } of judged) documents.add(evidence)
    const assessed = engine.assess({ expectation: covered.expectation, judged })
    tally.add(assessed)
    const blamed = new Set<string>()
    for (const { predicateType, gaps, proof } of assessed) {
      drafts.push(...gaps)
      const rests = gaps.filter(gap => gap.class === "failed" || gap.class === "unproven")
      for (const { report } of rests.flatMap(gap => gap.evidence)) blamed.add(report)
      if (proof.length === 0) continue
      const evidence = proof.map(({ evidence: sha256, item, report }) => ({ sha256, item, report }))
      proven.push({ subject, predicateType, evidence })
    }
    const aside = judged.filter(({ verdict, report }) => verdict !== "proven" && !blamed.has(report))
    setAside.push(...aside.map(one => ({ subject, evidence: evidenceOf(one) })))
  }
  const digest = (text: string): string => toHex(crypto.hash("sha256", utf8(text)))
  const gaps = drafts.map((draft): Gap => ({ id: gapId(draft, scope, crypto), ...draft }))
  return {
    v: 1,
    type: GAP_REPORT_TYPE,
    scope,
    moment,
    judgeVersion: input.judgeVersion,
    policy: { sha256: policy.sha256, id: policy.document.id, version: policy.document.version },
    trust: {
      sha256: trust.sha256,
      basis: trust.document.basis,
      roots: trust.document.roots.map(({ sha256 }) => sha256),
      takenAt: trust.document.takenAt,
      ageSeconds: ageAt(moment, trust.document.takenAt),
      expires: trust.document.expires,
    },
    heads: distinctBy(heads, ({ log, size, root, at }) => `${log} ${size} ${root} ${at}`),
    inputs: {
      expectations: input.expectations,
      evidence: {
        documents: documents.size,
        sha256: digest(
          sortedSet(documents)
            .map(sha256 => `${sha256}\n`)
            .join(""),
        ),
        judged: judgements,
        other: input.other,
        unread: distinctBy(input.unread, one => `${one.name} ${canonicalJson(one)}`),
      },
    },
    coverage: tally.coverage(),
    gaps: distinctBy(gaps, ({ id }) => id),
    proven: distinctBy(proven, ({ subject, predicateType }) => `${subject} ${predicateType}`),
    setAside: distinctBy(setAside, ({ subject, evidence }) => `${subject} ${evidence.report}`),
  }
}

/** The canonical text: what is kept, signed and named by digest. */
export function printGapReport(report: GapReport): string {
  return canonicalJson(report)
}
