/** Long work of the service on its own part of a screen: what it does, how far it is, how it ended, and how to stop it. */
import { type ReactNode } from "react"
import { useBackend, type Asked } from "../backend/backend.ts"
import { useSay } from "../messages/text.ts"
import { ProgressLine } from "../parts/progress-line.tsx"
import { Failed, Loading, Partial } from "../parts/states.tsx"
import { useJobs } from "../shell/jobs-context.tsx"
import type { Reading } from "./use-job.ts"
import { useWork } from "./use-work.ts"

interface SectionProps<N extends Asked, Row> {
  readonly title: string
  /** What it is doing, in words. */
  readonly doing: string
  readonly job: string
  readonly reading: Reading<N, Row>
  /** Closes the section; the job stays what it is. */
  readonly onClose: () => void
  readonly children?: ReactNode
}

/** The section. Its children are what the job has found. */
export function JobSection<N extends Asked, Row>(props: SectionProps<N, Row>): ReactNode {
  const { title, doing, job, reading, onClose, children } = props
  const say = useSay()
  const backend = useBackend()
  const { look } = useJobs()
  const cancelling = useWork<null>()
  const cancel = (): void =>
    cancelling.begin(async () => {
      await backend.cancel(job)
      look()
      return null
    })
  const { ended, end, problem, progress, rows } = reading
  return (
    <section className="stack" aria-label={title}>
      <div className="heading">
        <h2 className="title">{title}</h2>
        <div className="actions">
          {ended ? (
            <button type="button" className="button" onClick={onClose}>
              {say("action.close")}
            </button>
          ) : (
            <button type="button" className="button" onClick={cancel}>
              {say("bulk.cancel")}
            </button>
          )}
        </div>
      </div>
      {ended ? null : progress === null ? <Loading what={doing} /> : <ProgressLine label={doing} progress={progress} />}
      {problem === undefined ? null : <Failed problem={problem} />}
      {problem !== undefined && end === undefined && rows.length > 0 ? (
        <Partial>{say("results.partial", { n: rows.length })}</Partial>
      ) : null}
      {cancelling.work.state === "failed" ? <Failed problem={cancelling.work.problem} onRetry={cancel} /> : null}
      {children}
    </section>
  )
}
