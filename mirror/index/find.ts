/**
 * Finds entries by what they say. The index only proposes: an entry is an answer when the mirror's verified tile has its
 * hash and its own bytes have every term that was asked for.
 */
import { equalBytes } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { HeldRange } from "../range-rows.ts"
import { entriesKey } from "../rows.ts"
import { damagedRow } from "../store-error.ts"
import { uncovered, type Stretch } from "./coverage.ts"
import { readRuns, type Run } from "./run.ts"
import { TermCursor, type IndexReading } from "./term-cursor.ts"
import { termHash, termsOfEntry, type Term } from "./terms.ts"

/** What is looked for: entries that have all of it. */
export interface FindQuery {
  readonly terms: readonly Term[]
  readonly leaf?: Uint8Array | undefined
  /** The first index that may be an answer. */
  readonly from: bigint
}

/** An entry that has been asked for. */
export interface FoundEntry {
  readonly index: bigint
  readonly leaf: Uint8Array
  /** `hashedrekord 0.0.2`; undefined for entries that no parser takes, or that are held by hash only. */
  readonly kind: string | undefined
}

/** The mirror, as it confirms: `MirrorReader` is one. */
export interface Confirming {
  indexOf(leaf: Uint8Array): Promise<bigint | undefined>
  head(): Promise<{ readonly size: bigint } | undefined>
  leaf(index: bigint): Promise<Uint8Array | undefined>
  entries(row: bigint, width: number): Promise<Uint8Array | undefined>
}

/** Leaves that were not looked at, and why. */
export interface NotSearched extends Stretch {
  /** Only their hashes are held, or the index does not cover them. */
  readonly reason: "data-unavailable" | "not-indexed"
}

/** Which leaves of the tree a search by this says nothing about. */
export async function notSearched(
  context: IndexReading,
  { terms }: Pick<FindQuery, "terms">,
  size: bigint,
  held: readonly HeldRange[],
): Promise<NotSearched[]> {
  // Leaf hashes are indexed for every leaf, or the index is damaged and says so.
  if (terms.length === 0) return []
  const gaps = uncovered(size, await readRuns(context))
  return gaps.flatMap(gap =>
    held
      .filter(range => range.start < gap.end && range.end > gap.start)
      .map(({ start, end, state }) => ({
        start: start > gap.start ? start : gap.start,
        end: end < gap.end ? end : gap.end,
        reason: state === "hashes" ? ("data-unavailable" as const) : ("not-indexed" as const),
      })),
  )
}

/** Candidates that every cursor proposes, in order; cursors are opened anew when runs were merged meanwhile. */
class Candidates {
  readonly #context: IndexReading
  readonly #query: FindQuery
  #runs: readonly Run[] = []
  #cursors: TermCursor[] | undefined

  constructor(context: IndexReading, query: FindQuery) {
    this.#context = context
    this.#query = query
  }

  async #open(): Promise<TermCursor[]> {
    const { terms } = this.#query
    const context = this.#context
    const entries = await readRuns(context)
    this.#runs = entries
    this.#cursors = terms.map(term => new TermCursor(context, entries, termHash(context.crypto, term)))
    return this.#cursors
  }

  async #seek(from: bigint): Promise<bigint | undefined> {
    const cursors = this.#cursors ?? (await this.#open())
    let at = from
    for (let agreed = 0, i = 0; agreed < cursors.length; i = (i + 1) % cursors.length) {
      const next = await (cursors[i] as TermCursor).seek(at)
      if (next === undefined) return undefined
      agreed = next === at ? agreed + 1 : 1
      at = next
    }
    return cursors.length === 0 ? undefined : at
  }

  /** @throws StellaError STORE_CORRUPT */
  async seek(from: bigint): Promise<bigint | undefined> {
    for (;;) {
      try {
        return await this.#seek(from)
      } catch (error) {
        if (!(error instanceof StellaError) || error.code !== "STORE_CORRUPT") throw error
        const name = (run: Run): string => `${run.family}/${run.level}/${run.start.toString()}`
        const before = this.#runs.map(name).join()
        await this.#open()
        if (this.#runs.map(name).join() === before) throw error
      }
    }
  }
}

/** One entry of a bundle. */
function entryAt(bundle: Uint8Array, position: number): Uint8Array {
  const end = (at: number): number => at + 2 + (((bundle[at] as number) << 8) | (bundle[at + 1] as number))
  let at = 0
  for (let i = 0; i < position; i++) at = end(at)
  return bundle.subarray(at + 2, end(at))
}

/** Bundles of the mirror, of which the last is kept: entries that follow one another lie in one. */
class Bundles {
  readonly #mirror: Confirming
  #last: { readonly row: bigint; readonly width: number; readonly bundle: Uint8Array } | undefined

  constructor(mirror: Confirming) {
    this.#mirror = mirror
  }

  /** A bundle that has this entry; undefined when it is not held. */
  async holding(index: bigint, size: bigint): Promise<Uint8Array | undefined> {
    const row = index >> 8n
    const least = Number(index & 255n) + 1
    if (this.#last?.row === row && this.#last.width >= least) return this.#last.bundle
    const whole = size - row * 256n < 256n ? Number(size - row * 256n) : 256
    // Of a row on an old right edge only the first entries may be held.
    for (const width of [whole, least]) {
      const bundle = await this.#mirror.entries(row, width)
      if (bundle === undefined) continue
      this.#last = { row, width, bundle }
      return bundle
    }
    return undefined
  }
}

/**
 * The entries that have everything asked for, in order of their indexes; of a leaf hash the lowest.
 * @throws StellaError STORE_CORRUPT when a row that the answer depends on is damaged
 */
export async function* findEntries(
  context: IndexReading,
  mirror: Confirming,
  query: FindQuery,
  signal?: AbortSignal,
): AsyncGenerator<FoundEntry> {
  const candidates = new Candidates(context, query)
  const bundles = new Bundles(mirror)
  const size = (await mirror.head())?.size ?? 0n
  const only = query.leaf && (await mirror.indexOf(query.leaf))
  if (query.leaf !== undefined && (only === undefined || only < query.from)) return
  const next = (from: bigint): bigint | undefined | Promise<bigint | undefined> =>
    only === undefined ? candidates.seek(from) : from <= only ? only : undefined
  for (let at = await next(query.from); at !== undefined; at = await next(at + 1n)) {
    signal?.throwIfAborted()
    // Runs beyond the head are what an interrupted ingest left.
    const leaf = at < size ? await mirror.leaf(at) : undefined
    if (leaf === undefined) return
    if (query.leaf !== undefined && !equalBytes(query.leaf, leaf)) continue
    const bundle = await bundles.holding(at, size)
    if (bundle === undefined) {
      if (query.terms.length > 0) throw damagedRow(entriesKey(at >> 8n), "is indexed and not held")
      yield { index: at, leaf, kind: undefined }
      continue
    }
    const { kind, terms } = termsOfEntry(context.crypto, entryAt(bundle, Number(at & 255n)))
    const has = (wanted: Term): boolean => terms.some(term => term.kind === wanted.kind && term.value === wanted.value)
    if (query.terms.every(has)) yield { index: at, leaf, kind }
  }
}
