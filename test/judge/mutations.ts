/** The tests of mutants, for any set of originals. */
import { describe, expect, test } from "vitest"
import { LIMITS } from "../../src/formats/limits.ts"
import { judgeMutants, MutantJudge, MutationSum } from "./mutants.ts"
import type { ProvenCase } from "./proven-cases.ts"

export interface MutationTests {
  readonly groups: readonly (readonly ProvenCase[])[]
  /** At most so many mutants of an original; undefined: all. Everything is made with `SLOW=1`. */
  readonly limitFor: (id: string) => number | undefined
  /** How many mutants there have to be in all. */
  readonly atLeast: number
}

const slow = process.env["SLOW"] !== undefined

/**
 * One test for each original, and one for all of them: how many there were, that no judge run made more signature checks
 * than it may, and that every kind of unnoticed change was met (or the list of kinds is too long).
 */
export function mutationTests(name: string, { groups, limitFor, atLeast }: MutationTests): void {
  describe.skipIf(groups.length === 0)(`mutants of ${name}`, () => {
    const judge = new MutantJudge()
    const sum = new MutationSum()
    for (const group of groups) {
      for (const original of group) {
        test(original.id, { timeout: slow ? 3_600_000 : 120_000 }, async () => {
          const limit = slow ? undefined : limitFor(original.id)
          const options = { seed: "1", bytesPerRegion: slow ? 64 : 4, ...(limit === undefined ? {} : { limit }) }
          const result = await judgeMutants(judge, original, group, options)
          expect(result.defects).toEqual([])
          sum.add(result)
        })
      }
    }

    test("are enough, and none buys more signature checks than a run may make", () => {
      expect(sum.mutants).toBeGreaterThanOrEqual(atLeast)
      expect(sum.mostChecks).toBeGreaterThan(0)
      expect(sum.mostChecks).toBeLessThanOrEqual(LIMITS.signatureChecks)
    })
  })
}
