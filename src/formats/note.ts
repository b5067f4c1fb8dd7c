/**
 * Signed notes (c2sp.org/signed-note): a text, one empty line, and one or more signature lines.
 *
 * ```text
 * example.com/log\n
 * 1\n
 * AAAA…=\n
 * \n
 * — example.com/log z4sqpx2g…=\n
 * ```
 *
 * The separator is the last empty line of the whole note, since the text may hold empty lines itself: splitting at the
 * first one would let a signer of a longer text pass a part of it off as signature lines. The signed bytes are the
 * text with its final newline. Parsing decides nothing about trust: see `tlog/verify-note.ts`.
 */
import { concatBytes, fromBase64, fromUtf8, toBase64, utf8 } from "../kernel/bytes.ts"
import type { Fault, Reason } from "../kernel/reasons.ts"
import { err, ok, type Result } from "../kernel/result.ts"
import { LIMITS } from "./limits.ts"

/** One signature line. `signature` is what follows the four bytes of the key id; its form depends on the key's type. */
export interface NoteSignature {
  readonly name: string
  /** Unsigned 32-bit key id, from four big-endian bytes. */
  readonly keyId: number
  readonly signature: Uint8Array
}

/** A parsed note. `text` ends with a newline; `signedBytes` is its UTF-8 form. */
export interface Note {
  readonly text: string
  readonly signedBytes: Uint8Array
  readonly signatures: readonly NoteSignature[]
}

/** U+2014 EM DASH and a space: how every signature line begins. */
const LINE_START = "\u2014 "

/** True for a key name: not empty, no Unicode white space, no plus sign (signed-note, "Format"). */
export function isKeyName(name: string): boolean {
  return /^[^\p{White_Space}+]+$/u.test(name)
}

function fault(reason: Reason, where: string): { readonly ok: false; readonly error: Fault } {
  return err({ reason, where })
}

/** The text of the input when it is well-formed and within the limit of `LIMITS.noteBytes` bytes. */
function readText(input: string | Uint8Array): Result<string, Fault> {
  if (input.length > LIMITS.noteBytes) return fault("too-large", "note")
  if (typeof input !== "string") {
    const text = fromUtf8(input)
    return text === undefined ? fault("utf8-invalid", "note") : ok(text)
  }
  if (!input.isWellFormed()) return fault("utf8-invalid", "note")
  return utf8(input).length > LIMITS.noteBytes ? fault("too-large", "note") : ok(input)
}

/**
 * Parses one signature line without its newline.
 * @param where - what to call the line in a fault
 */
export function parseSignatureLine(line: string, where: string): Result<NoteSignature, Fault> {
  const end = line.lastIndexOf(" ")
  if (!line.startsWith(LINE_START) || end < LINE_START.length) return fault("field-invalid", where)
  const name = line.slice(LINE_START.length, end)
  if (!isKeyName(name)) return fault("field-invalid", where)
  const bytes = fromBase64(line.slice(end + 1))
  if (bytes === undefined) return fault("base64-invalid", where)
  // Four bytes of key id and at least one of signature.
  if (bytes.length < 5) return fault("field-invalid", where)
  const keyId = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  return ok({ name, keyId, signature: bytes.subarray(4) })
}

/** Prints one signature line without its newline. */
export function printSignatureLine(line: NoteSignature): string {
  const id = new Uint8Array(4)
  new DataView(id.buffer).setUint32(0, line.keyId)
  return `${LINE_START}${line.name} ${toBase64(concatBytes(id, line.signature))}`
}

/**
 * Parses a signed note. Faults: `too-large`, `utf8-invalid`, `signature-count` (none, or more than
 * `LIMITS.noteSignatures`), `base64-invalid`, `field-invalid`.
 */
export function parseNote(input: string | Uint8Array): Result<Note, Fault> {
  const read = readText(input)
  if (!read.ok) return read
  const whole = read.value
  const split = whole.lastIndexOf("\n\n")
  if (split < 0 || hasControl(whole)) return fault("field-invalid", "note")
  const text = whole.slice(0, split + 1)
  const lines = whole.slice(split + 2).split("\n")
  // Every line ends with a newline, so the last piece is empty.
  if (lines.pop() !== "") return fault("field-invalid", "note.signatures")
  if (lines.length === 0 || lines.length > LIMITS.noteSignatures) return fault("signature-count", "note.signatures")
  const signatures: NoteSignature[] = []
  for (const [i, line] of lines.entries()) {
    const parsed = parseSignatureLine(line, `note.signatures[${String(i)}]`)
    if (!parsed.ok) return parsed
    signatures.push(parsed.value)
  }
  return ok({ text, signedBytes: utf8(text), signatures })
}

/** True when the text has an ASCII control character other than newline. */
function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c < 0x20 && c !== 0x0a) return true
  }
  return false
}

/** Prints a note: the exact inverse of `parseNote`. */
export function printNote(note: Pick<Note, "text" | "signatures">): string {
  return `${note.text}\n${note.signatures.map(line => `${printSignatureLine(line)}\n`).join("")}`
}
