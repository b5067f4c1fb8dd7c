/** Order that does not depend on the host: by UTF-16 code units, as in canonical JSON. */

/** A copy of the items, sorted by their key; items of one key keep their order. */
export function sortedBy<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return items.toSorted((a, b) => {
    const [x, y] = [key(a), key(b)]
    return x < y ? -1 : x > y ? 1 : 0
  })
}
