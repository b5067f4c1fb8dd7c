/** Reading listings of the store to their end. */
import { unwrap, type Result } from "../../src/kernel/result.ts"
import type { Page, PageRequest } from "../store/page.ts"

/** A listing of the store: one page at a time. */
export type Listing<T> = (page: PageRequest) => Promise<Result<Page<T>>>

const PAGE_ITEMS = 500

/** Where to begin, and how many are wanted at most, so that a page never reads more than that. */
export interface Stretch {
  readonly after?: string | undefined
  readonly ahead?: number | undefined
}

async function* everyPage<T>(
  listing: Listing<T>,
  signal: AbortSignal,
  { after: from, ahead = PAGE_ITEMS }: Stretch = {},
): AsyncGenerator<readonly T[], void, undefined> {
  let after = from
  do {
    signal.throwIfAborted()
    const page = unwrap(
      await listing({ limit: Math.min(PAGE_ITEMS, ahead), ...(after === undefined ? {} : { after }) }),
    )
    yield page.items
    after = page.next ?? undefined
  } while (after !== undefined)
}

/**
 * Every item of a listing, until the signal is aborted.
 * @throws StellaError what the listing fails with, or the signal's reason
 */
export async function* everyItem<T>(
  listing: Listing<T>,
  signal: AbortSignal,
  stretch: Stretch = {},
): AsyncGenerator<T, void, undefined> {
  for await (const items of everyPage(listing, signal, stretch)) yield* items
}
