/**
 * Two faces of a log inside one Case: two trees of one log and one size with different roots, each signed by the log or
 * grown into one that is. No append-only log has both, so whatever is proven under either is not proven.
 */
import { fail, type Check } from "../formats/check.ts"
import type { TreeHead } from "./log-proof.ts"

/** Compares all trees of a Case pairwise; gives a failed check for every contradiction. */
export function checkForks(heads: readonly TreeHead[]): Check[] {
  const checks: Check[] = []
  for (const [i, a] of heads.entries()) {
    for (const [j, b] of heads.entries()) {
      if (j <= i || a.size === "" || a.log !== b.log || a.origin !== b.origin || a.size !== b.size || a.root === b.root)
        continue
      const evidence = { origin: a.origin, size: a.size, root: a.root, other: b.root }
      checks.push(fail(`fork/${String(i)}/${String(j)}`, "split-view", evidence))
    }
  }
  return checks
}
