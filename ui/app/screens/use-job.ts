/** A job as it is being read: from its first event on, and on while it runs; a reload begins again and loses nothing. */
import { useEffect, useState } from "react"
import { isProgress } from "../backend/asking.ts"
import { useBackend, type Asked, type Backend, type ResultOf, type SummaryOf } from "../backend/backend.ts"
import { isStopped, problemOf, type Problem } from "../backend/problem.ts"
import type { Progress } from "../parts/progress-line.tsx"

/** How far the reading is. */
export interface Reading<N extends Asked, Row> {
  readonly rows: readonly Row[]
  /** The summary at its end. */
  readonly end: SummaryOf<N> | undefined
  readonly progress: Progress | null
  readonly problem: Problem | undefined
  readonly ended: boolean
}

/** What is kept of a result; `n` counts from 1. */
export type RowOf<N extends Asked, Row> = (event: ResultOf<N>, n: number) => Row

/** How many rows are gathered before they are shown. */
const GATHER = 200

function nothing<N extends Asked, Row>(): Reading<N, Row> {
  return { rows: [], end: undefined, progress: null, problem: undefined, ended: false }
}

async function read<N extends Asked, Row>(
  events: ReturnType<Backend["watch"]>,
  rowOf: RowOf<N, Row>,
  show: (reading: Reading<N, Row>) => void,
): Promise<void> {
  let reading = nothing<N, Row>()
  let fresh: Row[] = []
  const flush = (change: Partial<Reading<N, Row>> = {}): void => {
    reading = { ...reading, rows: fresh.length === 0 ? reading.rows : [...reading.rows, ...fresh], ...change }
    fresh = []
    show(reading)
  }
  try {
    for await (const event of events) {
      if (isProgress(event)) flush({ progress: { done: event.done, total: event.total ?? null, unit: event.unit } })
      else if (event.type === "summary") flush({ end: event as SummaryOf<N> })
      else {
        fresh.push(rowOf(event as ResultOf<N>, reading.rows.length + fresh.length + 1))
        if (fresh.length >= GATHER) flush()
      }
    }
    flush({ ended: true })
  } catch (thrown) {
    if (!isStopped(thrown)) flush({ problem: problemOf(thrown), ended: true })
  }
}

/** Reads a job of this operation. `rowOf` is one function for as long as the component is there. */
export function useJob<N extends Asked, Row>(name: N, id: string, rowOf: RowOf<N, Row>): Reading<N, Row> {
  const backend = useBackend()
  const [held, setHeld] = useState<{ readonly id: string; readonly reading: Reading<N, Row> } | undefined>(undefined)
  useEffect(() => {
    const stop = new AbortController()
    const show = (reading: Reading<N, Row>): void => {
      if (!stop.signal.aborted) setHeld({ id, reading })
    }
    void read(backend.watch(name, id, { signal: stop.signal }), rowOf, show)
    return () => stop.abort()
  }, [backend, name, id, rowOf])
  return held?.id === id ? held.reading : nothing()
}
