/** Which leaves a family of the index should cover, and which of them it does. */
import type { HeldRange } from "../range-rows.ts"
import type { Family, RunPlace } from "./run.ts"

/** The leaves [start, end). */
export interface Stretch {
  readonly start: bigint
  readonly end: bigint
}

/** What a family is over: the leaves of the tree of which the entries are held. */
export function coverableBy(_family: Family, size: bigint, held: readonly HeldRange[]): Stretch[] {
  return held
    .filter(range => range.state === "entries" && range.start < size)
    .map(({ start, end }) => ({ start, end: end < size ? end : size }))
}

/** What of `whole` is in none of `parts`, which are in order and do not overlap. */
export function without(whole: readonly Stretch[], parts: readonly Stretch[]): Stretch[] {
  return whole.flatMap(({ start, end }) => {
    const left: Stretch[] = []
    let at = start
    for (const part of parts) {
      if (part.end <= at || part.start >= end) continue
      if (part.start > at) left.push({ start: at, end: part.start })
      at = part.end
    }
    if (at < end) left.push({ start: at, end })
    return left
  })
}

/** The same leaves, neighbours joined; in order. */
export function joined(parts: readonly Stretch[]): Stretch[] {
  const all: Stretch[] = []
  for (const { start, end } of [...parts].sort((a, b) => (a.start < b.start ? -1 : 1))) {
    const last = all.at(-1)
    if (last !== undefined && start <= last.end)
      all[all.length - 1] = { start: last.start, end: end > last.end ? end : last.end }
    else all.push({ start, end })
  }
  return all
}

/** Leaves of a new run: it ends where a multiple of so many leaves does. */
export const RUN_LEAVES = 65_536n

/** A stretch in pieces of which each becomes a run. */
export function* piecesOf({ start, end }: Stretch, leaves: bigint = RUN_LEAVES): Generator<Stretch> {
  for (let at = start; at < end;) {
    const next = (at / leaves + 1n) * leaves
    const to = next < end ? next : end
    yield { start: at, end: to }
    at = to
  }
}

/** The leaves of the tree that the runs of a family say nothing about. */
export function uncovered(size: bigint, runs: readonly RunPlace[]): Stretch[] {
  return without(size === 0n ? [] : [{ start: 0n, end: size }], runs)
}
