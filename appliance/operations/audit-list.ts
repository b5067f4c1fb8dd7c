/** `audit list`: what was done on a site, newest first; all of it, or a page. */
import { toHex } from "../../src/kernel/bytes.ts"
import { unwrap } from "../../src/kernel/result.ts"
import type { List, ShownRecord } from "../../ui/contract/operations/audit.ts"
import { printRecord, type AuditRecord } from "../store/audit-record.ts"
import type { SiteContext, StreamHandler } from "./context.ts"

type Input = List["input"]

/** Records that are read at once. Between two of these, whoever waits hears how far the search has come. */
const READ_AT_ONCE = 500

/** Times of records are RFC 3339 in UTC with whole seconds, as those of the input are, so their texts are in order. */
function wanted(record: AuditRecord, { actor, operation, outcome, since, until }: Input): boolean {
  return (
    (actor === undefined || record.actor.name === actor) &&
    (operation === undefined || record.operation === operation) &&
    (outcome === undefined || record.outcome === outcome) &&
    (since === undefined || record.at >= since) &&
    (until === undefined || record.at < until)
  )
}

function shown(record: AuditRecord, { crypto }: SiteContext): ShownRecord {
  const { n, at, actor, operation, outcome, input, output, prev } = record
  const sha256 = toHex(crypto.hash("sha256", printRecord(record)))
  return { n, at, actor, operation, outcome, input, output, prev, sha256 }
}

export const auditList: StreamHandler<Input, List["output"], SiteContext> = async function* (input, context) {
  const { audit } = context.site
  const { limit = Infinity, after } = input
  const newest = after === undefined ? audit.head.n : Math.min(after - 1, audit.head.n)
  let total = 0
  let last: number | null = null
  let more = false
  for (let below = newest + 1; below > 1 && !more; below -= READ_AT_ONCE) {
    context.signal.throwIfAborted()
    for (const record of unwrap(await audit.newest({ below, limit: READ_AT_ONCE }))) {
      if (!wanted(record, input)) continue
      // One more than is shown tells whether there is a next page.
      if (total === limit) {
        more = true
        break
      }
      total++
      last = record.n
      yield { v: 1, type: "result", code: null, message: null, record: shown(record, context) }
    }
    const done = Math.min(newest, newest - below + 1 + READ_AT_ONCE)
    if (!more) yield { v: 1, type: "progress", done, total: newest, unit: "items" }
  }
  yield { v: 1, type: "summary", code: null, message: null, total, next: more ? last : null }
}
