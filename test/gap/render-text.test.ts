import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { createGapReport, type GapReportInput } from "../../src/gap/gap-report.ts"
import { ACTIONS, explain } from "../../src/gap/explain.ts"
import { renderGapReport } from "../../src/gap/render-text.ts"
import { PROFILES } from "../../src/policy/profiles.ts"
import { REASONS, type Reason } from "../../src/kernel/reasons.ts"
import { expected, inputOf, judged, MOMENT, SBOM, sha256, SLSA } from "./made.ts"

const textOf = (covered: GapReportInput["covered"], more: Partial<GapReportInput> = {}) =>
  renderGapReport(createGapReport(inputOf([...covered], more), nodeCrypto()))

const aged = {
  ...PROFILES.custom,
  rules: [
    {
      id: "mirror",
      severity: "low" as const,
      controls: ["AU-10"],
      require: { log: { origins: "any" as const, count: 1, promises: false, maxCheckpointAge: 60 } },
    },
  ],
}
const trust = inputOf([]).trust

/** Something of everything that a report can hold. */
function workedExample(): string {
  return textOf(
    [
      {
        expectation: { ...expected("app.tar.gz", SBOM, SLSA), purls: ["pkg:generic/app@4.2"] },
        judged: [judged("a", "proven", SLSA), judged("a", "failed", SLSA, ["signature-mismatch"])],
      },
      {
        expectation: expected("tool.bin", SLSA),
        judged: [
          judged("b", "failed", SLSA, ["identity-mismatch"]),
          judged("b", "unproven", SLSA, ["sct-log-unknown", "identity-not-asked"]),
        ],
      },
      { expectation: expected("manual.pdf"), judged: [] },
      {
        expectation: {
          ...expected("old.zip"),
          digests: {},
          weak: { md5: "0".repeat(32) },
          subject: `md5:${"0".repeat(32)}`,
        },
        judged: [],
      },
    ],
    {
      policy: { sha256: sha256("policy"), document: aged },
      trust: { ...trust, document: { ...trust.document, expires: "2031-04-02T10:11:08Z" } },
      heads: [{ v: 1, log: "log.example", size: "1234", root: sha256("root"), at: "2031-04-01T00:00:00Z" }],
      other: 2,
      unread: [
        { sha256: sha256("x"), name: "evidence/x.json", reason: "json-invalid", where: "" },
        { sha256: null, name: "evidence/y.json:3", reason: "field-missing", where: "payload" },
      ],
    },
  )
}

describe("the text", () => {
  it("of a worked example is the reviewed one", () => {
    expect(workedExample()).toBe(readFileSync(join(import.meta.dirname, "worked-example.txt"), "utf8"))
  })

  it("begins with what it is about and the denominator", () => {
    const text = textOf([{ expectation: expected("a"), judged: [judged("a", "proven", null)] }])
    expect(
      text.startsWith("GAP REPORT\n\n  scope         acme\n  as at         2031-04-02T10:11:09Z (operator --at)\n"),
    ).toBe(true)
    expect(text).toContain("\n1 of 1 expected attestation proven (100.0 %), 0 gaps.\n")
    expect(text).not.toMatch(/next medium|To be done|NOT READ|SET ASIDE/)
  })

  it("rounds down", () => {
    const covered = [1, 2, 3].map(i => ({
      expectation: expected(`a${i}`),
      judged: i === 3 ? [] : [judged(`a${i}`, "proven", null)],
    }))
    expect(textOf(covered)).toContain("2 of 3 expected attestations proven (66.6 %), 1 gap.")
  })

  it("says an interval, and the moment of nobody", () => {
    const moment = { ...MOMENT, earliest: "2031-04-02T10:00:00Z", basis: [] }
    expect(textOf([], { moment })).toContain("as at         2031-04-02T10:00:00Z to 2031-04-02T10:11:09Z\n")
  })

  it("says when age and expiry of the trust are not known", () => {
    const unknown = { ...trust, document: { ...trust.document, takenAt: null, expires: null } }
    expect(textOf([], { trust: unknown })).toContain("trust         tuf, of unknown date, expiry unknown, sha256:")
  })

  it("shows nothing that could hide or rewrite the page", () => {
    const hostile = "a\u001b[2J\r\n  FAKE\u202e\u200b\u2028\ufeff\ue000\u{e0041}\u{10ffff}"
    const expectation = { ...expected("x"), names: [hostile], purls: [hostile], predicateTypes: [hostile] }
    const text = textOf([{ expectation, judged: [judged("x", "failed", hostile, ["json-invalid"])] }], {
      scope: hostile,
      unread: [{ sha256: null, name: hostile, reason: "json-invalid", where: hostile }],
    })
    const shown = "a\\u{1b}[2J\\u{d}\\u{a}  FAKE\\u{202e}\\u{200b}\\u{2028}\\u{feff}\\u{e000}\\u{e0041}\\u{10ffff}"
    expect(text).toContain(`scope         ${shown}\n`)
    expect(text).toContain(`artifact      ${shown}\n`)
    expect(text).toContain(`document      ${shown}: json-invalid at ${shown}\n`)
    expect(text.replaceAll("\n", "")).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]*$/u)
  })

  it("leaves letters of every script as they are", () => {
    expect(textOf([{ expectation: expected("Größe-日本-ελ"), judged: [] }])).toContain("artifact      Größe-日本-ελ\n")
  })

  it("never shortens a digest", () => {
    const digests = workedExample().match(/(?<=sha256:)[0-9a-f]+/g) ?? []
    expect(digests.length).toBeGreaterThan(20)
    expect(digests.filter(digest => digest.length !== 64)).toEqual([])
  })

  it("says for every action what is to be brought or done", () => {
    const reasons = Object.keys(REASONS) as Reason[]
    const covered = reasons.map(reason => ({
      expectation: expected(reason),
      judged: [judged(reason, "unproven", null, [reason])],
    }))
    const text = textOf(covered)
    for (const reason of reasons) expect(text).toContain(`${explain(reason).says} [${reason}]\n`)
    // `none` is said of no gap: evidence is asked for instead.
    const [brought = "", done = ""] =
      text.split("\nThe next medium must bring\n")[1]?.split("\nTo be done here\n") ?? []
    const lines = (part: string) => part.split("\n\n")[0]?.split("\n").filter(Boolean).length
    expect((lines(brought) ?? 0) + (lines(done) ?? 0)).toBe(ACTIONS.length - 1)
  })
})
