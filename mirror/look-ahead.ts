/** Work on many items at a time whose results are taken in order: how a walk over a log hides how far away its source is. */

/** How much may be under way. */
export interface LookAhead {
  /** Items at a time, the one whose result is awaited included. */
  readonly items: number
  /** Bytes of results that wait for their turn; while there are more, no further item is begun. */
  readonly bytes: number
}

/** One item at a time. */
export const NO_LOOK_AHEAD: LookAhead = { items: 1, bytes: 0 }

/**
 * The results of `work` in the order of the items. Memory is bounded by `bounds.bytes` and one result for each item under
 * way. Nothing is under way any more when the generator ends.
 * @param ending - what the work listens to: aborted when an item fails or the reader leaves, so that the others end
 */
export async function* lookAhead<Item, Result>(
  items: Iterable<Item>,
  work: (item: Item) => Promise<Result>,
  sizeOf: (result: Result) => number,
  bounds: LookAhead,
  ending: AbortController,
): AsyncGenerator<Result> {
  const left = items[Symbol.iterator]()
  const under: Promise<Result>[] = []
  let waiting = 0
  const begin = (): boolean => {
    const next = left.next()
    if (next.done === true) return false
    const running = work(next.value).then(result => {
      waiting += sizeOf(result)
      return result
    })
    // It is awaited in its turn; until then a failure is not an unhandled one.
    running.catch(() => undefined)
    under.push(running)
    return true
  }
  let isWhole = false
  try {
    for (;;) {
      while (under.length < bounds.items && (under.length === 0 || waiting <= bounds.bytes)) if (!begin()) break
      const first = under[0]
      if (first === undefined) {
        isWhole = true
        return
      }
      const result = await first
      void under.shift()
      waiting -= sizeOf(result)
      yield result
    }
  } finally {
    if (!isWhole) ending.abort()
    await Promise.allSettled(under)
  }
}
