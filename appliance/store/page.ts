/** Listings come in pages: ask for `limit` items, go on with `next` as the cursor until it is null. */

export interface PageRequest {
  /** `next` of the page before; absent for the first page. */
  readonly after?: string
  /** Most items of the page, at least 1. */
  readonly limit: number
}

export interface Page<T> {
  readonly items: readonly T[]
  /** Cursor of the next page; null when this is the last one. */
  readonly next: string | null
}

/** Cuts a page out of a listing that was asked for one item more than the page holds. */
export function pageOf<T>(found: readonly T[], limit: number, cursor: (item: T) => string): Page<T> {
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items, next: found.length > limit && last !== undefined ? cursor(last) : null }
}
