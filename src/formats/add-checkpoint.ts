/**
 * The request with which a log asks a witness, or a mirror, to take up its next checkpoint (c2sp.org/tlog-witness,
 * "add-checkpoint"):
 *
 * ```text
 * old 20852014\n                                   the size that the witness is believed to have, or 0
 * PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n   consistency proof, at most 63 hashes
 * \n
 * example.com/behind-the-sofa\n20852163\n…         the checkpoint
 * ```
 */
import { fromBase64, fromUtf8, toBase64 } from "../kernel/bytes.ts"
import type { Fault, Reason } from "../kernel/reasons.ts"
import { err, ok, type Result } from "../kernel/result.ts"
import { parseCheckpoint, parseTreeSize, type Checkpoint } from "./checkpoint.ts"
import { LIMITS } from "./limits.ts"
import { printNote } from "./note.ts"

/** Most hashes of the proof: tlog-witness allows no more. */
export const MAX_GROWTH_HASHES = 63

/** A parsed request. Nothing of it is verified. */
export interface AddCheckpoint {
  readonly old: bigint
  /** RFC 6962 §2.1.2, from `old` to the checkpoint's size. */
  readonly proof: readonly Uint8Array[]
  readonly checkpoint: Checkpoint
}

function fault(reason: Reason, where: string): { readonly ok: false; readonly error: Fault } {
  return err({ reason, where })
}

/**
 * Parses a request. Faults: `too-large`, `utf8-invalid`, `field-missing`, `field-invalid`, `base64-invalid`, and those of
 * the checkpoint.
 */
export function parseAddCheckpoint(bytes: Uint8Array): Result<AddCheckpoint, Fault> {
  if (bytes.length > LIMITS.noteBytes) return fault("too-large", "addCheckpoint")
  const text = fromUtf8(bytes)
  if (text === undefined) return fault("utf8-invalid", "addCheckpoint")
  // Hashes are never empty lines, so the first one ends them.
  const end = text.indexOf("\n\n")
  if (end < 0) return fault("field-missing", "addCheckpoint.checkpoint")
  const [first = "", ...lines] = text.slice(0, end).split("\n")
  const old = first.startsWith("old ") ? parseTreeSize(first.slice("old ".length)) : undefined
  if (old === undefined) return fault("field-invalid", "addCheckpoint.old")
  if (lines.length > MAX_GROWTH_HASHES) return fault("too-large", "addCheckpoint.proof")
  const proof: Uint8Array[] = []
  for (const [i, line] of lines.entries()) {
    const where = `addCheckpoint.proof[${String(i)}]`
    const hash = fromBase64(line)
    if (hash === undefined) return fault("base64-invalid", where)
    if (hash.length !== 32) return fault("field-invalid", where)
    proof.push(hash)
  }
  const checkpoint = parseCheckpoint(text.slice(end + 2))
  return checkpoint.ok ? ok({ old, proof, checkpoint: checkpoint.value }) : checkpoint
}

/** Prints a request: the exact inverse of `parseAddCheckpoint`. */
export function printAddCheckpoint({ old, proof, checkpoint }: AddCheckpoint): string {
  const lines = [`old ${old.toString()}`, ...proof.map(toBase64), ""]
  return `${lines.join("\n")}\n${printNote(checkpoint.note)}`
}
