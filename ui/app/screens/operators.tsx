/** Operators: who may use this site, in which roles; enrolling somebody by their public key, and taking access away. */
import type { ReactNode } from "react"
import { useTask, isProgress } from "../backend/asking.ts"
import type { Backend } from "../backend/backend.ts"
import { isStopped, problemOf, type Problem } from "../backend/problem.ts"
import type { ShownOperator } from "../../contract/operations/operator.ts"
import { useQuery } from "../browser/place.ts"
import { useSay } from "../messages/text.ts"
import { DataGrid, type Column } from "../parts/data-grid.tsx"
import { FilterBar } from "../parts/filter-bar.tsx"
import { ScreenHeading } from "../parts/screen-heading.tsx"
import { Empty, FirstRun } from "../parts/states.tsx"
import { Digest, Instant } from "../parts/values.tsx"
import { commandOf } from "./command.ts"
import { KeyDialog } from "./key-dialog.tsx"
import { ListingStates, NothingFound } from "./listing-states.tsx"
import { OperationButton, ROLE_NAME, useDialog, useWhyNot } from "./operation-button.tsx"
import { EnrolDialog } from "./operator-enrol.tsx"
import { OperatorDrawer } from "./operator-drawer.tsx"

interface Enrolled {
  readonly operators: readonly ShownOperator[]
  /** Why these are not all. */
  readonly problem: Problem | undefined
}

async function everybody(backend: Backend, signal: AbortSignal): Promise<Enrolled> {
  const operators: ShownOperator[] = []
  try {
    for await (const event of backend.ask("operator.list", {}, { signal }))
      if (!isProgress(event) && event.type === "result") operators.push(event.operator)
  } catch (thrown) {
    if (isStopped(thrown) || operators.length === 0) throw thrown
    return { operators, problem: problemOf(thrown) }
  }
  return { operators, problem: undefined }
}

function Table({ operators }: { readonly operators: readonly ShownOperator[] }): ReactNode {
  const say = useSay()
  const [query, change] = useQuery()
  const state = query["state"] ?? ""
  const text = (query["text"] ?? "").toLowerCase()
  const stateOf = ({ disabledAt }: ShownOperator): string => (disabledAt === null ? "enabled" : "disabled")
  const shown = operators.filter(
    operator =>
      (state === "" || stateOf(operator) === state) &&
      (text === "" || [operator.name, operator.id].some(value => value.includes(text))),
  )
  const columns: readonly Column<ShownOperator>[] = [
    { id: "name", head: say("settings.who"), width: "minmax(0, 1.2fr)", cell: row => row.name },
    {
      id: "roles",
      head: say("operators.roles"),
      width: "minmax(0, 1.6fr)",
      cell: row => row.roles.map(role => say(ROLE_NAME[role])).join(", "),
    },
    {
      id: "state",
      head: say("job.state"),
      width: "8rem",
      cell: row => say(row.disabledAt === null ? "operators.enabled" : "operators.disabled"),
    },
    { id: "id", head: say("operators.id"), width: "13rem", wide: true, cell: row => <Digest value={row.id} short /> },
    {
      id: "at",
      head: say("operators.enrolledAt"),
      width: "12.5rem",
      wide: true,
      cell: row => <Instant at={row.enrolledAt} />,
    },
  ]
  return (
    <>
      <FilterBar
        filters={[
          { name: "text", label: say("operators.filterText") },
          {
            name: "state",
            label: say("job.state"),
            choices: [
              { value: "enabled", label: say("operators.enabled") },
              { value: "disabled", label: say("operators.disabled") },
            ],
          },
        ]}
      />
      {shown.length === 0 ? (
        <NothingFound screen="operators" title={say("operators.emptyTitle")} text={say("operators.emptyText")} />
      ) : (
        <DataGrid
          label={say("screen.operators")}
          columns={columns}
          rows={shown}
          total={shown.length}
          keyOf={row => row.id}
          selected={query["open"]}
          onOpen={row => change({ open: row.id }, "new")}
        />
      )}
    </>
  )
}

function List(): ReactNode {
  const say = useSay()
  const [query, change] = useQuery()
  const [held, again] = useTask("operators", everybody)
  const [enrolling, , closeEnrol] = useDialog("operator.add")
  const operators = held.state === "ready" ? held.value.operators : []
  const problem = held.state === "ready" ? held.value.problem : undefined
  const open = operators.find(({ id }) => id === query["open"])
  return (
    <>
      <ListingStates
        rows={operators.length}
        problem={held.state === "failed" ? held.problem : problem}
        ended={held.state !== "loading"}
        loading={say("operators.loading")}
        onRetry={again}
      />
      {held.state === "ready" && problem === undefined && operators.length <= 1 ? (
        <FirstRun title={say("operators.firstTitle")}>
          <p>{say("operators.firstText")}</p>
        </FirstRun>
      ) : null}
      {operators.length === 0 ? null : <Table operators={operators} />}
      {open === undefined ? null : (
        <OperatorDrawer key={open.id} operator={open} onChanged={again} onClose={() => change({ open: "" }, "new")} />
      )}
      {enrolling ? <EnrolDialog onChanged={again} onClose={closeEnrol} /> : null}
    </>
  )
}

/** The screen. */
export function OperatorsScreen(): ReactNode {
  const say = useSay()
  const [, showEnrol] = useDialog("operator.add")
  const [making, showKey, closeKey] = useDialog("operator.key")
  const refused = useWhyNot("operator.list")
  return (
    <>
      <ScreenHeading
        title={say("screen.operators")}
        lead={say("operators.lead")}
        command={commandOf("operator list")}
        actions={
          <>
            <OperationButton operation="operator.add" main onPress={showEnrol} />
            <OperationButton operation="operator.key" onPress={showKey} />
          </>
        }
      />
      {refused === undefined ? (
        <List />
      ) : (
        <Empty title={say("operators.notShown")}>
          <p>{refused}</p>
        </Empty>
      )}
      {making ? <KeyDialog onClose={closeKey} /> : null}
    </>
  )
}
