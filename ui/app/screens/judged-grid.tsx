/** The results of a verification as a table, with the verdict of each as its Report has it. */
import type { ReactNode } from "react"
import { useQuery } from "../browser/place.ts"
import { useNumber, useSay } from "../messages/text.ts"
import { DataGrid, type Column } from "../parts/data-grid.tsx"
import { FilterBar } from "../parts/filter-bar.tsx"
import { Empty } from "../parts/states.tsx"
import { Digest } from "../parts/values.tsx"
import { VerdictMark } from "../parts/verdict-mark.tsx"
import type { JobReading, JudgedRow } from "./job-results.ts"

/** Results that the filters in the address let through. */
export function filtered(rows: readonly JudgedRow[], query: Readonly<Record<string, string>>): readonly JudgedRow[] {
  const verdict = query["verdict"] ?? ""
  const text = (query["text"] ?? "").toLowerCase()
  if (verdict === "" && text === "") return rows
  return rows.filter(
    row =>
      (verdict === "" || row.verdict === verdict) &&
      (text === "" ||
        [row.artifact.name, row.artifact.sha256, row.evidence.name, row.evidence.sha256, row.code].some(value =>
          (value ?? "").toLowerCase().includes(text),
        )),
  )
}

/** The table with its filters. */
export function JudgedGrid({ reading }: { readonly reading: JobReading }): ReactNode {
  const say = useSay()
  const number = useNumber()
  const [query, change] = useQuery()
  const rows = filtered(reading.rows, query)
  const columns: readonly Column<JudgedRow>[] = [
    { id: "n", head: say("results.number"), width: "4.5rem", number: true, wide: true, cell: row => number(row.n) },
    {
      id: "verdict",
      head: say("results.verdict"),
      width: "8.5rem",
      cell: row => <VerdictMark verdict={row.verdict} />,
    },
    { id: "artifact", head: say("results.artifact"), width: "minmax(0, 2fr)", cell: row => row.artifact.name },
    {
      id: "evidence",
      head: say("results.evidence"),
      width: "minmax(0, 1.2fr)",
      wide: true,
      cell: row => (row.evidence.sha256 === null ? row.evidence.name : <Digest value={row.evidence.sha256} short />),
    },
    { id: "code", head: say("results.code"), width: "minmax(0, 1fr)", cell: row => <code>{row.code ?? ""}</code> },
  ]
  return (
    <>
      <FilterBar
        filters={[
          { name: "text", label: say("results.filterText") },
          {
            name: "verdict",
            label: say("results.verdict"),
            choices: [
              { value: "proven", label: say("verdict.proven") },
              { value: "failed", label: say("verdict.failed") },
              { value: "unproven", label: say("verdict.unproven") },
            ],
          },
        ]}
      />
      {rows.length === 0 && reading.ended ? (
        <Empty title={say("results.emptyTitle")}>
          <p>{say("results.emptyText")}</p>
        </Empty>
      ) : (
        <DataGrid
          label={say("results.label")}
          columns={columns}
          rows={rows}
          total={reading.ended ? rows.length : null}
          keyOf={row => String(row.n)}
          selected={query["n"]}
          onOpen={row => change({ n: String(row.n) }, "new")}
        />
      )}
    </>
  )
}
