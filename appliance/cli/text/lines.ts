/** Pieces that the renderers share. */
import type { ErrorEvent } from "../../../ui/contract/operation.ts"
import { printable, type Paint } from "../printable.ts"

/** The events of an operation that a renderer is given. */
export type Shown<O> = Exclude<O, ErrorEvent>

/** Lines to text, each ended. */
export function lines(...parts: readonly (string | readonly string[])[]): string {
  return parts
    .flat()
    .map(line => line + "\n")
    .join("")
}

/** A name and its value in two columns; the value may come from evidence. */
export function row(name: string, value: string, width = 12): string {
  return `${name.padEnd(width)}${printable(value)}`
}

/** How many of what: `1 log`, `2 logs`. */
export function many(n: number, one: string, more = one + "s"): string {
  return `${n.toLocaleString("en")} ${n === 1 ? one : more}`
}

/** Findings, each with what it is about. */
export function findings(found: readonly { readonly id: string; readonly says: string }[], paint: Paint): string[] {
  return found.map(({ id, says }) => `${paint.bad("finding")}  ${printable(id)}: ${printable(says)}`)
}

/** Days in words for an age in seconds; ages of trust are counted in days. */
export function days(seconds: number): string {
  return many(Math.floor(seconds / 86_400), "day")
}
