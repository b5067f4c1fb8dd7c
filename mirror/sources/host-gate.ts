/** What one host is spared: how many requests at a time, how many a second, and none while it asks for quiet. */
import { StellaError } from "../../src/kernel/errors.ts"
import type { Timer } from "./timer.ts"

/** Limits of one host. */
export interface HostLimits {
  /** Requests at a time. */
  readonly inFlight: number
  /** Requests begun in a second. */
  readonly perSecond: number
}

/** What a public log stands without a word, on the safe side. */
export const HOST_LIMITS: HostLimits = { inFlight: 16, perSecond: 100 }

/** @throws StellaError INTERRUPTED when the signal says so */
export function assertNotStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new StellaError("INTERRUPTED", "the collection was stopped")
}

/** The gate before one host. */
export class HostGate {
  readonly #timer: Timer
  readonly #limits: HostLimits
  readonly #waiting: (() => void)[] = []
  #running = 0
  #nextStartMs = -Infinity
  #quietUntilMs = -Infinity

  constructor(timer: Timer, limits: HostLimits = HOST_LIMITS) {
    this.#timer = timer
    this.#limits = limits
  }

  /** Lets no request begin for this long: the host has asked for it. */
  quiet(ms: number): void {
    this.#quietUntilMs = Math.max(this.#quietUntilMs, this.#timer.monotonicMs() + ms)
  }

  /**
   * Does the work when its turn has come.
   * @throws StellaError INTERRUPTED when the signal says so before it has
   */
  async pass<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.#enter()
    try {
      await this.#turn(signal)
      return await work()
    } finally {
      this.#running--
      this.#waiting.shift()?.()
    }
  }

  async #enter(): Promise<void> {
    // Those before it end in time, aborted or not: every request has its limit.
    while (this.#running >= this.#limits.inFlight) await new Promise<void>(resolve => this.#waiting.push(resolve))
    this.#running++
  }

  async #turn(signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      assertNotStopped(signal)
      const now = this.#timer.monotonicMs()
      const from = Math.max(this.#nextStartMs, this.#quietUntilMs)
      if (from <= now) {
        this.#nextStartMs = now + 1000 / this.#limits.perSecond
        return
      }
      await this.#timer.wait(from - now, signal)
    }
  }
}

/** One gate for each host, shared by all logs that lie there. */
export class HostGates {
  readonly #gates = new Map<string, HostGate>()
  readonly #timer: Timer
  readonly #limits: HostLimits

  constructor(timer: Timer, limits: HostLimits = HOST_LIMITS) {
    this.#timer = timer
    this.#limits = limits
  }

  /** The gate of a host, by its scheme, name and port. */
  of(host: string): HostGate {
    const gate = this.#gates.get(host) ?? new HostGate(this.#timer, this.#limits)
    this.#gates.set(host, gate)
    return gate
  }
}
