/** Writes a run: blocks in bounded, synced batches, and last the row that makes it count. */
import { compareBytes, copyBytes } from "../../src/kernel/bytes.ts"
import type { Crypto, KeyValue, KeyValueChange } from "../../src/kernel/ports.ts"
import { keysBeginningWith } from "../rows.ts"
import { RowBatches } from "../row-batches.ts"
import { printBlock, BLOCK_POSTINGS } from "./run-block.ts"
import { blockKeys, POSTING_BYTES, putRun, runKey, type Run, type RunPlace } from "./run.ts"

/** What writing runs takes. */
export interface IndexRows {
  readonly rows: KeyValue
  readonly crypto: Pick<Crypto, "hash">
  /** Bytes after which a batch is written; for tests. */
  readonly batchBytes?: number
}

const BLOCK_BYTES = BLOCK_POSTINGS * POSTING_BYTES

/** Collects postings, which must come in order, and writes them as the blocks of one run. */
export class RunWriter {
  readonly #context: IndexRows
  readonly #place: RunPlace
  readonly #batches: RowBatches
  #block = new Uint8Array(BLOCK_BYTES)
  #filled = 0
  #before: Uint8Array = new Uint8Array(POSTING_BYTES)
  #blocks = 0
  #postings = 0

  constructor(context: IndexRows, place: RunPlace) {
    this.#context = context
    this.#place = place
    this.#batches = new RowBatches(context.rows, context.batchBytes)
  }

  /** Adds postings in order; resolves when memory has room for more. */
  async add(postings: Uint8Array): Promise<void> {
    for (let at = 0; at < postings.length;) {
      const part = postings.subarray(at, at + BLOCK_BYTES - this.#filled)
      this.#block.set(part, this.#filled)
      this.#filled += part.length
      at += part.length
      if (this.#filled === BLOCK_BYTES) await this.#write()
    }
  }

  async #write(): Promise<void> {
    const postings = this.#block.subarray(0, this.#filled)
    const block = { number: this.#blocks++, before: this.#before, postings }
    this.#before = copyBytes(postings.subarray(-POSTING_BYTES))
    this.#postings += this.#filled / POSTING_BYTES
    this.#filled = 0
    await this.#batches.add([{ type: "put", ...printBlock(this.#context.crypto, this.#place, block) }])
  }

  /** Writes what is left, then the run's row together with `more`: what it replaces goes in the same instant. */
  async finish(more: readonly KeyValueChange[] = []): Promise<Run> {
    if (this.#filled > 0) await this.#write()
    const last = this.#blocks === 0 ? undefined : this.#before
    const run: Run = { ...this.#place, postings: this.#postings, blocks: this.#blocks, last }
    await this.#batches.flush()
    await this.#context.rows.batch([putRun(this.#context.crypto, run), ...more], { sync: true })
    return run
  }
}

/** Rows that are deleted in one batch. */
const DELETE_ROWS = 4096

/** Deletes all rows in a range of keys, in bounded, synced batches. */
export async function deleteRows(
  rows: KeyValue,
  range: { readonly from: Uint8Array; readonly to: Uint8Array },
): Promise<number> {
  let count = 0
  for (;;) {
    const changes: KeyValueChange[] = []
    for await (const [key] of rows.entries({ ...range, limit: DELETE_ROWS })) changes.push({ type: "del", key })
    if (changes.length === 0) return count
    await rows.batch(changes, { sync: true })
    count += changes.length
  }
}

/** Deletes a run: first its row, so that nothing names blocks that are gone. */
export async function dropRun({ rows }: IndexRows, run: RunPlace): Promise<void> {
  await rows.batch([{ type: "del", key: runKey(run) }], { sync: true })
  await deleteRows(rows, blockKeys(run))
}

/** Deletes blocks that no run names: what a merge or an interrupted writer has left. One seek for each run. */
export async function sweepBlocks({ rows }: IndexRows, runs: readonly RunPlace[], all: Uint8Array): Promise<number> {
  const named = runs.map(run => blockKeys(run)).sort((a, b) => compareBytes(a.from, b.from))
  let { from } = keysBeginningWith(all)
  let count = 0
  for (const { from: next, to } of named) {
    count += await deleteRows(rows, { from, to: next })
    from = to
  }
  return count + (await deleteRows(rows, { from, to: keysBeginningWith(all).to }))
}
