/** What holds of every gap report, whatever is expected and judged. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import type { Covered } from "../../src/gap/artifact-gaps.ts"
import type { Counts } from "../../src/gap/coverage.ts"
import { createGapReport, printGapReport } from "../../src/gap/gap-report.ts"
import type { Gap } from "../../src/gap/gap.ts"
import { renderGapReport } from "../../src/gap/render-text.ts"
import type { Reason } from "../../src/kernel/reasons.ts"
import { expected, inputOf, judged, SBOM, SLSA } from "./made.ts"

const runs = { numRuns: process.env["SLOW"] ? 3_000 : 120 }

const report = (covered: readonly Covered[]) => createGapReport(inputOf(covered), nodeCrypto())

const predicateType = fc.constantFrom(SLSA, SBOM, null)
const judgement = fc.oneof(
  fc.record({ verdict: fc.constant("proven" as const), predicateType, reasons: fc.constant<Reason[]>([]) }),
  fc.record({
    verdict: fc.constant("failed" as const),
    predicateType,
    reasons: fc.subarray<Reason>(["signature-mismatch", "identity-mismatch", "json-invalid"], { minLength: 1 }),
  }),
  fc.record({
    verdict: fc.constant("unproven" as const),
    predicateType,
    reasons: fc.subarray<Reason>(["sct-missing", "time-missing", "log-not-mirrored", "identity-not-asked"]),
  }),
)
const artifact = fc.record({
  types: fc.subarray([SBOM, SLSA]),
  judgements: fc.array(judgement, { maxLength: 4 }),
})

const covered: fc.Arbitrary<Covered[]> = fc.array(artifact, { minLength: 1, maxLength: 5 }).map(artifacts =>
  artifacts.map(({ types, judgements }, i) => {
    const name = `artifact ${i}`
    return {
      expectation: expected(name, ...types),
      judged: judgements.map(j => judged(name, j.verdict, j.predicateType, j.reasons)),
    }
  }),
)

const sum = ({ proven, failed, unproven, missing }: Counts) => proven + failed + unproven + missing
const holeOf = ({ subject, qualifier }: Pick<Gap, "subject" | "qualifier">) => `${subject} ${qualifier}`

describe("every gap report", () => {
  it("has the same bytes and text in whatever order its inputs come", () => {
    const shuffled = covered.chain(list =>
      fc.tuple(
        fc.constant(list),
        fc.shuffledSubarray(list, { minLength: list.length }),
        fc.infiniteStream(fc.boolean()),
      ),
    )
    fc.assert(
      fc.property(shuffled, ([list, other, flips]) => {
        const turned = other.map(c => (flips.next().value === true ? { ...c, judged: c.judged.toReversed() } : c))
        const [a, b] = [report(list), report(turned)]
        expect(printGapReport(b)).toBe(printGapReport(a))
        expect(renderGapReport(b)).toBe(renderGapReport(a))
      }),
      runs,
    )
  })

  it("counts every expected attestation once, and a gap or a proof for each", () => {
    fc.assert(
      fc.property(covered, list => {
        const { coverage, gaps, proven } = report(list)
        const wanted = list.flatMap(({ expectation: { subject, predicateTypes } }) =>
          (predicateTypes.length === 0 ? [""] : predicateTypes).map(qualifier => holeOf({ subject, qualifier })),
        )
        for (const counts of [coverage.artifacts, coverage.attestations, ...coverage.predicateTypes])
          expect(sum(counts)).toBe(counts.expected)
        expect(coverage.artifacts.expected).toBe(list.length)
        expect(coverage.attestations.expected).toBe(wanted.length)
        const byType = coverage.predicateTypes.reduce((n, counts) => n + counts.expected, 0)
        expect(byType).toBe(wanted.length)
        // Every expected attestation is in exactly one of the two lists.
        const holes = new Set(gaps.map(holeOf))
        const closed = proven.map(p => holeOf({ subject: p.subject, qualifier: p.predicateType }))
        expect([...holes, ...closed].sort()).toEqual(wanted.sort())
        expect(closed).toHaveLength(coverage.attestations.proven)
        expect(coverage.attestations.provenPerMille === 1000).toBe(gaps.length === 0)
      }),
      runs,
    )
  })

  it("names each gap once, sorted by id, with something that closes it", () => {
    fc.assert(
      fc.property(covered, list => {
        const { gaps } = report(list)
        const ids = gaps.map(g => g.id)
        expect(ids).toEqual([...new Set(ids)].sort())
        for (const gap of gaps) {
          expect(gap.why.length).toBeGreaterThan(0)
          expect(gap.closes.length).toBeGreaterThan(0)
        }
      }),
      runs,
    )
  })

  it("shows every judgement that is not proven, in a gap or set aside", () => {
    fc.assert(
      fc.property(covered, list => {
        const { gaps, setAside } = report(list)
        const shown = new Set([...gaps.flatMap(g => g.evidence), ...setAside.map(s => s.evidence)].map(e => e.report))
        const open = list.flatMap(c => c.judged).filter(j => j.verdict !== "proven")
        expect(open.filter(j => !shown.has(j.report))).toEqual([])
      }),
      runs,
    )
  })

  it("gains no gap by proven evidence, but for a missing one of another type that is called by its other name", () => {
    const grown = covered.chain(list => fc.tuple(fc.constant(list), fc.nat(list.length - 1), predicateType))
    fc.assert(
      fc.property(grown, ([list, at, type]) => {
        const more = list.map((c, i) =>
          i === at ? { ...c, judged: [...c.judged, judged(c.expectation.names[0] ?? "", "proven", type)] } : c,
        )
        const [before, after] = [report(list), report(more)]
        const known = new Map(before.gaps.map(g => [g.id, g]))
        const missing = new Set(before.gaps.filter(g => g.class === "evidence-missing").map(holeOf))
        for (const gap of after.gaps) {
          if (known.has(gap.id)) continue
          expect(gap.class).toBe("predicate-missing")
          expect(missing).toContain(holeOf(gap))
        }
        expect(after.gaps.length).toBeLessThanOrEqual(before.gaps.length)
        expect(after.coverage.attestations.proven).toBeGreaterThanOrEqual(before.coverage.attestations.proven)
        expect(after.coverage.attestations.expected).toBe(before.coverage.attestations.expected)
      }),
      runs,
    )
  })

  it("does not lose a proof by evidence that is not proven", () => {
    const grown = covered.chain(list => fc.tuple(fc.constant(list), fc.nat(list.length - 1), judgement))
    fc.assert(
      fc.property(grown, ([list, at, extra]) => {
        const added = (name: string) => judged(name, "failed", extra.predicateType, ["signature-mismatch"])
        const more = list.map((c, i) =>
          i === at ? { ...c, judged: [...c.judged, added(c.expectation.names[0] ?? "")] } : c,
        )
        expect(report(more).proven).toEqual(report(list).proven)
      }),
      runs,
    )
  })
})
