import { existsSync, readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { ERRORS } from "../../src/kernel/errors.ts"
import { codeOf, REASONS } from "../../src/kernel/reasons.ts"
import { shared } from "../support/shared.ts"
import { corpusCases, cpythonReleases } from "./corpus.ts"
import { CERTIFICATES, TIMESTAMP_TOKENS } from "./expect-formats.ts"
import { EXPECTATIONS, WITHOUT_VERDICT } from "./expectations.ts"
import type { Outcome } from "./expectation.ts"
import { withCanonicalBase64 } from "./variants.ts"

const rows = Object.entries(EXPECTATIONS)

describe("the table of expected outcomes", () => {
  it("gives every failure a code of the exit-status table, and reasons of that code", () => {
    const check = (id: string, outcome: Outcome): void => {
      expect(outcome.code === null, id).toBe(outcome.verdict === "proven")
      if (outcome.code !== null) expect(Object.keys(ERRORS), id).toContain(outcome.code)
      if (outcome.reason !== undefined) expect(codeOf(outcome.reason), id).toBe(outcome.code)
      for (const reason of outcome.also ?? []) expect(Object.keys(REASONS), id).toContain(reason)
    }
    for (const [id, row] of rows) {
      check(id, row)
      for (const item of row.items ?? []) check(id, item)
      for (const variant of row.variants ?? []) check(id, variant)
    }
  })

  it("never names a further reason that would be the headline instead", () => {
    const order = [
      "SPLIT_VIEW",
      "EVIDENCE_MALFORMED",
      "SIGNATURE_INVALID",
      "TIME_INVALID",
      "SIGNER_UNTRUSTED",
      "PROOF_INVALID",
      "IDENTITY_MISMATCH",
      "SUBJECT_MISMATCH",
    ]
    for (const [id, row] of rows) {
      for (const reason of row.also ?? []) {
        const code = codeOf(reason)
        if (code !== "NOT_PROVEN") expect(order.indexOf(code), id).toBeGreaterThanOrEqual(order.indexOf(row.code ?? ""))
      }
    }
  })

  it("makes a case of several items fail exactly when one of them fails", () => {
    for (const [id, row] of rows) {
      if (row.items === undefined) continue
      const failing = row.items.filter(i => i.verdict === "failed").map(i => i.code)
      if (row.verdict === "proven") expect(failing, id).toEqual([])
      else expect(failing, id).toContain(row.code)
    }
  })
})

describe.skipIf(!shared)("the corpus and the table", () => {
  const cases = corpusCases()
  const withVerdict = cases.filter(c => c.outcome !== "data" && !WITHOUT_VERDICT.has(c.kind))

  it("agree on which cases there are", () => {
    expect(rows.map(([id]) => id).sort()).toEqual(withVerdict.map(c => c.id).sort())
    expect(
      cases
        .filter(c => c.kind === "x509")
        .map(c => c.id)
        .sort(),
    ).toEqual(Object.keys(CERTIFICATES).sort())
    expect(
      cases
        .filter(c => c.kind === "rfc3161" && c.outcome === "data")
        .map(c => c.id)
        .sort(),
    ).toEqual(Object.keys(TIMESTAMP_TOKENS).sort())
  })

  it("agree on the outcome, but for what the table says it departs from", () => {
    for (const c of withVerdict) {
      const row = EXPECTATIONS[c.id]
      const agreed = { pass: ["proven"], fail: ["failed"], "needs-rekor-lookup": ["unproven"], data: [] as string[] }
      if (c.outcome === "client-choice" || row?.departs !== undefined) continue
      expect(agreed[c.outcome], c.id).toContain(row?.verdict)
    }
  })

  it("have an evidence file, a trusted root and what to verify with in every case", () => {
    for (const c of withVerdict) {
      expect(existsSync(c.path), c.id).toBe(true)
      expect(existsSync(c.trustedRoot), c.id).toBe(true)
      const row = EXPECTATIONS[c.id]
      if (row?.profile === "keyed") expect(c.keys.length, c.id).toBeGreaterThan(0)
      if (row?.scope === "verdict" && row.verdict === "proven") {
        expect(Object.keys(c.artifact.digests).length, c.id).toBeGreaterThan(0)
      }
    }
  })

  it("repair base64 without changing a proven bundle's bytes", () => {
    for (const c of withVerdict) {
      const row = EXPECTATIONS[c.id]
      if (c.form !== "bundle" || row === undefined || !existsSync(c.path)) continue
      const text = readFileSync(c.path, "utf8")
      const repaired = withCanonicalBase64(text)
      if (row.verdict === "proven") expect(JSON.parse(repaired), c.id).toEqual(JSON.parse(text))
      if (row.variants?.some(v => v.change.kind === "canonical-base64")) expect(repaired, c.id).not.toBe(text)
    }
  })

  it("bring 600 CPython releases, each with a bundle, a digest and a signer", () => {
    let count = 0
    for (const release of cpythonReleases()) {
      count++
      expect(release.sha256).toMatch(/^[0-9a-f]{64}$/)
      expect(release.identity.length * release.issuer.length).toBeGreaterThan(0)
      expect((JSON.parse(release.bundle) as { mediaType: string }).mediaType).toContain("vnd.dev.sigstore.bundle")
    }
    expect(count).toBe(600)
  })
})
