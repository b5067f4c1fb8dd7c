/**
 * Watches that a body arrives: a client that sends a byte now and then must not hold a request open for long, however fast
 * it was at first. What counts is the newest stretch of `bodyMs` in which the service was ready to take more.
 */
import type { IncomingMessage } from "node:http"
import type { ServiceLimits } from "./limits.ts"

/** How often a body is looked at, in milliseconds. */
const LOOK_MS = 1_000

/** Bounds of a watch. */
export type BodyBounds = Pick<ServiceLimits, "bodyMs" | "bodyBytesPerSecond">

/** How much came in how long. */
interface Stretch {
  readonly ms: number
  readonly bytes: number
}

/** What arrived lately, and whether it was enough. */
export class ArrivalRate {
  readonly #bounds: BodyBounds
  readonly #window: Stretch[] = []
  #ms = 0
  #bytes = 0

  constructor(bounds: BodyBounds) {
    this.#bounds = bounds
  }

  /** Adds what came since the last look; true when the newest `bodyMs` brought too little. */
  add(came: Stretch): boolean {
    const { bodyMs, bodyBytesPerSecond } = this.#bounds
    this.#window.push(came)
    this.#ms += came.ms
    this.#bytes += came.bytes
    for (
      let oldest = this.#window[0];
      oldest !== undefined && this.#ms - oldest.ms >= bodyMs;
      oldest = this.#window[0]
    ) {
      this.#window.shift()
      this.#ms -= oldest.ms
      this.#bytes -= oldest.bytes
    }
    return this.#ms >= bodyMs && this.#bytes * 1000 < bodyBytesPerSecond * this.#ms
  }
}

/** A running watch; ends with the message by itself. */
export class BodyWatch {
  readonly #timer: NodeJS.Timeout
  /** Called once when the body is too slow; a handler that reads the body itself puts its own way of giving up here. */
  late: () => void

  constructor(message: IncomingMessage, late: () => void, bounds: BodyBounds) {
    this.late = late
    const { socket } = message
    const rate = new ArrivalRate(bounds)
    let from = performance.now()
    let before = socket.bytesRead
    const look = (): void => {
      if (message.complete || socket.destroyed) {
        this.stop()
        return
      }
      const [now, bytes] = [performance.now(), socket.bytesRead]
      const came = { ms: now - from, bytes: bytes - before }
      from = now
      before = bytes
      // With a full buffer it is we who are slow: the disk, or a file before this one.
      if (message.readableLength >= message.readableHighWaterMark || !rate.add(came)) return
      this.stop()
      this.late()
    }
    this.#timer = setInterval(look, Math.min(LOOK_MS, bounds.bodyMs / 2))
    this.#timer.unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
