/** One result of a job, opened at the side: its Report, the command that makes it again, and printing. */
import type { ReactNode } from "react"
import { useTask } from "../backend/asking.ts"
import { useSay } from "../messages/text.ts"
import { CommandCopy } from "../parts/copy.tsx"
import { Dialog } from "../parts/dialog.tsx"
import { Icon } from "../parts/icons.tsx"
import { Failed, Loading } from "../parts/states.tsx"
import { commandOf } from "./command.ts"
import { resultOf } from "./job-results.ts"
import { ReportView, type Judged } from "./report-view.tsx"

/** The command that judges the same again. */
export function verifyCommand(judged: Judged): string {
  const moment = judged.report?.moment.latest
  const artifact = judged.artifact.sha256 === null ? judged.artifact.name : `sha256:${judged.artifact.sha256}`
  return commandOf("attest verify", [artifact], { at: moment, saveCase: "case" })
}

interface DrawerProps {
  readonly job: string
  readonly n: number
  readonly onClose: () => void
  readonly children?: ReactNode
}

/** The drawer. */
export function ReportDrawer({ job, n, onClose, children }: DrawerProps): ReactNode {
  const say = useSay()
  const [held, again] = useTask(`report ${job} ${String(n)}`, async (backend, signal) =>
    resultOf(backend, job, n, signal),
  )
  return (
    <Dialog
      kind="drawer"
      title={say("report.title")}
      onClose={onClose}
      footer={
        <button type="button" className="button" onClick={() => window.print()}>
          <Icon name="print" />
          {say("action.print")}
        </button>
      }
    >
      {held.state === "loading" ? <Loading what={say("report.loading")} /> : null}
      {held.state === "failed" ? <Failed problem={held.problem} onRetry={again} /> : null}
      {held.state === "ready" ? (
        <>
          <ReportView judged={held.value} />
          <CommandCopy command={verifyCommand(held.value)} />
          {children}
        </>
      ) : null}
    </Dialog>
  )
}
