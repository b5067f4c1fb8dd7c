/** What a verification job has found: the rows as they come, and one Report again when somebody opens it. */
import { isProgress } from "../backend/asking.ts"
import type { Backend, ResultOf, SummaryOf } from "../backend/backend.ts"
import type { Judged } from "./report-view.tsx"
import { useJob, type Reading } from "./use-job.ts"

/** A result without its Report: 10,000 of them are to fit in the window. */
export type JudgedRow = Omit<Judged, "report"> & { readonly n: number }

/** What a verification has counted at its end. */
export type Totals = Pick<SummaryOf<"attest.verify">, "proven" | "failed" | "unproven" | "total">

/** A verification job as it is being read. */
export type JobReading = Reading<"attest.verify", JudgedRow>

function rowOf(event: ResultOf<"attest.verify">, n: number): JudgedRow {
  const { artifact, evidence, code, message, reportSha256, verdict } = event
  return { n, artifact, evidence, code, message, reportSha256, verdict }
}

/** Reads a verification job. */
export function useJobResults(id: string): JobReading {
  return useJob("attest.verify", id, rowOf)
}

/** One result of a job with its Report, read again from the service. */
export async function resultOf(backend: Backend, id: string, n: number, signal: AbortSignal): Promise<Judged> {
  const stop = new AbortController()
  let at = 0
  try {
    for await (const event of backend.watch("attest.verify", id, {
      signal: AbortSignal.any([signal, stop.signal]),
      after: n - 1,
    })) {
      if (isProgress(event) || event.type !== "result") continue
      at++
      if (at === 1) return event
    }
  } finally {
    stop.abort()
  }
  throw new Error(`job ${id} has no result ${String(n)}`)
}
