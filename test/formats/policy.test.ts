import { describe, expect, it } from "vitest"
import { parsePolicy, printPolicy, type Policy } from "../../src/formats/policy.ts"
import { compilePolicy, PROFILES } from "../../src/policy/profiles.ts"
import { bytesOf, changed, type Json } from "../support/documents.ts"

const rule = (id: string, require: Json): Json => ({ id, severity: "high", controls: ["SR-11"], require })
const identity = { issuer: { exact: "https://issuer.example" }, san: { pattern: "https://example.com/*" } }
const requirements: Json[] = [
  { predicate: { types: ["https://slsa.dev/provenance/v1"], count: 1 } },
  { signers: { identities: [identity], keys: "trusted", distinct: 1 } },
  { signers: { identities: "any", keys: ["a".repeat(64)], distinct: 2 } },
  { log: { origins: ["log.example"], count: 1, promises: false, maxCheckpointAge: 86_400 } },
  { log: { origins: "any", count: 1, promises: true } },
  { sct: { count: 1 } },
  { witness: { quorum: 3 } },
  { timestamp: { count: 1 } },
  { time: { count: 1 } },
  { freshness: { maxAge: 0 } },
  { staleness: { trust: 3600 } },
]
const document: { [name: string]: Json } = {
  v: 1,
  id: "site",
  version: 3,
  scope: {},
  waivers: [],
  rules: requirements.map((require, i) => rule(`r${String(i)}`, require)),
}

function fault(value: unknown, options = {}): string {
  const parsed = parsePolicy(bytesOf(value), options)
  return parsed.ok ? "ok" : `${parsed.error.reason} ${parsed.error.where}`
}
const faultAt = (path: string, value: Json | undefined) => fault(changed(document, path, value))

describe("a policy", () => {
  it("has requirements of every kind, each as it was written", () => {
    const parsed = parsePolicy(bytesOf(document), { authored: true })
    expect(parsed).toEqual({ ok: true, value: document })
    if (!parsed.ok) return
    expect(parsePolicy(new TextEncoder().encode(printPolicy(parsed.value)))).toEqual(parsed)
  })

  it("names the member at fault in the requirement that was meant", () => {
    expect(faultAt("rules[0].require.predicate.types", "all")).toBe("field-invalid rules[0].require.predicate.types")
    expect(faultAt("rules[1].require.signers.identities[0].san", {})).toBe(
      "field-missing rules[1].require.signers.identities[0].san",
    )
    expect(faultAt("rules[1].require.signers.identities[0].issuer.exact", 5)).toBe(
      "field-invalid rules[1].require.signers.identities[0].issuer.exact",
    )
    expect(faultAt("rules[1].require.signers.identities[0].issuer", { regex: ".*" })).toBe(
      "field-invalid rules[1].require.signers.identities[0].issuer.regex",
    )
    expect(faultAt("rules[2].require.signers.keys[0]", "A".repeat(64))).toBe(
      "field-invalid rules[2].require.signers.keys[0]",
    )
    expect(faultAt("rules[2].require.signers.identities", "all")).toBe(
      "field-invalid rules[2].require.signers.identities",
    )
    expect(faultAt("rules[3].require.log.maxCheckpointAge", -1)).toBe(
      "field-invalid rules[3].require.log.maxCheckpointAge",
    )
    expect(faultAt("rules[3].require.log.promises", undefined)).toBe("field-missing rules[3].require.log.promises")
    expect(faultAt("rules[6].require.witness.quorum", 0)).toBe("field-invalid rules[6].require.witness.quorum")
    expect(faultAt("rules[7].require.timestamp.counts", 1)).toBe("field-invalid rules[7].require.timestamp.counts")
    expect(faultAt("rules[9].require", { freshness: { maxAge: 1 }, time: { count: 1 } })).toBe(
      "field-invalid rules[9].require.time",
    )
    expect(faultAt("rules[9].require", {})).toBe("field-missing rules[9].require")
    expect(faultAt("rules[9].require", { cel: "true" })).toBe("field-invalid rules[9].require.cel")
  })

  it("takes no member that this version does not know", () => {
    expect(fault({ ...document, extra: 1 })).toBe("field-invalid extra")
    expect(fault({ ...document, scope: { names: [] } })).toBe("field-invalid scope.names")
    expect(fault({ ...document, waivers: [{}] })).toBe("too-large waivers")
    expect(fault({ ...document, v: 2 })).toBe("field-invalid v")
    expect(faultAt("rules[0].severity", "fatal")).toBe("field-invalid rules[0].severity")
    expect(faultAt("rules[0].appliesTo", "both")).toBe("field-invalid rules[0].appliesTo")
  })

  it("names each rule once", () => {
    expect(faultAt("rules[4].id", "r1")).toBe("field-invalid rules[4].id")
  })

  it("keeps ids with a plus sign for rules that flags made", () => {
    expect(fault(changed(document, "rules[0].id", "+identity"))).toBe("ok")
    expect(fault(changed(document, "rules[0].id", "+identity"), { authored: true })).toBe("field-invalid rules[0].id")
    for (const bad of ["", "+", "++a", "-a", "A", "a b", "a".repeat(129)]) {
      expect(faultAt("rules[0].id", bad), bad).toBe("field-invalid rules[0].id")
    }
    const base: Policy = { v: 1, id: "empty", version: 1, scope: {}, rules: [], waivers: [] }
    const compiled = compilePolicy(base, { timestamps: 1 })
    expect(compiled.rules.map(r => r.id)).toContain("+timestamp")
    expect(fault(compiled)).toBe("ok")
    expect(fault(compiled, { authored: true })).toContain("field-invalid rules[")
  })

  it.each(Object.entries(PROFILES))("%s is a policy that people may write", (_, profile) => {
    expect(parsePolicy(bytesOf(profile), { authored: true })).toEqual({ ok: true, value: profile })
  })
})
