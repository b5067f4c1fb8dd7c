/** The entries of a term, in order, as the runs of a family have them. */
import { compareBytes, concatBytes, equalBytes } from "../../src/kernel/bytes.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import type { ReadableRows } from "../sealed-row.ts"
import { damagedRow } from "../store-error.ts"
import { positionOf, readBlock, type Block } from "./run-block.ts"
import { blockKeys, isBeyond, POSTING_BYTES, runKey, type Run } from "./run.ts"

const PREFIX_BYTES = 8

/** What reading an index takes. */
export interface IndexReading {
  readonly rows: ReadableRows
  readonly crypto: Pick<Crypto, "hash">
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}

/** Looks for one term. What it gives are candidates: hashes of terms are cut to 8 bytes. */
export class TermCursor {
  readonly #context: IndexReading
  readonly #runs: readonly Run[]
  readonly #prefix: Uint8Array
  #at = 0
  #block: Block | undefined

  /**
   * @param runs - of one family, in order of their entries
   * @param hash - of the term; of a leaf, the leaf hash
   */
  constructor(context: IndexReading, runs: readonly Run[], hash: Uint8Array) {
    this.#context = context
    this.#runs = runs
    this.#prefix = hash.slice(0, PREFIX_BYTES)
  }

  /**
   * The first candidate that is not before `from`; each call asks for a later one than the call before.
   * @throws StellaError STORE_CORRUPT when a block that could have it is damaged or missing
   */
  async seek(from: bigint): Promise<bigint | undefined> {
    for (; this.#at < this.#runs.length; this.#at++, this.#block = undefined) {
      const run = this.#runs[this.#at] as Run
      if (run.end <= from) continue
      const wanted = concatBytes(this.#prefix, u32(from > run.start ? Number(from - run.start) : 0))
      if (isBeyond(run, wanted)) continue
      const { postings } = await this.#blockOf(run, wanted)
      const at = positionOf(postings, wanted) * POSTING_BYTES
      const found = postings.subarray(at, at + POSTING_BYTES)
      if (!equalBytes(found.subarray(0, PREFIX_BYTES), this.#prefix)) continue
      return run.start + BigInt(new DataView(found.buffer, found.byteOffset).getUint32(PREFIX_BYTES))
    }
    return undefined
  }

  /** The block whose postings reach `wanted`, and no block before does. */
  async #blockOf(run: Run, wanted: Uint8Array): Promise<Block> {
    const held = this.#block
    if (held !== undefined && compareBytes(wanted, held.postings.subarray(-POSTING_BYTES)) <= 0) return held
    const { rows, crypto } = this.#context
    for await (const [key, value] of rows.entries({ ...blockKeys(run, wanted), limit: 1 })) {
      const block = readBlock(crypto, key, value)
      if (block.number > 0 && compareBytes(block.before, wanted) >= 0)
        throw damagedRow(key, "has lost the block before")
      this.#block = block
      return block
    }
    throw damagedRow(runKey(run), "has lost a block")
  }
}
