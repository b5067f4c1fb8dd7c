/** `attest list`: the evidence in a store, in the order of its digests. */
import type { List } from "../../ui/contract/operations/attest.ts"
import type { SiteContext, StreamHandler } from "./context.ts"
import { everyItem } from "./pages.ts"

export const attestList: StreamHandler<List["input"], List["output"], SiteContext> = async function* (input, context) {
  const { evidence } = context.site
  const { subject } = input
  const records = everyItem(
    page => (subject === undefined ? evidence.list(page) : evidence.bySubject(subject, page)),
    context.signal,
  )
  let total = 0
  for await (const { sha256, bytes, form, items, subjects, predicateTypes, importedAt, source } of records) {
    total++
    const listed = {
      sha256,
      bytes,
      form,
      items,
      subjects: [...subjects],
      predicateTypes: [...predicateTypes],
      importedAt,
      source,
    }
    yield { v: 1, type: "result", code: null, message: null, evidence: listed }
  }
  yield { v: 1, type: "summary", code: null, message: null, total }
}
