/** `gap report` as text: the report renders itself, for paper as for terminals. */
import { renderGapReport } from "../../../src/gap/render-text.ts"
import type * as gap from "../../../ui/contract/operations/gap.ts"
import { lines, type Shown } from "./lines.ts"

export function report(event: Shown<gap.Report["output"]>): string {
  return renderGapReport(event.report) + lines("", `report sha256:${event.reportSha256}`)
}
