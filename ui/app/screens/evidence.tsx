/** Evidence: what the site holds, addressed by the SHA-256 of its bytes. What it says of itself is shown as a claim; what is proven comes from a Report. */
import { useCallback, useEffect, useState, type ReactNode } from "react"
import { isProgress } from "../backend/asking.ts"
import { useBackend } from "../backend/backend.ts"
import type { OperationTypes } from "../backend/operation-types.ts"
import { isStopped, problemOf, type Problem } from "../backend/problem.ts"
import { printPlace, useQuery } from "../browser/place.ts"
import { saveText } from "../browser/save.ts"
import { useNumber, useSay } from "../messages/text.ts"
import { DataGrid, type Column } from "../parts/data-grid.tsx"
import { FilterBar } from "../parts/filter-bar.tsx"
import { ScreenHeading } from "../parts/screen-heading.tsx"
import { Empty, Failed, FirstRun, Loading, Partial } from "../parts/states.tsx"
import { Bytes, Digest, Instant } from "../parts/values.tsx"
import { commandOf } from "./command.ts"
import { EvidenceDrawer } from "./evidence-drawer.tsx"
import { ImportDialog } from "./import-dialog.tsx"
import { readDigest } from "./verify.tsx"

type Listed = Extract<OperationTypes["attest.list"]["output"], { type: "result" }>["evidence"]

interface Listing {
  readonly rows: readonly Listed[]
  readonly total: number | null
  readonly problem: Problem | undefined
  readonly ended: boolean
}

const NOTHING: Listing = { rows: [], total: null, problem: undefined, ended: false }
const GATHER = 500

/** The list as it comes, for a filter. */
function useListing(subject: string): [Listing, () => void] {
  const backend = useBackend()
  const [turn, setTurn] = useState(0)
  const id = `${subject} ${String(turn)}`
  const [held, setHeld] = useState({ id, listing: NOTHING })
  useEffect(() => {
    const stop = new AbortController()
    let listing = NOTHING
    let fresh: Listed[] = []
    const show = (change: Partial<Listing>): void => {
      listing = { ...listing, rows: fresh.length === 0 ? listing.rows : [...listing.rows, ...fresh], ...change }
      fresh = []
      if (!stop.signal.aborted) setHeld({ id, listing })
    }
    const read = async (): Promise<void> => {
      const input = subject === "" ? {} : { subject }
      for await (const event of backend.ask("attest.list", input, { signal: stop.signal })) {
        if (isProgress(event)) continue
        if (event.type === "summary") show({ total: event.total })
        else {
          fresh.push(event.evidence)
          if (fresh.length >= GATHER) show({})
        }
      }
      show({ ended: true })
    }
    read().catch((thrown: unknown) => {
      if (!isStopped(thrown)) show({ problem: problemOf(thrown), ended: true })
    })
    return () => stop.abort()
  }, [backend, subject, id])
  const again = useCallback(() => setTurn(n => n + 1), [])
  return [held.id === id ? held.listing : NOTHING, again]
}

function useColumns(): readonly Column<Listed>[] {
  const say = useSay()
  const number = useNumber()
  return [
    { id: "sha256", head: say("evidence.digest"), width: "13rem", cell: row => <Digest value={row.sha256} short /> },
    { id: "subjects", head: say("evidence.subjects"), width: "minmax(0, 1.6fr)", cell: row => <Subjects row={row} /> },
    {
      id: "predicate",
      head: say("evidence.predicates"),
      width: "minmax(0, 2fr)",
      wide: true,
      cell: row => row.predicateTypes.join(", "),
    },
    { id: "form", head: say("evidence.form"), width: "6rem", cell: row => row.form },
    {
      id: "items",
      head: say("evidence.items"),
      width: "4.5rem",
      number: true,
      wide: true,
      cell: row => number(row.items),
    },
    {
      id: "bytes",
      head: say("evidence.bytes"),
      width: "7rem",
      number: true,
      wide: true,
      cell: row => <Bytes value={row.bytes} />,
    },
    {
      id: "at",
      head: say("evidence.importedAt"),
      width: "12.5rem",
      wide: true,
      cell: row => <Instant at={row.importedAt} />,
    },
  ]
}

function Subjects({ row }: { readonly row: Listed }): ReactNode {
  const say = useSay()
  const first = row.subjects[0]
  if (first === undefined) return <span className="soft">{say("evidence.noSubject")}</span>
  return (
    <>
      <Digest value={first} short />
      {row.subjects.length > 1 ? ` ${say("evidence.more", { n: row.subjects.length - 1 })}` : null}
    </>
  )
}

/** The screen. */
export function EvidenceScreen(): ReactNode {
  const say = useSay()
  const [query, change] = useQuery()
  const typed = query["subject"] ?? ""
  const hex = readDigest(typed)
  const subject = hex === undefined ? "" : `sha256:${hex}`
  const [listing, again] = useListing(subject)
  const columns = useColumns()
  const open = query["open"] ?? ""
  const importing = query["import"] === "open"
  const { rows, ended, problem, total } = listing
  return (
    <>
      <ScreenHeading
        title={say("screen.evidence")}
        lead={say("evidence.lead")}
        command={commandOf("attest list", [], { subject })}
        actions={
          <>
            <button type="button" className="button main" onClick={() => change({ import: "open" }, "new")}>
              {say("evidence.import")}
            </button>
            <button
              type="button"
              className="button"
              disabled={!ended || rows.length === 0}
              onClick={() => saveText("evidence.jsonl", rows.map(row => JSON.stringify(row) + "\n").join(""))}
            >
              {say("results.export")}
            </button>
          </>
        }
      />
      <FilterBar
        filters={[
          {
            name: "subject",
            label: say("evidence.filterSubject"),
            note: say("evidence.filterNote"),
            accepts: text => readDigest(text) !== undefined,
          },
        ]}
      />
      {problem === undefined ? null : rows.length === 0 ? (
        <Failed problem={problem} onRetry={again} />
      ) : (
        <Partial
          action={
            <button type="button" className="button" onClick={again}>
              {say("action.retry")}
            </button>
          }
        >
          {say("evidence.partial", { n: rows.length, code: problem.code })}
        </Partial>
      )}
      {!ended && rows.length === 0 ? <Loading what={say("evidence.loading")} /> : null}
      {ended && problem === undefined && rows.length === 0 ? (
        subject === "" ? (
          <FirstRun title={say("evidence.firstTitle")}>
            <p>{say("evidence.firstText")}</p>
          </FirstRun>
        ) : (
          <Empty
            title={say("evidence.emptyTitle")}
            action={
              <a className="button" href={printPlace("evidence")}>
                {say("filter.removeAll")}
              </a>
            }
          >
            <p>{say("evidence.emptyText")}</p>
          </Empty>
        )
      ) : null}
      {rows.length === 0 ? null : (
        <DataGrid
          label={say("evidence.label")}
          columns={columns}
          rows={rows}
          total={total}
          keyOf={row => row.sha256}
          selected={open}
          onOpen={row => change({ open: row.sha256 }, "new")}
        />
      )}
      {open === "" ? null : (
        <EvidenceDrawer
          sha256={open}
          subjects={rows.find(row => row.sha256 === open)?.subjects ?? []}
          onClose={() => change({ open: "" }, "new")}
        />
      )}
      {importing ? (
        <ImportDialog
          onClose={() => {
            change({ import: "" }, "new")
            again()
          }}
        />
      ) : null}
    </>
  )
}
