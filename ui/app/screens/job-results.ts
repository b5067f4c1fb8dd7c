/** Reading what a verification job has found: the rows as they come, and one Report again when somebody opens it. */
import { useEffect, useState } from "react"
import type { Backend } from "../backend/backend.ts"
import { useBackend } from "../backend/backend.ts"
import { isProgress } from "../backend/asking.ts"
import { isStopped, problemOf, type Problem } from "../backend/problem.ts"
import type { Progress } from "../parts/progress-line.tsx"
import type { Judged } from "./report-view.tsx"

/** A result without its Report: 10,000 of them are to fit in the window. */
export type JudgedRow = Omit<Judged, "report"> & { readonly n: number }

/** What a verification has counted at its end. */
export interface Totals {
  readonly proven: number
  readonly failed: number
  readonly unproven: number
  readonly total: number
}

/** A job as it is being read. */
export interface JobReading {
  readonly rows: readonly JudgedRow[]
  readonly progress: Progress | null
  readonly totals: Totals | undefined
  readonly problem: Problem | undefined
  readonly ended: boolean
}

const NOTHING: JobReading = { rows: [], progress: null, totals: undefined, problem: undefined, ended: false }
/** How many rows are gathered before they are shown. */
const GATHER = 200

async function read(
  backend: Backend,
  id: string,
  signal: AbortSignal,
  show: (reading: JobReading) => void,
): Promise<void> {
  let rows: readonly JudgedRow[] = []
  let fresh: JudgedRow[] = []
  let reading = NOTHING
  const flush = (change: Partial<JobReading> = {}): void => {
    rows = fresh.length === 0 ? rows : [...rows, ...fresh]
    fresh = []
    reading = { ...reading, rows, ...change }
    show(reading)
  }
  for await (const event of backend.watch("attest.verify", id, signal)) {
    if (isProgress(event)) {
      flush({ progress: { done: event.done, total: event.total ?? null, unit: event.unit } })
    } else if (event.type === "result") {
      const { artifact, evidence, code, message, reportSha256, verdict } = event
      fresh.push({ n: rows.length + fresh.length + 1, artifact, evidence, code, message, reportSha256, verdict })
      if (fresh.length >= GATHER) flush()
    } else {
      const { proven, failed, unproven, total } = event
      flush({ totals: { proven, failed, unproven, total } })
    }
  }
  flush({ ended: true })
}

/** Reads a verification job from its first result on, and goes on while it runs; a reload begins again and loses nothing. */
export function useJobResults(id: string | undefined): JobReading {
  const backend = useBackend()
  const [held, setHeld] = useState<{ readonly id: string | undefined; readonly reading: JobReading }>({
    id,
    reading: NOTHING,
  })
  useEffect(() => {
    if (id === undefined) return
    const stop = new AbortController()
    let last = NOTHING
    const show = (reading: JobReading): void => {
      last = reading
      if (!stop.signal.aborted) setHeld({ id, reading })
    }
    read(backend, id, stop.signal, show).catch((thrown: unknown) => {
      if (!isStopped(thrown)) show({ ...last, problem: problemOf(thrown), ended: true })
    })
    return () => stop.abort()
  }, [backend, id])
  return held.id === id ? held.reading : NOTHING
}

/** One result of a job with its Report, read again from the service. */
export async function resultOf(backend: Backend, id: string, n: number, signal: AbortSignal): Promise<Judged> {
  const stop = new AbortController()
  let at = 0
  try {
    for await (const event of backend.watch("attest.verify", id, AbortSignal.any([signal, stop.signal]), n - 1)) {
      if (isProgress(event) || event.type !== "result") continue
      at++
      if (at === 1) return event
    }
  } finally {
    stop.abort()
  }
  throw new Error(`job ${id} has no result ${String(n)}`)
}
