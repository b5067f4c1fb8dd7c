/** `mirror head`: the newest verified tree of each mirrored log. */
import { ok } from "../../src/kernel/result.ts"
import type { ShowHead } from "../../ui/contract/operations/mirror.ts"
import type { DocumentHandler, SiteContext } from "./context.ts"
import { shownHead } from "./mirror-ingest.ts"
import { mirroredLogs, requireLog } from "./site-logs.ts"

export const mirrorHead: DocumentHandler<ShowHead["input"], ShowHead["output"], SiteContext> = async (
  { origin },
  { site, crypto },
) => {
  const logs = origin === undefined ? await mirroredLogs(site, crypto) : [await requireLog(site, origin, crypto)]
  const shown = logs.map(({ head, at, frozen }) => ({ ...shownHead(head), at, vkey: head.vkey, frozen }))
  return ok({ v: 1, type: "result", code: null, message: null, logs: shown })
}
