/** Turns: of the work that is given to one queue, one piece runs at a time, in the order in which it came. */

/** A queue of work. */
export class Turns {
  #last: Promise<void> = Promise.resolve()

  /**
   * Waits for the turn and gives the function that ends it, which may be called more than once. When `signal` is aborted
   * first, the turn is given up and the wait rejects with the signal's reason.
   */
  async take(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted()
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const before = this.#last
    this.#last = before.then(() => promise)
    const end = (): void => {
      resolve(undefined)
    }
    if (signal === undefined) {
      await before
      return end
    }
    const given = Promise.withResolvers<never>()
    const give = (): void => {
      given.reject(signal.reason as Error)
    }
    signal.addEventListener("abort", give, { once: true })
    try {
      await Promise.race([before, given.promise])
      return end
    } catch (error) {
      end()
      throw error
    } finally {
      signal.removeEventListener("abort", give)
    }
  }

  /** Runs the work in its turn. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const end = await this.take()
    try {
      return await work()
    } finally {
      end()
    }
  }
}
