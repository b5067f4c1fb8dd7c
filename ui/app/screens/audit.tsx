/** Audit journal: what was done on this site, and whether the chain of its records is whole. */
import type { ReactNode } from "react"
import { useResult } from "../backend/asking.ts"
import { printPlace, useQuery } from "../browser/place.ts"
import type { Job } from "../backend/backend.ts"
import { useNumber, useSay } from "../messages/text.ts"
import { ScreenHeading } from "../parts/screen-heading.tsx"
import { Empty, Failed, Loading, Partial } from "../parts/states.tsx"
import { Digest, Fact, Instant } from "../parts/values.tsx"
import { useJobs } from "../shell/jobs-context.tsx"
import { Journal, journalFilter } from "./audit-journal.tsx"
import { commandOf } from "./command.ts"
import { JOB_STATE } from "./job-state.ts"

/** Where the results of a job are shown. */
function placeOf({ id, operation }: Job): string | undefined {
  switch (operation) {
    case "attest.verify":
      return printPlace("reports", { job: id })
    case "gap.report":
      return printPlace("gaps", { job: id })
    case "mirror.ingest":
      return printPlace("mirror", { ingest: id })
    case "mirror.fsck":
      return printPlace("mirror", { fsck: id })
    default:
      return undefined
  }
}

function Chain(): ReactNode {
  const say = useSay()
  const number = useNumber()
  const [chain, again] = useResult("audit.verify", {})
  return (
    <section className="card">
      {chain.state === "loading" ? <Loading what={say("audit.loading")} /> : null}
      {chain.state === "failed" ? <Failed problem={chain.problem} onRetry={again} /> : null}
      {chain.state === "ready" ? (
        <>
          <div className="heading">
            <h2 className="title">{say("audit.whole")}</h2>
            <button type="button" className="button" onClick={again}>
              {say("audit.again")}
            </button>
          </div>
          <dl className="facts">
            <Fact name={say("audit.records")}>{number(chain.value.records)}</Fact>
            <Fact name={say("audit.head")}>
              <Digest value={chain.value.head} />
            </Fact>
          </dl>
          <p className="soft">{say("audit.note")}</p>
        </>
      ) : null}
    </section>
  )
}

function OwnJobs(): ReactNode {
  const say = useSay()
  const { jobs, problem } = useJobs()
  return (
    <section className="stack">
      <h2>{say("audit.jobs")}</h2>
      {problem === undefined ? null : <Partial>{say("reports.partial", { code: problem.code })}</Partial>}
      {jobs === undefined || jobs.length === 0 ? (
        <Empty title={say("audit.emptyTitle")}>
          <p>{say("audit.emptyText")}</p>
        </Empty>
      ) : (
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{say("job.started")}</th>
              <th scope="col">{say("job.operation")}</th>
              <th scope="col">{say("job.state")}</th>
              <th scope="col">{say("results.code")}</th>
            </tr>
          </thead>
          <tbody>
            {jobs.map(job => {
              const place = placeOf(job)
              return (
                <tr key={job.id}>
                  <td>
                    <Instant at={job.createdAt} />
                  </td>
                  <td className="mono">{place === undefined ? job.operation : <a href={place}>{job.operation}</a>}</td>
                  <td>{say(JOB_STATE[job.state])}</td>
                  <td>
                    <code>{job.code ?? ""}</code>
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      )}
    </section>
  )
}

/** The screen. */
export function AuditScreen(): ReactNode {
  const say = useSay()
  const [query] = useQuery()
  return (
    <>
      <ScreenHeading
        title={say("screen.audit")}
        lead={say("audit.lead")}
        command={commandOf("audit list", [], journalFilter(query))}
      />
      <Chain />
      <Journal />
      <OwnJobs />
    </>
  )
}
