/** `attest list`: the evidence in a store, in the order of its digests; all of it, or a page. */
import type { List } from "../../ui/contract/operations/attest.ts"
import type { EvidenceRecord } from "../store/evidence-store.ts"
import type { SiteContext, StreamHandler } from "./context.ts"
import { everyItem } from "./pages.ts"

const PREFIX = "sha256:"

function listed({ sha256, bytes, form, items, subjects, predicateTypes, importedAt, source }: EvidenceRecord) {
  return {
    sha256,
    bytes,
    form,
    items,
    subjects: [...subjects],
    predicateTypes: [...predicateTypes],
    importedAt,
    source,
  }
}

export const attestList: StreamHandler<List["input"], List["output"], SiteContext> = async function* (input, context) {
  const { evidence } = context.site
  const { subject, limit, after } = input
  const records = everyItem(
    page => (subject === undefined ? evidence.list(page) : evidence.bySubject(subject, page)),
    context.signal,
    // One more than is shown tells whether there is a next page.
    { after: after?.slice(PREFIX.length), ahead: limit === undefined ? undefined : limit + 1 },
  )
  let total = 0
  let last: string | undefined
  let more = false
  for await (const record of records) {
    if (total === limit) {
      more = true
      break
    }
    total++
    last = record.sha256
    yield { v: 1, type: "result", code: null, message: null, evidence: listed(record) }
  }
  const next = more && last !== undefined ? PREFIX + last : null
  yield { v: 1, type: "summary", code: null, message: null, total, next }
}
