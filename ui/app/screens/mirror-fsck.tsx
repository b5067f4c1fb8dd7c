/** Checking everything: the service derives all of the site again, and names what is damaged. */
import type { ReactNode } from "react"
import type { ResultOf } from "../backend/backend.ts"
import { useNumber, useSay } from "../messages/text.ts"
import { CommandCopy } from "../parts/copy.tsx"
import { Icon } from "../parts/icons.tsx"
import { Partial } from "../parts/states.tsx"
import { Fact } from "../parts/values.tsx"
import { commandOf } from "./command.ts"
import { JobSection } from "./job-section.tsx"
import { useJob } from "./use-job.ts"

type Damage = ResultOf<"mirror.fsck">

const everyRow = (event: Damage): Damage => event

/** Damaged places that are named; the command line names all. */
const NAMED = 200

/** What it has found. */
export function FsckOutcome({ job, onClose }: { readonly job: string; readonly onClose: () => void }): ReactNode {
  const say = useSay()
  const number = useNumber()
  const reading = useJob("mirror.fsck", job, everyRow)
  const { end, rows } = reading
  return (
    <JobSection title={say("fsck.title")} doing={say("fsck.loading")} job={job} reading={reading} onClose={onClose}>
      {rows.length === 0 ? null : (
        <table className="plain-table">
          <caption>{say("fsck.damaged", { n: rows.length })}</caption>
          <thead>
            <tr>
              <th scope="col">{say("results.code")}</th>
              <th scope="col">{say("fsck.part")}</th>
              <th scope="col">{say("fsck.what")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, NAMED).map(({ code, part, where, what }, index) => (
              <tr key={index}>
                <td>
                  <code>{code}</code>
                </td>
                <td className="mono">{where === null ? part : `${part} ${where}`}</td>
                <td lang="en">{what}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {rows.length > NAMED ? <Partial>{say("fsck.cut", { n: NAMED, total: rows.length })}</Partial> : null}
      {end === undefined ? null : (
        <section className="card" role="status">
          <h3 className="line">
            <Icon name={end.damaged === 0 ? "verify" : "warning"} />
            {end.damaged === 0 ? say("fsck.whole") : say("fsck.damaged", { n: end.damaged })}
          </h3>
          <dl className="facts">
            <Fact name={say("fsck.rows")}>{number(end.rows)}</Fact>
            <Fact name={say("fsck.blobs")}>{number(end.blobs)}</Fact>
            <Fact name={say("posture.logs")}>{number(end.logs)}</Fact>
          </dl>
        </section>
      )}
      <CommandCopy command={commandOf("mirror fsck")} />
    </JobSection>
  )
}
