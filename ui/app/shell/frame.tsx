/** The frame: the rail with every screen, the bar with palette, clock and operator, the strip with running work. */
import { useEffect, useState, type ReactNode } from "react"
import type { Who } from "../backend/backend.ts"
import { instantOf, nowMs, ticking } from "../browser/clock.ts"
import { printPlace } from "../browser/place.ts"
import { useSay } from "../messages/text.ts"
import { Icon } from "../parts/icons.tsx"
import { printInstant } from "../parts/values.tsx"
import { useJobs } from "./jobs-context.tsx"
import { ROUTES, type RouteId } from "./routes.ts"

function Clock(): ReactNode {
  const say = useSay()
  const [now, setNow] = useState(nowMs)
  useEffect(() => ticking(1000, () => setNow(nowMs())), [])
  return (
    <span className="clock mono soft" title={say("frame.clock")}>
      {printInstant(instantOf(now))}
    </span>
  )
}

function Rail({
  here,
  open,
  onGo,
}: {
  readonly here: RouteId
  readonly open: boolean
  readonly onGo: () => void
}): ReactNode {
  const say = useSay()
  return (
    <nav className="rail" aria-label={say("frame.screens")} data-open={open}>
      <span className="brand">
        <Icon name="star" />
        Stella Attestor
      </span>
      <ul role="list">
        {ROUTES.map(({ id, letter, name }) => (
          <li key={id}>
            <a
              href={printPlace(id)}
              aria-current={id === here ? "page" : undefined}
              aria-keyshortcuts={`g ${letter}`}
              onClick={onGo}
            >
              <Icon name={id} />
              {say(name)}
              <span className="letter" aria-hidden="true">
                g {letter}
              </span>
            </a>
          </li>
        ))}
      </ul>
      <p className="foot">{say("frame.sealed")}</p>
    </nav>
  )
}

function Strip(): ReactNode {
  const say = useSay()
  const { jobs } = useJobs()
  const running = (jobs ?? []).filter(({ state }) => state === "running")
  const first = running[0]
  if (first === undefined) return null
  const { progress } = first
  return (
    <footer className="strip" aria-label={say("frame.work")}>
      <span>{say("frame.running", { n: running.length })}</span>
      <progress
        aria-label={first.operation}
        {...(progress?.total === undefined ? {} : { max: Math.max(progress.total, 1), value: progress.done })}
      />
      <a href={printPlace("reports", { job: first.id })}>{first.operation}</a>
    </footer>
  )
}

interface FrameProps {
  readonly here: RouteId
  readonly who: Who
  readonly onPalette: () => void
  readonly onHelp: () => void
  readonly children: ReactNode
}

/** Everything around a screen. */
export function Frame({ here, who, onPalette, onHelp, children }: FrameProps): ReactNode {
  const say = useSay()
  const [open, setOpen] = useState(false)
  return (
    <div className="app">
      <button
        type="button"
        className="skip-link"
        onClick={() => {
          document.getElementById("main")?.focus()
        }}
      >
        {say("frame.skip")}
      </button>
      <Rail here={here} open={open} onGo={() => setOpen(false)} />
      <div className="content">
        <header className="bar">
          <button type="button" className="button menu" aria-expanded={open} onClick={() => setOpen(!open)}>
            <Icon name="menu" />
            {say("frame.menu")}
          </button>
          <button type="button" className="button search" aria-keyshortcuts="Control+K" onClick={onPalette}>
            <span className="line">
              <Icon name="search" />
              {say("palette.open")}
            </span>
            <kbd>Ctrl K</kbd>
          </button>
          <span className="spring" />
          <Clock />
          <span className="who">
            {who.name} <span className="soft">({who.role})</span>
          </span>
          <button type="button" className="button plain" onClick={onHelp} aria-label={say("keys.title")}>
            <kbd>?</kbd>
          </button>
        </header>
        <main id="main" tabIndex={-1}>
          {children}
        </main>
        <Strip />
      </div>
    </div>
  )
}
