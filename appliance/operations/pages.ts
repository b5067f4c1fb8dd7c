/** Reading listings of the store to their end. */
import { unwrap, type Result } from "../../src/kernel/result.ts"
import type { Page, PageRequest } from "../store/page.ts"

/** A listing of the store: one page at a time. */
export type Listing<T> = (page: PageRequest) => Promise<Result<Page<T>>>

const PAGE_ITEMS = 500

async function* everyPage<T>(listing: Listing<T>, signal: AbortSignal): AsyncGenerator<readonly T[], void, undefined> {
  let after: string | undefined
  do {
    signal.throwIfAborted()
    const page = unwrap(await listing({ limit: PAGE_ITEMS, ...(after === undefined ? {} : { after }) }))
    yield page.items
    after = page.next ?? undefined
  } while (after !== undefined)
}

/**
 * Every item of a listing, until the signal is aborted.
 * @throws StellaError what the listing fails with, or the signal's reason
 */
export async function* everyItem<T>(listing: Listing<T>, signal: AbortSignal): AsyncGenerator<T, void, undefined> {
  for await (const items of everyPage(listing, signal)) yield* items
}

/**
 * How many items a listing has.
 * @throws StellaError as `everyItem`
 */
export async function countItems<T>(listing: Listing<T>, signal: AbortSignal): Promise<number> {
  let count = 0
  for await (const items of everyPage(listing, signal)) count += items.length
  return count
}
