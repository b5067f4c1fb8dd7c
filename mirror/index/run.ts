/**
 * The index of a mirrored log: which entries carry a term. It is made of runs that never change. A run covers the entries
 * [start, end) and holds their postings in order, cut into blocks:
 *
 * ```text
 * n | family u8 | level u8 | start u64                                     a run: {"v":1,"end","postings","blocks","last"}
 * b | family u8 | level u8 | start u64 | entries u32 | last posting 12 B   a block of its postings   run-block.ts
 * posting = first 8 bytes of the term's hash | u32 entry, counted from the run's start
 * ```
 *
 * Leaf hashes have an index of their own (leaf-index.ts), which is there where entries are not. Runs never overlap. A block's key ends with its last posting, so that one seek finds the block
 * in which a term would be. A run counts from the moment that its row is there; blocks that no run names are leavings.
 */
import { decimal, integer, nullable, oneOf, pattern, record } from "../../src/formats/document.ts"
import { compareBytes, concatBytes, fromHex, toHex, u64be } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { Crypto, KeyValueChange } from "../../src/kernel/ports.ts"
import { BLOCK_PREFIX, keysOf, parseKey, RUN_PREFIX } from "../rows.ts"
import { openRow, sealRow, type SealedRows } from "../sealed-row.ts"
import { damagedRow } from "../store-error.ts"

/** Bytes of a posting. */
export const POSTING_BYTES = 12

/** What a run is over; the number stands in keys. A change of what terms an entry has takes a new number. */
export const FAMILIES = { entry: 2 } as const
/** The name of a family. */
export type Family = keyof typeof FAMILIES

/** Where a run lies. */
export interface RunPlace {
  readonly family: Family
  readonly level: number
  /** The entries [start, end); at most 2^32 - 1. */
  readonly start: bigint
  readonly end: bigint
}

/** A run as its row says. */
export interface Run extends RunPlace {
  readonly postings: number
  readonly blocks: number
  /** The greatest posting; undefined when there is none. */
  readonly last: Uint8Array | undefined
}

/** Key of a run's row. */
export function runKey({ family, level, start }: Pick<RunPlace, "family" | "level" | "start">): Uint8Array {
  return concatBytes(Uint8Array.of(RUN_PREFIX, FAMILIES[family], level), u64be(start))
}

/** Key of the block that ends with this posting, or what all keys of the run's blocks begin with. */
export function blockKey(run: RunPlace, last: Uint8Array = new Uint8Array()): Uint8Array {
  const entries = new Uint8Array(4)
  new DataView(entries.buffer).setUint32(0, Number(run.end - run.start))
  return concatBytes(Uint8Array.of(BLOCK_PREFIX, FAMILIES[run.family], run.level), u64be(run.start), entries, last)
}

/** The keys of a run's blocks: greater than any posting is a key that is one byte longer. */
export function blockKeys(run: RunPlace, from?: Uint8Array): { readonly from: Uint8Array; readonly to: Uint8Array } {
  return { from: blockKey(run, from), to: blockKey(run, new Uint8Array(POSTING_BYTES + 1).fill(0xff)) }
}

const readRunRow = record({
  v: oneOf(1),
  end: decimal,
  postings: integer(),
  blocks: integer(),
  last: nullable(pattern(/^[0-9a-f]{24}$/)),
})

/** The change that makes a run count. */
export function putRun(crypto: Pick<Crypto, "hash">, run: Run): KeyValueChange {
  const { end, postings, blocks, last } = run
  const document = { v: 1, end: end.toString(), postings, blocks, last: last === undefined ? null : toHex(last) }
  return { type: "put", key: runKey(run), value: sealRow(crypto, document) }
}

/** The family that a key says. */
function familyOf(code: number): Family | undefined {
  return (Object.keys(FAMILIES) as Family[]).find(name => FAMILIES[name] === code)
}

/** A run that can be read, or the key of one that cannot. */
export type FoundRun = { readonly key: Uint8Array } & ({ readonly run: Run } | { readonly error: StellaError })

/** Every row of a run, in order of family, level and start. */
export async function* runRows({ rows, crypto }: SealedRows): AsyncGenerator<FoundRun> {
  for await (const [key, value] of rows.entries(keysOf("run"))) {
    const parsed = parseKey(key)
    const family = parsed?.kind === "run" ? familyOf(parsed.family) : undefined
    try {
      if (parsed?.kind !== "run" || family === undefined) throw damagedRow(key, "has a malformed key")
      const { end, postings, blocks, last } = openRow(crypto, key, value, readRunRow)
      const { level, start } = parsed
      const length = BigInt(end) - start
      if (length <= 0n || length >= 2n ** 32n) throw damagedRow(key, "covers no such entries")
      const lastBytes = last === null ? undefined : fromHex(last)
      yield { key, run: { family, level, start, end: BigInt(end), postings, blocks, last: lastBytes } }
    } catch (error) {
      if (!(error instanceof StellaError)) throw error
      yield { key, error }
    }
  }
}

/** True when a posting is greater than every one of the run. */
export function isBeyond(run: Run, posting: Uint8Array): boolean {
  return run.last === undefined || compareBytes(run.last, posting) < 0
}

/**
 * All runs in order of their entries.
 * @throws StellaError STORE_CORRUPT when a row is damaged, or two runs cover the same entry
 */
export async function readRuns(context: SealedRows): Promise<Run[]> {
  const runs: Run[] = []
  for await (const found of runRows(context)) {
    if ("error" in found) throw found.error
    runs.push(found.run)
  }
  runs.sort((a, b) => (a.start < b.start ? -1 : 1))
  for (const [i, run] of runs.entries()) {
    const next = runs[i + 1]
    if (next !== undefined && next.start < run.end) throw damagedRow(runKey(next), "covers what another run covers")
  }
  return runs
}
