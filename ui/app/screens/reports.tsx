/** Reports: what has been verified from here, and replay: the saved Case is judged again and must give the same bytes. */
import { useState, type ReactNode } from "react"
import { askOne } from "../backend/asking.ts"
import { useBackend, type Backend, type Job, type ResultOf } from "../backend/backend.ts"
import { pathBelow } from "../browser/file-path.ts"
import { printPlace, useQuery } from "../browser/place.ts"
import { useNumber, useSay } from "../messages/text.ts"
import { DataGrid, type Column } from "../parts/data-grid.tsx"
import { DropZone } from "../parts/drop-zone.tsx"
import { FilterBar } from "../parts/filter-bar.tsx"
import { ScreenHeading } from "../parts/screen-heading.tsx"
import { Empty, Failed, FirstRun, Loading, Partial } from "../parts/states.tsx"
import { Digest, Fact, Instant } from "../parts/values.tsx"
import { VerdictMark } from "../parts/verdict-mark.tsx"
import { useJobs } from "../shell/jobs-context.tsx"
import { commandOf } from "./command.ts"
import { JOB_STATE } from "./job-state.ts"
import { JudgedGrid } from "./judged-grid.tsx"
import { useJobResults } from "./job-results.ts"
import { OperationButton } from "./operation-button.tsx"
import { ReportDrawer } from "./report-drawer.tsx"
import { TotalsView } from "./totals.tsx"
import { useWork } from "./use-work.ts"

type Replayed = ResultOf<"attest.replay">

/** The saved Case of a job, sent back to be judged again. */
async function replayJob(backend: Backend, id: string, signal: AbortSignal): Promise<Replayed> {
  const held = await backend.filesOf(id, signal)
  const files = []
  for (const [n, { name }] of held.entries()) files.push({ path: name, content: await backend.fileOf(id, n, signal) })
  return askOne(backend, "attest.replay", { case: "case" }, { files, signal })
}

function ReplayResult({ replayed }: { readonly replayed: Replayed }): ReactNode {
  const say = useSay()
  // Only an answer without a code says that the bytes are equal.
  if (replayed.code !== null)
    return <Failed problem={{ code: replayed.code, message: replayed.message ?? "", hint: "", detail: {} }} />
  return (
    <div className="card" role="status">
      <h3>{say("replay.equal")}</h3>
      <VerdictMark verdict={replayed.verdict} />
      <dl className="facts">
        <Fact name={say("report.case")}>
          <Digest value={`sha256:${replayed.case}`} />
        </Fact>
        <Fact name={say("report.report")}>
          <Digest value={`sha256:${replayed.report}`} />
        </Fact>
        <Fact name={say("report.judge")}>{replayed.judgeVersion}</Fact>
      </dl>
    </div>
  )
}

function Replay({ begin }: { readonly begin: (signal: AbortSignal) => Promise<Replayed> }): ReactNode {
  const say = useSay()
  const { work, begin: start } = useWork<Replayed>()
  const go = (): void => start(begin)
  return (
    <section className="stack">
      <div className="actions">
        <OperationButton operation="attest.replay" main disabled={work.state === "running"} onPress={go} />
        <span className="soft">{say("replay.note")}</span>
      </div>
      {work.state === "running" ? <Loading what={say("replay.loading")} /> : null}
      {work.state === "failed" ? <Failed problem={work.problem} onRetry={go} /> : null}
      {work.state === "done" ? <ReplayResult replayed={work.value} /> : null}
    </section>
  )
}

function OneJob({ id }: { readonly id: string }): ReactNode {
  const say = useSay()
  const backend = useBackend()
  const [query, change] = useQuery()
  const reading = useJobResults(id)
  const n = query["n"] ?? ""
  return (
    <section className="stack" aria-label={say("reports.one")}>
      <div className="heading">
        <h2 className="title">{say("reports.one")}</h2>
        <div className="actions">
          <a className="button" href={printPlace("reports")}>
            {say("reports.all")}
          </a>
        </div>
      </div>
      {reading.problem === undefined ? null : <Failed problem={reading.problem} />}
      {!reading.ended && reading.rows.length === 0 ? <Loading what={say("report.loading")} /> : null}
      {reading.end === undefined ? null : <TotalsView totals={reading.end} />}
      {reading.ended && reading.end === undefined && reading.rows.length > 0 ? (
        <Partial>{say("results.partial", { n: reading.rows.length })}</Partial>
      ) : null}
      {reading.rows.length === 0 ? null : <JudgedGrid reading={reading} />}
      {reading.ended ? <Replay begin={async signal => replayJob(backend, id, signal)} /> : null}
      {n === "" ? null : <ReportDrawer job={id} n={Number(n)} onClose={() => change({ n: "" }, "new")} />}
    </section>
  )
}

function JobTable({ jobs }: { readonly jobs: readonly Job[] }): ReactNode {
  const say = useSay()
  const number = useNumber()
  const [query, change] = useQuery()
  const state = query["state"] ?? ""
  const shown = jobs.filter(job => state === "" || job.state === state)
  const columns: readonly Column<Job>[] = [
    { id: "at", head: say("job.started"), width: "13rem", cell: job => <Instant at={job.createdAt} /> },
    { id: "state", head: say("job.state"), width: "minmax(0, 1fr)", cell: job => say(JOB_STATE[job.state]) },
    { id: "code", head: say("results.code"), width: "minmax(0, 1fr)", cell: job => <code>{job.code ?? ""}</code> },
    {
      id: "events",
      head: say("job.results"),
      width: "7rem",
      number: true,
      wide: true,
      cell: job => number(Math.max(0, job.events - 1)),
    },
  ]
  return (
    <>
      <FilterBar
        filters={[
          {
            name: "state",
            label: say("job.state"),
            choices: (Object.keys(JOB_STATE) as Job["state"][]).map(value => ({ value, label: say(JOB_STATE[value]) })),
          },
        ]}
      />
      {shown.length === 0 ? (
        <Empty title={say("reports.emptyTitle")}>
          <p>{say("reports.emptyText")}</p>
        </Empty>
      ) : (
        <DataGrid
          label={say("reports.label")}
          columns={columns}
          rows={shown}
          total={shown.length}
          keyOf={job => job.id}
          onOpen={job => change({ job: job.id }, "new")}
        />
      )}
    </>
  )
}

function SavedCase(): ReactNode {
  const say = useSay()
  const backend = useBackend()
  const [files, setFiles] = useState<readonly File[]>([])
  const sent = files.map(file => ({ path: pathBelow("case", file), content: file }))
  return (
    <section className="stack">
      <h2>{say("replay.saved")}</h2>
      <DropZone folder label={say("replay.folder")} note={say("replay.folderNote")} files={files} onFiles={setFiles} />
      {files.length === 0 ? null : (
        <Replay begin={async signal => askOne(backend, "attest.replay", { case: "case" }, { files: sent, signal })} />
      )}
    </section>
  )
}

/** The screen. */
export function ReportsScreen(): ReactNode {
  const say = useSay()
  const [query] = useQuery()
  const { jobs, problem, look } = useJobs()
  const job = query["job"] ?? ""
  const verifications = jobs?.filter(({ operation }) => operation === "attest.verify")
  return (
    <>
      <ScreenHeading
        title={say("screen.reports")}
        lead={say("reports.lead")}
        command={commandOf("attest replay", ["case"])}
      />
      {job === "" ? (
        <>
          {problem === undefined ? null : jobs === undefined ? (
            <Failed problem={problem} onRetry={look} />
          ) : (
            <Partial>{say("reports.partial", { code: problem.code })}</Partial>
          )}
          {verifications === undefined && problem === undefined ? <Loading what={say("reports.loading")} /> : null}
          {verifications?.length === 0 ? (
            <FirstRun
              title={say("reports.firstTitle")}
              action={
                <a className="button main" href={printPlace("verify")}>
                  {say("screen.verify")}
                </a>
              }
            >
              <p>{say("reports.firstText")}</p>
            </FirstRun>
          ) : null}
          {verifications === undefined || verifications.length === 0 ? null : <JobTable jobs={verifications} />}
          <SavedCase />
        </>
      ) : (
        <OneJob id={job} key={job} />
      )}
    </>
  )
}
