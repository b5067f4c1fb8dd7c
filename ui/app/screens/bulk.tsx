/** Bulk verification: everything the site holds, or many files at once, by a job that goes on without the window. */
import { useState, type ReactNode } from "react"
import { useBackend } from "../backend/backend.ts"
import { printPlace, useQuery } from "../browser/place.ts"
import { saveText } from "../browser/save.ts"
import { useSay } from "../messages/text.ts"
import { DropZone } from "../parts/drop-zone.tsx"
import { ProgressLine } from "../parts/progress-line.tsx"
import { ScreenHeading } from "../parts/screen-heading.tsx"
import { Empty, Failed, FirstRun, Loading, Partial } from "../parts/states.tsx"
import { useJobs } from "../shell/jobs-context.tsx"
import { AskedForFields, placeOfAsked, useAskedFor } from "./asked-for.tsx"
import { commandOf } from "./command.ts"
import { filtered, JudgedGrid } from "./judged-grid.tsx"
import { useJobResults, type JudgedRow } from "./job-results.ts"
import { OperationButton } from "./operation-button.tsx"
import { ReportDrawer } from "./report-drawer.tsx"
import { TotalsView } from "./totals.tsx"
import { useWork } from "./use-work.ts"

function linesOf(rows: readonly JudgedRow[]): string {
  return rows.map(row => JSON.stringify(row) + "\n").join("")
}

function Results({ job }: { readonly job: string }): ReactNode {
  const say = useSay()
  const backend = useBackend()
  const { look } = useJobs()
  const [query, change] = useQuery()
  const reading = useJobResults(job)
  const cancelling = useWork<null>()
  const n = query["n"] ?? ""
  const cancel = (): void =>
    cancelling.begin(async () => {
      await backend.cancel(job)
      look()
      return null
    })
  return (
    <section className="stack" aria-label={say("bulk.results")}>
      <div className="heading">
        <h2 className="title">{say("bulk.results")}</h2>
        <div className="actions">
          <a className="button" href={printPlace("bulk")}>
            {say("verify.another")}
          </a>
          {reading.ended ? null : (
            <button type="button" className="button" onClick={cancel}>
              {say("bulk.cancel")}
            </button>
          )}
          <button
            type="button"
            className="button"
            disabled={!reading.ended}
            onClick={() => saveText(`verification-${job}.jsonl`, linesOf(filtered(reading.rows, query)))}
          >
            {say("results.export")}
          </button>
        </div>
      </div>
      {reading.ended ? null : reading.rows.length === 0 && reading.progress === null ? (
        <Loading what={say("bulk.loading")} />
      ) : (
        <>
          <ProgressLine
            label={say("bulk.running")}
            progress={reading.progress ?? { done: reading.rows.length, total: null, unit: "items" }}
          />
          <Partial>{say("results.soFar", { n: reading.rows.length })}</Partial>
        </>
      )}
      {reading.problem === undefined ? null : <Failed problem={reading.problem} />}
      {reading.ended && reading.end === undefined && reading.rows.length > 0 ? (
        <Partial>{say("results.partial", { n: reading.rows.length })}</Partial>
      ) : null}
      {reading.end === undefined ? null : <TotalsView totals={reading.end} />}
      {reading.ended && reading.end?.total === 0 ? (
        <Empty title={say("bulk.emptyTitle")}>
          <p>{say("bulk.emptyText")}</p>
        </Empty>
      ) : null}
      {reading.rows.length === 0 ? null : <JudgedGrid reading={reading} />}
      {n === "" ? null : <ReportDrawer job={job} n={Number(n)} onClose={() => change({ n: "" }, "new")} />}
    </section>
  )
}

/** The screen. */
export function BulkScreen(): ReactNode {
  const say = useSay()
  const backend = useBackend()
  const { look } = useJobs()
  const [query, change] = useQuery()
  const [files, setFiles] = useState<readonly File[]>([])
  const asked = useAskedFor()
  const starting = useWork<null>()
  const job = query["job"] ?? ""
  const begin = (): void =>
    starting.begin(async signal => {
      const sent = files.map(file => ({ path: file.name, content: file }))
      const input = { artifacts: files.map(file => file.name), ...asked }
      const started = await backend.start("attest.verify", input, { files: sent, signal })
      look()
      change({ ...placeOfAsked(asked), job: started.id, n: "" }, "new")
      return null
    })
  return (
    <>
      <ScreenHeading
        title={say("screen.bulk")}
        lead={say("bulk.lead")}
        command={commandOf(
          "attest verify",
          files.map(file => file.name),
          asked,
        )}
      />
      {job === "" ? (
        <>
          <FirstRun title={say("bulk.firstTitle")}>
            <p>{say("bulk.firstText")}</p>
          </FirstRun>

          <form
            className="stack"
            onSubmit={event => {
              event.preventDefault()
              begin()
            }}
          >
            <DropZone many label={say("bulk.files")} note={say("bulk.filesNote")} files={files} onFiles={setFiles} />
            <AskedForFields />
            <div className="actions">
              <OperationButton operation="attest.verify" main disabled={starting.work.state === "running"}>
                {files.length === 0 ? say("bulk.goStore") : say("bulk.goFiles", { n: files.length })}
              </OperationButton>
            </div>
          </form>
          {starting.work.state === "running" ? <Loading what={say("bulk.sending")} /> : null}
          {starting.work.state === "failed" ? <Failed problem={starting.work.problem} onRetry={begin} /> : null}
        </>
      ) : (
        <Results job={job} key={job} />
      )}
    </>
  )
}
