/** Audit journal: the chain of what was done on this site, walked by the service from its first record to its head. */
import type { ReactNode } from "react"
import { useResult } from "../backend/asking.ts"
import { printPlace } from "../browser/place.ts"
import { useNumber, useSay } from "../messages/text.ts"
import { ScreenHeading } from "../parts/screen-heading.tsx"
import { Empty, Failed, FirstRun, Loading, Partial } from "../parts/states.tsx"
import { Digest, Fact, Instant } from "../parts/values.tsx"
import { useJobs } from "../shell/jobs-context.tsx"
import { commandOf } from "./command.ts"

/** The screen. */
export function AuditScreen(): ReactNode {
  const say = useSay()
  const number = useNumber()
  const [chain, again] = useResult("audit.verify", {})
  const { jobs, problem } = useJobs()
  return (
    <>
      <ScreenHeading
        title={say("screen.audit")}
        lead={say("audit.lead")}
        command={commandOf("audit verify")}
        actions={
          <button type="button" className="button" onClick={again}>
            {say("audit.again")}
          </button>
        }
      />
      {chain.state === "loading" ? <Loading what={say("audit.loading")} /> : null}
      {chain.state === "failed" ? <Failed problem={chain.problem} onRetry={again} /> : null}
      {chain.state === "ready" ? (
        <>
          {problem === undefined ? null : <Partial>{say("reports.partial", { code: problem.code })}</Partial>}
          {chain.value.records <= 1 ? (
            <FirstRun title={say("audit.firstTitle")}>
              <p>{say("audit.firstText")}</p>
            </FirstRun>
          ) : null}
          <section className="card">
            <h2>{say("audit.whole")}</h2>
            <dl className="facts">
              <Fact name={say("audit.records")}>{number(chain.value.records)}</Fact>
              <Fact name={say("audit.head")}>
                <Digest value={chain.value.head} />
              </Fact>
            </dl>
            <p className="soft">{say("audit.note")}</p>
          </section>
          <section className="stack">
            <h2>{say("audit.jobs")}</h2>
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
                  {jobs.map(job => (
                    <tr key={job.id}>
                      <td>
                        <Instant at={job.createdAt} />
                      </td>
                      <td className="mono">
                        {job.operation === "attest.verify" ? (
                          <a href={printPlace("reports", { job: job.id })}>{job.operation}</a>
                        ) : (
                          job.operation
                        )}
                      </td>
                      <td>{job.state}</td>
                      <td>
                        <code>{job.code ?? ""}</code>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
          </section>
        </>
      ) : null}
    </>
  )
}
