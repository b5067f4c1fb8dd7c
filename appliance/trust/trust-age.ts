/** How old trust is, and what is to be said about it. */
import { parseInstant } from "../../src/formats/instant.ts"
import type { Trust } from "../../src/formats/trust.ts"

export interface TrustAge {
  readonly basis: Trust["basis"]
  /** SHA-256 of each trusted root, in the order they are tried. */
  readonly roots: readonly string[]
  readonly takenAt: string | null
  /** Whole seconds since `takenAt`, at least 0; null when the date is unknown. */
  readonly ageSeconds: number | null
  readonly expires: string | null
}

/** Age and expiry at an instant. */
export function trustAge(trust: Trust, at: Date): TrustAge {
  const taken = trust.takenAt === null ? undefined : parseInstant(trust.takenAt)
  const now = Math.floor(at.getTime() / 1000)
  return {
    basis: trust.basis,
    roots: trust.roots.map(root => root.sha256),
    takenAt: trust.takenAt,
    ageSeconds: taken === undefined ? null : Math.max(0, now - taken),
    expires: trust.expires,
  }
}

/** Something about the trust that an operator should act on. `id` is stable. */
export interface TrustFinding {
  readonly id: "trust-root-stale" | "trust-root-undated" | "trust-root-early"
  readonly says: string
}

/** A root that expires this soon should be replaced with the next medium. */
const EARLY_WARNING_SECONDS = 30 * 86_400

/** What there is to say at an instant: expired or soon to be, or of unknown date. Empty when all is well. */
export function trustFindings(trust: Trust, at: Date): readonly TrustFinding[] {
  const now = Math.floor(at.getTime() / 1000)
  const expires = trust.expires === null ? undefined : parseInstant(trust.expires)
  if (expires === undefined)
    return [
      {
        id: "trust-root-undated",
        says: "the trusted root carries no date of expiry; import it from a TUF repository to know how old it is",
      },
    ]
  const until = String(trust.expires)
  if (now >= expires)
    return [{ id: "trust-root-stale", says: `the trusted root expired at ${until}; bring a newer one` }]
  if (expires - now <= EARLY_WARNING_SECONDS)
    return [
      { id: "trust-root-early", says: `the trusted root expires at ${until}; bring a newer one with the next medium` },
    ]
  return []
}
