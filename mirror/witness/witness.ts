/**
 * A witness of the site (c2sp.org/tlog-witness): cosigns a log's checkpoint once it is proven to grow out of the last one.
 * Without a cosigner it is the first half of a mirror, which makes a checkpoint pending and signs nothing yet.
 */
import { parseAddCheckpoint, type AddCheckpoint } from "../../src/formats/add-checkpoint.ts"
import type { NoteSignature } from "../../src/formats/note.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { unwrap } from "../../src/kernel/result.ts"
import type { CheckpointContext } from "../ingest-checkpoint.ts"
import { Turns } from "../turns.ts"
import { acceptCheckpoint, type Acceptance } from "./accept-checkpoint.ts"
import { refusal, type Refusal } from "./answer.ts"
import { cosign, type Cosigner } from "./cosigner.ts"
import { keepLine } from "./keep-line.ts"

/** What a witness answers: its signature lines (none without a cosigner), the size it has (409), or a refusal. */
export type WitnessAnswer =
  | { readonly status: 200; readonly lines: readonly NoteSignature[] }
  | { readonly status: 409; readonly size: bigint }
  | Refusal

/** What a witness is made of. */
export interface WitnessParts {
  /** The log of an origin, or undefined when it is not served. Rows that do not depend on anyone else's turn. */
  readonly logOf: (origin: string) => CheckpointContext | undefined
  readonly cosigner?: Cosigner
}

/** Seconds since 1970. */
export function secondsOf(now: Date): bigint {
  return BigInt(Math.floor(now.getTime() / 1000))
}

/** A witness. Requests of one log take turns; different logs do not wait for each other. */
export class Witness {
  readonly #parts: WitnessParts
  readonly #turns = new Map<string, Turns>()

  constructor(parts: WitnessParts) {
    this.#parts = parts
  }

  async #accept(context: CheckpointContext, asked: AddCheckpoint, time: bigint): Promise<Acceptance> {
    try {
      return await acceptCheckpoint(context, asked, time, this.#parts.cosigner)
    } catch (error) {
      if (!(error instanceof StellaError) || error.code !== "SPLIT_VIEW") throw error
      return { ...refusal(422, error.message), isSplitView: true }
    }
  }

  /**
   * Answers a request. What is answered with 200 survives any crash: it is on stable storage before it is signed.
   * @throws StellaError KEY_UNAVAILABLE when the signer fails (the tree is taken up; the request may be sent again with
   * that size as the old one), TIME_INVALID when the clock is behind the last signature, STORE_CORRUPT, DISK_FULL
   */
  async addCheckpoint(body: Uint8Array, now: Date): Promise<WitnessAnswer> {
    const parsed = parseAddCheckpoint(body)
    if (!parsed.ok) return refusal(400, `${parsed.error.where}: ${parsed.error.reason}`)
    const asked = parsed.value
    const { origin } = asked.checkpoint
    const context = this.#parts.logOf(origin)
    if (context === undefined) return refusal(404, "this log is not served here")
    const turns = this.#turns.get(origin) ?? new Turns()
    this.#turns.set(origin, turns)
    return turns.run(async () => {
      const time = secondsOf(now)
      const accepted = await this.#accept(context, asked, time)
      if (accepted.status !== 200) return accepted
      const { cosigner } = this.#parts
      if (cosigner === undefined) return { status: 200, lines: [] }
      const line = unwrap(await cosign(context.crypto, cosigner, asked.checkpoint, time))
      await keepLine(context, asked.checkpoint, cosigner, line)
      return { status: 200, lines: [line] }
    })
  }
}
