/** The browser's clock and timers. Nothing else in the console reads the time. */

/** Milliseconds since 1970. */
export function nowMs(): number {
  return Date.now()
}

/** The instant as the whole product writes it: RFC 3339, UTC, whole seconds. */
export function instantOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19) + "Z"
}

/** Calls every `everyMs` until the returned function is called. */
export function ticking(everyMs: number, tick: () => void): () => void {
  const id = window.setInterval(tick, everyMs)
  return () => {
    window.clearInterval(id)
  }
}

/** Calls once after `delayMs`, unless the returned function is called before. */
export function after(delayMs: number, then: () => void): () => void {
  const id = window.setTimeout(then, delayMs)
  return () => {
    window.clearTimeout(id)
  }
}
