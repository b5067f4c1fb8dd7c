/** Verify: one piece of evidence and one artifact. The artifact is hashed here and never sent; the service judges, the window shows the Report. */
import { useState, type ReactNode } from "react"
import { useBackend } from "../backend/backend.ts"
import { printPlace, useQuery } from "../browser/place.ts"
import { hashFile } from "../hashing/hash-file.ts"
import { useSay } from "../messages/text.ts"
import { DropZone } from "../parts/drop-zone.tsx"
import { ProgressLine } from "../parts/progress-line.tsx"
import { ScreenHeading } from "../parts/screen-heading.tsx"
import { Empty, Failed, FirstRun, Loading, Partial } from "../parts/states.tsx"
import { TextField } from "../parts/text-field.tsx"
import { Digest } from "../parts/values.tsx"
import { useJobs } from "../shell/jobs-context.tsx"
import { AskedForFields, placeOfAsked, useAskedFor } from "./asked-for.tsx"
import { commandOf } from "./command.ts"
import { JudgedGrid } from "./judged-grid.tsx"
import { useJobResults } from "./job-results.ts"
import { OperationButton } from "./operation-button.tsx"
import { readDigest } from "./read-digest.ts"
import { ReportDrawer } from "./report-drawer.tsx"
import { TotalsView } from "./totals.tsx"
import { useWork } from "./use-work.ts"

function Artifact({
  digest,
  onDigest,
}: {
  readonly digest: string
  readonly onDigest: (text: string) => void
}): ReactNode {
  const say = useSay()
  const [files, setFiles] = useState<readonly File[]>([])
  const hashing = useWork<string>()
  const take = (chosen: readonly File[]): void => {
    setFiles(chosen)
    const file = chosen[0]
    if (file === undefined) {
      hashing.stop()
      return
    }
    hashing.begin(async (signal, tell) => {
      const hex = await hashFile(file, done => tell({ done, total: file.size, unit: "bytes" }), signal)
      onDigest(`sha256:${hex}`)
      return hex
    })
  }
  const { work } = hashing
  const wrong = digest.trim() !== "" && readDigest(digest) === undefined
  return (
    <DropZone label={say("verify.artifact")} note={say("verify.artifactNote")} files={files} onFiles={take}>
      {work.state === "running" ? (
        <ProgressLine
          label={say("verify.hashing")}
          progress={work.progress ?? { done: 0, total: files[0]?.size ?? null, unit: "bytes" }}
        />
      ) : null}
      {work.state === "failed" ? <Failed problem={work.problem} /> : null}
      {work.state === "done" ? (
        <p role="status">
          {say("verify.hashed")} <Digest value={`sha256:${work.value}`} />
        </p>
      ) : null}
      <TextField
        mono
        label={say("verify.digest")}
        note={say("verify.digestNote")}
        wrong={wrong ? say("verify.digestWrong") : undefined}
        value={digest}
        onChange={onDigest}
      />
    </DropZone>
  )
}

function Outcome({ job }: { readonly job: string }): ReactNode {
  const say = useSay()
  const [query, change] = useQuery()
  const reading = useJobResults(job)
  const only = reading.rows.length === 1 && reading.ended ? "1" : ""
  const n = query["n"] ?? only
  const closed = query["closed"] === "yes"
  return (
    <section className="stack" aria-label={say("verify.outcome")}>
      <div className="heading">
        <h2 className="title">{say("verify.outcome")}</h2>
        <div className="actions">
          <a className="button" href={printPlace("verify")}>
            {say("verify.another")}
          </a>
          <a className="button" href={printPlace("reports", { ...query, n: "", closed: "", job })}>
            {say("verify.replay")}
          </a>
        </div>
      </div>
      {reading.problem === undefined ? null : <Failed problem={reading.problem} />}
      {!reading.ended && reading.problem === undefined ? <Loading what={say("verify.loading")} /> : null}
      {reading.end === undefined ? null : <TotalsView totals={reading.end} />}
      {reading.problem !== undefined && reading.rows.length > 0 ? (
        <Partial>{say("results.partial", { n: reading.rows.length })}</Partial>
      ) : null}
      {reading.ended && reading.rows.length === 0 && reading.problem === undefined ? (
        <Empty title={say("verify.emptyTitle")}>
          <p>{say("verify.emptyText")}</p>
        </Empty>
      ) : null}
      {reading.rows.length === 0 ? null : <JudgedGrid reading={reading} />}
      {n === "" || closed ? null : (
        <ReportDrawer job={job} n={Number(n)} onClose={() => change({ n: "", closed: "yes" }, "same")} />
      )}
    </section>
  )
}

/** The screen. */
export function VerifyScreen(): ReactNode {
  const say = useSay()
  const backend = useBackend()
  const { look } = useJobs()
  const [query, change] = useQuery()
  const [bundle, setBundle] = useState<readonly File[]>([])
  const [digest, setDigest] = useState("")
  const asked = useAskedFor()
  const starting = useWork<null>()
  const hex = readDigest(digest)
  const file = bundle[0]
  const ready = hex !== undefined || (digest.trim() === "" && file !== undefined)
  const job = query["job"] ?? ""
  const artifacts = hex === undefined ? [] : [`sha256:${hex}`]
  const verify = (): void => {
    const input = { artifacts, ...(file === undefined ? {} : { bundle: file.name }), ...asked, saveCase: "case" }
    starting.begin(async signal => {
      const files = file === undefined ? [] : [{ path: file.name, content: file }]
      const started = await backend.start("attest.verify", input, { files, signal })
      look()
      change({ ...placeOfAsked(asked), bundle: file?.name ?? "", job: started.id, n: "", closed: "" }, "new")
      return null
    })
  }
  return (
    <>
      <ScreenHeading
        title={say("screen.verify")}
        lead={say("verify.lead")}
        command={commandOf("attest verify", artifacts, { bundle: file?.name, ...asked })}
      />
      {job === "" ? (
        <>
          {file === undefined && digest === "" ? (
            <FirstRun title={say("verify.firstTitle")}>
              <p>{say("verify.firstText")}</p>
            </FirstRun>
          ) : null}
          <form
            className="stack"
            onSubmit={event => {
              event.preventDefault()
              if (ready) verify()
            }}
          >
            <div className="columns">
              <DropZone
                label={say("verify.evidence")}
                note={say("verify.evidenceNote")}
                files={bundle}
                onFiles={setBundle}
              />
              <Artifact digest={digest} onDigest={setDigest} />
            </div>
            <AskedForFields />
            <div className="actions">
              <OperationButton operation="attest.verify" main disabled={!ready || starting.work.state === "running"} />
              {ready ? null : <span className="soft">{say("verify.needs")}</span>}
            </div>
          </form>
          {starting.work.state === "failed" ? <Failed problem={starting.work.problem} onRetry={verify} /> : null}
        </>
      ) : (
        <Outcome job={job} key={job} />
      )}
    </>
  )
}
