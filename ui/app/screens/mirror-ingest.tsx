/** Bringing a log in from a medium: its folder is sent, and a job of the service derives every hash of it again. */
import { useEffect, useState, type ReactNode } from "react"
import { useBackend, type ResultOf } from "../backend/backend.ts"
import { pathBelow, pathOf } from "../browser/file-path.ts"
import { useSay } from "../messages/text.ts"
import { DropZone } from "../parts/drop-zone.tsx"
import { Failed, Loading } from "../parts/states.tsx"
import { TextField } from "../parts/text-field.tsx"
import { Big, Digest, Fact } from "../parts/values.tsx"
import { useJobs } from "../shell/jobs-context.tsx"
import { commandOf } from "./command.ts"
import { JobSection } from "./job-section.tsx"
import { OperationDialog } from "./operation-dialog.tsx"
import { useJob } from "./use-job.ts"
import { useWork } from "./use-work.ts"

/** The dialog. `onStarted` gets the job. */
export function IngestDialog({
  onClose,
  onStarted,
}: {
  readonly onClose: () => void
  readonly onStarted: (job: string) => void
}): ReactNode {
  const say = useSay()
  const backend = useBackend()
  const { look } = useJobs()
  const [folder, setFolder] = useState<readonly File[]>([])
  const [keys, setKeys] = useState<readonly File[]>([])
  const [origin, setOrigin] = useState("")
  const { work, begin } = useWork<null>()
  const key = keys[0]
  const first = folder[0]
  const dir = first === undefined ? "" : (pathOf(first).split("/")[0] ?? "")
  const said = origin.trim() === "" ? {} : { origin: origin.trim() }
  const bring = (): void =>
    begin(async signal => {
      const files = folder.map(file => ({ path: pathBelow(dir, file), content: file }))
      // The key is no part of the medium, whatever its file is called.
      if (key !== undefined) files.push({ path: `key/${key.name}`, content: key })
      const input = { dir, ...said, ...(key === undefined ? {} : { logKey: `key/${key.name}` }) }
      const started = await backend.start("mirror.ingest", input, { files, signal })
      look()
      onStarted(started.id)
      return null
    })
  return (
    <OperationDialog
      operation="mirror.ingest"
      command={commandOf("mirror ingest", [dir === "" ? "/media/log" : dir], { ...said, logKey: key?.name })}
      disabled={dir === "" || work.state === "running"}
      onDo={bring}
      onClose={onClose}
    >
      <DropZone
        folder
        label={say("ingest.folder")}
        note={say("ingest.folderNote")}
        files={folder}
        onFiles={setFolder}
      />
      <DropZone label={say("ingest.key")} note={say("ingest.keyNote")} files={keys} onFiles={setKeys} />
      <TextField
        mono
        label={say("ingest.origin")}
        note={say("ingest.originNote")}
        value={origin}
        onChange={setOrigin}
      />
      {work.state === "running" ? <Loading what={say("bulk.sending")} /> : null}
      {work.state === "failed" ? <Failed problem={work.problem} onRetry={bring} /> : null}
    </OperationDialog>
  )
}

const everyRow = (event: ResultOf<"mirror.ingest">): ResultOf<"mirror.ingest"> => event

interface OutcomeProps {
  readonly job: string
  readonly onClose: () => void
  /** Called when the mirror is another one. */
  readonly onDone: () => void
}

/** What came of it. */
export function IngestOutcome({ job, onClose, onDone }: OutcomeProps): ReactNode {
  const say = useSay()
  const reading = useJob("mirror.ingest", job, everyRow)
  const { end } = reading
  const done = end !== undefined
  useEffect(() => {
    if (done) onDone()
    // Once, when the job has ended; not each time that somebody is told otherwise.
  }, [done])
  return (
    <JobSection title={say("ingest.title")} doing={say("ingest.loading")} job={job} reading={reading} onClose={onClose}>
      {end === undefined ? null : (
        <section className="card" role="status">
          <h3>{say("ingest.done")}</h3>
          <dl className="facts">
            <Fact name={say("prove.log")}>
              <span className="mono">{end.head.origin}</span>
            </Fact>
            <Fact name={say("ingest.before")}>
              {end.before === null ? (
                "–"
              ) : (
                <>
                  <Big value={end.before.size} /> · <Digest value={end.before.root} />
                </>
              )}
            </Fact>
            <Fact name={say("ingest.now")}>
              <Big value={end.head.size} /> · <Digest value={end.head.root} />
            </Fact>
            <Fact name={say("ingest.tiles")}>
              <Big value={String(end.tiles)} />
            </Fact>
            <Fact name={say("ingest.entries")}>
              <Big value={end.entries} />
            </Fact>
            <Fact name={say("ingest.hashesOnly")}>
              <Big value={end.hashesOnly} />
            </Fact>
          </dl>
        </section>
      )}
    </JobSection>
  )
}
