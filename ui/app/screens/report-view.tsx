/** A Report as it is: its verdict, what was required, every check, and what it rests on. Nothing is added up or judged here. */
import type { ReactNode } from "react"
import type { Report } from "../../contract/report.ts"
import { useSay } from "../messages/text.ts"
import { Checks } from "../parts/checks.tsx"
import { Age, Digest, Fact, Instant } from "../parts/values.tsx"
import { VerdictMark } from "../parts/verdict-mark.tsx"

/** One answer of a verification. */
export interface Judged {
  readonly artifact: { readonly name: string; readonly sha256: string | null }
  readonly evidence: { readonly name: string; readonly sha256: string | null; readonly item: number }
  readonly code: string | null
  readonly message: string | null
  readonly report: Report | null
  readonly reportSha256: string | null
  readonly verdict: "proven" | "failed" | "unproven"
}

function Requirements({ report }: { readonly report: Report }): ReactNode {
  const say = useSay()
  const words = { true: say("requirement.met"), false: say("requirement.unmet") }
  return (
    <table className="plain-table">
      <caption>{say("report.requirements")}</caption>
      <thead>
        <tr>
          <th scope="col">{say("report.requirement")}</th>
          <th scope="col">{say("report.met")}</th>
          <th scope="col">{say("report.restsOn")}</th>
        </tr>
      </thead>
      <tbody>
        {report.requirements.map(({ id, met, checks }) => (
          <tr key={id}>
            <td className="mono">{id}</td>
            <td>{words[met ? "true" : "false"]}</td>
            <td className="mono">{checks.join(", ")}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Basis({ judged, report }: { readonly judged: Judged; readonly report: Report }): ReactNode {
  const say = useSay()
  const { moment, trust } = report
  return (
    <section className="stack">
      <h3>{say("report.basis")}</h3>
      <dl className="facts">
        <Fact name={say("report.artifact")}>{judged.artifact.name}</Fact>
        {judged.artifact.sha256 === null ? null : (
          <Fact name={say("report.artifactDigest")}>
            <Digest value={`sha256:${judged.artifact.sha256}`} />
          </Fact>
        )}
        <Fact name={say("report.evidence")}>
          {judged.evidence.name}
          {judged.evidence.sha256 === null ? null : (
            <>
              {" "}
              <Digest value={`sha256:${judged.evidence.sha256}`} />
            </>
          )}
        </Fact>
        <Fact name={say("report.moment")}>
          <Instant at={moment.earliest} />
          {moment.latest === moment.earliest ? null : (
            <>
              {" – "}
              <Instant at={moment.latest} />
            </>
          )}
        </Fact>
        <Fact name={say("report.trust")}>
          {trust.basis}
          {trust.ageSeconds === null ? (
            <> · {say("trust.ageUnknown")}</>
          ) : (
            <>
              {" · "}
              <Age seconds={trust.ageSeconds} />
            </>
          )}
          {trust.expires === null ? null : (
            <>
              {" · "}
              {say("trust.expires")} <Instant at={trust.expires} />
            </>
          )}
        </Fact>
        {trust.root === null ? null : (
          <Fact name={say("report.root")}>
            <Digest value={`sha256:${trust.root}`} />
          </Fact>
        )}
        <Fact name={say("report.judge")}>{report.judgeVersion}</Fact>
        <Fact name={say("report.case")}>
          <Digest value={`sha256:${report.case}`} />
        </Fact>
        <Fact name={say("report.facts")}>
          <Digest value={`sha256:${report.facts}`} />
        </Fact>
        {judged.reportSha256 === null ? null : (
          <Fact name={say("report.report")}>
            <Digest value={`sha256:${judged.reportSha256}`} />
          </Fact>
        )}
      </dl>
    </section>
  )
}

/** The verdict in large, with its code and sentence. */
export function VerdictPanel({ judged }: { readonly judged: Judged }): ReactNode {
  return (
    <div className={`verdict-panel ${judged.verdict}`} role="group" aria-label={judged.artifact.name}>
      <div className="line">
        <VerdictMark verdict={judged.verdict} large />
        {judged.code === null ? null : <code>{judged.code}</code>}
      </div>
      {judged.message === null ? null : <p lang="en">{judged.message}</p>}
      <p className="mono">{judged.artifact.name}</p>
    </div>
  )
}

/** The whole Report. */
export function ReportView({ judged }: { readonly judged: Judged }): ReactNode {
  const say = useSay()
  const { report } = judged
  return (
    <article className="stack">
      <VerdictPanel judged={judged} />
      {report === null ? (
        <p className="soft">{say("report.none")}</p>
      ) : (
        <>
          <Checks checks={report.checks} />
          {report.countedOut.length === 0 ? null : (
            <p>
              {say("report.countedOut", {
                checks: report.countedOut.map(({ check, rule }) => `${check} (${rule})`).join(", "),
              })}
            </p>
          )}
          <Requirements report={report} />
          <Basis judged={judged} report={report} />
        </>
      )}
    </article>
  )
}
