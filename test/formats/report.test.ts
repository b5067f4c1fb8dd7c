import { describe, expect, it } from "vitest"
import { fail, pass, skip, type Check, type CheckEvidence } from "../../src/formats/check.ts"
import { parseFacts, printFacts, readFacts, type Facts } from "../../src/formats/facts.ts"
import { parseReport, printReport, type Report } from "../../src/formats/report.ts"
import { createJudge, type FactsCache } from "../../src/judge/judge.ts"
import { nodeCrypto } from "../../mirror/crypto/node.node.ts"
import { canonicalJson } from "../../src/kernel/json.ts"
import { changed, type Json } from "../support/documents.ts"
import { closureOf, evidenceVectors } from "../support/evidence-vectors.ts"

const utf8 = (text: string) => new TextEncoder().encode(text)
const A = "a".repeat(64)

const checks: readonly Check[] = [
  fail("inclusion/0", "inclusion-mismatch", {
    log: "log.example",
    size: 12,
    promised: false,
    names: ["a"],
    none: null,
  }),
  skip("sct", "sct-missing"),
  pass("signature/0", { scheme: "ed25519" }),
]
const facts: Facts = {
  checks,
  entries: [
    { index: "5", leaf: A, log: "log.example", operator: "", origin: "log.example", root: A, size: "12" },
    { index: "9223372036854775807", leaf: A, log: "log.example", operator: "o", origin: "", root: "", size: "" },
  ],
  root: A,
  signedBy: "certificate",
  signers: [
    { issuer: "https://issuer.example", san: { type: "uri", value: "https://example.com/x" }, spki: A },
    { issuer: null, san: null, spki: A },
  ],
  statement: { predicateType: "p", sha256: A, subjects: [{ digest: { sha256: A }, name: null }] },
  times: [{ at: "2026-01-01T00:00:00Z", key: "timestamp/0", source: "tsa" }],
  v: 1,
}
const report: Report = {
  case: A,
  checks,
  code: "PROOF_INVALID",
  countedOut: [{ check: "signature/1", rule: "signers" }],
  facts: A,
  judgeVersion: "1",
  moment: {
    basis: [{ id: "--at", kind: "operator", sha256: null }],
    earliest: "2026-01-01T00:00:00Z",
    latest: "2026-01-01T00:00:00Z",
  },
  requirements: [{ checks: ["signature/0"], id: "floor/signature", met: true }],
  trust: { ageSeconds: -5, basis: "builtin", expires: null, root: A, takenAt: "2026-01-01T00:00:05Z" },
  v: 1,
  verdict: "failed",
}

function faultOf(parse: typeof parseFacts | typeof parseReport, document: unknown): string {
  const parsed = parse(utf8(canonicalJson(document)))
  return parsed.ok ? "ok" : `${parsed.error.reason} ${parsed.error.where}`
}
const inReport = (path: string, value: Json | undefined) =>
  faultOf(parseReport, changed(report as unknown as Json, path, value))
const inFacts = (path: string, value: Json | undefined) =>
  faultOf(parseFacts, changed(facts as unknown as Json, path, value))

describe("a Report", () => {
  it("is read back as it was printed", () => {
    expect(parseReport(utf8(printReport(report, printFacts(facts))))).toEqual({ ok: true, value: report })
    expect(parseReport(utf8(JSON.stringify(report, null, 1)))).toMatchObject({ error: { reason: "json-invalid" } })
  })

  it.each<[string, Json | undefined, string]>([
    ["checks", [5], "field-invalid checks[0]"],
    ["checks", {}, "field-invalid checks"],
    ["checks[0].outcome", "maybe", "field-invalid checks[0].outcome"],
    ["checks[0].code", "NO_SUCH_CODE", "field-invalid checks[0].code"],
    ["checks[0].code", "toString", "field-invalid checks[0].code"],
    ["checks[0].code", "TIME_INVALID", "field-invalid checks[0].code"],
    ["checks[0].code", null, "field-invalid checks[0].code"],
    ["checks[0].reason", "no-such-reason", "field-invalid checks[0].reason"],
    ["checks[0].reason", null, "field-invalid checks[0].reason"],
    ["checks[1].code", "SIGNATURE_INVALID", "field-invalid checks[1].code"],
    ["checks[2].reason", "sct-missing", "field-invalid checks[2].reason"],
    ["checks[2].code", "NOT_PROVEN", "field-invalid checks[2].code"],
    ["checks[0].evidence.size", 1.5, "field-invalid checks[0].evidence.size"],
    ["checks[0].evidence.size", { n: 1 }, "field-invalid checks[0].evidence.size"],
    ["checks[0].evidence.names", [1], "field-invalid checks[0].evidence.names[0]"],
    ["checks[0].evidence.log", "x".repeat(600), "field-invalid checks[0].evidence.log"],
    ["checks[0].evidence", { "not a name": 1 }, "field-invalid checks[0].evidence.not a name"],
    ["checks[0].key", "sct", "field-invalid checks[1]"],
    ["checks[0].key", "zzz", "field-invalid checks[1]"],
    ["checks[0].extra", 1, "field-invalid checks[0].extra"],
    ["case", "a", "field-invalid case"],
    ["facts", undefined, "field-missing facts"],
    ["code", "OTHER", "field-invalid code"],
    ["verdict", "fine", "field-invalid verdict"],
    ["judgeVersion", 1, "field-invalid judgeVersion"],
    ["countedOut", undefined, "field-missing countedOut"],
    ["countedOut[0]", "signature/1", "field-invalid countedOut[0]"],
    ["requirements[0].met", "yes", "field-invalid requirements[0].met"],
    ["requirements[0].checks", [1], "field-invalid requirements[0].checks[0]"],
    ["moment.latest", "2026-13-01T00:00:00Z", "field-invalid moment.latest"],
    ["trust.ageSeconds", 0.5, "field-invalid trust.ageSeconds"],
    ["trust.root", "none", "field-invalid trust.root"],
    ["v", 2, "field-invalid v"],
    ["verified", true, "field-invalid verified"],
  ])("refuses another %s", (path, value, expected) => {
    expect(inReport(path, value)).toBe(expected)
  })
})

describe("Facts", () => {
  it("are read back as they were printed, by either reader", () => {
    const bare = { ...facts, root: null, signedBy: null, statement: null }
    for (const whole of [facts, bare, { ...facts, checks: [] }]) {
      const printed = printFacts(whole)
      expect(printed.text).toBe(canonicalJson(whole))
      expect(parseFacts(utf8(printed.text))).toEqual({ ok: true, value: whole })
      expect(readFacts(printed.text)).toEqual(printed)
    }
  })

  it.each<[string, Json | undefined, string]>([
    ["checks", [5], "field-invalid checks[0]"],
    ["entries[0].index", "9223372036854775808", "field-invalid entries[0].index"],
    ["entries[0].size", "x", "field-invalid entries[0].size"],
    ["entries[0].origin", undefined, "field-missing entries[0].origin"],
    ["entries[0].operator", undefined, "field-missing entries[0].operator"],
    ["signers[0].spki", "", "field-invalid signers[0].spki"],
    ["signers[0].san", "x", "field-invalid signers[0].san"],
    ["statement.subjects[0].digest.sha256", 5, "field-invalid statement.subjects[0].digest.sha256"],
    ["times[0].at", "", "field-invalid times[0].at"],
    ["times[0].source", "clock", "field-invalid times[0].source"],
    ["signedBy", "nobody", "field-invalid signedBy"],
  ])("refuse another %s", (path, value, expected) => {
    expect(inFacts(path, value)).toBe(expected)
  })

  it("out of a cache have the members that a verdict walks through", () => {
    for (const text of ["", "[]", "null", "{}", printFacts({ ...facts, v: 2 } as unknown as Facts).text]) {
      expect(readFacts(text)).toBeUndefined()
    }
    for (const name of ["checks", "entries", "signers", "times"]) {
      expect(readFacts(canonicalJson({ ...facts, [name]: null })), name).toBeUndefined()
    }
  })
})

describe("the checks of Facts in a Report", () => {
  const hostile: CheckEvidence = {
    code: '],"entries":[',
    list: ['},{"code":null', '\\"],"entries":[', "\\"],
    name: ',{"code":',
  }
  const between = pass("policy/x", { found: 1, needed: 1 })
  const mixed: Facts = { ...facts, checks: checks.map(c => ({ ...c, evidence: { ...c.evidence, ...hostile } })) }

  it("stand there as they were printed, whatever they quote", () => {
    const [first, ...others] = mixed.checks
    const whole: Report = { ...report, checks: [first as Check, between, ...others] }
    const printed = printFacts(mixed)
    expect(printReport(whole, printed)).toBe(canonicalJson(whole))
    const read = readFacts(printed.text)
    expect(read).toEqual(printed)
    const again: Report = { ...report, checks: [...(read?.facts.checks ?? []), between] }
    expect(printReport(again, read ?? printFacts(facts))).toBe(canonicalJson(again))
  })

  it("are printed again where they are not those of the Facts", () => {
    expect(printReport({ ...report, checks: [between] }, printFacts(mixed))).toBe(
      canonicalJson({ ...report, checks: [between] }),
    )
  })

  it("are not looked for in Facts that have another layout", () => {
    expect(readFacts(JSON.stringify(facts, null, 1))).toBeUndefined()
  })
})

describe("the evidence of a check", () => {
  it("is the object itself while it is short", () => {
    const evidence = { text: "x".repeat(512), count: 5, absent: null }
    expect(pass("k", evidence).evidence).toBe(evidence)
  })

  it("is cut where it is long, and says how long it was", () => {
    const check = fail("k", "too-large", {
      long: "x".repeat(5_000_000),
      astral: "x".repeat(511) + "😀",
      count: 7,
      flag: true,
      none: null,
      few: ["a", "y".repeat(513)],
      many: Array.from({ length: 1000 }, (_, i) => String(i)),
    })
    expect(check.evidence["long"]).toBe(`${"x".repeat(512)}… 5000000 characters`)
    expect(check.evidence["astral"]).toBe(`${"x".repeat(511)}\ufffd… 513 characters`)
    expect(check.evidence).toMatchObject({ count: 7, flag: true, none: null })
    expect(check.evidence["few"]).toEqual(["a", `${"y".repeat(512)}… 513 characters`])
    const many = check.evidence["many"] as readonly string[]
    expect(many).toHaveLength(65)
    expect(many.slice(-2)).toEqual(["63", "… 1000 items"])
    expect(canonicalJson(check).length).toBeLessThan(4000)
    expect(faultOf(parseReport, { ...report, checks: [check] })).toBe("ok")
    expect(skip("k", "sct-missing", { long: "x".repeat(513) }).evidence["long"]).toContain("… 513 characters")
  })
})

describe("what the judge prints", () => {
  it("of every evidence vector is read strictly, Facts and Report", async () => {
    const printed: string[] = []
    const cache: FactsCache = { get: () => undefined, put: (_key, text) => void printed.push(text) }
    const judge = createJudge(nodeCrypto())
    for (const vector of evidenceVectors) {
      const judged = await judge.judge(closureOf(vector, nodeCrypto()), cache)
      if (!judged.ok) continue
      const read = parseReport(utf8(judged.value.text))
      expect(read, vector.id).toEqual({ ok: true, value: judged.value.report })
      expect(parseFacts(utf8(printed.at(-1) ?? "")).ok, vector.id).toBe(true)
    }
    expect(printed.length).toBeGreaterThan(100)
  })
})
