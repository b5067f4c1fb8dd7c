/**
 * The rows of one mirrored log. Keys are binary, integers unsigned 64-bit big-endian, so that rows lie in order:
 *
 * ```text
 * h                      the head: {"v":1,"origin","vkey","size","root"}                    head-row.ts
 * c | size | root        a checkpoint that the log signed, with where it was seen            checkpoint-rows.ts
 * r | start              which entries are held: {"v":1,"end","state"}                       range-rows.ts
 * f                      the proof that froze the log: src/formats/equivocation.ts
 * p | size               a pending checkpoint: {"v":1,"root"}                                witness/pending-rows.ts
 * w | role u8            what a cosigner of the site may not sign behind                     witness/cosigned-row.ts
 * t | level u8 | row     up to 256 hashes; the right edge is rewritten as the log grows
 * e | row                codec byte and entry bundle                                         entry-codec.ts
 * u                      how far entries have been uploaded: {"v":1,"next"}                  witness/upload-rows.ts
 * i | chunk | count u32 | part u8   postings: where a leaf is, by its hash                    index/leaf-index.ts
 * k | family | level | start       a run: which entries can be found by their terms          index/run.ts
 * b | family | level | ...         a block of a run's postings                              index/run-block.ts
 * x | leaf hash | index  the first layout of that, a row for each leaf: removed by the next ingest
 * ```
 *
 * The first six are few and say what the mirror vouches for: a site keeps them as committed rows (`isCommittedRow`).
 * Tiles, bundles and the leaf index are content: written beforehand, and checked against the head's root when read.
 * A tile or bundle wider than the head needs is what an interrupted ingest left; readers take the part they need.
 */
import { concatBytes, copyBytes, u64be } from "../src/kernel/bytes.ts"

const PREFIX = {
  head: 0x68,
  checkpoint: 0x63,
  range: 0x72,
  frozen: 0x66,
  pending: 0x70,
  cosigned: 0x77,
  uploaded: 0x75,
  tile: 0x74,
  entries: 0x65,
  index: 0x69,
  leaf: 0x78,
  run: 0x6b,
  block: 0x62,
}

/** First byte of the keys of the runs that find entries, and of their blocks. */
export const RUN_PREFIX = PREFIX.run
export const BLOCK_PREFIX = PREFIX.block

/** What kind of row a key names. */
export type RowKind = keyof typeof PREFIX

/** The sublevel of a log in a site: `log-` and the SHA-256 of its origin. Keys rotate, the origin stays. */
export function logSublevel(originSha256: string): string {
  return `log-${originSha256}`
}

/** Key of the head. */
export const HEAD_KEY = Uint8Array.of(PREFIX.head)
/** Key of the proof that froze the log. */
export const FROZEN_KEY = Uint8Array.of(PREFIX.frozen)

/** Key of how far entries have been uploaded. */
export const UPLOADED_KEY = Uint8Array.of(PREFIX.uploaded)

/** Key of a pending checkpoint. */
export function pendingKey(size: bigint): Uint8Array {
  return concatBytes(Uint8Array.of(PREFIX.pending), u64be(size))
}

/** Key of what a cosigner has signed last. */
export function cosignedKey(role: number): Uint8Array {
  return Uint8Array.of(PREFIX.cosigned, role)
}

/** Key of a checkpoint. */
export function checkpointKey(size: bigint, root: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(PREFIX.checkpoint), u64be(size), root)
}

/** Key of a range of held entries. */
export function rangeKey(start: bigint): Uint8Array {
  return concatBytes(Uint8Array.of(PREFIX.range), u64be(start))
}

/** Key of a hash tile. */
export function tileKey(level: number, row: bigint): Uint8Array {
  return concatBytes(Uint8Array.of(PREFIX.tile, level), u64be(row))
}

/** Key of an entry bundle. */
export function entriesKey(row: bigint): Uint8Array {
  return concatBytes(Uint8Array.of(PREFIX.entries), u64be(row))
}

/** Key of a part of the index: of the first `count` leaves of a chunk. */
export function indexKey(chunk: bigint, count: number, part: number): Uint8Array {
  const key = new Uint8Array(14)
  const view = new DataView(key.buffer)
  view.setUint8(0, PREFIX.index)
  view.setBigUint64(1, chunk)
  view.setUint32(9, count)
  view.setUint8(13, part)
  return key
}

/** Key that says that a leaf with this hash stands at this index. A log may hold the same leaf more than once. */
export function leafKey(leaf: Uint8Array, index: bigint): Uint8Array {
  return concatBytes(Uint8Array.of(PREFIX.leaf), leaf, u64be(index))
}

/** The half-open range of all keys that begin with these bytes; the last byte is below 0xff. */
export function keysBeginningWith(start: Uint8Array): { readonly from: Uint8Array; readonly to: Uint8Array } {
  const to = copyBytes(start)
  const last = to.length - 1
  to[last] = (to[last] as number) + 1
  return { from: start, to }
}

/** All keys of one kind. */
export function keysOf(kind: RowKind): { readonly from: Uint8Array; readonly to: Uint8Array } {
  return keysBeginningWith(Uint8Array.of(PREFIX[kind]))
}

/** Parts of a key; `undefined` for a key that is none of ours. */
export type ParsedKey =
  | { readonly kind: "head" | "frozen" | "uploaded" }
  | { readonly kind: "pending"; readonly size: bigint }
  | { readonly kind: "cosigned"; readonly role: number }
  | { readonly kind: "checkpoint"; readonly size: bigint; readonly root: Uint8Array }
  | { readonly kind: "range"; readonly start: bigint }
  | { readonly kind: "tile"; readonly level: number; readonly row: bigint }
  | { readonly kind: "entries"; readonly row: bigint }
  | { readonly kind: "index"; readonly chunk: bigint; readonly count: number; readonly part: number }
  | { readonly kind: "leaf"; readonly leaf: Uint8Array; readonly index: bigint }
  | { readonly kind: "run"; readonly family: number; readonly level: number; readonly start: bigint }
  | {
      readonly kind: "block"
      readonly family: number
      readonly level: number
      readonly start: bigint
      readonly last: Uint8Array
    }

const LENGTH: Readonly<Record<RowKind, number>> = {
  head: 1,
  frozen: 1,
  pending: 9,
  cosigned: 2,
  uploaded: 1,
  checkpoint: 41,
  range: 9,
  tile: 10,
  entries: 9,
  index: 14,
  leaf: 41,
  run: 11,
  block: 27,
}
const KINDS = Object.keys(PREFIX) as RowKind[]

/** Takes a key apart. */
export function parseKey(key: Uint8Array): ParsedKey | undefined {
  const kind = KINDS.find(k => PREFIX[k] === key[0])
  if (kind === undefined || key.length !== LENGTH[kind]) return undefined
  const u64 = (at: number): bigint => new DataView(key.buffer, key.byteOffset).getBigUint64(at)
  switch (kind) {
    case "head":
    case "frozen":
    case "uploaded":
      return { kind }
    case "pending":
      return { kind, size: u64(1) }
    case "cosigned":
      return { kind, role: key[1] as number }
    case "checkpoint":
      return { kind, size: u64(1), root: key.slice(9) }
    case "range":
      return { kind, start: u64(1) }
    case "tile":
      return { kind, level: key[1] as number, row: u64(2) }
    case "entries":
      return { kind, row: u64(1) }
    case "index": {
      const count = new DataView(key.buffer, key.byteOffset).getUint32(9)
      return { kind, chunk: u64(1), count, part: key[13] as number }
    }
    case "leaf":
      return { kind, leaf: key.slice(1, 33), index: u64(33) }
    case "run":
      return { kind, family: key[1] as number, level: key[2] as number, start: u64(3) }
    case "block":
      return { kind, family: key[1] as number, level: key[2] as number, start: u64(3), last: key.slice(15) }
  }
}

/** True for the rows that a site commits with its index and audit record; all others are content. */
export function isCommittedRow(key: Uint8Array): boolean {
  const kind = parseKey(key)?.kind
  return kind !== undefined && COMMITTED.has(kind)
}

const COMMITTED: ReadonlySet<RowKind> = new Set(["head", "checkpoint", "range", "frozen", "pending", "cosigned"])
