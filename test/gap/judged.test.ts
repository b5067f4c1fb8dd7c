/** What is kept of Reports: of Reports made by hand, and of those that the judge makes of our own evidence vectors. */
import { describe, expect, it } from "vitest"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { createJudge } from "../../src/judge/judge.ts"
import { fail, pass, skip, type Check } from "../../src/formats/check.ts"
import type { Report, RequirementOutcome } from "../../src/formats/report.ts"
import { explain } from "../../src/gap/explain.ts"
import { judgedHere } from "../../src/gap/judged.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { closureOf, evidenceVectors } from "../support/evidence-vectors.ts"
import { MOMENT, sha256, SLSA } from "./made.ts"

const of = { evidence: sha256("evidence"), item: 3, sha256: sha256("report") }

function reportOf(
  verdict: Report["verdict"],
  checks: readonly Check[],
  requirements: readonly RequirementOutcome[] = [],
): Report {
  const code = verdict === "proven" ? null : verdict === "failed" ? "SIGNATURE_INVALID" : "NOT_PROVEN"
  const countedOut = checks.filter(c => c.key === "timestamp/1").map(c => ({ check: c.key, rule: "time" }))
  const trust = { basis: "tuf", root: null, takenAt: null, ageSeconds: null, expires: null }
  return {
    v: 1,
    judgeVersion: "1",
    case: "",
    facts: "",
    verdict,
    code,
    checks,
    countedOut,
    requirements,
    trust,
    moment: MOMENT,
  }
}

describe("what is kept of a Report", () => {
  it("is nothing but its names when it is proven", () => {
    const checks = [pass("statement", { predicateType: SLSA }), skip("signature/1", "algorithm-unsupported")]
    expect(judgedHere(of, reportOf("proven", checks, [{ id: "floor/signature", met: true, checks: [] }]))).toEqual({
      kind: "verified_here",
      evidence: of.evidence,
      item: 3,
      report: of.sha256,
      verdict: "proven",
      code: null,
      predicateType: SLSA,
      unmet: [],
      findings: [],
    })
  })

  it("is every failed check when it has failed, but no skipped one and none that a rule counts out", () => {
    const checks = [
      fail("signature/0", "signature-mismatch"),
      fail("timestamp/1", "timestamp-untrusted"),
      skip("sct", "sct-missing"),
      fail("promise/0", "log-unknown", { log: "rekor.example" }),
    ]
    expect(judgedHere(of, reportOf("failed", checks, [{ id: "sct", met: false, checks: ["sct"] }]))).toMatchObject({
      predicateType: null,
      unmet: ["sct"],
      findings: [
        { check: "signature/0", reason: "signature-mismatch", log: undefined },
        { check: "promise/0", reason: "log-unknown", log: "rekor.example" },
      ],
    })
  })

  it("is what unmet requirements rest on when it is unproven, without what only follows", () => {
    const checks = [
      pass("evidence"),
      skip("log-proof/0", "entry-missing", { origin: "log.example" }),
      skip("subject", "depends-on-failed"),
      skip("trust-age", "trust-root-stale"),
      pass("policy/met"),
    ]
    const requirements = [
      { id: "floor/subject", met: false, checks: ["subject", "evidence"] },
      { id: "log", met: false, checks: ["log-proof/0", "evidence"] },
      { id: "age", met: true, checks: ["trust-age"] },
    ]
    expect(judgedHere(of, reportOf("unproven", checks, requirements))).toMatchObject({
      unmet: ["floor/subject", "log"],
      findings: [{ check: "log-proof/0", reason: "entry-missing", log: "log.example" }],
    })
  })

  it("is why too few were found, where that is known", () => {
    const rule = (reason: "sct-missing" | "witness-missing") => skip(`policy/${reason}`, reason)
    const checks = [
      skip("sct/0", "sct-log-unknown"),
      skip("sct/1", "depends-on-failed"),
      rule("sct-missing"),
      rule("witness-missing"),
    ]
    const requirements = checks.slice(2).map(({ key }) => ({ id: key, met: false, checks: [key] }))
    expect(judgedHere(of, reportOf("unproven", checks, requirements)).findings.map(({ reason }) => reason)).toEqual([
      "sct-log-unknown",
      "witness-missing",
    ])
  })

  it("is what only follows when there is nothing else", () => {
    const report = reportOf(
      "unproven",
      [skip("subject", "depends-on-failed")],
      [{ id: "floor/subject", met: false, checks: ["subject"] }],
    )
    expect(judgedHere(of, report).findings).toEqual([{ check: "subject", reason: "depends-on-failed", log: undefined }])
  })
})

describe("Reports of the judge", () => {
  const judge = createJudge(nodeCrypto())
  const vectors = evidenceVectors.flatMap(vector => {
    const { expected } = vector
    return "error" in expected ? [] : [[vector.id, vector, expected] as const]
  })

  // What has to be told is written in the vector, which was made without our checks.
  it.each(vectors)("%s is explained", async (_, vector, expected) => {
    const { report, sha256: digest } = unwrap(await judge.judge(closureOf(vector, nodeCrypto())))
    const kept = judgedHere({ evidence: report.case, item: 0, sha256: digest }, report)
    const reasons = new Set(kept.findings.map(({ reason }) => reason))
    expect([kept.verdict, kept.code]).toEqual([expected.verdict, expected.code])
    if (expected.verdict === "proven") expect([...reasons, ...kept.unmet]).toEqual([])
    if (expected.verdict === "failed") expect(reasons).toEqual(new Set(Object.values(expected.fails)))
    if (expected.verdict === "unproven") {
      expect(kept.unmet).toEqual(expect.arrayContaining([...expected.unmet]))
      const said = Object.values(expected.skips).filter(reason => reason !== "depends-on-failed")
      for (const reason of said) expect(reasons).toContain(reason)
      // A verdict explained by nothing but its consequences would be explained by nothing.
      expect([...reasons].map(reason => explain(reason).action)).not.toEqual(["none"])
    }
  })
})
