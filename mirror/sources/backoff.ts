/** How long to wait before asking again: full jitter below a doubling ceiling, and never sooner than the server wants. */
import { instantOfHttpDate } from "./http-date.ts"
import type { Random } from "../../src/kernel/ports.ts"

/** Bounds of asking again. */
export interface RetryLimits {
  /** Requests for one file, the first included. */
  readonly attempts: number
  /** Ceiling of the first wait; it doubles with each. */
  readonly baseMs: number
  /** Ceiling of every wait. */
  readonly capMs: number
  /** The longest wait that a server may ask for; a longer one ends the collection, which continues another day. */
  readonly retryAfterMs: number
}

/** Tries for a few minutes. */
export const RETRY_LIMITS: RetryLimits = { attempts: 8, baseMs: 500, capMs: 60_000, retryAfterMs: 600_000 }

/**
 * Milliseconds before the next attempt: uniform between 0 and the ceiling, so that clients that failed together do not
 * come back together.
 * @param failed - attempts that have failed, at least 1
 */
export function backoffMs(random: Random, { baseMs, capMs }: RetryLimits, failed: number): number {
  const ceiling = Math.min(capMs, baseMs * 2 ** (failed - 1))
  const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4)
  return Math.floor(((((a * 256 + b) * 256 + c) * 256 + d) / 2 ** 32) * ceiling)
}

/** Milliseconds that a Retry-After header asks for (RFC 9110 §10.2.3): seconds or a date; undefined when it is neither. */
export function retryAfterMs(value: string | undefined, now: Date): number | undefined {
  if (value === undefined) return undefined
  if (/^[0-9]{1,9}$/.test(value)) return Number(value) * 1000
  const at = instantOfHttpDate(value)
  return at === undefined ? undefined : Math.max(0, at - now.getTime())
}
