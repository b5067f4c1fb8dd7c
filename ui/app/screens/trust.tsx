/** Trust: which keys and authorities this site goes by, how old that is, and what speaks against it. */
import type { ReactNode } from "react"
import { useResult } from "../backend/asking.ts"
import type { ResultOf } from "../backend/backend.ts"
import { useQuery } from "../browser/place.ts"
import type { MessageKey } from "../messages/en.ts"
import { useSay } from "../messages/text.ts"
import { DataGrid, type Column } from "../parts/data-grid.tsx"
import { Dialog } from "../parts/dialog.tsx"
import { FilterBar } from "../parts/filter-bar.tsx"
import { Icon } from "../parts/icons.tsx"
import { ScreenHeading } from "../parts/screen-heading.tsx"
import { Empty, Failed, FirstRun, Loading, Partial } from "../parts/states.tsx"
import { Fact, Instant } from "../parts/values.tsx"
import { commandOf } from "./command.ts"
import { OperationButton, useDialog } from "./operation-button.tsx"
import { TrustFacts } from "./trust-age.tsx"
import { TrustImportDialog } from "./trust-import.tsx"

type Show = ResultOf<"trust.show">
type Authority = Show["authorities"][number]

const KIND: Readonly<Record<Authority["kind"], MessageKey>> = {
  "certificate-authority": "trust.kind.ca",
  "ct-log": "trust.kind.ctLog",
  "timestamp-authority": "trust.kind.tsa",
  "transparency-log": "trust.kind.tlog",
  key: "trust.kind.key",
}

function Authorities({ authorities }: { readonly authorities: readonly Authority[] }): ReactNode {
  const say = useSay()
  const [query, change] = useQuery()
  const kind = query["kind"] ?? ""
  const shown = authorities.filter(authority => kind === "" || authority.kind === kind)
  const keyOf = (authority: Authority): string => `${authority.kind} ${authority.id} ${authority.from ?? ""}`
  const open = shown.find(authority => keyOf(authority) === query["open"])
  const columns: readonly Column<Authority>[] = [
    { id: "kind", head: say("trust.kind"), width: "minmax(0, 1.2fr)", cell: row => say(KIND[row.kind]) },
    { id: "name", head: say("trust.name"), width: "minmax(0, 2fr)", cell: row => row.name },
    {
      id: "from",
      head: say("trust.from"),
      width: "12.5rem",
      wide: true,
      cell: row => (row.from === null ? "–" : <Instant at={row.from} />),
    },
    {
      id: "until",
      head: say("trust.until"),
      width: "12.5rem",
      wide: true,
      cell: row => (row.until === null ? "–" : <Instant at={row.until} />),
    },
  ]
  return (
    <>
      <FilterBar
        filters={[
          {
            name: "kind",
            label: say("trust.kind"),
            choices: (Object.keys(KIND) as Authority["kind"][]).map(value => ({ value, label: say(KIND[value]) })),
          },
        ]}
      />
      {shown.length === 0 ? (
        <Empty title={say("trust.emptyTitle")}>
          <p>{say("trust.emptyText")}</p>
        </Empty>
      ) : (
        <DataGrid
          label={say("trust.authorities")}
          columns={columns}
          rows={shown}
          total={shown.length}
          keyOf={keyOf}
          selected={query["open"]}
          onOpen={row => change({ open: keyOf(row) }, "new")}
        />
      )}
      {open === undefined ? null : (
        <Dialog kind="drawer" title={open.name} onClose={() => change({ open: "" }, "new")}>
          <dl className="facts">
            <Fact name={say("trust.kind")}>{say(KIND[open.kind])}</Fact>
            <Fact name={say("trust.id")}>
              <span className="mono">{open.id}</span>
            </Fact>
            <Fact name={say("trust.from")}>{open.from === null ? "–" : <Instant at={open.from} />}</Fact>
            <Fact name={say("trust.until")}>{open.until === null ? "–" : <Instant at={open.until} />}</Fact>
          </dl>
        </Dialog>
      )}
    </>
  )
}

/** The screen. */
export function TrustScreen(): ReactNode {
  const say = useSay()
  const [show, again] = useResult("trust.show", {})
  const [status, statusAgain] = useResult("trust.status", {})
  const [importing, showImport, closeImport] = useDialog("trust.import")
  const bring = <OperationButton operation="trust.import" main onPress={showImport} />
  const first = show.state === "ready" && show.value.basis === "builtin"
  return (
    <>
      <ScreenHeading
        title={say("screen.trust")}
        lead={say("trust.lead")}
        command={commandOf("trust show")}
        actions={first ? undefined : bring}
      />
      {show.state === "loading" ? <Loading what={say("trust.loading")} /> : null}
      {show.state === "failed" ? <Failed problem={show.problem} onRetry={again} /> : null}
      {show.state === "ready" ? (
        <>
          {status.state === "failed" ? <Partial>{say("trust.partial", { code: status.problem.code })}</Partial> : null}
          {first ? (
            <FirstRun title={say("trust.firstTitle")} action={bring}>
              <p>{say("trust.firstText")}</p>
            </FirstRun>
          ) : null}
          {status.state === "ready"
            ? status.value.findings.map(({ id, says }) => (
                <p key={id} className="notice">
                  <Icon name="warning" />
                  <code>{id}</code>
                  <span lang="en">{says}</span>
                </p>
              ))
            : null}
          <section className="card">
            <h2>{say("trust.active")}</h2>
            <TrustFacts trust={show.value} />
          </section>
          <h2>{say("trust.authorities")}</h2>
          <Authorities authorities={show.value.authorities} />
        </>
      ) : null}
      {importing ? (
        <TrustImportDialog
          onClose={closeImport}
          onDone={() => {
            again()
            statusAgain()
          }}
        />
      ) : null}
    </>
  )
}
