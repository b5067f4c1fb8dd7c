/** The rows of the lowest level in order, tile and entries together, read ahead of whoever works on them. */
import { entriesKey, tileKey } from "./rows.ts"
import type { ReadableRows } from "./sealed-row.ts"

/** What lies in the store for one row of 256 leaves; nothing of it is verified. */
export interface LeafRow {
  readonly row: bigint
  readonly tile: Uint8Array | undefined
  readonly entries: Uint8Array | undefined
}

/** Rows read at once. Two such groups are held, and a bundle has at most 16.8 MB. */
const AT_ONCE = 8

/** Rows [from, to), each once. */
export async function* readLeafRows(rows: ReadableRows, from: bigint, to: bigint): AsyncGenerator<LeafRow> {
  const read = (first: bigint): Promise<LeafRow[]> => {
    const left = to - first
    const group = Array.from({ length: left < AT_ONCE ? Number(left) : AT_ONCE }, (_, i) => first + BigInt(i))
    const keys = group.flatMap(row => [tileKey(0, row), entriesKey(row)])
    return rows
      .getMany(keys)
      .then(values => group.map((row, i) => ({ row, tile: values[2 * i], entries: values[2 * i + 1] })))
  }
  let next = from < to ? read(from) : undefined
  for (let first = from; next !== undefined; first += BigInt(AT_ONCE)) {
    const group = await next
    const following = first + BigInt(AT_ONCE)
    next = following < to ? read(following) : undefined
    // A failure is reported when its turn comes, or not at all when nobody asks any more.
    next?.catch(() => undefined)
    yield* group
  }
}
