/** Keeps a cosignature of the site with the checkpoint that it is on, so that whoever is given the checkpoint has it too. */
import type { Checkpoint } from "../../src/formats/checkpoint.ts"
import type { NoteSignature } from "../../src/formats/note.ts"
import type { Crypto, KeyValue } from "../../src/kernel/ports.ts"
import { keepCheckpoint, type CheckpointSource } from "../checkpoint-rows.ts"
import type { Cosigner } from "./cosigner.ts"

/** The rows of the log and where its checkpoint has been seen. */
export interface LineContext {
  readonly rows: KeyValue
  readonly crypto: Crypto
  readonly seen: CheckpointSource
}

/** Adds the line to the kept checkpoint, or puts it in the place of an older one of the same cosigner. */
export async function keepLine(
  { rows, crypto, seen }: LineContext,
  checkpoint: Checkpoint,
  { vkey }: Cosigner,
  line: NoteSignature,
): Promise<void> {
  const signed = { ...checkpoint, note: { ...checkpoint.note, signatures: [line] } }
  await rows.batch([await keepCheckpoint(rows, signed, seen, { crypto, vkeys: [vkey] })], { sync: true })
}
