/** The denominator: how many attestations and artifacts are expected, and what has become of each. */
import type { Assessed, State } from "./artifact-gaps.ts"

/** Counts that add up: `expected` is the sum of the next four. */
export interface Counts {
  readonly expected: number
  readonly proven: number
  readonly failed: number
  readonly unproven: number
  readonly missing: number
  /** `proven` of `expected` in thousandths, rounded down: 1000 only when everything is proven. */
  readonly provenPerMille: number
}

export interface Coverage {
  /** Artifacts, each in its worst state: failed before missing before unproven; proven when all it asks for is. */
  readonly artifacts: Counts
  /** Expected attestations: one for each artifact and predicate type required of it. */
  readonly attestations: Counts
  /** The same by predicate type, in its order; the empty one stands for evidence of any kind. */
  readonly predicateTypes: readonly (Counts & { readonly predicateType: string })[]
}

const WORST: readonly State[] = ["failed", "missing", "unproven", "proven"]

/** Counts states as they come. */
class Tally {
  readonly #counts: Record<State, number> = { proven: 0, failed: 0, unproven: 0, missing: 0 }

  add(state: State): void {
    this.#counts[state]++
  }

  counts(): Counts {
    const { proven, failed, unproven, missing } = this.#counts
    const expected = proven + failed + unproven + missing
    return { expected, proven, failed, unproven, missing, provenPerMille: perMille(proven, expected) }
  }
}

/** `part` of `whole` in thousandths, rounded down; 0 of nothing. Whole numbers only: no rounding differs anywhere. */
export function perMille(part: number, whole: number): number {
  return whole === 0 ? 0 : Number((BigInt(part) * 1000n) / BigInt(whole))
}

/** Counts the assessments of artifacts as they come, one call an artifact. */
export class CoverageTally {
  readonly #artifacts = new Tally()
  readonly #attestations = new Tally()
  readonly #types = new Map<string, Tally>()

  add(artifact: readonly Assessed[]): void {
    const states = artifact.map(({ state }) => state)
    this.#artifacts.add(WORST.find(state => states.includes(state)) as State)
    for (const { predicateType, state } of artifact) {
      this.#attestations.add(state)
      const known = this.#types.get(predicateType) ?? new Tally()
      this.#types.set(predicateType, known)
      known.add(state)
    }
  }

  coverage(): Coverage {
    return {
      artifacts: this.#artifacts.counts(),
      attestations: this.#attestations.counts(),
      predicateTypes: [...this.#types]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([predicateType, tally]) => ({ predicateType, ...tally.counts() })),
    }
  }
}
