/** Order that does not depend on the host: by UTF-16 code units, as in canonical JSON. */

/** A copy of the items, sorted by their key; items of one key keep their order. */
export function sortedBy<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  const keyed = items.map(item => ({ item, by: key(item) }))
  return keyed.sort((a, b) => (a.by < b.by ? -1 : a.by > b.by ? 1 : 0)).map(k => k.item)
}
