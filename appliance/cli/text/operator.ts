/** `operator key|add|list|disable` as text. */
import type * as operator from "../../../ui/contract/operations/operator.ts"
import { printable, type Paint } from "../printable.ts"
import { lines, many, row, type Shown } from "./lines.ts"

export function key(event: Shown<operator.Key["output"]>): string {
  return lines(
    row("key file", event.keyFile),
    row("public key", event.publicKeyFile),
    row("id", event.id),
    "next: an administrator enrols it",
    `      stella operator add NAME --role ROLE --public-key ${printable(event.publicKeyFile)}`,
  )
}

function rows({ id, name, roles, algorithm, enrolledAt, disabledAt }: operator.ShownOperator): string[] {
  return [
    row("operator", name),
    row("roles", roles.join(", ")),
    row("key", `${algorithm} ${id}`),
    row("enrolled", enrolledAt),
    ...(disabledAt === null ? [] : [row("disabled", disabledAt)]),
  ]
}

export function add(event: Shown<operator.Add["output"]>): string {
  return lines(rows(event.operator))
}

export function list(event: Shown<operator.List["output"]>, paint: Paint): string {
  if (event.type === "summary")
    return lines(`${many(event.total, "operator")}: ${event.enabled} enabled, ${event.disabled} disabled`)
  const { id, name, roles, disabledAt } = event.operator
  const state = disabledAt === null ? paint.good("enabled ") : paint.bad("disabled")
  const since = disabledAt === null ? "" : `  since ${disabledAt}`
  return lines(`${state}  ${name.padEnd(16)}  ${roles.join("+").padEnd(22)}  ${id}${since}`)
}

export function disable(event: Shown<operator.Disable["output"]>): string {
  return lines(rows(event.operator))
}
