/** One result of a job, opened at the side: its Report, the command that makes it again, and printing. */
import type { ReactNode } from "react"
import { useTask } from "../backend/asking.ts"
import { useQuery } from "../browser/place.ts"
import { useSay } from "../messages/text.ts"
import { CommandCopy } from "../parts/copy.tsx"
import { Dialog } from "../parts/dialog.tsx"
import { PrintButton } from "../parts/print-button.tsx"
import { Failed, Loading } from "../parts/states.tsx"
import { askedInPlace } from "./asked-for.tsx"
import { commandOf } from "./command.ts"
import { resultOf } from "./job-results.ts"
import { ReportView, type Judged } from "./report-view.tsx"

/** The command that judges the same again: what was asked stands in the address of the results. */
function verifyCommand(judged: Judged, query: Readonly<Record<string, string>>): string {
  const at = judged.report?.moment.latest
  const artifact = judged.artifact.sha256 === null ? judged.artifact.name : `sha256:${judged.artifact.sha256}`
  const bundle = query["bundle"]
  return commandOf("attest verify", [artifact], { bundle, ...askedInPlace(query), at, saveCase: "case" })
}

interface DrawerProps {
  readonly job: string
  readonly n: number
  readonly onClose: () => void
}

/** The drawer. */
export function ReportDrawer({ job, n, onClose }: DrawerProps): ReactNode {
  const say = useSay()
  const [query] = useQuery()
  const [held, again] = useTask(`report ${job} ${String(n)}`, async (backend, signal) =>
    resultOf(backend, job, n, signal),
  )
  return (
    <Dialog kind="drawer" title={say("report.title")} onClose={onClose} footer={<PrintButton />}>
      {held.state === "loading" ? <Loading what={say("report.loading")} /> : null}
      {held.state === "failed" ? <Failed problem={held.problem} onRetry={again} /> : null}
      {held.state === "ready" ? (
        <>
          <ReportView judged={held.value} />
          <CommandCopy command={verifyCommand(held.value, query)} />
        </>
      ) : null}
    </Dialog>
  )
}
