/**
 * A mirror that is fed (c2sp.org/tlog-mirror): takes a log's checkpoints and entries, and cosigns what it has stored. The
 * head moves by the same ingest as everywhere, atomically, and never back.
 */
import type { MirrorInfo } from "../../src/formats/add-entries.ts"
import type { NoteSignature } from "../../src/formats/note.ts"
import { ingest } from "../ingest.ts"
import { readHead } from "../head-row.ts"
import { Turns } from "../turns.ts"
import type { Refusal } from "./answer.ts"
import { cosignHead } from "./cosign-head.ts"
import type { Cosigner } from "./cosigner.ts"
import { pendingSource } from "./pending-source.ts"
import { takeUpload, type UploadContext } from "./upload.ts"
import { readNextEntry } from "./upload-rows.ts"
import { secondsOf, Witness, type WitnessAnswer } from "./witness.ts"

/** What a mirror answers to an upload: its lines, how far it has come (202), where to go on (409), or a refusal. */
export type UploadAnswer =
  | { readonly status: 200; readonly lines: readonly NoteSignature[] }
  | { readonly status: 202 | 409; readonly info: MirrorInfo }
  | Refusal

/** What a mirror is made of. Mirror and witness are different cosigners. */
export interface FedMirrorParts {
  readonly logOf: (origin: string) => UploadContext | undefined
  readonly cosigner: Cosigner
  readonly witness?: Cosigner
}

/** A mirror that logs push to. */
export class FedMirror {
  readonly #parts: FedMirrorParts
  readonly #witness: Witness
  readonly #turns = new Turns()

  constructor(parts: FedMirrorParts) {
    this.#parts = parts
    this.#witness = new Witness({
      logOf: parts.logOf,
      ...(parts.witness === undefined ? {} : { cosigner: parts.witness }),
    })
  }

  /** Makes a checkpoint pending. The mirror's own key signs nothing here. See `Witness.addCheckpoint`. */
  addCheckpoint(body: Uint8Array, now: Date): Promise<WitnessAnswer> {
    return this.#witness.addCheckpoint(body, now)
  }

  /**
   * Takes in entries; once all under a pending checkpoint are there, commits them and cosigns.
   * @throws StellaError as `takeUpload`, `ingest` and `cosignHead` do
   */
  async addEntries(body: AsyncIterable<Uint8Array>, now: Date, signal?: AbortSignal): Promise<UploadAnswer> {
    const { logOf, cosigner } = this.#parts
    const upload = await takeUpload(logOf, body, signal)
    if (upload.status !== "complete") return upload
    const context = logOf(upload.checkpoint.origin) as UploadContext
    return this.#turns.run(async () => {
      const { checkpoint } = upload
      const head = await readHead(context)
      // Another upload may have come further meanwhile: the head never goes back.
      if (head !== undefined && head.size > checkpoint.size) {
        const info = { size: head.size, next: await readNextEntry(context), ticket: new Uint8Array() }
        return { status: 409, info }
      }
      const source = pendingSource(context, checkpoint)
      const events = ingest({ ...context, source, ...(signal === undefined ? {} : { signal }) })
      while ((await events.next()).done !== true);
      const { line } = await cosignHead(context, cosigner, secondsOf(now))
      return { status: 200, lines: [line] }
    })
  }
}
