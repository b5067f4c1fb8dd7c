/** Enrolling an operator: their name, what they may do, and the public half of the key that they have made themselves. */
import { useState, type ReactNode } from "react"
import type { ShownOperator } from "../../contract/operations/operator.ts"
import { ROLE_NAMES, type RoleName } from "../../contract/roles.ts"
import { operatorName } from "../../contract/session.ts"
import { askOne } from "../backend/asking.ts"
import { useBackend } from "../backend/backend.ts"
import type { MessageKey } from "../messages/en.ts"
import { useSay } from "../messages/text.ts"
import { DropZone } from "../parts/drop-zone.tsx"
import { Failed, Loading } from "../parts/states.tsx"
import { CheckField, TextField } from "../parts/text-field.tsx"
import { commandOf } from "./command.ts"
import { ROLE_NAME } from "./operation-button.tsx"
import { OperationDialog } from "./operation-dialog.tsx"
import { OperatorFacts } from "./operator-drawer.tsx"
import { useWork } from "./use-work.ts"

const ROLE_NOTE: Readonly<Record<RoleName, MessageKey>> = {
  administrator: "role.administratorNote",
  auditor: "role.auditorNote",
  operator: "role.operatorNote",
}

/** The dialog. */
export function EnrolDialog({
  onClose,
  onChanged,
}: {
  readonly onClose: () => void
  readonly onChanged: () => void
}): ReactNode {
  const say = useSay()
  const backend = useBackend()
  const [name, setName] = useState("")
  const [roles, setRoles] = useState<readonly RoleName[]>([])
  const [keys, setKeys] = useState<readonly File[]>([])
  const { work, begin } = useWork<ShownOperator>()
  const key = keys[0]
  const fine = operatorName.safeParse(name.trim()).success
  const ready = fine && roles.length > 0 && key !== undefined
  const enrol = (): void => {
    if (key === undefined) return
    begin(async signal => {
      const files = [{ path: key.name, content: key }]
      const input = { name: name.trim(), role: [...roles], publicKey: key.name }
      const { operator } = await askOne(backend, "operator.add", input, { files, signal })
      onChanged()
      return operator
    })
  }
  const said = roles.map(role => `--role ${role}`).join(" ")
  return (
    <OperationDialog
      operation="operator.add"
      command={commandOf(
        `operator add ${name.trim() === "" ? "NAME" : name.trim()} ${said === "" ? "--role ROLE" : said}`,
        [],
        {
          publicKey: key?.name ?? "NAME.key.pub",
        },
      )}
      disabled={!ready || work.state === "running" || work.state === "done"}
      onDo={enrol}
      onClose={onClose}
    >
      <TextField
        label={say("settings.who")}
        note={say("operators.nameNote")}
        wrong={name !== "" && !fine ? say("operators.nameNote") : undefined}
        value={name}
        onChange={setName}
      />
      <fieldset className="stack">
        <legend>{say("operators.roles")}</legend>
        {ROLE_NAMES.map(role => (
          <CheckField
            key={role}
            label={say(ROLE_NAME[role])}
            note={say(ROLE_NOTE[role])}
            checked={roles.includes(role)}
            onChange={on => setRoles(ROLE_NAMES.filter(one => (one === role ? on : roles.includes(one))))}
          />
        ))}
      </fieldset>
      <DropZone label={say("operators.key")} note={say("operators.keyNote")} files={keys} onFiles={setKeys} />
      {work.state === "running" ? <Loading what={say("operators.adding")} /> : null}
      {work.state === "failed" ? <Failed problem={work.problem} onRetry={enrol} /> : null}
      {work.state === "done" ? (
        <section className="card" role="status">
          <h3>{say("operators.added")}</h3>
          <OperatorFacts operator={work.value} />
          <p>{say("operators.compare")}</p>
        </section>
      ) : null}
    </OperationDialog>
  )
}
