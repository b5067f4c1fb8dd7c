/** `audit list|verify` as text. */
import type * as audit from "../../../ui/contract/operations/audit.ts"
import { printable, type Paint } from "../printable.ts"
import { lines, many, type Shown } from "./lines.ts"

export function list(event: Shown<audit.List["output"]>, paint: Paint): string {
  if (event.type === "summary") {
    const more = event.next === null ? "" : `; go on with --after ${String(event.next)}`
    return lines(many(event.total, "record") + more)
  }
  const { n, at, actor, operation, outcome } = event.record
  const end = outcome === "done" ? paint.good(outcome) : paint.bad(printable(outcome))
  const who = printable(`${actor.name} (${actor.role})`)
  return lines(`${String(n).padStart(8)}  ${at}  ${who.padEnd(24)}  ${printable(operation).padEnd(18)}  ${end}`)
}

export function verify(event: Shown<audit.Verify["output"]>, paint: Paint): string {
  return lines(`${paint.good("intact")}  ${many(event.records, "record")}, the newest is ${event.head}`)
}
