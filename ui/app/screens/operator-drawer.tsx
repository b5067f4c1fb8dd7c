/** One operator at the side: who they are, and taking their access away, which cannot be taken back. */
import { useState, type ReactNode } from "react"
import type { ShownOperator } from "../../contract/operations/operator.ts"
import { askOne } from "../backend/asking.ts"
import { useBackend } from "../backend/backend.ts"
import { useSay } from "../messages/text.ts"
import { CommandCopy } from "../parts/copy.tsx"
import { Dialog } from "../parts/dialog.tsx"
import { Icon } from "../parts/icons.tsx"
import { Failed, Loading } from "../parts/states.tsx"
import { TextField } from "../parts/text-field.tsx"
import { Digest, Fact, Instant } from "../parts/values.tsx"
import { commandOf } from "./command.ts"
import { OperationButton, ROLE_NAME } from "./operation-button.tsx"
import { useWork } from "./use-work.ts"

/** The facts of an operator. */
export function OperatorFacts({ operator }: { readonly operator: ShownOperator }): ReactNode {
  const say = useSay()
  return (
    <dl className="facts">
      <Fact name={say("settings.who")}>{operator.name}</Fact>
      <Fact name={say("operators.roles")}>{operator.roles.map(role => say(ROLE_NAME[role])).join(", ")}</Fact>
      <Fact name={say("operators.id")}>
        <Digest value={`sha256:${operator.id}`} />
      </Fact>
      <Fact name={say("operators.algorithm")}>{operator.algorithm}</Fact>
      <Fact name={say("operators.enrolledAt")}>
        <Instant at={operator.enrolledAt} />
      </Fact>
      {operator.disabledAt === null ? null : (
        <Fact name={say("operators.disabledAt")}>
          <Instant at={operator.disabledAt} />
        </Fact>
      )}
    </dl>
  )
}

interface DrawerProps {
  readonly operator: ShownOperator
  /** Called when they may not log in any more. */
  readonly onChanged: () => void
  readonly onClose: () => void
}

/** The drawer. */
export function OperatorDrawer({ operator, onChanged, onClose }: DrawerProps): ReactNode {
  const say = useSay()
  const backend = useBackend()
  const [typed, setTyped] = useState("")
  const { work, begin } = useWork<null>()
  const { name, disabledAt } = operator
  const disable = (): void => {
    if (typed.trim() !== name) return
    begin(async signal => {
      await askOne(backend, "operator.disable", { name }, { signal })
      onChanged()
      return null
    })
  }
  return (
    <Dialog kind="drawer" title={name} onClose={onClose}>
      <OperatorFacts operator={operator} />
      {disabledAt !== null ? (
        <p className="notice" role="status">
          <Icon name="warning" />
          {say("operators.isDisabled")}
        </p>
      ) : (
        <form
          className="stack"
          onSubmit={event => {
            event.preventDefault()
            disable()
          }}
        >
          <h3>{say("operators.takeAway")}</h3>
          <p>{say("operators.takeAwayText")}</p>
          <TextField label={say("operators.confirm", { name })} value={typed} onChange={setTyped} />
          <div className="actions">
            <OperationButton
              operation="operator.disable"
              main
              disabled={typed.trim() !== name || work.state === "running"}
            />
          </div>
          {work.state === "running" ? <Loading what={say("operators.disabling")} /> : null}
          {work.state === "failed" ? <Failed problem={work.problem} onRetry={disable} /> : null}
        </form>
      )}
      <CommandCopy
        command={commandOf(
          disabledAt === null ? "operator disable" : "operator list",
          disabledAt === null ? [name] : [],
        )}
      />
    </Dialog>
  )
}
