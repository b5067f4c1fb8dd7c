/**
 * Checks the signatures of a note under known keys (c2sp.org/signed-note, "Signatures"): a line counts when both its name
 * and its key id are known, all others are ignored; a known line that fails spoils the whole note.
 */
import type { Crypto } from "../kernel/ports.ts"
import { checkpointOf, type Checkpoint } from "../formats/checkpoint.ts"
import { signedMessage } from "../formats/cosignature.ts"
import type { Note, NoteSignature } from "../formats/note.ts"
import { checkSignature } from "../formats/signature.ts"
import type { Vkey } from "../formats/vkey.ts"

/** What became of one signature line of a known key. */
export interface NoteVerification {
  readonly name: string
  readonly keyId: number
  readonly vkey: Vkey
  readonly outcome: "valid" | "invalid"
  /** When the signature says it was made, in seconds since 1970; only of valid ones, and where the type has a time. */
  readonly timeSeconds?: bigint
}

async function verifyLine(
  crypto: Crypto,
  note: Note,
  checkpoint: Checkpoint | undefined,
  vkey: Vkey,
  line: NoteSignature,
): Promise<NoteVerification> {
  const { name, keyId } = line
  const invalid = { name, keyId, vkey, outcome: "invalid" } as const
  const signed = signedMessage(vkey, note, checkpoint, line.signature)
  if (signed === undefined) return invalid
  const { scheme, signature, message, timeSeconds } = signed
  const outcome = await checkSignature(crypto, { scheme, key: vkey.key, signature, data: { message } })
  if (outcome !== "valid") return invalid
  return { name, keyId, vkey, outcome, ...(timeSeconds === undefined ? {} : { timeSeconds }) }
}

async function verify(
  crypto: Crypto,
  note: Note,
  checkpoint: Checkpoint | undefined,
  vkeys: readonly Vkey[],
): Promise<NoteVerification[]> {
  const results: NoteVerification[] = []
  for (const line of note.signatures) {
    const vkey = vkeys.find(known => known.keyId === line.keyId && known.name === line.name)
    if (vkey === undefined) continue
    // One signature a key: the number of checks is bounded by the keys that are known, not by a hostile note's lines.
    const repeated = results.find(result => result.vkey === vkey)
    if (repeated === undefined) results.push(await verifyLine(crypto, note, checkpoint, vkey, line))
    else results.push({ name: line.name, keyId: line.keyId, vkey, outcome: "invalid" })
  }
  return results
}

/**
 * Verifies every signature line of a note whose name and key id are those of a known key, in the order of the lines. A
 * second line of the same key is invalid. Cosignatures and tree heads need the text to be a checkpoint.
 */
export async function verifyNote(crypto: Crypto, note: Note, vkeys: readonly Vkey[]): Promise<NoteVerification[]> {
  const checkpoint = checkpointOf(note)
  return verify(crypto, note, checkpoint.ok ? checkpoint.value : undefined, vkeys)
}

/** As `verifyNote`, for a checkpoint that has been parsed. */
export async function verifyCheckpoint(
  crypto: Crypto,
  checkpoint: Checkpoint,
  vkeys: readonly Vkey[],
): Promise<NoteVerification[]> {
  return verify(crypto, checkpoint.note, checkpoint, vkeys)
}

/** True when at least one known key signed and no known key's line fails: what signed-note asks before a text is used. */
export function isSigned(results: readonly NoteVerification[]): boolean {
  return results.length > 0 && results.every(result => result.outcome === "valid")
}
