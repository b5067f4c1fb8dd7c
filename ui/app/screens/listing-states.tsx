/** How a list can stand beside its rows: being read, broken off, not read at all, or with nothing that passes its filters. */
import type { ReactNode } from "react"
import type { Problem } from "../backend/problem.ts"
import { printPlace } from "../browser/place.ts"
import { useSay } from "../messages/text.ts"
import { Empty, Failed, Loading, Partial } from "../parts/states.tsx"
import type { RouteId } from "../shell/routes.ts"

interface ListingProps {
  /** How many rows there are so far. */
  readonly rows: number
  readonly problem: Problem | undefined
  readonly ended: boolean
  /** What is being read, in words. */
  readonly loading: string
  readonly onRetry: () => void
}

/** The states of reading. */
export function ListingStates({ rows, problem, ended, loading, onRetry }: ListingProps): ReactNode {
  const say = useSay()
  if (problem === undefined) return !ended && rows === 0 ? <Loading what={loading} /> : null
  if (rows === 0) return <Failed problem={problem} onRetry={onRetry} />
  return (
    <Partial
      action={
        <button type="button" className="button" onClick={onRetry}>
          {say("action.retry")}
        </button>
      }
    >
      {say("evidence.partial", { n: rows, code: problem.code })}
    </Partial>
  )
}

/** Nothing passes the filters of a screen, which can be taken away. */
export function NothingFound({
  screen,
  title,
  text,
}: {
  readonly screen: RouteId
  readonly title: string
  readonly text: string
}): ReactNode {
  const say = useSay()
  return (
    <Empty
      title={title}
      action={
        <a className="button" href={printPlace(screen)}>
          {say("filter.removeAll")}
        </a>
      }
    >
      <p>{text}</p>
    </Empty>
  )
}
