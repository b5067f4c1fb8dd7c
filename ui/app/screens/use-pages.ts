/** A list of the site, page by page: the next one is asked for when the table comes near its end. */
import { useCallback, useEffect, useRef, useState } from "react"
import { isProgress } from "../backend/asking.ts"
import { useBackend, type Backend, type InputOf, type ResultOf } from "../backend/backend.ts"
import { isStopped, problemOf, type Problem } from "../backend/problem.ts"

/** The operations that list page by page: each takes `limit` and `after`, and its summary says what is `next`. */
export type Paged = "attest.list" | "audit.list"

/** What has been read of a list. */
export interface Listing<N extends Paged> {
  readonly rows: readonly ResultOf<N>[]
  readonly problem: Problem | undefined
  /** Whether there is nothing more to read. */
  readonly ended: boolean
}

/** What is listed, without the page. */
export type FilterOf<N extends Paged> = Omit<InputOf<N>, "limit" | "after">

const PAGE = 500

type Cursor = string | number
interface Page<N extends Paged> {
  readonly rows: readonly ResultOf<N>[]
  readonly next: Cursor | null
  readonly problem: Problem | undefined
}

/** One page; what came before a failure is kept beside it. */
async function readPage<N extends Paged>(
  backend: Backend,
  name: N,
  filter: FilterOf<N>,
  after: Cursor | undefined,
  signal: AbortSignal,
): Promise<Page<N>> {
  const rows: ResultOf<N>[] = []
  let next: Cursor | null = null
  const input = { ...filter, limit: PAGE, ...(after === undefined ? {} : { after }) } as InputOf<N>
  try {
    for await (const event of backend.ask(name, input, { signal })) {
      if (isProgress(event)) continue
      if (event.type === "summary") ({ next } = event as { next: Cursor | null })
      else rows.push(event as ResultOf<N>)
    }
  } catch (thrown) {
    if (isStopped(thrown)) throw thrown
    return { rows, next: null, problem: problemOf(thrown) }
  }
  return { rows, next, problem: undefined }
}

/** The list for a filter, how to read on, and how to begin again. */
export function usePages<N extends Paged>(name: N, filter: FilterOf<N>): [Listing<N>, () => void, () => void] {
  const backend = useBackend()
  const [turn, setTurn] = useState(0)
  const asked = JSON.stringify(filter)
  const id = `${name} ${asked} ${String(turn)}`
  const [held, setHeld] = useState<{ readonly id: string; readonly listing: Listing<N> } | undefined>(undefined)
  const reader = useRef<() => void>(() => undefined)
  useEffect(() => {
    const stop = new AbortController()
    let listing: Listing<N> = { rows: [], problem: undefined, ended: false }
    let cursor: Cursor | undefined
    let busy = false
    const read = async (): Promise<void> => {
      if (busy || listing.ended) return
      busy = true
      const page = await readPage(backend, name, JSON.parse(asked) as FilterOf<N>, cursor, stop.signal)
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
  }, [backend, name, asked, id])
  const more = useCallback(() => reader.current(), [])
  const again = useCallback(() => setTurn(n => n + 1), [])
  const listing = held?.id === id ? held.listing : { rows: [], problem: undefined, ended: false }
  return [listing, more, again]
}
