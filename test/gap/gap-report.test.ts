/** The gap report on small worked examples: every number here was counted by hand. */
import { describe, expect, it } from "vitest"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import type { Policy, Rule } from "../../src/formats/policy.ts"
import { createGapReport, printGapReport, type GapReportInput } from "../../src/gap/gap-report.ts"
import { perMille } from "../../src/gap/coverage.ts"
import type { Gap } from "../../src/gap/gap.ts"
import { PROFILES } from "../../src/policy/profiles.ts"
import { expected, inputOf, judged, MOMENT, SBOM, sha256, SLSA } from "./made.ts"

const report = (covered: GapReportInput["covered"], more: Partial<GapReportInput> = {}) =>
  createGapReport(inputOf([...covered], more), nodeCrypto())

/** Class, artifact name and predicate type of gaps, in the order of these. */
const told = (gaps: readonly Gap[]) => gaps.map(g => [g.class, g.names.join(), g.qualifier]).sort()
const [ALL_OF, NONE_OF] = [1000, 0]

describe("coverage", () => {
  it("of a worked example adds up", () => {
    // a wants SLSA and an SBOM and has both                        -> 2 proven
    // b wants SLSA, and what there is has failed                   -> 1 failed
    // c wants SLSA and an SBOM: SLSA unproven, no SBOM             -> 1 unproven, 1 missing
    // d wants anything and has nothing                             -> 1 missing
    // e wants anything and has something proven                    -> 1 proven
    // f wants SLSA, and has a proven signature without a predicate -> 1 missing
    // attestations: 8 expected = 3 proven + 1 failed + 1 unproven + 3 missing; 3/8 = 375 of 1000
    // artifacts: a, e proven; b failed; c, d, f missing; 2/6 = 333 of 1000
    const { coverage, gaps } = report([
      { expectation: expected("a", SBOM, SLSA), judged: [judged("a", "proven", SBOM), judged("a", "proven", SLSA)] },
      { expectation: expected("b", SLSA), judged: [judged("b", "failed", SLSA, ["signature-mismatch"])] },
      { expectation: expected("c", SBOM, SLSA), judged: [judged("c", "unproven", SLSA, ["sct-missing"])] },
      { expectation: expected("d"), judged: [] },
      { expectation: expected("e"), judged: [judged("e", "proven", null)] },
      { expectation: expected("f", SLSA), judged: [judged("f", "proven", null)] },
    ])
    expect(coverage).toEqual({
      attestations: { expected: 8, proven: 3, failed: 1, unproven: 1, missing: 3, provenPerMille: 375 },
      artifacts: { expected: 6, proven: 2, failed: 1, unproven: 0, missing: 3, provenPerMille: 333 },
      predicateTypes: [
        { predicateType: "", expected: 2, proven: 1, failed: 0, unproven: 0, missing: 1, provenPerMille: 500 },
        { predicateType: SBOM, expected: 2, proven: 1, failed: 0, unproven: 0, missing: 1, provenPerMille: 500 },
        { predicateType: SLSA, expected: 4, proven: 1, failed: 1, unproven: 1, missing: 1, provenPerMille: 250 },
      ],
    })
    expect(told(gaps)).toEqual([
      ["evidence-missing", "d", ""],
      ["failed", "b", SLSA],
      ["predicate-missing", "c", SBOM],
      ["predicate-missing", "f", SLSA],
      ["unproven", "c", SLSA],
    ])
  })

  it("is 1000 of 1000 only when everything is proven", () => {
    expect([perMille(999_999, 1_000_000), perMille(1_000_000, 1_000_000)]).toEqual([999, ALL_OF])
    expect([perMille(0, 7), perMille(1, 3), perMille(2, 3), perMille(1, 1001)]).toEqual([NONE_OF, 333, 666, NONE_OF])
    // Where doubles would round up: (2^53 - 2) / (2^53 - 1) is 1 to them.
    expect(perMille(2 ** 53 - 2, 2 ** 53 - 1)).toBe(999)
  })

  it("of nothing is nothing", () => {
    const { coverage } = report([])
    expect(coverage.attestations).toEqual({
      expected: 0,
      proven: 0,
      failed: 0,
      unproven: 0,
      missing: 0,
      provenPerMille: NONE_OF,
    })
  })
})

describe("a gap", () => {
  const only = (covered: GapReportInput["covered"], more: Partial<GapReportInput> = {}): Gap => {
    const { gaps } = report(covered, more)
    expect(gaps).toHaveLength(1)
    return gaps[0] as Gap
  }
  const missing = { expectation: expected("a", SLSA), judged: [] }

  it("has an id of what it is, as anybody can compute", () => {
    // CONTRACTS: "gap-" + H(JCS(["gap/v1", class, scopeId, subject, qualifier]))[0:32]
    const text = `["gap/v1","evidence-missing","acme","sha256:${sha256("a")}","${SLSA}"]`
    expect(only([missing]).id).toBe(`gap-${sha256(text).slice(0, 32)}`)
  })

  it("keeps its id under another policy, trust, time and name, and has another in another scope", () => {
    const { id } = only([missing])
    const other = {
      moment: { ...MOMENT, latest: "2031-04-02T10:11:10Z" },
      policy: { sha256: sha256("other"), document: PROFILES.keyed },
      trust: { ...inputOf([]).trust, sha256: sha256("other") },
      expectations: { sha256: sha256("other"), format: "json" as const },
    }
    const renamed = { ...missing, expectation: { ...missing.expectation, names: ["b"], purls: ["pkg:generic/b"] } }
    expect(only([renamed], other).id).toBe(id)
    expect(only([missing], { scope: "acme 2" }).id).not.toBe(id)
  })

  it("keeps its id when its reasons change, and changes it when it is another gap", () => {
    const because = (...reasons: Parameters<typeof judged>[3] & string[]) =>
      only([{ expectation: expected("a", SLSA), judged: [judged("a", "unproven", SLSA, reasons)] }])
    expect(because("sct-missing").id).toBe(because("time-missing", "entry-missing").id)
    expect(because("sct-missing").id).not.toBe(only([missing]).id)
  })

  it("of missing evidence says what to bring", () => {
    expect(only([missing])).toEqual({
      id: expect.stringMatching(/^gap-[0-9a-f]{32}$/) as unknown,
      class: "evidence-missing",
      severity: "high",
      controls: [],
      subject: `sha256:${sha256("a")}`,
      names: ["a"],
      purls: [],
      qualifier: SLSA,
      codes: [],
      why: [{ reason: null, says: "No evidence about this artifact is here.", remedy: "Bring it on the next medium." }],
      evidence: [],
      closes: [{ action: "evidence", digest: `sha256:${sha256("a")}`, predicateType: SLSA }],
    })
    const any = only([{ expectation: expected("a"), judged: [] }])
    expect(any.closes).toEqual([{ action: "evidence", digest: `sha256:${sha256("a")}` }])
  })

  it("of a missing predicate type shows what there is instead, and blames it for nothing", () => {
    const there = [judged("a", "proven", SBOM), judged("a", "failed", null, ["signature-mismatch"])]
    const gap = only([{ expectation: expected("a", SLSA), judged: there }])
    expect(gap).toMatchObject({
      class: "predicate-missing",
      severity: "high",
      codes: [],
      closes: [{ action: "evidence" }],
    })
    expect(gap.evidence.map(({ verdict }) => verdict).sort()).toEqual(["failed", "proven"])
  })

  it("of failed evidence rests on it by digest, and says why", () => {
    const bad = judged("a", "failed", SLSA, ["subject-mismatch", "signature-mismatch"], {
      code: "SIGNATURE_INVALID",
      item: 2,
    })
    const gap = only([{ expectation: expected("a", SLSA), judged: [bad] }])
    expect(gap).toMatchObject({ class: "failed", severity: "critical", codes: ["SIGNATURE_INVALID"] })
    expect(gap.why.map(({ reason }) => reason)).toEqual(["signature-mismatch", "subject-mismatch"])
    expect(gap.evidence).toEqual([
      {
        sha256: bad.evidence,
        item: 2,
        report: bad.report,
        verdict: "failed",
        code: "SIGNATURE_INVALID",
        predicateType: SLSA,
        unmet: ["floor/signature"],
        checks: ["check/signature-mismatch", "check/subject-mismatch"],
      },
    ])
  })

  it("of badly made evidence is less severe than of evidence that may be forged", () => {
    const gapOf = (reason: "json-invalid" | "identity-mismatch" | "inclusion-mismatch" | "timestamp-signature") =>
      only([{ expectation: expected("a"), judged: [judged("a", "failed", null, [reason])] }]).severity
    expect(gapOf("json-invalid")).toBe("high")
    expect(gapOf("timestamp-signature")).toBe("high")
    expect(gapOf("identity-mismatch")).toBe("critical")
    expect(gapOf("inclusion-mismatch")).toBe("critical")
  })

  it("of unproven evidence is as severe as the greatest rule that is not met", () => {
    const rule = (id: string, severity: Rule["severity"], controls: string[]): Rule => {
      return { id, severity, controls, require: { sct: { count: 1 } } }
    }
    const rules = [rule("x", "low", ["SI-7", "AU-10"]), rule("y", "medium", ["SI-7"]), rule("z", "critical", ["SR-4"])]
    const document: Policy = { ...PROFILES.custom, rules }
    const gapOf = (...unmet: string[]) => {
      const open = judged("a", "unproven", SLSA, ["sct-missing"], { unmet })
      const policy = { sha256: sha256("p"), document }
      const { severity, controls } = only([{ expectation: expected("a", SLSA), judged: [open] }], { policy })
      return [severity, controls]
    }
    expect(gapOf("x")).toEqual(["low", ["AU-10", "SI-7"]])
    expect(gapOf("y", "x")).toEqual(["medium", ["AU-10", "SI-7"]])
    expect(gapOf("x", "z")).toEqual(["critical", ["AU-10", "SI-7", "SR-4"]])
    expect(gapOf("floor/time", "x")).toEqual(["high", ["AU-10", "SI-7"]])
    expect(gapOf()).toEqual(["high", []])
  })

  it("says for each reason what closes it, each once", () => {
    const subject = `sha256:${sha256("a")}`
    const logged = judged("a", "unproven", SLSA, [], {
      findings: [
        { check: "sct/0", reason: "sct-log-unknown", log: "ct.example" },
        { check: "sct/1", reason: "sct-log-unknown", log: "ct2.example" },
        { check: "checkpoint/0", reason: "checkpoint-missing", log: "rekor.example" },
        { check: "policy/age", reason: "checkpoint-too-old", log: undefined },
        { check: "policy/identity", reason: "identity-not-asked", log: undefined },
        { check: "signature/0", reason: "artifact-bytes-needed", log: undefined },
        { check: "subject", reason: "digest-algorithm-missing", log: undefined },
        { check: "future/0", reason: "time-in-future", log: undefined },
        { check: "head/0/0", reason: "split-view", log: "rekor.example" },
        { check: "policy/sct", reason: "sct-missing", log: undefined },
        { check: "subject", reason: "depends-on-failed", log: undefined },
      ],
    })
    const evidence = `sha256:${logged.evidence}`
    expect(only([{ expectation: expected("a", SLSA), judged: [logged] }]).closes).toEqual([
      { action: "artifact", digest: subject },
      { action: "checkpoint", digest: evidence },
      { action: "clock" },
      { action: "evidence", digest: subject, predicateType: SLSA },
      { action: "expectations", digest: subject },
      { action: "investigate", digest: evidence },
      { action: "policy" },
      { action: "tiles", digest: evidence, log: "rekor.example" },
      { action: "trust" },
    ])
  })

  it("asks for evidence where no reason knows anything better", () => {
    const open = judged("a", "unproven", SLSA, ["depends-on-failed"])
    expect(only([{ expectation: expected("a", SLSA), judged: [open] }]).closes).toEqual([
      { action: "evidence", digest: `sha256:${sha256("a")}`, predicateType: SLSA },
    ])
    const mute = judged("a", "unproven", SLSA)
    expect(only([{ expectation: expected("a", SLSA), judged: [mute] }]).why).toEqual([
      { reason: null, says: "Not all requirements are shown to be met.", remedy: "See its Report." },
    ])
  })

  it("of an artifact without a safe digest is one, however many attestations wait for it", () => {
    const weak = { sha1: "1".repeat(40), md5: "2".repeat(32) }
    const expectation = { ...expected("a", SBOM, SLSA), subject: `sha1:${weak.sha1}`, digests: {}, weak }
    const covered = [{ expectation, judged: [] }]
    expect(only(covered)).toMatchObject({
      class: "digest-weak",
      severity: "high",
      subject: `sha1:${weak.sha1}`,
      qualifier: "",
      closes: [{ action: "expectations", digest: `sha1:${weak.sha1}` }],
    })
    expect(report(covered).coverage.attestations).toMatchObject({ expected: 2, missing: 2 })
  })

  it("of an artifact without any digest is told by its name", () => {
    const nameless = (name: string) => ({
      expectation: { ...expected(name), subject: "site", digests: {} },
      judged: [],
    })
    const { gaps } = report([nameless("a@1"), nameless("b@1")])
    expect(gaps.map(g => [g.class, g.subject, g.qualifier, g.closes]).sort()).toEqual([
      ["digest-weak", "site", "a@1", [{ action: "expectations" }]],
      ["digest-weak", "site", "b@1", [{ action: "expectations" }]],
    ])
    expect(new Set(gaps.map(g => g.id)).size).toBe(2)
  })
})

describe("evidence that disagrees", () => {
  it("is a gap for each thing to be done when none of it is proven", () => {
    const both = [judged("a", "failed", SLSA, ["signature-mismatch"]), judged("a", "unproven", SLSA, ["sct-missing"])]
    const { gaps, coverage } = report([{ expectation: expected("a", SLSA), judged: both }])
    expect(told(gaps)).toEqual([
      ["failed", "a", SLSA],
      ["unproven", "a", SLSA],
    ])
    expect(gaps.every(g => g.evidence.length === 1)).toBe(true)
    expect(coverage.attestations).toMatchObject({ expected: 1, failed: 1, unproven: 0 })
  })

  it("is set aside, and shown, where other evidence proves the same", () => {
    const [good, bad] = [judged("a", "proven", SLSA), judged("a", "failed", SLSA, ["signature-mismatch"])]
    const { gaps, proven, setAside } = report([{ expectation: expected("a", SLSA), judged: [bad, good] }])
    expect(gaps).toEqual([])
    const subject = `sha256:${sha256("a")}`
    expect(proven).toEqual([
      { subject, predicateType: SLSA, evidence: [{ sha256: good.evidence, item: 0, report: good.report }] },
    ])
    expect(setAside).toMatchObject([
      { subject, evidence: { sha256: bad.evidence, verdict: "failed", report: bad.report } },
    ])
  })

  it("of a type that nobody asked for is set aside, too", () => {
    const there = [judged("a", "proven", SLSA), judged("a", "unproven", SBOM, ["sct-missing"])]
    const { gaps, setAside } = report([{ expectation: expected("a", SLSA), judged: there }])
    expect([gaps.length, setAside.length]).toEqual([0, 1])
  })

  it("counts once when it was judged twice", () => {
    const one = judged("a", "unproven", SLSA, ["sct-missing"])
    const { gaps, inputs } = report([{ expectation: expected("a", SLSA), judged: [one, { ...one }] }])
    expect(gaps[0]?.evidence).toHaveLength(1)
    expect(inputs.evidence).toMatchObject({ documents: 1, judged: 1 })
  })

  it("of one document is told apart by item", () => {
    const one = judged("a", "unproven", SLSA, ["sct-missing"])
    const items = [10, 9].map(item => ({ ...one, item, report: sha256(`item ${item}`) }))
    const { gaps, inputs } = report([{ expectation: expected("a", SLSA), judged: items }])
    expect(gaps[0]?.evidence.map(({ item }) => item)).toEqual([9, 10])
    expect(inputs.evidence).toMatchObject({ documents: 1, judged: 2 })
  })
})

describe("the site", () => {
  const withTrust = (takenAt: string | null, expires: string | null, document: Policy = PROFILES["public-good"]) => {
    const trust = inputOf([]).trust
    const { gaps, trust: shown } = report([], {
      trust: { ...trust, document: { ...trust.document, takenAt, expires } },
      policy: { sha256: sha256("p"), document },
    })
    return { shown, gaps: gaps.map(g => [g.class, g.subject, g.qualifier, g.severity, g.controls, g.closes]) }
  }
  const stale = (id: string, days: number): Rule => {
    return { id, severity: "medium", controls: ["SC-17"], require: { staleness: { trust: days * 86_400 } } }
  }

  it("has a gap when the trusted root has expired at the end of the moment, and not a second before", () => {
    const gap = ["trust-stale", "site", "trust/expires", "high", [], [{ action: "trust" }]]
    expect(withTrust(null, "2031-04-02T10:11:08Z").gaps).toEqual([gap])
    expect(withTrust(null, "2031-04-02T10:11:09Z").gaps).toEqual([])
    expect(withTrust(null, null).gaps).toEqual([])
  })

  it("has a gap for every rule that wants newer trust, also when its age is unknown", () => {
    const document = { ...PROFILES.custom, rules: [stale("week", 7), stale("day", 1)] }
    const gap = (id: string) => ["trust-stale", "site", id, "medium", ["SC-17"], [{ action: "trust" }]]
    // Taken six days before: older than a day, not than a week.
    expect(withTrust("2031-03-27T10:11:09Z", null, document).gaps).toEqual([gap("day")])
    expect(withTrust("2031-04-01T10:11:09Z", null, document).gaps).toEqual([])
    expect(withTrust("2031-04-01T10:11:08Z", null, document).gaps).toEqual([gap("day")])
    expect(withTrust(null, null, document).gaps).toHaveLength(2)
  })

  it("says how old its trust is", () => {
    expect(withTrust("2031-04-02T09:11:09Z", null).shown).toMatchObject({
      ageSeconds: 3600,
      expires: null,
      basis: "tuf",
    })
    expect(withTrust(null, null).shown.ageSeconds).toBeNull()
  })

  it("has a gap for each log whose newest checkpoint is older than a rule allows", () => {
    const rule = (id: string, origins: "any" | string[]): Rule => ({
      id,
      severity: "low",
      controls: ["AU-10"],
      require: { log: { origins, count: 1, promises: false, maxCheckpointAge: 3600 } },
    })
    const free: Rule = { ...rule("free", "any"), require: { log: { origins: "any", count: 1, promises: true } } }
    const document = {
      ...PROFILES.custom,
      rules: [rule("any", "any"), rule("named", ["b.example", "c.example"]), free],
    }
    const head = (log: string, at: string) => ({ v: 1 as const, log, size: "7", root: sha256(log), at })
    // a is 3,600 s old, b one second more, c is not held.
    const heads = [head("b.example", "2031-04-02T09:11:08Z"), head("a.example", "2031-04-02T09:11:09Z")]
    const { gaps, heads: shown } = report([], { heads, policy: { sha256: sha256("p"), document } })
    expect(gaps.map(g => [g.subject, g.qualifier, g.names, g.closes]).sort()).toEqual(
      [
        [`log:${sha256("b.example")}`, "any", ["b.example"], [{ action: "checkpoint", log: "b.example" }]],
        [`log:${sha256("b.example")}`, "named", ["b.example"], [{ action: "checkpoint", log: "b.example" }]],
        [`log:${sha256("c.example")}`, "named", ["c.example"], [{ action: "checkpoint", log: "c.example" }]],
      ].sort(),
    )
    expect(gaps[0]).toMatchObject({ class: "mirror-stale", severity: "low", controls: ["AU-10"] })
    expect(shown.map(({ log }) => log)).toEqual(["a.example", "b.example"])
  })
})

describe("the document", () => {
  it("names its inputs by digest", () => {
    const covered = ["a", "b"].map(name => ({ expectation: expected(name), judged: [judged(name, "proven", null)] }))
    const { inputs, ...rest } = report(covered, { other: 3 })
    // `sort -u` of the digests of the judged files, and `sha256sum` of that.
    const digests = covered.flatMap(c => c.judged.map(j => `${j.evidence}\n`)).sort()
    expect(inputs).toEqual({
      expectations: { sha256: sha256("expectations"), format: "csv" },
      evidence: { documents: 2, judged: 2, other: 3, sha256: sha256(digests.join("")), unread: [] },
    })
    expect(rest).toMatchObject({
      v: 1,
      type: "urn:stella-attestor:gap-report:v1",
      scope: "acme",
      judgeVersion: "1",
      moment: MOMENT,
      policy: { sha256: sha256("policy"), id: "public-good", version: 1 },
      trust: { sha256: sha256("trust"), roots: [sha256("root")] },
    })
  })

  it("is canonical JSON", () => {
    const text = printGapReport(report([{ expectation: expected("a"), judged: [] }]))
    expect(text.startsWith('{"coverage":{"artifacts":{"expected":1,')).toBe(true)
    expect(JSON.stringify(JSON.parse(text))).toBe(text)
  })

  it("lists what could not be read, each once", () => {
    const unread = { sha256: null, name: "x.json", reason: "json-invalid" as const, where: "" }
    const named = { ...unread, sha256: sha256("x") }
    const { inputs } = report([], { unread: [unread, named, { ...unread }] })
    expect(inputs.evidence.unread).toEqual([named, unread])
  })
})
