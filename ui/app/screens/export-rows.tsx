/** Exporting a list as JSON lines: the service goes through all of the filter, not only through what is shown. */
import type { ReactNode } from "react"
import { isProgress } from "../backend/asking.ts"
import { useBackend, type ResultOf } from "../backend/backend.ts"
import { saveBlob } from "../browser/save.ts"
import { useSay } from "../messages/text.ts"
import { Failed } from "../parts/states.tsx"
import type { FilterOf, Paged } from "./use-pages.ts"
import { useWork } from "./use-work.ts"

interface Export {
  /** For the actions of the screen. */
  readonly button: ReactNode
  /** Why it did not work; for below them. */
  readonly problem: ReactNode
}

/** The export of a list with this filter. `row` is what goes into a line. */
export function useExport<N extends Paged>(
  name: N,
  filter: FilterOf<N>,
  file: string,
  { row, empty }: { readonly row: (event: ResultOf<N>) => unknown; readonly empty: boolean },
): Export {
  const say = useSay()
  const backend = useBackend()
  const { work, begin } = useWork<null>()
  const save = (): void =>
    begin(async signal => {
      const parts: string[] = []
      for await (const event of backend.ask(name, filter, { signal }))
        if (!isProgress(event) && event.type === "result") parts.push(JSON.stringify(row(event as ResultOf<N>)) + "\n")
      saveBlob(file, new Blob(parts, { type: "text/plain;charset=utf-8" }))
      return null
    })
  return {
    button: (
      <button type="button" className="button" disabled={empty || work.state === "running"} onClick={save}>
        {say("results.export")}
      </button>
    ),
    problem: work.state === "failed" ? <Failed problem={work.problem} onRetry={save} /> : null,
  }
}
