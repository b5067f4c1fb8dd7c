/**
 * Checkpoints (c2sp.org/tlog-checkpoint): a signed note whose text is a log's tree head.
 *
 * ```text
 * example.com/behind-the-sofa\n                        origin: the identity of the log
 * 20852163\n                                           tree size, decimal
 * CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n       root hash, 32 bytes
 * Timestamp: 1679315147\n                              extension lines, if any (old Rekor v1 logs have one)
 * ```
 *
 * The origin is the log's identity; it need not equal the name of the key that signs.
 */
import { fromBase64, toBase64 } from "../kernel/bytes.ts"
import type { Fault } from "../kernel/reasons.ts"
import { err, ok, type Result } from "../kernel/result.ts"
import { LIMITS } from "./limits.ts"
import { parseNote, type Note } from "./note.ts"

/** A parsed checkpoint with the note it came in. Nothing of it is trusted before the note's signatures are checked. */
export interface Checkpoint {
  readonly origin: string
  /** Number of leaves, at most 2^63 - 1. */
  readonly size: bigint
  /** Root hash of RFC 6962 §2.1, 32 bytes. */
  readonly root: Uint8Array
  readonly extensions: readonly string[]
  readonly note: Note
}

/** The greatest tree size: tlog-cosignature and the tiles format count in 63 bits. */
export const MAX_TREE_SIZE = 2n ** 63n - 1n

/** Parses a size or index: decimal, no sign, no leading zero, at most 2^63 - 1; `undefined` otherwise. */
export function parseTreeSize(text: string): bigint | undefined {
  if (!/^(?:0|[1-9][0-9]{0,18})$/.test(text)) return undefined
  const size = BigInt(text)
  return size <= MAX_TREE_SIZE ? size : undefined
}

function malformed(where: string): { readonly ok: false; readonly error: Fault } {
  return err({ reason: "checkpoint-malformed", where })
}

/**
 * Parses a checkpoint. Faults: `too-large` for an oversize note or origin, else `checkpoint-malformed`, with the line at fault in
 * `where`.
 */
export function parseCheckpoint(input: string | Uint8Array): Result<Checkpoint, Fault> {
  const note = parseNote(input)
  if (!note.ok) return note.error.reason === "too-large" ? note : malformed(note.error.where)
  return checkpointOf(note.value)
}

/** Reads a note's text as a checkpoint. Faults as for `parseCheckpoint`. */
export function checkpointOf(note: Note): Result<Checkpoint, Fault> {
  // The text ends with a newline, so the last piece is empty.
  const lines = note.text.split("\n").slice(0, -1)
  if (lines.length < 3) return malformed("checkpoint")
  const [origin, size, root, ...extensions] = lines as [string, string, string, ...string[]]
  if (origin === "") return malformed("checkpoint.origin")
  if (origin.length > LIMITS.nameLength) return err({ reason: "too-large", where: "checkpoint.origin" })
  const parsedSize = parseTreeSize(size)
  if (parsedSize === undefined) return malformed("checkpoint.size")
  const parsedRoot = fromBase64(root)
  if (parsedRoot?.length !== 32) return malformed("checkpoint.root")
  if (extensions.includes("")) return malformed("checkpoint.extensions")
  return ok({ origin, size: parsedSize, root: parsedRoot, extensions, note })
}

/** Prints the text of a checkpoint, the part that is signed. */
export function printCheckpointText(
  checkpoint: Pick<Checkpoint, "origin" | "size" | "root"> & { readonly extensions?: readonly string[] },
): string {
  const lines = [
    checkpoint.origin,
    checkpoint.size.toString(),
    toBase64(checkpoint.root),
    ...(checkpoint.extensions ?? []),
  ]
  return `${lines.join("\n")}\n`
}
