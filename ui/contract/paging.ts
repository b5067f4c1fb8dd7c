/** Lists that come page by page: how a page is asked for, and how it says where the next one goes on. */
import * as z from "zod"
import { summary } from "./events.ts"
import { count, field } from "./fields.ts"

/** The flags of a page of many `things`, each of which its cursor names. */
export function pageFlags<T extends z.ZodType>(things: string, thing: string, value: string, cursor: T) {
  return {
    limit: field("N", `at most so many ${things}; default: all of them`, count(1, 1_000_000).optional(), "selection"),
    after: field(value, `go on after this ${thing}: the \`next\` of the page before`, cursor.optional(), "selection"),
  }
}

/** The end of a page. */
export function pageEnd<T extends z.ZodType>(cursor: T) {
  return summary({
    /** How many are listed here. */
    total: z.int(),
    /** Where the next page goes on; null when there is no more. */
    next: cursor.nullable(),
  })
}
