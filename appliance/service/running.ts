/** What runs now: bounded in number, and ended in an orderly way when the service is stopped. */
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"

/** One run: its signal, and the call that says it is over. */
export interface Run extends Disposable {
  readonly signal: AbortSignal
  /** Stops it; the reason is the code that it ends with. */
  stop(reason: StellaError): void
}

/** The runs of a service. */
export class Running {
  readonly #most: number
  readonly #runs = new Set<Run>()
  #stopping = false
  #empty: PromiseWithResolvers<undefined> | undefined

  constructor(most: number) {
    this.#most = most
  }

  get count(): number {
    return this.#runs.size
  }

  get stopping(): boolean {
    return this.#stopping
  }

  /** Begins a run. The failure is SERVICE_UNAVAILABLE: too much runs, or the service is ending. */
  begin(): Result<Run> {
    if (this.#stopping) return err(new StellaError("SERVICE_UNAVAILABLE", "the service is being stopped"))
    if (this.#runs.size >= this.#most)
      return err(new StellaError("SERVICE_UNAVAILABLE", `${String(this.#most)} operations run already; try again`))
    const controller = new AbortController()
    const run: Run = {
      signal: controller.signal,
      stop: reason => {
        controller.abort(reason)
      },
      [Symbol.dispose]: () => {
        this.#runs.delete(run)
        if (this.#runs.size === 0) this.#empty?.resolve(undefined)
      },
    }
    this.#runs.add(run)
    return ok(run)
  }

  /** Begins no more, waits until `grace` has passed or all have ended, then stops the others and waits for their end. */
  async stop(grace: Promise<unknown>): Promise<void> {
    this.#stopping = true
    if (this.#runs.size === 0) return
    this.#empty = Promise.withResolvers()
    await Promise.race([this.#empty.promise, grace])
    for (const run of this.#runs) run.stop(new StellaError("INTERRUPTED", "the service was stopped"))
    await this.#empty.promise
  }
}
