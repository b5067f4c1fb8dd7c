/** `init` and `status` as text. */
import type * as site from "../../../ui/contract/operations/site.ts"
import { printable, type Paint } from "../printable.ts"
import { findings, lines, many, row, type Shown } from "./lines.ts"
import { trustRows } from "./trust.ts"

export function init(event: Shown<site.Init["output"]>): string {
  const dir = printable(event.dir)
  return lines(`site made in ${dir}`, `next: stella attest import EVIDENCE --store ${dir}`)
}

export function status(event: Shown<site.Status["output"]>, paint: Paint): string {
  return lines(
    row("site", event.siteId),
    row("store", event.storeId),
    row("commit", `${String(event.commit)} in epoch ${String(event.epoch.n)}`),
    row("evidence", many(event.evidence, "piece", "pieces")),
    row("audit", many(event.auditRecords, "record")),
    event.logs.map(log => row("log", `${log.origin}, tree of ${log.size}, root ${log.root}`)),
    trustRows(event.trust),
    row("rollback", "not detectable: nothing outside this machine holds the newest commit"),
    findings(event.findings, paint),
  )
}
