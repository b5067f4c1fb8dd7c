/** Watches that a body arrives: a client that sends a byte now and then must not hold a request open for long. */
import type { IncomingMessage } from "node:http"
import type { ServiceLimits } from "./limits.ts"

/** How often a body is looked at, in milliseconds. */
const LOOK_MS = 1_000

/** Bounds of a watch. */
export type BodyBounds = Pick<ServiceLimits, "bodyMs" | "bodyBytesPerSecond">

/** A running watch; ends with the message by itself. */
export class BodyWatch {
  readonly #timer: NodeJS.Timeout

  /** `late` is called once when the body is too slow. */
  constructor(message: IncomingMessage, late: () => void, bounds: BodyBounds) {
    const { socket } = message
    const from = performance.now()
    const before = socket.bytesRead
    this.#timer = setInterval(
      () => {
        if (message.complete || socket.destroyed) {
          this.stop()
          return
        }
        const earned = ((socket.bytesRead - before) / bounds.bodyBytesPerSecond) * 1000
        if (performance.now() - from <= bounds.bodyMs + earned) return
        this.stop()
        late()
      },
      Math.min(LOOK_MS, bounds.bodyMs / 2),
    )
    this.#timer.unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
