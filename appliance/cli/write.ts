/** Writing to standard output and standard error, and the progress line of a terminal. */
import type { ProgressEvent } from "../../ui/contract/operation.ts"

/** What the program needs of an output stream. */
export interface Output {
  readonly isTTY?: boolean
  write(chunk: string | Uint8Array, done?: (error?: Error | null) => void): boolean
  on(event: "error", listener: (error: Error) => void): unknown
}

/**
 * A writer that waits until the stream has taken what it was given, so that a slow reader slows the work, and that
 * tells when the reader has gone away (EPIPE): `gone` is called once, and everything later is dropped.
 */
export function writerTo(stream: Output, gone: () => void): (chunk: string | Uint8Array) => Promise<void> {
  let closed = false
  const close = (): void => {
    if (!closed) gone()
    closed = true
  }
  // Without a listener, a broken pipe would end the process with a stack trace.
  stream.on("error", close)
  return async chunk => {
    if (closed || chunk.length === 0) return
    await new Promise<void>(resolve => {
      stream.write(chunk, error => {
        if (error !== undefined && error !== null) close()
        resolve()
      })
    })
  }
}

/** Draws and wipes the one progress line. Does nothing unless the stream is a terminal. */
export interface ProgressLine {
  show(event: ProgressEvent): void
  wipe(): void
}

const INTERVAL_MS = 100
const CELLS = 24

function draw(event: ProgressEvent): string {
  const done = event.done.toLocaleString("en")
  if (event.total === undefined || event.total === 0) return `${done} ${event.unit}`
  const filled = Math.floor((CELLS * Math.min(event.done, event.total)) / event.total)
  return `[${"#".repeat(filled)}${".".repeat(CELLS - filled)}] ${done} of ${event.total.toLocaleString("en")} ${event.unit}`
}

/** A progress line on standard error; `clockMs` is any steady clock. */
export function progressOn(stream: Output, clockMs: () => number): ProgressLine {
  let shownAt = -INTERVAL_MS
  let drawn = false
  return {
    show: event => {
      if (stream.isTTY !== true || clockMs() - shownAt < INTERVAL_MS) return
      shownAt = clockMs()
      drawn = true
      stream.write(`\r\x1b[K${draw(event)}`)
    },
    wipe: () => {
      if (drawn) stream.write("\r\x1b[K")
      drawn = false
    },
  }
}
