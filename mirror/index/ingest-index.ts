/** The index under an ingest: runs of the new leaves, those of older ones that nothing names any more, and older layouts. */
import type { KeyValue, KeyValueChange, Crypto } from "../../src/kernel/ports.ts"
import type { VerifiedTiles } from "../../src/tlog/verified-tiles.ts"
import type { RowBatches } from "../row-batches.ts"
import { hasRows } from "../sealed-row.ts"
import { indexKey, keysOf, parseKey } from "../rows.ts"
import { chunksOf, leavesOfChunk, type IndexPart } from "./leaf-index.ts"
import { RunBuilder } from "./run-builder.ts"

/** Rows deleted in one batch. */
const SWEEP_ROWS = 10_000

const puts = (run: readonly IndexPart[]): KeyValueChange[] => run.map(row => ({ type: "put", ...row }))

/** The index of a walk over the new leaves. */
export class IngestIndex {
  readonly #builder: RunBuilder

  private constructor(builder: RunBuilder) {
    this.#builder = builder
  }

  /**
   * Begins at the chunk in which the walk's first row lies: the leaves before it are read from the tree.
   * @param row - the walk's first row of 256 leaves
   */
  static async begin(crypto: Pick<Crypto, "hash">, tiles: VerifiedTiles, row: bigint): Promise<IngestIndex> {
    const chunk = row >> 8n
    const builder = new RunBuilder(crypto, chunk)
    for (let before = chunk << 8n; before < row; before++) builder.add(await tiles.tile(0, before))
    return new IngestIndex(builder)
  }

  /** What to write when the row of these leaves is taken in. */
  add(leaves: Uint8Array): KeyValueChange[] {
    return puts(this.#builder.add(leaves))
  }

  /** What to write when the walk is over. */
  end(): KeyValueChange[] {
    return puts(this.#builder.end())
  }
}

/** True for a row of the index that the tree of this size has no use for. */
export function isSuperfluous(chunk: bigint, count: number, size: bigint): boolean {
  return chunk >= chunksOf(size) || count !== leavesOfChunk(chunk, size)
}

async function sweep(rows: KeyValue, keys: AsyncIterable<Uint8Array>): Promise<void> {
  let batch: KeyValueChange[] = []
  for await (const key of keys) {
    batch.push({ type: "del", key })
    if (batch.length < SWEEP_ROWS) continue
    await rows.batch(batch, { sync: true })
    batch = []
  }
  if (batch.length > 0) await rows.batch(batch, { sync: true })
}

/** Rows between the runs that the tree names: two short looks a chunk, however great the index is. */
async function* superfluousRuns(rows: KeyValue, size: bigint): AsyncGenerator<Uint8Array> {
  let from = indexKey(0n, 0, 0)
  for (let chunk = 0n; chunk <= chunksOf(size); chunk++) {
    const isNamed = chunk < chunksOf(size)
    const count = leavesOfChunk(chunk, size)
    const to = isNamed ? indexKey(chunk, count, 0) : keysOf("index").to
    for await (const [key] of rows.entries({ from, to })) yield key
    if (isNamed) from = indexKey(chunk, count + 1, 0)
  }
}

async function* oldRows(rows: KeyValue): AsyncGenerator<Uint8Array> {
  for await (const [key] of rows.entries(keysOf("leaf"))) if (parseKey(key)?.kind === "leaf") yield key
}

/**
 * Removes the runs that the head does not name: of smaller trees, and of ingests that were cut. A mirror of the first
 * layout, a row for each leaf, is brought to this one: first all runs are written, then its rows are removed. Cut at any
 * instant, it begins again.
 */
export async function tidyIndex(
  rows: KeyValue,
  crypto: Pick<Crypto, "hash">,
  held: VerifiedTiles | undefined,
  batches: RowBatches,
): Promise<void> {
  const size = held?.size ?? 0n
  await sweep(rows, superfluousRuns(rows, size))
  if (!(await hasRows(rows, keysOf("leaf")))) return
  if (held !== undefined) {
    const index = await IngestIndex.begin(crypto, held, 0n)
    for (let row = 0n; row * 256n < size; row++) await batches.add(index.add(await held.tile(0, row)))
    await batches.add(index.end())
    await batches.flush()
  }
  await sweep(rows, oldRows(rows))
}
