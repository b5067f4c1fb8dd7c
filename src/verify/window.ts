/**
 * Validity windows (sigstore `TimeRange`): closed intervals in epoch seconds. An end of a window that is exactly the
 * time in question is inside it; a missing end is open.
 */
export interface Window {
  readonly start: number
  readonly end?: number | undefined
}

/** True when the window contains the time. */
export function contains(window: Window, atSeconds: number): boolean {
  return atSeconds >= window.start && (window.end === undefined || atSeconds <= window.end)
}

/** A time at which the evidence is proven to have existed; `key` is the check that proved it. */
export interface VerifiedTime {
  readonly key: string
  readonly atSeconds: number
}
