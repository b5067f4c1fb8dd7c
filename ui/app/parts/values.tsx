/** Values that have one way of being shown: digests, instants, durations, sizes. */
import type { ReactNode } from "react"
import { useNumber, useSay } from "../messages/text.ts"

/** A digest cut into groups of eight, as it is read aloud and printed. */
export function groupsOf(hex: string): string[] {
  return hex.match(/.{1,8}/g) ?? []
}

/**
 * A digest. Short on the screen where asked (the full one is in the title and on paper); on paper always whole, in groups
 * of eight. `sha256:` in front is kept.
 */
export function Digest({ value, short = false }: { readonly value: string; readonly short?: boolean }): ReactNode {
  const at = value.indexOf(":") + 1
  const [prefix, hex] = [value.slice(0, at), value.slice(at)]
  const shown = short && hex.length > 20 ? `${hex.slice(0, 12)}…${hex.slice(-4)}` : hex
  return (
    <span className="digest" title={value}>
      <span className="screen">
        {prefix}
        {shown}
      </span>
      <span className="paper" aria-hidden="true">
        {prefix}
        {groupsOf(hex).join(" ")}
      </span>
    </span>
  )
}

/** An instant, in UTC and saying so. */
export function Instant({ at }: { readonly at: string }): ReactNode {
  return <time dateTime={at}>{printInstant(at)}</time>
}

/** `2031-04-02 10:11:09 UTC`. */
export function printInstant(at: string): string {
  return at.replace("T", " ").replace(/(\.[0-9]+)?Z$/, " UTC")
}

/** A duration in its greatest whole unit, such as 41 days. */
export function Age({ seconds }: { readonly seconds: number }): ReactNode {
  const say = useSay()
  if (seconds < 0) return say("age.future")
  if (seconds < 120) return say("age.seconds", { n: Math.floor(seconds) })
  if (seconds < 7200) return say("age.minutes", { n: Math.floor(seconds / 60) })
  if (seconds < 172_800) return say("age.hours", { n: Math.floor(seconds / 3600) })
  return say("age.days", { n: Math.floor(seconds / 86_400) })
}

/** A size in bytes, exact and readable. */
export function Bytes({ value }: { readonly value: number }): ReactNode {
  const number = useNumber()
  const say = useSay()
  if (value < 10_000) return say("bytes.exact", { n: value })
  const [divisor, unit] =
    value < 10_000_000 ? [1024, "KiB"] : value < 10_000_000_000 ? [1024 ** 2, "MiB"] : [1024 ** 3, "GiB"]
  return `${number(Math.round(value / divisor))} ${unit}`
}

/** A decimal number of any length (a tree size), with the language's separators. */
export function Big({ value }: { readonly value: string }): ReactNode {
  const number = useNumber()
  return /^[0-9]{1,15}$/.test(value) ? number(Number(value)) : value
}

/** One row of a list of facts. */
export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}
