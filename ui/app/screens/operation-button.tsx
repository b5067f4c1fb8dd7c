/**
 * The controls that do operations. Every operation of the contract's list of places has one, under the name that is written
 * there, and only through it is the operation done. Who may not do it sees the control, and why it does nothing for them.
 */
import { useId, type ReactNode } from "react"
import { operationOf, type OperationName } from "../../contract/operations.ts"
import { PLACES, type Controlled } from "../../contract/places.ts"
import { ROLE_NAMES, ROLES, type RoleName } from "../../contract/roles.ts"
import { goTo, printPlace, useQuery } from "../browser/place.ts"
import type { MessageKey } from "../messages/en.ts"
import { useSay, type Say } from "../messages/text.ts"
import { useWho } from "../shell/who-context.ts"

/** How the controls are called. */
export const CONTROL_NAME: Readonly<Record<Controlled, MessageKey>> = {
  "attest.verify": "verify.go",
  "attest.fetch": "evidence.save",
  "attest.replay": "replay.go",
  "attest.import": "evidence.import",
  "trust.import": "trust.import",
  "mirror.ingest": "mirror.ingest",
  "mirror.prove": "prove.go",
  "mirror.find": "find.go",
  "mirror.fsck": "mirror.fsck",
  "gap.report": "gap.go",
  "operator.key": "key.make",
  "operator.add": "operators.add",
  "operator.disable": "operators.disable",
}

/** Operations whose control opens a dialog that is a place of its own: `#/trust?do=trust.import`. */
export const DIALOGS = [
  "attest.import",
  "trust.import",
  "mirror.ingest",
  "operator.add",
  "operator.key",
] as const satisfies readonly Controlled[]
export type Dialogued = (typeof DIALOGS)[number]

/** Goes to the dialog of an operation. */
export function openDialog(operation: Dialogued): void {
  goTo(printPlace(PLACES[operation].screen, { do: operation }))
}

/** Whether the dialog of an operation is open here, and how it is opened and closed. */
export function useDialog(operation: Dialogued): [open: boolean, show: () => void, close: () => void] {
  const [query, change] = useQuery()
  return [query["do"] === operation, () => change({ do: operation }, "new"), () => change({ do: "" }, "new")]
}

/** The names of roles, for people. */
export const ROLE_NAME: Readonly<Record<RoleName, MessageKey>> = {
  administrator: "role.administrator",
  auditor: "role.auditor",
  operator: "role.operator",
}

function whyNot(name: OperationName, held: readonly string[], say: Say): string | undefined {
  const needed = operationOf(name)?.scopes ?? []
  if (needed.every(scope => held.includes(scope))) return undefined
  const roles = ROLE_NAMES.filter(role =>
    needed.every(scope => (ROLES[role].scopes as readonly string[]).includes(scope)),
  )
  return say("may.not", { roles: roles.map(role => say(ROLE_NAME[role])).join(", ") })
}

/** Why whoever is logged in may not do an operation; undefined when they may. The service refuses it all the same. */
export function useWhyNot(name: OperationName): string | undefined {
  const say = useSay()
  return whyNot(name, useWho().scopes, say)
}

interface ButtonProps {
  readonly operation: Controlled
  /** Whether it is what one mostly comes here for. */
  readonly main?: boolean
  /** Whether something is missing that it needs. */
  readonly disabled?: boolean
  /** Does it; without, the button submits its form. */
  readonly onPress?: () => void
  /** Another name than its own, where one operation is done in two ways. */
  readonly children?: ReactNode
}

/** The control of an operation. */
export function OperationButton({
  operation,
  main = false,
  disabled = false,
  onPress,
  children,
}: ButtonProps): ReactNode {
  const say = useSay()
  const id = useId()
  const refused = useWhyNot(operation)
  const button = (
    <button
      type={onPress === undefined ? "submit" : "button"}
      className={main ? "button main" : "button"}
      data-operation={operation}
      disabled={disabled && refused === undefined}
      // It stays in the order of tabs, so that the reason is heard, too.
      {...(refused === undefined ? {} : { "aria-disabled": true, "aria-describedby": id })}
      onClick={event => {
        if (refused === undefined) onPress?.()
        else event.preventDefault()
      }}
    >
      {children ?? say(CONTROL_NAME[operation])}
    </button>
  )
  if (refused === undefined) return button
  return (
    <span className="refused">
      {button}
      <span id={id} className="note">
        {refused}
      </span>
    </span>
  )
}
