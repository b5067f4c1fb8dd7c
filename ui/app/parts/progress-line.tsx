/** Progress of long work. The bar is not announced by screen readers, so a polite text says it in steps. */
import { useEffect, useRef, useState, type ReactNode } from "react"
import { nowMs } from "../browser/clock.ts"
import { useSay } from "../messages/text.ts"

/** How far it has come; without a total the end is not known. */
export interface Progress {
  readonly done: number
  readonly total: number | null
  readonly unit: "items" | "bytes"
}

const STEP_PERCENT = 10
const STEP_MS = 10_000

/** A bar, its numbers, and what is announced every tenth of the way or ten seconds. */
export function ProgressLine({ label, progress }: { readonly label: string; readonly progress: Progress }): ReactNode {
  const say = useSay()
  const { done, total, unit } = progress
  const percent = total === null || total === 0 ? null : Math.min(100, Math.floor((100 * done) / total))
  const words =
    total === null
      ? say(unit === "items" ? "progress.items" : "progress.bytes", { n: done })
      : say(unit === "items" ? "progress.itemsOf" : "progress.bytesOf", { n: done, total, percent: percent ?? 0 })
  const said = useRef({ step: -1, at: 0 })
  const [spoken, setSpoken] = useState("")
  useEffect(() => {
    const step = percent === null ? 0 : Math.floor(percent / STEP_PERCENT)
    const now = nowMs()
    if (step === said.current.step && now - said.current.at < STEP_MS) return
    said.current = { step, at: now }
    setSpoken(`${label}: ${words}`)
  }, [label, words, percent])
  return (
    <div className="progress">
      <div className="line">
        <span>{label}</span>
        <span className="soft">{words}</span>
      </div>
      {total === null ? (
        <progress aria-label={label} />
      ) : (
        <progress aria-label={label} max={Math.max(total, 1)} value={done} />
      )}
      <p className="heard-only" role="status">
        {spoken}
      </p>
    </div>
  )
}
