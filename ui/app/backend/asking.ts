/** Asking from a component: one answer, or events as they come, with what a view has to show while and after. */
import { useCallback, useEffect, useState } from "react"
import {
  useBackend,
  type Asked,
  type Asking,
  type Backend,
  type InputOf,
  type ProgressEvent,
  type ResultOf,
} from "./backend.ts"
import { isStopped, problemOf, type Problem } from "./problem.ts"

/** How something asked stands. */
export type Asked1<T> =
  | { readonly state: "loading" }
  | { readonly state: "ready"; readonly value: T }
  | { readonly state: "failed"; readonly problem: Problem }

/** The result of an operation that answers with one document. */
export async function askOne<N extends Asked>(
  backend: Backend,
  name: N,
  input: InputOf<N>,
  how: Asking = {},
): Promise<ResultOf<N>> {
  let last: ResultOf<N> | undefined
  for await (const event of backend.ask(name, input, how)) {
    if (event.type === "result") last = event as ResultOf<N>
  }
  if (last === undefined) throw new Error(`${name} has answered nothing`)
  return last
}

/** Does something asynchronous while the component is there, again when `again` is called or `key` changes. */
export function useTask<T>(
  key: string,
  task: (backend: Backend, signal: AbortSignal) => Promise<T>,
): [Asked1<T>, () => void] {
  const backend = useBackend()
  const [turn, setTurn] = useState(0)
  const id = `${key} ${String(turn)}`
  const [held, setHeld] = useState<{ readonly id: string; readonly value: Asked1<T> }>({
    id,
    value: { state: "loading" },
  })
  useEffect(() => {
    const stop = new AbortController()
    const settle = (value: Asked1<T>): void => {
      if (!stop.signal.aborted) setHeld({ id, value })
    }
    task(backend, stop.signal).then(
      value => settle({ state: "ready", value }),
      (thrown: unknown) => {
        if (!isStopped(thrown)) settle({ state: "failed", problem: problemOf(thrown) })
      },
    )
    return () => stop.abort()
    // The key stands for everything that the task is made of.
  }, [backend, id])
  const again = useCallback(() => setTurn(n => n + 1), [])
  return [held.id === id ? held.value : { state: "loading" }, again]
}

/** The result of an operation that answers with one document, while the component is there. */
export function useResult<N extends Asked>(name: N, input: InputOf<N>): [Asked1<ResultOf<N>>, () => void] {
  return useTask(`${name} ${JSON.stringify(input)}`, async (backend, signal) =>
    askOne(backend, name, input, { signal }),
  )
}

/** Whether an event is only progress. */
export function isProgress(event: { readonly type: string }): event is ProgressEvent {
  return event.type === "progress"
}
