/**
 * Tiles of a transparency log (c2sp.org/tlog-tiles): the paths of its resources and the encoding of entry bundles.
 *
 * ```text
 * tile/0/x001/x234/067        full tile 1234067 of level 0: 256 hashes, 8,192 bytes
 * tile/1/000.p/17             partial tile 0 of level 1: 17 hashes
 * tile/entries/273.p/112      the 112 entries beneath partial tile 273 of level 0
 * ```
 *
 * Hash i of tile n at level l is the Merkle tree hash of the leaves [(n*256+i)*256^l, (n*256+i+1)*256^l). A partial tile
 * is never hashed into the level above. An entry bundle is a sequence of (16-bit big-endian length, entry).
 */
import type { Fault } from "../kernel/reasons.ts"
import { err, ok, type Result } from "../kernel/result.ts"
import { LIMITS } from "./limits.ts"

/** Hashes of a full tile, and entries of a full bundle. */
export const TILE_WIDTH = 256
/** Bytes of a full hash tile. */
export const TILE_BYTES = TILE_WIDTH * 32
/** Greatest length of an entry bundle: 256 entries of the greatest length, each with its 16-bit length. */
export const BUNDLE_BYTES = TILE_WIDTH * (LIMITS.entryBytes + 2)
/** The highest level that a tree of 2^63 - 1 leaves has. */
export const MAX_TILE_LEVEL = 7

/** One resource of a tiled log. `width` is the number of hashes or entries: 256 for a full tile, else 1 to 255. */
export type TileResource =
  | { readonly kind: "hashes"; readonly level: number; readonly row: bigint; readonly width: number }
  | { readonly kind: "entries"; readonly row: bigint; readonly width: number }

/** Tiles of level l that a tree of 2^63 leaves has; rows are below it. */
function rowLimit(level: number): bigint {
  return 1n << BigInt(63 - 8 * (level + 1) < 0 ? 0 : 63 - 8 * (level + 1))
}

/** Number of hashes that level `level` of a tree with `size` leaves has: floor(size / 256^level). */
export function hashesOfLevel(level: number, size: bigint): bigint {
  return size >> BigInt(8 * level)
}

/** Width of the partial tile of level `level` in a tree with `size` leaves; 0 when there is none. */
export function partialWidth(level: number, size: bigint): number {
  return Number(hashesOfLevel(level, size) & 255n)
}

/** Three-digit groups, all but the last with an x before them: 1234067 is `x001/x234/067`. */
function printRow(row: bigint): string {
  const digits = row.toString()
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, "0")
  return padded.replace(/[0-9]{3}(?=[0-9])/g, group => `x${group}/`)
}

/** Path of a tile or bundle below the log's prefix. */
export function printTilePath(resource: TileResource): string {
  const folder = resource.kind === "entries" ? "entries" : resource.level.toString()
  const suffix = resource.width === TILE_WIDTH ? "" : `.p/${String(resource.width)}`
  return `tile/${folder}/${printRow(resource.row)}${suffix}`
}

const PATH =
  /^tile\/(?<folder>entries|0|[1-9][0-9]?)\/(?<row>(?:x[0-9]{3}\/){0,6}[0-9]{3})(?:\.p\/(?<width>[1-9][0-9]{0,2}))?$/

/**
 * Parses the path of a tile or bundle; `undefined` unless it is exactly what `printTilePath` prints for a tree of at
 * most 2^63 - 1 leaves.
 */
export function parseTilePath(path: string): TileResource | undefined {
  const groups = PATH.exec(path)?.groups
  if (groups === undefined) return undefined
  const { folder, row: digits, width: partial } = groups as { folder: string; row: string; width?: string }
  // x000/001 would be a second name of 001.
  if (digits.startsWith("x000")) return undefined
  const row = BigInt(digits.replace(/[x/]/g, ""))
  const width = partial === undefined ? TILE_WIDTH : Number(partial)
  if (partial !== undefined && width >= TILE_WIDTH) return undefined
  const level = folder === "entries" ? 0 : Number(folder)
  if (level > MAX_TILE_LEVEL || row >= rowLimit(level)) return undefined
  return folder === "entries" ? { kind: "entries", row, width } : { kind: "hashes", level, row, width }
}

/**
 * Splits an entry bundle into its entries: exactly `count` of them and nothing behind the last. The entries are views
 * of the given bytes.
 */
export function parseEntryBundle(bytes: Uint8Array, count: number): Result<Uint8Array[], Fault> {
  const malformed = err({ reason: "field-invalid", where: "entryBundle" } as const)
  const entries: Uint8Array[] = []
  let at = 0
  while (entries.length < count) {
    if (at + 2 > bytes.length) return malformed
    const end = at + 2 + (((bytes[at] as number) << 8) | (bytes[at + 1] as number))
    if (end > bytes.length) return malformed
    entries.push(bytes.subarray(at + 2, end))
    at = end
  }
  return at === bytes.length ? ok(entries) : malformed
}

/** The first `count` entries of a bundle as a bundle of their own: what the same log served when it was smaller. */
export function truncateEntryBundle(bytes: Uint8Array, count: number): Uint8Array | undefined {
  let at = 0
  for (let i = 0; i < count; i++) {
    if (at + 2 > bytes.length) return undefined
    at += 2 + (((bytes[at] as number) << 8) | (bytes[at + 1] as number))
  }
  return at <= bytes.length ? bytes.subarray(0, at) : undefined
}

/** Prints an entry bundle. Every entry is at most `LIMITS.entryBytes` long. */
export function printEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(entries.reduce((sum, entry) => sum + 2 + entry.length, 0))
  const view = new DataView(out.buffer)
  let at = 0
  for (const entry of entries) {
    view.setUint16(at, entry.length)
    out.set(entry, at + 2)
    at += 2 + entry.length
  }
  return out
}
