/** Waiting, as a port: a test waits in no time. */

/** Waits, and tells how much time has passed. */
export interface Timer {
  /** Milliseconds from an instant of its own; never goes back, whatever the clock is set to. */
  monotonicMs(): number
  /** Resolves after this many milliseconds, or as soon as the signal is aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void>
}
