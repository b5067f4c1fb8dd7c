/** `trust show|import|status` as text. */
import type * as trust from "../../../ui/contract/operations/trust.ts"
import { printable, type Paint } from "../printable.ts"
import { days, findings, lines, row, type Shown } from "./lines.ts"

/** What is said of the age of trust. */
interface Age {
  readonly basis: string
  readonly roots: readonly string[]
  readonly takenAt: string | null
  readonly ageSeconds: number | null
  readonly expires: string | null
}

/** The rows that say what is trusted and how old it is. */
export function trustRows({ basis, roots, takenAt, ageSeconds, expires }: Age): string[] {
  const age = takenAt === null || ageSeconds === null ? "of unknown date" : `taken ${takenAt}, ${days(ageSeconds)} old`
  return [
    row("trust", `${basis}, ${age}, ${expires === null ? "expiry unknown" : `expires ${expires}`}`),
    ...roots.map(sha256 => row("root", `sha256:${sha256}`)),
  ]
}

export function show(event: Shown<trust.Show["output"]>, paint: Paint): string {
  return lines(
    trustRows(event),
    event.authorities.flatMap(({ kind, id, name, from, until }) => [
      `${printable(kind.padEnd(23))}${printable(name)}`,
      paint.dim(`${"".padEnd(23)}${id}  ${from ?? "always"} to ${until ?? "now on"}`),
    ]),
  )
}

export function importTrust(event: Shown<trust.Import["output"]>): string {
  return lines(trustRows(event), row("active", `as generation ${String(event.generation)}`))
}

export function status(event: Shown<trust.Status["output"]>, paint: Paint): string {
  return lines(trustRows(event), findings(event.findings, paint))
}
