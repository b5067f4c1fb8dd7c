/**
 * A stage lets a writer that knows only the KeyValue port take part in a commit. The writer does what it always does:
 * content in batches, last of all one synced batch that flips its head. Through a stage the content goes to the store
 * at once, and the rows that the site commits (the head) are held back until `commit` takes them together with the
 * audit record. A crash before that leaves the old head and content that nothing names.
 *
 * A stage that holds nothing back is also how such a sublevel is read: committed keys come verified, others as they are.
 */
import { compareBytes, concatBytes, toHex } from "../../src/kernel/bytes.ts"
import type { KeyRange, KeyValue, KeyValueChange } from "../../src/kernel/ports.ts"
import type { ReadableRows, SublevelChanges } from "./database.ts"

export interface Stage {
  /**
   * What the writer is given. Committed keys are read through the held-back changes from the verified rows; all other
   * keys are content rows. Content is always written with sync, since a commit is going to name it.
   */
  readonly rows: KeyValue
  /** The held-back changes, for `Site.commit`. */
  changes(): SublevelChanges
}

/** A row, or with `undefined` the absence of one. */
type Entry = readonly [key: Uint8Array, value: Uint8Array | undefined]

/** Merges two sources in key order; where both have a key, `over` counts, and a key it marks absent is left out. */
async function* merged(
  under: AsyncIterable<Entry>,
  over: AsyncIterable<Entry> | Iterable<Entry>,
  reverse: boolean,
): AsyncGenerator<readonly [Uint8Array, Uint8Array]> {
  const sign = reverse ? -1 : 1
  const upper = Symbol.asyncIterator in over ? over[Symbol.asyncIterator]() : over[Symbol.iterator]()
  try {
    let next = await upper.next()
    for await (const [key, value] of under) {
      while (next.done !== true && sign * compareBytes(next.value[0], key) < 0) {
        if (next.value[1] !== undefined) yield [next.value[0], next.value[1]]
        next = await upper.next()
      }
      if (next.done !== true && compareBytes(next.value[0], key) === 0) continue
      if (value !== undefined) yield [key, value]
    }
    while (next.done !== true) {
      if (next.value[1] !== undefined) yield [next.value[0], next.value[1]]
      next = await upper.next()
    }
  } finally {
    await upper.return?.()
  }
}

function within(key: Uint8Array, range: KeyRange): boolean {
  if (range.from !== undefined && compareBytes(key, range.from) < 0) return false
  return range.to === undefined || compareBytes(key, range.to) < 0
}

/** A stage over the content rows and the committed rows of one sublevel. `isCommitted` tells the keys apart. */
export function openStage(
  sublevel: string,
  content: KeyValue,
  committed: ReadableRows,
  isCommitted: (key: Uint8Array) => boolean,
): Stage {
  const held = new Map<string, KeyValueChange>()

  async function get(key: Uint8Array): Promise<Uint8Array | undefined> {
    if (!isCommitted(key)) return content.get(key)
    const change = held.get(toHex(key))
    if (change === undefined) return committed.get(key)
    return change.type === "put" ? change.value : undefined
  }

  async function* contentOnly(range: KeyRange): AsyncGenerator<Entry> {
    const { limit = Infinity } = range
    // Committed rows among them do not count: whoever wants a few rows is given them by as few, not by a great read ahead.
    for (let rest = range; ;) {
      let last: Uint8Array | undefined
      let read = 0
      for await (const entry of content.entries(rest)) {
        read++
        last = entry[0]
        if (!isCommitted(entry[0])) yield entry
      }
      if (last === undefined || read < limit) return
      rest = rest.reverse === true ? { ...rest, to: last } : { ...rest, from: concatBytes(last, Uint8Array.of(0)) }
    }
  }

  return {
    changes: () => ({ sublevel, changes: [...held.values()] }),
    rows: {
      get,
      getMany: keys => (keys.some(isCommitted) ? Promise.all(keys.map(get)) : content.getMany(keys)),
      async batch(changes) {
        const now = changes.filter(c => !isCommitted(c.key))
        if (now.length > 0) await content.batch(now, { sync: true })
        for (const change of changes) if (isCommitted(change.key)) held.set(toHex(change.key), change)
      },
      async *entries({ limit = Infinity, ...range }) {
        const reverse = range.reverse === true
        const heldBack = [...held.values()]
          .filter(c => within(c.key, range))
          .sort((a, b) => (reverse ? compareBytes(b.key, a.key) : compareBytes(a.key, b.key)))
          .map((c): Entry => [c.key, c.type === "put" ? c.value : undefined])
        const stored = merged(contentOnly({ ...range, limit }), committed.entries(range), reverse)
        let given = 0
        if (given >= limit) return
        for await (const entry of merged(stored, heldBack, reverse)) {
          yield entry
          if (++given >= limit) return
        }
      },
    },
  }
}
