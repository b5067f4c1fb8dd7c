/** The service's jobs, looked at regularly for as long as the window is open: they outlive it, so it asks. */
import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from "react"
import { useBackend, type Job } from "../backend/backend.ts"
import { problemOf, type Problem } from "../backend/problem.ts"
import { after } from "../browser/clock.ts"

interface Jobs {
  /** Newest first; undefined until they have been asked for once. */
  readonly jobs: readonly Job[] | undefined
  readonly problem: Problem | undefined
  /** Asks again now: something has just been started. */
  readonly look: () => void
}

const JobsContext = createContext<Jobs>({ jobs: undefined, problem: undefined, look: () => undefined })

/** The jobs as last seen. */
export function useJobs(): Jobs {
  return use(JobsContext)
}

const BUSY_MS = 1000
const QUIET_MS = 15_000

/** Looks at the jobs: often while one runs, else now and then. */
export function JobsProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const backend = useBackend()
  const [held, setHeld] = useState<Omit<Jobs, "look">>({ jobs: undefined, problem: undefined })
  const [turn, setTurn] = useState(0)
  const look = useCallback(() => setTurn(n => n + 1), [])
  useEffect(() => {
    const stop = new AbortController()
    let wait = (): void => undefined
    const again = (delay: number): void => {
      if (!stop.signal.aborted) wait = after(delay, look)
    }
    backend.jobs({ signal: stop.signal }).then(
      jobs => {
        if (stop.signal.aborted) return
        setHeld({ jobs, problem: undefined })
        again(jobs.some(({ state }) => state === "running") ? BUSY_MS : QUIET_MS)
      },
      (thrown: unknown) => {
        if (stop.signal.aborted) return
        setHeld(before => ({ ...before, problem: problemOf(thrown) }))
        again(QUIET_MS)
      },
    )
    return () => {
      stop.abort()
      wait()
    }
  }, [backend, turn, look])
  const value = useMemo(() => ({ ...held, look }), [held, look])
  return <JobsContext value={value}>{children}</JobsContext>
}
