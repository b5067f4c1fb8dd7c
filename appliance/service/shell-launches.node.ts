/**
 * The launches of shells. A launch token says that the peer at the window's door is a shell which the owner of the site has
 * started, and nothing about who sits at it: operators log in. A token is good until its launch is ended, the service ends, or
 * more shells were launched than anybody has windows; one that nobody shows within a minute was lost on the way.
 */
import { createHash, timingSafeEqual } from "node:crypto"
import type { Random } from "../../src/kernel/ports.ts"
import { toBase64Url } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import { secondsOf } from "../access/challenges.ts"

/** How long a new launch waits for its shell. */
export const WAIT_SECONDS = 60
/** Most launches at a time; the oldest gives way. */
export const MAX_LAUNCHES = 8
/** Exported secrets begin with what a search finds. */
const PREFIX = "STELLA-SECRET-LAUNCH-"

interface Launched {
  readonly digest: Buffer
  readonly issued: number
  used: boolean
}

function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest()
}

/** The launches of one process. */
export class ShellLaunches {
  readonly #random: Random
  #launches: Launched[] = []

  constructor(random: Random) {
    this.#random = random
  }

  /** A new token. */
  issue(now: Date): string {
    const token = PREFIX + toBase64Url(this.#random.bytes(32))
    const launched = { digest: digestOf(token), issued: secondsOf(now), used: false }
    this.#launches = [...this.#launches.slice(1 - MAX_LAUNCHES), launched]
    return token
  }

  #find(token: string): Launched | undefined {
    const digest = digestOf(token)
    return this.#launches.find(one => timingSafeEqual(one.digest, digest))
  }

  /** Whether a peer that shows this was launched. The failure is LAUNCH_OVER, whatever was wrong. */
  admit(token: unknown, now: Date): Result<void> {
    const launched = typeof token === "string" ? this.#find(token) : undefined
    const age = launched === undefined ? 0 : Math.abs(secondsOf(now) - launched.issued)
    if (launched === undefined || (!launched.used && age > WAIT_SECONDS))
      return err(new StellaError("LAUNCH_OVER", "no shell was launched with this"))
    launched.used = true
    return ok(undefined)
  }

  /** Ends a launch. False when there is none. */
  end(token: unknown): boolean {
    const launched = typeof token === "string" ? this.#find(token) : undefined
    this.#launches = this.#launches.filter(one => one !== launched)
    return launched !== undefined
  }
}
