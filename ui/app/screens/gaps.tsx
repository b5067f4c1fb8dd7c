/** Gaps: what is expected against what is proven, made by the service; the window shows and prints it. */
import { useId, useState, type ReactNode } from "react"
import type { GapReport } from "../../contract/report.ts"
import { isProgress, useTask } from "../backend/asking.ts"
import { useBackend, type Backend, type ResultOf } from "../backend/backend.ts"
import { printPlace, useQuery } from "../browser/place.ts"
import { saveBlob } from "../browser/save.ts"
import { useSay } from "../messages/text.ts"
import { CommandCopy } from "../parts/copy.tsx"
import { DropZone } from "../parts/drop-zone.tsx"
import { PrintButton } from "../parts/print-button.tsx"
import { ScreenHeading } from "../parts/screen-heading.tsx"
import { Empty, Failed, FirstRun, Loading } from "../parts/states.tsx"
import { Instant } from "../parts/values.tsx"
import { useJobs } from "../shell/jobs-context.tsx"
import { AskedForFields, askedInPlace, placeOfAsked, useAskedFor } from "./asked-for.tsx"
import { commandOf } from "./command.ts"
import { GapReportView } from "./gap-view.tsx"
import { OperationButton } from "./operation-button.tsx"
import { useWork } from "./use-work.ts"

type Result = ResultOf<"gap.report">

const FILE = "gap-report.json"

async function reportOf(backend: Backend, id: string, signal: AbortSignal): Promise<Result | undefined> {
  let result: Result | undefined
  for await (const event of backend.watch("gap.report", id, { signal })) {
    if (!isProgress(event)) result = event
  }
  return result
}

/** The command that makes the same report: what was asked stands in its address, the files by their names. */
function reportCommand(report: GapReport, query: Readonly<Record<string, string>>): string {
  return commandOf("gap report", query["evidence"] === undefined ? [] : query["evidence"].split("/"), {
    expect: query["expect"] ?? "…",
    requirePredicate: query["requirePredicate"],
    scope: report.scope,
    ...askedInPlace(query),
    at: report.moment.latest,
  })
}

function OneReport({ job }: { readonly job: string }): ReactNode {
  const say = useSay()
  const backend = useBackend()
  const [query] = useQuery()
  const [held, again] = useTask(`gap ${job}`, async (service, signal) => reportOf(service, job, signal))
  const saving = useWork<null>()
  const save = (): void =>
    saving.begin(async signal => {
      saveBlob(FILE, await backend.fileOf(job, 0, signal))
      return null
    })
  const value = held.state === "ready" ? held.value : undefined
  return (
    <section className="stack" aria-label={say("gap.title")}>
      <div className="heading">
        <h2 className="title">{say("gap.title")}</h2>
        <div className="actions">
          <button type="button" className="button" disabled={value === undefined} onClick={save}>
            {say("gap.save")}
          </button>
          <PrintButton disabled={value === undefined} />
          <a className="button" href={printPlace("gaps")}>
            {say("gap.another")}
          </a>
        </div>
      </div>
      {held.state === "loading" ? <Loading what={say("gap.loading")} /> : null}
      {held.state === "failed" ? <Failed problem={held.problem} onRetry={again} /> : null}
      {saving.work.state === "failed" ? <Failed problem={saving.work.problem} onRetry={save} /> : null}
      {held.state === "ready" && value === undefined ? (
        <Empty title={say("gap.emptyTitle")}>
          <p>{say("gap.emptyText")}</p>
        </Empty>
      ) : null}
      {value === undefined ? null : (
        <>
          <GapReportView report={value.report} sha256={value.reportSha256} />
          <CommandCopy command={reportCommand(value.report, query)} />
        </>
      )}
    </section>
  )
}

function Earlier(): ReactNode {
  const say = useSay()
  const { jobs } = useJobs()
  const reports = (jobs ?? []).filter(({ operation, state }) => operation === "gap.report" && state === "done")
  if (reports.length === 0) return null
  return (
    <section className="stack">
      <h2>{say("gap.earlier")}</h2>
      <ul role="list" className="tight">
        {reports.map(job => (
          <li key={job.id}>
            <a href={printPlace("gaps", { job: job.id })}>
              <Instant at={job.createdAt} />
            </a>{" "}
            {job.code === null ? null : <code>{job.code}</code>}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** The screen. */
export function GapsScreen(): ReactNode {
  const say = useSay()
  const backend = useBackend()
  const { look } = useJobs()
  const id = useId()
  const [query, change] = useQuery()
  const [expect, setExpect] = useState<readonly File[]>([])
  const [evidence, setEvidence] = useState<readonly File[]>([])
  const [predicate, setPredicate] = useState("")
  const asked = useAskedFor()
  const starting = useWork<null>()
  const list = expect[0]
  const job = query["job"] ?? ""
  const begin = (): void => {
    if (list === undefined) return
    starting.begin(async signal => {
      const sent = [list, ...evidence].map(file => ({ path: file.name, content: file }))
      const required = predicate.trim() === "" ? {} : { requirePredicate: [predicate.trim()] }
      const input = {
        evidence: evidence.map(file => file.name),
        expect: list.name,
        ...required,
        ...asked,
        saveReport: FILE,
      }
      const started = await backend.start("gap.report", input, { files: sent, signal })
      look()
      change(
        {
          ...placeOfAsked(asked),
          expect: list.name,
          requirePredicate: predicate.trim(),
          // Names of files have no slash in them.
          evidence: evidence.map(file => file.name).join("/"),
          job: started.id,
        },
        "new",
      )
      return null
    })
  }
  return (
    <>
      <ScreenHeading
        title={say("screen.gaps")}
        lead={say("gap.lead")}
        command={commandOf(
          "gap report",
          evidence.map(file => file.name),
          { expect: list?.name ?? "…", requirePredicate: predicate, ...asked },
        )}
      />
      {job === "" ? (
        <>
          {list === undefined ? (
            <FirstRun title={say("gap.firstTitle")}>
              <p>{say("gap.firstText")}</p>
              <a href={printPlace("manual/formats/expectations.md")}>{say("gap.firstManual")}</a>
            </FirstRun>
          ) : null}
          <form
            className="stack"
            onSubmit={event => {
              event.preventDefault()
              begin()
            }}
          >
            <div className="columns">
              <DropZone label={say("gap.list")} note={say("gap.listNote")} files={expect} onFiles={setExpect} />
              <DropZone
                many
                label={say("gap.more")}
                note={say("gap.moreNote")}
                files={evidence}
                onFiles={setEvidence}
              />
            </div>
            <div className="field">
              <label htmlFor={id}>{say("gap.predicate")}</label>
              <input
                id={id}
                className="input mono"
                spellCheck={false}
                value={predicate}
                aria-describedby={`${id}-note`}
                onChange={event => setPredicate(event.target.value)}
              />
              <span id={`${id}-note`} className="note">
                {say("gap.predicateNote")}
              </span>
            </div>
            <AskedForFields />
            <div className="actions">
              <OperationButton
                operation="gap.report"
                main
                disabled={list === undefined || starting.work.state === "running"}
              />
            </div>
          </form>
          {starting.work.state === "running" ? <Loading what={say("bulk.sending")} /> : null}
          {starting.work.state === "failed" ? <Failed problem={starting.work.problem} onRetry={begin} /> : null}
          <Earlier />
        </>
      ) : (
        <OneReport job={job} key={job} />
      )}
    </>
  )
}
