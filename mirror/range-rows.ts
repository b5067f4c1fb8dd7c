/**
 * Which entries of the log are held, as runs of leaves: their bytes (`entries`) or only their hashes (`hashes`). The runs
 * of a whole mirror join without gaps from 0 to the head's size.
 *
 * ```json
 * {"end":"70000","seal":"<hex>","state":"entries","v":1}
 * ```
 */
import { decimal, oneOf, record } from "../src/formats/document.ts"
import type { Crypto, KeyValueChange } from "../src/kernel/ports.ts"
import { keysOf, parseKey, rangeKey } from "./rows.ts"
import { openRow, sealRow, type SealedRows } from "./sealed-row.ts"
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
export async function readRanges({ rows, crypto }: SealedRows): Promise<HeldRange[]> {
  const ranges: HeldRange[] = []
  for await (const [key, bytes] of rows.entries(keysOf("range"))) {
    const parsed = parseKey(key)
    if (parsed?.kind !== "range") throw damagedRow(key, "has a malformed key")
    const { end, state } = openRow(crypto, key, bytes, readRow)
    ranges.push({ start: parsed.start, end: BigInt(end), state })
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

/** Number of leaves from `from` on that are held in this state. */
export function leavesHeld(ranges: readonly HeldRange[], state: HeldState, from: bigint): bigint {
  return ranges
    .filter(range => range.state === state && range.end > from)
    .reduce((sum, { start, end }) => sum + end - (start > from ? start : from), 0n)
}

/** How many leaves of a row have their entries held, from the row's beginning; at most `width`. */
export function entriesNeeded(held: readonly HeldRange[], row: bigint, width: number): number {
  const first = row * 256n
  const range = held.find(r => r.state === "entries" && r.start <= first && r.end > first)
  return range === undefined ? 0 : Math.min(width, Number(range.end - first > 256n ? 256n : range.end - first))
}

/** The changes from one set of runs to another. */
export function rangeChanges(
  crypto: Pick<Crypto, "hash">,
  before: readonly HeldRange[],
  after: readonly HeldRange[],
): KeyValueChange[] {
  const starts = new Set(after.map(range => range.start))
  return [
    ...before.filter(r => !starts.has(r.start)).map(r => ({ type: "del", key: rangeKey(r.start) }) as const),
    ...after.map(({ start, end, state }) => {
      const value = sealRow(crypto, { v: 1, end: end.toString(), state })
      return { type: "put", key: rangeKey(start), value } as const
    }),
  ]
}
