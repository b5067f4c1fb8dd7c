/** Bringing evidence in: files are sent to the service, which keeps what a parser accepts and names what it rejects. */
import { useState, type ReactNode } from "react"
import { isProgress } from "../backend/asking.ts"
import { useBackend, type ResultOf, type SummaryOf } from "../backend/backend.ts"
import { useSay } from "../messages/text.ts"
import { DropZone } from "../parts/drop-zone.tsx"
import { ProgressLine } from "../parts/progress-line.tsx"
import { Failed, Loading } from "../parts/states.tsx"
import { commandOf } from "./command.ts"
import { OperationDialog } from "./operation-dialog.tsx"
import { useWork } from "./use-work.ts"

interface Imported {
  readonly summary: SummaryOf<"attest.import"> | undefined
  readonly rejected: readonly ResultOf<"attest.import">[]
}

/** Most rejected files that are named; the rest is in the count. */
const NAMED = 200

/** The dialog. */
export function ImportDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const say = useSay()
  const backend = useBackend()
  const [files, setFiles] = useState<readonly File[]>([])
  const { work, begin, stop } = useWork<Imported>()
  const bring = (): void =>
    begin(async (signal, tell) => {
      const sent = files.map(file => ({ path: file.name, content: file }))
      const rejected: ResultOf<"attest.import">[] = []
      let summary: Imported["summary"]
      for await (const event of backend.ask(
        "attest.import",
        { files: files.map(file => file.name) },
        { files: sent, signal },
      )) {
        if (isProgress(event)) tell({ done: event.done, total: event.total ?? null, unit: event.unit })
        else if (event.type === "summary") summary = event
        else if (event.code !== null && rejected.length < NAMED) rejected.push(event)
      }
      return { summary, rejected }
    })
  return (
    <OperationDialog
      operation="attest.import"
      command={commandOf("attest import", files.length === 0 ? ["…"] : files.map(file => file.name))}
      disabled={files.length === 0 || work.state === "running"}
      onDo={bring}
      onClose={onClose}
      name={say("import.go", { n: files.length })}
      actions={
        work.state === "running" ? (
          <button type="button" className="button" onClick={stop}>
            {say("import.stop")}
          </button>
        ) : null
      }
    >
      <DropZone many label={say("import.files")} note={say("import.note")} files={files} onFiles={setFiles} />
      {work.state === "running" ? (
        work.progress === null ? (
          <Loading what={say("import.loading")} />
        ) : (
          <ProgressLine label={say("import.loading")} progress={work.progress} />
        )
      ) : null}
      {work.state === "failed" ? <Failed problem={work.problem} onRetry={bring} /> : null}
      {work.state === "done" && work.value.summary !== undefined ? (
        <p role="status" className="card">
          {say("import.done", {
            added: work.value.summary.added,
            known: work.value.summary.known,
            rejected: work.value.summary.rejected,
          })}
        </p>
      ) : null}
      {work.state === "done" && work.value.rejected.length > 0 ? (
        <ul role="list" className="stack">
          {work.value.rejected.map(({ file, line, code, message }) => (
            <li key={`${file} ${String(line)}`} className="notice">
              <code>{code}</code>
              <span className="mono">{line === null ? file : `${file}:${String(line)}`}</span>
              <span lang="en">{message}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </OperationDialog>
  )
}
