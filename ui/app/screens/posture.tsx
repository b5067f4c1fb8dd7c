/** Posture: one sentence on how the site stands, and what each part of it holds. */
import type { ReactNode } from "react"
import { useResult } from "../backend/asking.ts"
import type { ResultOf } from "../backend/backend.ts"
import { printPlace } from "../browser/place.ts"
import { useNumber, useSay } from "../messages/text.ts"
import { ScreenHeading } from "../parts/screen-heading.tsx"
import { Failed, FirstRun, Loading, Partial } from "../parts/states.tsx"
import { Age, Big, Digest, Fact, Instant } from "../parts/values.tsx"
import { Icon } from "../parts/icons.tsx"
import { commandOf } from "./command.ts"

type Status = ResultOf<"status">

function Tile({
  title,
  href,
  children,
}: {
  readonly title: string
  readonly href: string
  readonly children: ReactNode
}): ReactNode {
  return (
    <section className="card">
      <h2>
        <a href={href}>{title}</a>
      </h2>
      {children}
    </section>
  )
}

function Findings({ status }: { readonly status: Status }): ReactNode {
  const say = useSay()
  return (
    <section className="stack">
      <h2>{say("posture.findings", { n: status.findings.length })}</h2>
      <ul role="list" className="stack">
        {status.findings.map(({ id, says }) => (
          <li key={id} className="notice">
            <Icon name="warning" />
            <code>{id}</code>
            <span lang="en">{says}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Tiles({ status }: { readonly status: Status }): ReactNode {
  const say = useSay()
  const number = useNumber()
  const { trust } = status
  return (
    <div className="cards">
      <Tile title={say("posture.evidence")} href={printPlace("evidence")}>
        <p className="figure">{number(status.evidence)}</p>
        <p className="soft">{say("posture.evidenceNote")}</p>
      </Tile>
      <Tile title={say("posture.trust")} href={printPlace("trust")}>
        <p className="figure">
          {trust.ageSeconds === null ? say("trust.ageUnknown") : <Age seconds={trust.ageSeconds} />}
        </p>
        <p className="soft">
          {trust.basis}
          {" · "}
          {trust.expires === null ? (
            say("trust.noExpiry")
          ) : (
            <>
              {say("trust.expires")} <Instant at={trust.expires} />
            </>
          )}
        </p>
      </Tile>
      <Tile title={say("posture.logs")} href={printPlace("mirror")}>
        <p className="figure">{number(status.logs.length)}</p>
        <ul role="list" className="tight">
          {status.logs.map(({ origin, size }) => (
            <li key={origin} className="small">
              <span className="mono">{origin}</span> · {say("mirror.entries")} <Big value={size} />
            </li>
          ))}
        </ul>
      </Tile>
      <Tile title={say("posture.audit")} href={printPlace("audit")}>
        <p className="figure">{number(status.auditRecords)}</p>
        <p className="soft">{say("posture.auditNote")}</p>
      </Tile>
      <Tile title={say("posture.store")} href={printPlace("settings")}>
        <dl className="facts">
          <Fact name={say("posture.site")}>
            <Digest value={status.siteId} short />
          </Fact>
          <Fact name={say("posture.commit")}>{number(status.commit)}</Fact>
          <Fact name={say("posture.epoch")}>{number(status.epoch.n)}</Fact>
        </dl>
        <p className="soft">{say("posture.rollback")}</p>
      </Tile>
    </div>
  )
}

/** The screen. */
export function PostureScreen(): ReactNode {
  const say = useSay()
  const [status, again] = useResult("status", {})
  const [trust] = useResult("trust.status", {})
  return (
    <>
      <ScreenHeading title={say("screen.posture")} lead={say("posture.lead")} command={commandOf("status")} />
      {status.state === "loading" ? <Loading what={say("posture.loading")} /> : null}
      {status.state === "failed" ? <Failed problem={status.problem} onRetry={again} /> : null}
      {status.state === "ready" ? (
        <>
          {trust.state === "failed" ? <Partial>{say("posture.partial", { code: trust.problem.code })}</Partial> : null}
          {status.value.evidence === 0 && status.value.logs.length === 0 ? (
            <FirstRun
              title={say("posture.firstTitle")}
              action={
                <a className="button main" href={printPlace("evidence", { import: "open" })}>
                  {say("evidence.import")}
                </a>
              }
            >
              <p>{say("posture.firstText")}</p>
            </FirstRun>
          ) : null}
          {status.value.findings.length === 0 ? (
            <p className="card" data-state="empty">
              {say("posture.quiet")}
            </p>
          ) : (
            <Findings status={status.value} />
          )}
          <Tiles status={status.value} />
        </>
      ) : null}
    </>
  )
}
