/** Work that a person starts and may stop: what it is doing, how far it is, and how it ended. */
import { useCallback, useEffect, useRef, useState } from "react"
import { isStopped, problemOf, type Problem } from "../backend/problem.ts"
import type { Progress } from "../parts/progress-line.tsx"

/** How the work stands. */
export type Work<T> =
  | { readonly state: "idle" }
  | { readonly state: "running"; readonly progress: Progress | null }
  | { readonly state: "done"; readonly value: T }
  | { readonly state: "failed"; readonly problem: Problem }

/** Starts the work (stopping what runs), stops it, or forgets how it ended. */
export interface Doing<T> {
  readonly work: Work<T>
  readonly begin: (task: (signal: AbortSignal, tell: (progress: Progress) => void) => Promise<T>) => void
  readonly stop: () => void
}

/** Work of a component; it is stopped when the component goes. */
export function useWork<T>(): Doing<T> {
  const [work, setWork] = useState<Work<T>>({ state: "idle" })
  const current = useRef<AbortController | undefined>(undefined)
  useEffect(() => () => current.current?.abort(), [])
  const begin: Doing<T>["begin"] = useCallback(task => {
    current.current?.abort()
    const stop = new AbortController()
    current.current = stop
    setWork({ state: "running", progress: null })
    const settle = (value: Work<T>): void => {
      if (!stop.signal.aborted) setWork(value)
    }
    task(stop.signal, progress => settle({ state: "running", progress })).then(
      value => settle({ state: "done", value }),
      (thrown: unknown) => {
        if (!isStopped(thrown)) settle({ state: "failed", problem: problemOf(thrown) })
      },
    )
  }, [])
  const stop = useCallback(() => {
    current.current?.abort()
    setWork({ state: "idle" })
  }, [])
  return { work, begin, stop }
}
