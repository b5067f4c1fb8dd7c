/** Sixteen neighbouring runs of a level become one of the next, in a single pass with one block of each in memory. */
import type { Crypto } from "../../src/kernel/ports.ts"
import { parseKey } from "../rows.ts"
import type { ReadableRows } from "../sealed-row.ts"
import { damagedRow } from "../store-error.ts"
import { equalBytes } from "../../src/kernel/bytes.ts"
import { readBlock, type Block } from "./run-block.ts"
import { deleteRows, RunWriter, type IndexRows } from "./run-writer.ts"
import { blockKeys, POSTING_BYTES, runKey, type Run } from "./run.ts"

/** Runs that become one. */
export const MERGE_RUNS = 16

/**
 * The blocks of a run, each checked.
 * @throws StellaError STORE_CORRUPT when one is damaged or missing
 */
export async function* blocksOf(
  { rows, crypto }: { readonly rows: Pick<ReadableRows, "entries">; readonly crypto: Pick<Crypto, "hash"> },
  run: Run,
): AsyncGenerator<Block> {
  let number = 0
  let before: Uint8Array = new Uint8Array(POSTING_BYTES)
  for await (const [key, value] of rows.entries(blockKeys(run))) {
    if (parseKey(key) === undefined) throw damagedRow(key, "is no row of a mirror")
    const block = readBlock(crypto, key, value)
    if (block.number !== number || !equalBytes(block.before, before))
      throw damagedRow(key, "does not follow the block before")
    number++
    before = block.postings.subarray(-POSTING_BYTES)
    yield block
  }
  const isWhole = number === run.blocks && (run.last === undefined || equalBytes(run.last, before))
  if (!isWhole) throw damagedRow(runKey(run), `has ${number} of its ${run.blocks} blocks`)
}

/** Where a merge stands in one of its runs. */
class Source {
  readonly #blocks: AsyncGenerator<Block>
  /** What is added to entries, which count from another start now. */
  readonly #shift: number
  #view: DataView = new DataView(new ArrayBuffer(0))
  #at = 0
  /** The first words of the posting it stands at; infinite when there is none. */
  high = Infinity
  low = 0
  entry = 0

  constructor(blocks: AsyncGenerator<Block>, shift: number) {
    this.#blocks = blocks
    this.#shift = shift
  }

  /** Goes to the next posting; true when another block has to be read first. */
  step(): boolean {
    if (this.#at === this.#view.byteLength) return true
    this.high = this.#view.getUint32(this.#at)
    this.low = this.#view.getUint32(this.#at + 4)
    this.entry = this.#view.getUint32(this.#at + 8) + this.#shift
    this.#at += POSTING_BYTES
    return false
  }

  async read(): Promise<void> {
    const next = await this.#blocks.next()
    if (next.done === true) {
      this.high = Infinity
      return
    }
    const { postings } = next.value
    this.#view = new DataView(postings.buffer, postings.byteOffset, postings.byteLength)
    this.#at = 0
    this.step()
  }

  async close(): Promise<void> {
    await this.#blocks.return(undefined)
  }
}

/** The source with the least posting; of equal terms the earliest run, whose entries are the lower ones. */
function leastOf(sources: readonly Source[]): Source {
  let least = sources[0] as Source
  for (const source of sources) {
    if (source.high < least.high || (source.high === least.high && source.low < least.low)) least = source
  }
  return least
}

const CHUNK_POSTINGS = 4096

/**
 * Merges runs that follow one another. Cut at any instant, either they are there or the new one is.
 * @throws StellaError STORE_CORRUPT when a block is damaged
 */
export async function mergeRuns(context: IndexRows, runs: readonly Run[]): Promise<Run> {
  const [first, last] = [runs[0] as Run, runs.at(-1) as Run]
  const { family, level, start } = first
  const place = { family, level: level + 1, start, end: last.end }
  await deleteRows(context.rows, blockKeys(place))
  const writer = new RunWriter(context, place)
  const sources = runs.map(run => new Source(blocksOf(context, run), Number(run.start - start)))
  try {
    for (const source of sources) await source.read()
    let chunk = new DataView(new ArrayBuffer(CHUNK_POSTINGS * POSTING_BYTES))
    let length = 0
    for (let least = leastOf(sources); least.high !== Infinity; least = leastOf(sources)) {
      chunk.setUint32(length, least.high)
      chunk.setUint32(length + 4, least.low)
      chunk.setUint32(length + 8, least.entry)
      length += POSTING_BYTES
      if (length === chunk.byteLength) {
        await writer.add(new Uint8Array(chunk.buffer))
        chunk = new DataView(new ArrayBuffer(chunk.byteLength))
        length = 0
      }
      if (least.step()) await least.read()
    }
    await writer.add(new Uint8Array(chunk.buffer, 0, length))
  } finally {
    for (const source of sources) await source.close()
  }
  const merged = await writer.finish(runs.map(run => ({ type: "del", key: runKey(run) })))
  for (const run of runs) await deleteRows(context.rows, blockKeys(run))
  return merged
}

/** Merges what can be merged; gives the runs as they are then. `runs` are those of one family in order. */
export async function mergeAll(context: IndexRows, runs: readonly Run[]): Promise<Run[]> {
  const all = [...runs]
  for (let at = 0; at + MERGE_RUNS <= all.length;) {
    const group = all.slice(at, at + MERGE_RUNS)
    const first = group[0] as Run
    const fits = (group.at(-1) as Run).end - first.start < 2n ** 32n
    const joins = group.every((run, i) => run.level === first.level && (i === 0 || run.start === group[i - 1]?.end))
    if (!fits || !joins) {
      at++
      continue
    }
    all.splice(at, MERGE_RUNS, await mergeRuns(context, group))
    at = 0
  }
  return all
}
