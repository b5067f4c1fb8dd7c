import { describe, expect, it } from "vitest"
import { at, attempt, refuse, taken } from "../../src/formats/refusal.ts"

describe("refusals of readers", () => {
  it("turn a refusal into a fault, and nothing else", () => {
    expect(attempt(() => 7)).toEqual({ ok: true, value: 7 })
    expect(attempt(() => refuse("field-missing", "a.b"))).toEqual({
      ok: false,
      error: { reason: "field-missing", where: "a.b" },
    })
    // A defect is no malformed evidence: it must not be reported as one.
    expect(() =>
      attempt(() => {
        throw new TypeError("defect")
      }),
    ).toThrow(TypeError)
  })

  it("place a nested fault under its member", () => {
    const fault = (where: string) => ({ ok: false, error: { reason: "der-invalid", where } }) as const
    const placed = (outer: string, inner: string) => attempt(() => taken(fault(inner), outer))
    expect(placed("a[0]", "serial")).toEqual(fault("a[0].serial"))
    expect(placed("", "serial")).toEqual(fault("serial"))
    expect(placed("a[0]", "")).toEqual(fault("a[0]"))
    expect(at("", "")).toBe("")
  })

  it("cut a path that quotes the document, between characters", () => {
    const where = (path: string) => {
      const refused = attempt(() => refuse("field-invalid", path))
      return refused.ok ? "" : refused.error.where
    }
    expect(where("a".repeat(512))).toBe("a".repeat(512))
    expect(where("a".repeat(5_000_000))).toBe(`${"a".repeat(512)}…`)
    expect(where("a".repeat(511) + "😀")).toBe(`${"a".repeat(511)}\ufffd…`)
  })
})
