/** The five designed states of a view: first run, loading, empty, partial, failed. */
import { useEffect, useState, type ReactNode } from "react"
import type { Problem } from "../backend/problem.ts"
import { nowMs, ticking } from "../browser/clock.ts"
import { useSay } from "../messages/text.ts"
import { CopyButton } from "./copy.tsx"
import { Icon } from "./icons.tsx"

interface StateProps {
  readonly title: string
  readonly children: ReactNode
  /** The next thing to do. */
  readonly action?: ReactNode
}

/** Nothing has ever been here: what the view is for, and the first step. */
export function FirstRun({ title, children, action }: StateProps): ReactNode {
  return (
    <section className="state" data-state="first-run">
      <h2>
        <Icon name="star" />
        {title}
      </h2>
      <div className="tight">{children}</div>
      {action === undefined ? null : <div className="actions">{action}</div>}
    </section>
  )
}

/** Nothing matches or is left: why, and what can be done. */
export function Empty({ title, children, action }: StateProps): ReactNode {
  return (
    <section className="state" data-state="empty">
      <h2>
        <Icon name="empty" />
        {title}
      </h2>
      <div className="tight">{children}</div>
      {action === undefined ? null : <div className="actions">{action}</div>}
    </section>
  )
}

/** Work is going on: what, and for how long. Told by words, not by something that turns. */
export function Loading({ what }: { readonly what: string }): ReactNode {
  const say = useSay()
  const [from] = useState(nowMs)
  const [seconds, setSeconds] = useState(0)
  useEffect(() => ticking(1000, () => setSeconds(Math.floor((nowMs() - from) / 1000))), [from])
  return (
    <section className="state" data-state="loading" aria-busy="true">
      <h2>
        <Icon name="wait" />
        <span role="status">{what}</span>
      </h2>
      <p className="soft">{say("loading.since", { n: seconds })}</p>
    </section>
  )
}

/** Not everything is here: what is missing, beside what is shown. */
export function Partial({
  children,
  action,
}: {
  readonly children: ReactNode
  readonly action?: ReactNode
}): ReactNode {
  return (
    <div className="notice" data-state="partial" role="status">
      <Icon name="warning" />
      <span>{children}</span>
      {action}
    </div>
  )
}

/** It did not work: the code, what happened, what to do about it. */
export function Failed({ problem, onRetry }: { readonly problem: Problem; readonly onRetry?: () => void }): ReactNode {
  const say = useSay()
  const text = [
    `${problem.code}: ${problem.message}`,
    ...(problem.hint === "" ? [] : [`hint: ${problem.hint}`]),
    ...Object.entries(problem.detail).map(([name, value]) => `${name}: ${String(value)}`),
  ].join("\n")
  return (
    <section className="problem" data-state="failed" role="alert">
      <div className="line">
        <Icon name="warning" />
        <span className="code">{problem.code}</span>
      </div>
      <p className="message" lang="en">
        {problem.message}
      </p>
      {problem.hint === "" ? null : (
        <p>
          <strong>{say("problem.hint")}</strong> <span lang="en">{problem.hint}</span>
        </p>
      )}
      {Object.keys(problem.detail).length === 0 ? null : (
        <dl className="facts">
          {Object.entries(problem.detail).map(([name, value]) => (
            <div key={name} className="line">
              <dt>{name}</dt>
              <dd className="mono">{String(value)}</dd>
            </div>
          ))}
        </dl>
      )}
      <div className="actions">
        {onRetry === undefined ? null : (
          <button type="button" className="button main" onClick={onRetry}>
            {say("action.retry")}
          </button>
        )}
        <CopyButton text={text} label={say("problem.copy")} />
      </div>
    </section>
  )
}
