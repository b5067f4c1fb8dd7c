/** The list of evidence, page by page: the next one is asked for when the table comes near its end. */
import { useCallback, useEffect, useRef, useState } from "react"
import { isProgress } from "../backend/asking.ts"
import { useBackend, type Backend } from "../backend/backend.ts"
import type { OperationTypes } from "../backend/operation-types.ts"
import { isStopped, problemOf, type Problem } from "../backend/problem.ts"

/** A row of the list. */
export type Listed = Extract<OperationTypes["attest.list"]["output"], { type: "result" }>["evidence"]

/** What has been read of the list. */
export interface Listing {
  readonly rows: readonly Listed[]
  readonly problem: Problem | undefined
  /** Whether there is nothing more to read. */
  readonly ended: boolean
}

const NOTHING: Listing = { rows: [], problem: undefined, ended: false }
const PAGE = 500

interface Page {
  readonly rows: readonly Listed[]
  readonly next: string | null
  readonly problem: Problem | undefined
}

/** One page; what came before a failure is kept beside it. */
async function readPage(
  backend: Backend,
  subject: string,
  after: string | undefined,
  signal: AbortSignal,
): Promise<Page> {
  const rows: Listed[] = []
  let next: string | null = null
  const input = { limit: PAGE, ...(subject === "" ? {} : { subject }), ...(after === undefined ? {} : { after }) }
  try {
    for await (const event of backend.ask("attest.list", input, { signal })) {
      if (isProgress(event)) continue
      if (event.type === "summary") next = event.next
      else rows.push(event.evidence)
    }
  } catch (thrown) {
    if (isStopped(thrown)) throw thrown
    return { rows, next: null, problem: problemOf(thrown) }
  }
  return { rows, next, problem: undefined }
}

/** The list for a filter (empty: everything), how to read on, and how to begin again. */
export function useListing(subject: string): [Listing, () => void, () => void] {
  const backend = useBackend()
  const [turn, setTurn] = useState(0)
  const id = `${subject} ${String(turn)}`
  const [held, setHeld] = useState({ id, listing: NOTHING })
  const reader = useRef<() => void>(() => undefined)
  useEffect(() => {
    const stop = new AbortController()
    let listing = NOTHING
    let cursor: string | undefined
    let busy = false
    const read = async (): Promise<void> => {
      if (busy || listing.ended) return
      busy = true
      const page = await readPage(backend, subject, cursor, stop.signal)
      busy = false
      if (stop.signal.aborted) return
      cursor = page.next ?? undefined
      listing = { rows: [...listing.rows, ...page.rows], problem: page.problem, ended: page.next === null }
      setHeld({ id, listing })
    }
    const begin = (): void => {
      read().catch((thrown: unknown) => {
        if (!isStopped(thrown)) setHeld({ id, listing: { ...listing, problem: problemOf(thrown), ended: true } })
      })
    }
    reader.current = begin
    begin()
    return () => stop.abort()
  }, [backend, subject, id])
  const more = useCallback(() => reader.current(), [])
  const again = useCallback(() => setTurn(n => n + 1), [])
  return [held.id === id ? held.listing : NOTHING, more, again]
}
