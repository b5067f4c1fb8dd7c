/** Evidence: what the site holds, addressed by the SHA-256 of its bytes. What it says of itself is shown as a claim; what is proven comes from a Report. */
import type { ReactNode } from "react"
import { useResult } from "../backend/asking.ts"
import type { ResultOf } from "../backend/backend.ts"
import { useQuery } from "../browser/place.ts"
import { useNumber, useSay } from "../messages/text.ts"
import { DataGrid, type Column } from "../parts/data-grid.tsx"
import { FilterBar } from "../parts/filter-bar.tsx"
import { ScreenHeading } from "../parts/screen-heading.tsx"
import { FirstRun } from "../parts/states.tsx"
import { Bytes, Digest, Instant } from "../parts/values.tsx"
import { commandOf } from "./command.ts"
import { EvidenceDrawer } from "./evidence-drawer.tsx"
import { useExport } from "./export-rows.tsx"
import { ImportDialog } from "./import-dialog.tsx"
import { ListingStates, NothingFound } from "./listing-states.tsx"
import { OperationButton, useDialog } from "./operation-button.tsx"
import { readDigest } from "./read-digest.ts"
import { usePages } from "./use-pages.ts"

type Listed = ResultOf<"attest.list">["evidence"]

const listedIn = ({ evidence }: ResultOf<"attest.list">): Listed => evidence

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
  const filter = subject === "" ? {} : { subject }
  const [listing, more, again] = usePages("attest.list", filter)
  const [status] = useResult("status", {})
  const columns = useColumns()
  const open = query["open"] ?? ""
  const [importing, showImport, closeImport] = useDialog("attest.import")
  const { ended, problem } = listing
  const rows = listing.rows.map(listedIn)
  // Without a filter the service knows how many there are before they are read.
  const total = ended ? rows.length : subject === "" && status.state === "ready" ? status.value.evidence : null
  const exported = useExport("attest.list", filter, "evidence.jsonl", { row: listedIn, empty: rows.length === 0 })
  return (
    <>
      <ScreenHeading
        title={say("screen.evidence")}
        lead={say("evidence.lead")}
        command={commandOf("attest list", [], { subject })}
        actions={
          <>
            <OperationButton operation="attest.import" main onPress={showImport} />
            {exported.button}
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
      {exported.problem}
      <ListingStates
        rows={rows.length}
        problem={problem}
        ended={ended}
        loading={say("evidence.loading")}
        onRetry={again}
      />
      {ended && problem === undefined && rows.length === 0 ? (
        subject === "" ? (
          <FirstRun title={say("evidence.firstTitle")}>
            <p>{say("evidence.firstText")}</p>
          </FirstRun>
        ) : (
          <NothingFound screen="evidence" title={say("evidence.emptyTitle")} text={say("evidence.emptyText")} />
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
          onMore={ended ? undefined : more}
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
            closeImport()
            again()
          }}
        />
      ) : null}
    </>
  )
}
