/** The machine's timer. */
import { performance } from "node:perf_hooks"
import { setTimeout } from "node:timers/promises"
import type { Timer } from "./timer.ts"

/** Waits by Node's timers. */
export const systemTimer: Timer = {
  monotonicMs: () => performance.now(),
  async wait(ms, signal) {
    try {
      await setTimeout(ms, undefined, signal === undefined ? {} : { signal })
    } catch (error) {
      // An aborted wait ends early; anything else is a defect.
      if (signal?.aborted !== true) throw error
    }
  },
}
