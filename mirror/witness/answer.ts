/**
 * What a witness or a mirror answers, by the status that its HTTP face gives (c2sp.org/tlog-witness, c2sp.org/tlog-mirror).
 * The library speaks of answers, not of HTTP: media and tests ask it too.
 */
import { printSignatureLine, type NoteSignature } from "../../src/formats/note.ts"

/** A request that was not followed, and why; the text names no secret and quotes no more than the request's own names. */
export interface Refusal {
  /**
   * 400 malformed · 403 not signed by the log, or the log is frozen · 404 a log that is not served here ·
   * 422 what was sent proves nothing
   */
  readonly status: 400 | 403 | 404 | 422
  readonly why: string
  /** True when this request has convicted the log, which is frozen now. */
  readonly isSplitView?: true
}

/** Content type of the size that a 409 of a witness carries. */
export const SIZE_TYPE = "text/x.tlog.size"
/** Content type of the lines that a 409 or 202 of a mirror carries. */
export const MIRROR_INFO_TYPE = "text/x.tlog.mirror-info"

/** A refusal. */
export function refusal(status: Refusal["status"], why: string): Refusal {
  return { status, why }
}

/** The body of an answer that gives cosignatures: a signature line each. */
export function printCosignatures(lines: readonly NoteSignature[]): string {
  return lines.map(line => `${printSignatureLine(line)}\n`).join("")
}
