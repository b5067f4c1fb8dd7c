import { describe, expect, it } from "vitest"
import { REASONS, type Reason } from "../../src/kernel/reasons.ts"
import { ACTIONS, explain, EXPLANATIONS } from "../../src/gap/explain.ts"
import { GAP_CLASSES } from "../../src/gap/gap.ts"

const reasons = Object.keys(REASONS) as Reason[]
const sentence = /^[A-Z][^.]*(?:[.][0-9][^.]*)*\.(?: [A-Z][^.]*(?:[.][0-9][^.]*)*\.)*$/

describe("the explanations", () => {
  it("are of every reason and of nothing else", () => {
    expect(Object.keys(EXPLANATIONS).sort()).toEqual([...reasons].sort())
  })

  it.each(reasons)("%s: says what is the matter and what closes it, in sentences", reason => {
    const { says, remedy, action } = explain(reason)
    expect(says).toMatch(sentence)
    expect(remedy).toMatch(sentence)
    expect(ACTIONS).toContain(action)
  })

  it("tell reasons apart", () => {
    expect(new Set(reasons.map(reason => explain(reason).says)).size).toBe(reasons.length)
  })

  it("use every action", () => {
    expect(new Set(reasons.map(reason => explain(reason).action))).toEqual(new Set(ACTIONS))
  })

  it("send nobody for new evidence when what is missing is here", () => {
    // Reviewed: these lack something that the reader of the report, and nobody else, can give.
    const here = reasons.filter(reason =>
      ["artifact", "policy", "clock", "expectations"].includes(explain(reason).action),
    )
    expect(here.sort()).toEqual([
      "artifact-bytes-needed",
      "artifact-missing",
      "digest-algorithm-missing",
      "identity-not-asked",
      "time-in-future",
    ])
  })

  it("are sentences for the classes, too", () => {
    for (const { says, remedy } of Object.values(GAP_CLASSES)) {
      expect(says).toMatch(sentence)
      expect(remedy).toMatch(sentence)
    }
  })
})
