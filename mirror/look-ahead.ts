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
 * way. When the reader stops, or one of the items fails, the signal that the others were given is aborted, and nothing is
 * under way any more when the generator ends.
 */
export async function* lookAhead<Item, Result>(
  items: Iterable<Item>,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
  sizeOf: (result: Result) => number,
  bounds: LookAhead,
  signal?: AbortSignal,
): AsyncGenerator<Result> {
  const ending = new AbortController()
  const both = signal === undefined ? ending.signal : AbortSignal.any([ending.signal, signal])
  const left = items[Symbol.iterator]()
  const under: Promise<Result>[] = []
  let waiting = 0
  const begin = (): boolean => {
    const next = left.next()
    if (next.done === true) return false
    const running = work(next.value, both).then(result => {
      waiting += sizeOf(result)
      return result
    })
    // It is awaited in its turn; until then a failure is not an unhandled one.
    running.catch(() => undefined)
    under.push(running)
    return true
  }
  try {
    for (;;) {
      while (under.length < bounds.items && (under.length === 0 || waiting <= bounds.bytes)) if (!begin()) break
      const first = under[0]
      if (first === undefined) return
      const result = await first
      void under.shift()
      waiting -= sizeOf(result)
      yield result
    }
  } finally {
    ending.abort()
    await Promise.allSettled(under)
  }
}
