/** Mirror: the logs that are held here with their newest trees, and proofs out of them. */
import type { ReactNode } from "react"
import { useResult } from "../backend/asking.ts"
import { useBackend } from "../backend/backend.ts"
import { useQuery } from "../browser/place.ts"
import { useSay } from "../messages/text.ts"
import { Icon } from "../parts/icons.tsx"
import { ScreenHeading } from "../parts/screen-heading.tsx"
import { Empty, Failed, FirstRun, Loading, Partial } from "../parts/states.tsx"
import { Big, Digest, Fact, Instant } from "../parts/values.tsx"
import { useJobs } from "../shell/jobs-context.tsx"
import { commandOf } from "./command.ts"
import { Find } from "./mirror-find.tsx"
import { FsckOutcome } from "./mirror-fsck.tsx"
import { IngestDialog, IngestOutcome } from "./mirror-ingest.tsx"
import { Prove, type MirroredLog } from "./mirror-prove.tsx"
import { OperationButton, useDialog } from "./operation-button.tsx"
import { useWork } from "./use-work.ts"

function Head({ log }: { readonly log: MirroredLog }): ReactNode {
  const say = useSay()
  return (
    <section className="card">
      <h2 className="mono">{log.origin}</h2>
      {log.frozen ? (
        <p className="notice">
          <Icon name="warning" />
          {say("mirror.frozen")}
        </p>
      ) : null}
      <dl className="facts">
        <Fact name={say("mirror.size")}>
          <Big value={log.size} />
        </Fact>
        <Fact name={say("mirror.root")}>
          <Digest value={log.root} />
        </Fact>
        <Fact name={say("mirror.at")}>
          <Instant at={log.at} />
        </Fact>
        <Fact name={say("mirror.vkey")}>
          <span className="mono">{log.vkey}</span>
        </Fact>
      </dl>
    </section>
  )
}

/** The screen. */
export function MirrorScreen(): ReactNode {
  const say = useSay()
  const backend = useBackend()
  const { look } = useJobs()
  const [query, change] = useQuery()
  const [heads, again] = useResult("mirror.head", {})
  const [status] = useResult("status", {})
  const [bringing, showIngest, closeIngest] = useDialog("mirror.ingest")
  const checking = useWork<null>()
  const logs = heads.state === "ready" ? heads.value.logs : []
  const ingest = query["ingest"] ?? ""
  const fsck = query["fsck"] ?? ""
  const check = (): void =>
    checking.begin(async signal => {
      const started = await backend.start("mirror.fsck", {}, { signal })
      look()
      change({ fsck: started.id }, "new")
      return null
    })
  const bring = <OperationButton operation="mirror.ingest" main onPress={showIngest} />
  const none = heads.state === "ready" && logs.length === 0
  return (
    <>
      <ScreenHeading
        title={say("screen.mirror")}
        lead={say("mirror.lead")}
        command={commandOf("mirror head")}
        actions={
          <>
            {none ? null : bring}
            <OperationButton operation="mirror.fsck" disabled={checking.work.state === "running"} onPress={check} />
          </>
        }
      />
      {checking.work.state === "failed" ? <Failed problem={checking.work.problem} onRetry={check} /> : null}
      {fsck === "" ? null : <FsckOutcome key={fsck} job={fsck} onClose={() => change({ fsck: "" }, "new")} />}
      {ingest === "" ? null : (
        <IngestOutcome key={ingest} job={ingest} onClose={() => change({ ingest: "" }, "new")} onDone={again} />
      )}
      {heads.state === "loading" ? <Loading what={say("mirror.loading")} /> : null}
      {heads.state === "failed" ? <Failed problem={heads.problem} onRetry={again} /> : null}
      {status.state === "failed" && heads.state === "ready" ? (
        <Partial>{say("mirror.partial", { code: status.problem.code })}</Partial>
      ) : null}
      {none ? (
        status.state === "ready" && status.value.evidence > 0 ? (
          <Empty title={say("mirror.emptyTitle")} action={bring}>
            <p>{say("mirror.emptyText")}</p>
          </Empty>
        ) : (
          <FirstRun title={say("mirror.firstTitle")} action={bring}>
            <p>{say("mirror.firstText")}</p>
          </FirstRun>
        )
      ) : null}
      {logs.length === 0 ? null : (
        <>
          <div className="columns">
            {logs.map(log => (
              <Head key={log.origin} log={log} />
            ))}
          </div>
          <Prove logs={logs} />
          <Find logs={logs} />
        </>
      )}
      {bringing ? (
        <IngestDialog onClose={closeIngest} onStarted={job => change({ do: "", ingest: job }, "new")} />
      ) : null}
    </>
  )
}
