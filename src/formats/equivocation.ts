/**
 * Proof of equivocation: two notes that one log has signed and that no append-only log can both have, with the
 * consistency proof that shows it. Canonical JSON; anyone who trusts the log's key can check it with nothing else.
 *
 * ```json
 * {"kind":"equivocation","log":{"origin":"example.com/log","vkey":"example.com/log+3c9f…"},
 *  "notes":["<the note of the smaller size>","<the other>"],"proof":["<hex>",…],"v":1}
 * ```
 *
 * `proof` is empty for equal sizes. Where the smaller size is a power of two it names that size's node first.
 */
import { fromHex, toHex, utf8 } from "../kernel/bytes.ts"
import { canonicalJson } from "../kernel/json.ts"
import type { Fault } from "../kernel/reasons.ts"
import { err, ok, type Result } from "../kernel/result.ts"
import { parseCheckpoint, type Checkpoint } from "./checkpoint.ts"
import { hexDigest, list, oneOf, readDocument, record, text } from "./document.ts"
import { LIMITS } from "./limits.ts"
import { printNote } from "./note.ts"

/** A parsed proof of equivocation. Nothing of it is verified: see `tlog/verify-equivocation.ts`. */
export interface Equivocation {
  /** Which log, in the words of who made the document; a verifier goes by its own trusted keys. */
  readonly log: { readonly origin: string; readonly vkey: string }
  readonly smaller: Checkpoint
  readonly greater: Checkpoint
  readonly proof: readonly Uint8Array[]
}

const readEquivocation = record({
  v: oneOf(1),
  kind: oneOf("equivocation"),
  log: record({ origin: text(), vkey: text(8192) }),
  notes: list(text(LIMITS.noteBytes), 2),
  proof: list(hexDigest, LIMITS.proofHashes),
})

/** Parses a proof of equivocation: exactly two checkpoints, the smaller one first. */
export function parseEquivocation(bytes: Uint8Array): Result<Equivocation, Fault> {
  const document = readDocument(bytes, readEquivocation, { maxBytes: 4 * LIMITS.noteBytes })
  if (!document.ok) return document
  const { log, notes, proof } = document.value
  const [smaller, greater] = notes.map(note => parseCheckpoint(note))
  if (smaller === undefined || greater === undefined) return err({ reason: "field-invalid", where: "notes" })
  if (!smaller.ok) return smaller
  if (!greater.ok) return greater
  if (smaller.value.size > greater.value.size) return err({ reason: "field-invalid", where: "notes" })
  const hashes = proof.map(hash => fromHex(hash) as Uint8Array)
  return ok({ log, smaller: smaller.value, greater: greater.value, proof: hashes })
}

/** The canonical bytes of a proof of equivocation. */
export function printEquivocation(equivocation: Equivocation): Uint8Array {
  const { log, smaller, greater, proof } = equivocation
  const notes = [printNote(smaller.note), printNote(greater.note)]
  return utf8(canonicalJson({ v: 1, kind: "equivocation", log, notes, proof: proof.map(toHex) }))
}
