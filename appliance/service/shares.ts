/**
 * What one identity may have at a time of what all share: runs, jobs, and bytes that lie on the disk for its requests. So
 * one person, or a stolen token, cannot use up the service alone.
 */
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import type { ServiceLimits } from "./limits.ts"

/** What is counted, and how many of each an identity may have. */
const SHARE = {
  run: { limit: "runsEach", what: "operations" },
  job: { limit: "jobsEach", what: "jobs" },
  bytes: { limit: "spooledBytesEach", what: "bytes of requests" },
} as const

/** A thing that is counted. */
export type Shared = keyof typeof SHARE

/** How soon to ask again, in seconds: what runs usually ends within moments. */
const RETRY_SECONDS = 5

/** The shares of all identities. */
export class Shares {
  readonly #limits: Pick<ServiceLimits, "runsEach" | "jobsEach" | "spooledBytesEach">
  readonly #held: Readonly<Record<Shared, Map<string, number>>> = { run: new Map(), job: new Map(), bytes: new Map() }

  constructor(limits: Pick<ServiceLimits, "runsEach" | "jobsEach" | "spooledBytesEach">) {
    this.#limits = limits
  }

  /** Takes some of a share. The failure is RATE_LIMITED, with the time after which to ask again. */
  take(identity: string, shared: Shared, count = 1): Result<void> {
    const { limit, what } = SHARE[shared]
    const held = this.#held[shared].get(identity) ?? 0
    const most = this.#limits[limit]
    if (held + count > most)
      return err(
        new StellaError("RATE_LIMITED", `one identity may have ${String(most)} ${what} at a time`, {
          retryAfterSeconds: RETRY_SECONDS,
        }),
      )
    this.#held[shared].set(identity, held + count)
    return ok(undefined)
  }

  /** Gives some back. */
  give(identity: string, shared: Shared, count = 1): void {
    const left = (this.#held[shared].get(identity) ?? 0) - count
    if (left > 0) this.#held[shared].set(identity, left)
    else this.#held[shared].delete(identity)
  }
}
