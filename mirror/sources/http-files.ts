/**
 * The files of a log on a server. A refusal of the moment is answered with patience (429, 503 and their like, broken
 * lines, slow answers): more attempts with growing, jittered waits, and quiet towards the whole host where it asks for it.
 * A refusal for good is an error at once, and so is a redirect out of the log's prefix, which is never followed.
 */
import { StellaError, type ErrorDetail } from "../../src/kernel/errors.ts"
import type { Clock, Random } from "../../src/kernel/ports.ts"
import { backoffMs, RETRY_LIMITS, retryAfterMs, type RetryLimits } from "./backoff.ts"
import { assertNotStopped, type HostGate, type HostGates } from "./host-gate.ts"
import type { Http, HttpAnswer } from "./http.ts"
import type { LogFiles, ReadHow } from "./log-files.ts"
import { hostOf, redirectWithin, type LogPrefix } from "./log-prefix.ts"
import type { Timer } from "./timer.ts"

/** What asking a server needs of the world. */
export interface HttpWorld {
  readonly http: Http
  readonly clock: Clock
  readonly random: Random
  readonly timer: Timer
  /** Shared by every log that is collected at the same time. */
  readonly gates: HostGates
  readonly retry?: RetryLimits
}

/** What has been asked so far. */
export interface RequestCounts {
  /** Requests sent, redirects and repeats included. */
  readonly requests: number
  /** Requests sent again after a refusal of the moment. */
  readonly retries: number
  /** Bytes of the files that came, decoded. */
  readonly bytes: number
}

/** The files of a log on a server, and what they have cost. */
export interface HttpFiles extends LogFiles {
  counts(): RequestCounts
}

/** Redirects that are followed for one file. */
const MAX_REDIRECTS = 4
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
/** Statuses that say "not now". */
const NOT_NOW: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504])
/** Statuses that say "there is no such file". */
const ABSENT: ReadonlySet<number> = new Set([404, 410])

/** What came of an attempt. */
type Outcome =
  | { readonly kind: "done"; readonly bytes: Uint8Array | undefined }
  | { readonly kind: "again"; readonly what: string; readonly afterMs?: number | undefined; readonly cause?: unknown }

class PatientFiles implements HttpFiles {
  readonly #prefix: LogPrefix
  readonly #world: HttpWorld
  readonly #retry: RetryLimits
  readonly #gate: HostGate
  /** Reads under way: rows that are read at the same time share the tiles above them. */
  readonly #reading = new Map<string, Promise<Uint8Array | undefined>>()
  #counts = { requests: 0, retries: 0, bytes: 0 }

  constructor(prefix: LogPrefix, world: HttpWorld) {
    this.#prefix = prefix
    this.#world = world
    this.#retry = world.retry ?? RETRY_LIMITS
    this.#gate = world.gates.of(hostOf(prefix))
  }

  counts(): RequestCounts {
    return { ...this.#counts }
  }

  async read(path: string, maxBytes: number, how: ReadHow = {}): Promise<Uint8Array | undefined> {
    const key = `${how.fresh === true ? "fresh " : ""}${path}`
    const reading = this.#reading.get(key) ?? this.#attempts(path, maxBytes, how)
    this.#reading.set(key, reading)
    try {
      return await reading
    } finally {
      this.#reading.delete(key)
    }
  }

  async #attempts(path: string, maxBytes: number, how: ReadHow): Promise<Uint8Array | undefined> {
    const { random, timer } = this.#world
    for (let failed = 1; ; failed++) {
      const outcome = await this.#attempt(path, maxBytes, how)
      assertNotStopped(how.signal)
      if (outcome.kind === "done") return outcome.bytes
      const { what, afterMs, cause } = outcome
      if (afterMs !== undefined && afterMs > this.#retry.retryAfterMs) {
        const asked = `${what} and asks to come back in ${Math.ceil(afterMs / 1000)} s`
        throw this.#error("SOURCE_UNAVAILABLE", path, asked, { retryAfterMs: afterMs })
      }
      if (failed >= this.#retry.attempts) {
        throw this.#error("SOURCE_UNAVAILABLE", path, what, { attempts: failed }, cause)
      }
      if (afterMs !== undefined) this.#gate.quiet(afterMs)
      await timer.wait(Math.max(afterMs ?? 0, backoffMs(random, this.#retry, failed)), how.signal)
      assertNotStopped(how.signal)
      this.#counts.retries++
    }
  }

  /** One attempt, with the redirects it takes. */
  async #attempt(path: string, maxBytes: number, { fresh = false, signal }: ReadHow): Promise<Outcome> {
    let url = `${this.#prefix}${path}`
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const request = { url, maxBytes, fresh, signal }
      const answer = await this.#gate.pass(() => {
        this.#counts.requests++
        return this.#world.http.get(request)
      }, signal)
      if (answer.kind !== "answered" || !REDIRECTS.has(answer.status)) return this.#outcomeOf(path, answer)
      const to = redirectWithin(this.#prefix, url, answer.location ?? "")
      if (to === undefined) throw this.#error("SOURCE_REFUSED", path, "leads away from the log's own address")
      url = to
    }
    throw this.#error("SOURCE_REFUSED", path, "leads from one address to the next without end")
  }

  #outcomeOf(path: string, answer: HttpAnswer): Outcome {
    if (answer.kind === "broken") return { kind: "again", what: answer.what, cause: answer.cause }
    if (answer.kind === "refused") throw this.#error("SOURCE_REFUSED", path, answer.what, {}, answer.cause)
    const { status, body, retryAfter } = answer
    if (status === 200) {
      this.#counts.bytes += body.length
      return { kind: "done", bytes: body }
    }
    if (ABSENT.has(status)) return { kind: "done", bytes: undefined }
    const what = `the server answers ${status}`
    if (!NOT_NOW.has(status)) throw this.#error("SOURCE_REFUSED", path, what, { status })
    return { kind: "again", what, afterMs: retryAfterMs(retryAfter, this.#world.clock.now()) }
  }

  #error(
    code: "SOURCE_UNAVAILABLE" | "SOURCE_REFUSED",
    path: string,
    what: string,
    detail: ErrorDetail = {},
    cause?: unknown,
  ): StellaError {
    return new StellaError(code, `${this.#prefix}${path}: ${what}`, { address: this.#prefix, path, ...detail }, cause)
  }
}

/** The files of the log below an address. */
export function httpFiles(prefix: LogPrefix, world: HttpWorld): HttpFiles {
  return new PatientFiles(prefix, world)
}
