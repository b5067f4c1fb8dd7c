/** The journal itself: every record, newest first. The service filters and pages over the whole chain. */
import type { ReactNode } from "react"
import type { ShownRecord } from "../../contract/operations/audit.ts"
import { OPERATIONS } from "../../contract/operations.ts"
import type { ResultOf } from "../backend/backend.ts"
import { useQuery } from "../browser/place.ts"
import { useNumber, useSay } from "../messages/text.ts"
import { CommandCopy } from "../parts/copy.tsx"
import { DataGrid, type Column } from "../parts/data-grid.tsx"
import { Dialog } from "../parts/dialog.tsx"
import { FilterBar, type Filter } from "../parts/filter-bar.tsx"
import { PrintButton } from "../parts/print-button.tsx"
import { FirstRun } from "../parts/states.tsx"
import { Digest, Fact, Instant } from "../parts/values.tsx"
import { commandOf } from "./command.ts"
import { useExport } from "./export-rows.tsx"
import { ListingStates, NothingFound } from "./listing-states.tsx"
import { usePages, type FilterOf } from "./use-pages.ts"

/** What is recorded beside the operations of the list. */
const SESSIONS = ["session.start", "session.end"] as const
const INSTANT = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/
const FILTERS = ["actor", "operation", "outcome", "since", "until"] as const

/** The filter in the address; what makes no sense to the service is not sent to it. */
export function journalFilter(query: Readonly<Record<string, string>>): FilterOf<"audit.list"> {
  const set = FILTERS.filter(name => {
    const value = query[name] ?? ""
    return value !== "" && ((name !== "since" && name !== "until") || INSTANT.test(value))
  })
  return Object.fromEntries(set.map(name => [name, query[name]]))
}

const recordIn = ({ record }: ResultOf<"audit.list">): ShownRecord => record

function useColumns(): readonly Column<ShownRecord>[] {
  const say = useSay()
  const number = useNumber()
  return [
    { id: "n", head: say("results.number"), width: "5.5rem", number: true, cell: row => number(row.n) },
    { id: "at", head: say("journal.at"), width: "12.5rem", cell: row => <Instant at={row.at} /> },
    { id: "actor", head: say("journal.actor"), width: "minmax(0, 1fr)", cell: row => row.actor.name },
    { id: "role", head: say("settings.role"), width: "minmax(0, 1.2fr)", wide: true, cell: row => row.actor.role },
    {
      id: "operation",
      head: say("job.operation"),
      width: "minmax(0, 1.2fr)",
      cell: row => <span className="mono">{row.operation}</span>,
    },
    { id: "outcome", head: say("journal.outcome"), width: "minmax(0, 1fr)", cell: row => <code>{row.outcome}</code> },
    {
      id: "sha256",
      head: say("evidence.digest"),
      width: "13rem",
      wide: true,
      cell: row => <Digest value={row.sha256} short />,
    },
  ]
}

function RecordDrawer({ record, onClose }: { readonly record: ShownRecord; readonly onClose: () => void }): ReactNode {
  const say = useSay()
  const number = useNumber()
  const { n, at, actor, operation, outcome, input, output, prev, sha256 } = record
  const digests = {
    "journal.input": input,
    "journal.output": output,
    "journal.prev": prev,
    "journal.sha256": sha256,
  } as const
  return (
    <Dialog kind="drawer" title={say("journal.one", { n: number(n) })} onClose={onClose} footer={<PrintButton />}>
      <dl className="facts">
        <Fact name={say("journal.at")}>
          <Instant at={at} />
        </Fact>
        <Fact name={say("journal.actor")}>{actor.name}</Fact>
        <Fact name={say("settings.role")}>{actor.role}</Fact>
        <Fact name={say("journal.by")}>
          {actor.kind} <span className="mono">{actor.id}</span>
        </Fact>
        <Fact name={say("job.operation")}>
          <span className="mono">{operation}</span>
        </Fact>
        <Fact name={say("journal.outcome")}>
          <code>{outcome}</code>
        </Fact>
        {(Object.keys(digests) as (keyof typeof digests)[]).map(name => (
          <Fact key={name} name={say(name)}>
            <Digest value={digests[name]} />
          </Fact>
        ))}
      </dl>
      <p className="soft">{say("journal.note")}</p>
      <CommandCopy command={commandOf("audit list", [], { after: String(n + 1), limit: "1", json: true })} />
    </Dialog>
  )
}

/** The list with its filters. */
export function Journal(): ReactNode {
  const say = useSay()
  const [query, change] = useQuery()
  const filter = journalFilter(query)
  const [listing, more, again] = usePages("audit.list", filter)
  const { ended, problem } = listing
  const rows = listing.rows.map(recordIn)
  const exported = useExport("audit.list", filter, "audit.jsonl", { row: recordIn, empty: rows.length === 0 })
  const columns = useColumns()
  const open = rows.find(({ n }) => String(n) === query["open"])
  const filtered = Object.keys(filter).length > 0
  const isInstant = (text: string): boolean => INSTANT.test(text)
  const filters: readonly Filter[] = [
    { name: "actor", label: say("journal.actor") },
    {
      name: "operation",
      label: say("job.operation"),
      choices: [...OPERATIONS.map(({ name }) => name), ...SESSIONS].map(name => ({ value: name, label: name })),
    },
    { name: "outcome", label: say("journal.outcome"), note: say("journal.outcomeNote") },
    { name: "since", label: say("journal.since"), note: say("journal.timeNote"), accepts: isInstant },
    { name: "until", label: say("journal.until"), note: say("journal.timeNote"), accepts: isInstant },
  ]
  return (
    <section className="stack">
      <div className="heading">
        <h2 className="title">{say("journal.title")}</h2>
        <div className="actions">{exported.button}</div>
      </div>
      <FilterBar filters={filters} />
      {exported.problem}
      <ListingStates
        rows={rows.length}
        problem={problem}
        ended={ended}
        loading={say("journal.loading")}
        onRetry={again}
      />
      {ended && problem === undefined && rows.length <= 1 && !filtered ? (
        <FirstRun title={say("audit.firstTitle")}>
          <p>{say("audit.firstText")}</p>
        </FirstRun>
      ) : null}
      {ended && problem === undefined && rows.length === 0 && filtered ? (
        <NothingFound screen="audit" title={say("journal.emptyTitle")} text={say("journal.emptyText")} />
      ) : null}
      {rows.length === 0 ? null : (
        <DataGrid
          label={say("journal.title")}
          columns={columns}
          rows={rows}
          total={ended ? rows.length : null}
          keyOf={row => String(row.n)}
          selected={query["open"]}
          onOpen={row => change({ open: String(row.n) }, "new")}
          onMore={ended ? undefined : more}
        />
      )}
      {open === undefined ? null : <RecordDrawer record={open} onClose={() => change({ open: "" }, "new")} />}
    </section>
  )
}
