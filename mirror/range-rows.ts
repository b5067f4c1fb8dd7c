/**
 * Which entries of the log are held, as runs of leaves: their bytes (`entries`) or only their hashes (`hashes`). The runs
 * of a whole mirror join without gaps from 0 to the head's size.
 *
 * ```json
 * {"end":"70000","state":"entries","v":1}
 * ```
 */
import { decimal, oneOf, readDocument, record } from "../src/formats/document.ts"
import { utf8 } from "../src/kernel/bytes.ts"
import { canonicalJson } from "../src/kernel/json.ts"
import type { KeyValueChange } from "../src/kernel/ports.ts"
import type { ReadableRows } from "./head-row.ts"
import { keysOf, parseKey, rangeKey } from "./rows.ts"
import { damagedRow } from "./store-error.ts"

/** What is held of a run of leaves. */
export type HeldState = "entries" | "hashes"

/** The leaves [start, end). */
export interface HeldRange {
  readonly start: bigint
  readonly end: bigint
  readonly state: HeldState
}

const readRow = record({ v: oneOf(1), end: decimal, state: oneOf("entries", "hashes") })

/**
 * The runs, in order.
 * @throws StellaError STORE_CORRUPT when a row is damaged
 */
export async function readRanges(rows: ReadableRows): Promise<HeldRange[]> {
  const ranges: HeldRange[] = []
  for await (const [key, bytes] of rows.entries(keysOf("range"))) {
    const parsed = parseKey(key)
    const row = readDocument(bytes, readRow)
    if (!row.ok || parsed?.kind !== "range") throw damagedRow(key, "is damaged")
    ranges.push({ start: parsed.start, end: BigInt(row.value.end), state: row.value.state })
  }
  return ranges
}

/** True when the runs join without gaps from 0 to `size`. */
export function areWhole(ranges: readonly HeldRange[], size: bigint): boolean {
  let at = 0n
  for (const { start, end } of ranges) {
    if (start !== at || end <= start) return false
    at = end
  }
  return at === size
}

/** The runs after the leaves [start, end) have been taken in. Neighbours with the same state become one. */
export function withRange(ranges: readonly HeldRange[], added: HeldRange): HeldRange[] {
  if (added.start >= added.end) return [...ranges]
  const pieces = ranges.flatMap(({ start, end, state }): HeldRange[] => [
    { start, end: end < added.start ? end : added.start, state },
    { start: start > added.end ? start : added.end, end, state },
  ])
  const all = [...pieces.filter(p => p.start < p.end), added].sort((a, b) => (a.start < b.start ? -1 : 1))
  const joined: HeldRange[] = []
  for (const range of all) {
    const last = joined.at(-1)
    if (last?.state === range.state && last.end === range.start) joined[joined.length - 1] = { ...last, end: range.end }
    else joined.push(range)
  }
  return joined
}

/** The changes from one set of runs to another. */
export function rangeChanges(before: readonly HeldRange[], after: readonly HeldRange[]): KeyValueChange[] {
  const starts = new Set(after.map(range => range.start))
  return [
    ...before.filter(r => !starts.has(r.start)).map(r => ({ type: "del", key: rangeKey(r.start) }) as const),
    ...after.map(({ start, end, state }) => {
      const value = utf8(canonicalJson({ v: 1, end: end.toString(), state }))
      return { type: "put", key: rangeKey(start), value } as const
    }),
  ]
}
