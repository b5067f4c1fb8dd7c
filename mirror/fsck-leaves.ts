/** One row of 256 leaves under fsck: the tile, the entries and the hash above, and which of them is wrong. */
import { BUNDLE_BYTES, TILE_WIDTH, truncateEntryBundle } from "../src/formats/tile.ts"
import { concatBytes, equalBytes } from "../src/kernel/bytes.ts"
import type { Crypto } from "../src/kernel/ports.ts"
import { firstDifference } from "../src/tlog/entry-hashes.ts"
import { HASH_BYTES } from "../src/tlog/hashing.ts"
import { unpackBundle, type EntryCodec } from "./entry-codec.ts"
import { damage, type Damage } from "./fsck-event.ts"
import { treeHasherOf } from "./hashing/index.ts"
import type { LeafRow } from "./read-leaf-rows.ts"
import type { ReadableRows } from "./sealed-row.ts"
import { entriesKey, tileKey } from "./rows.ts"

/** What a check of leaves needs. */
export interface LeavesContext {
  readonly rows: ReadableRows
  readonly crypto: Pick<Crypto, "hash">
  readonly codec: EntryCodec
}

/** A row of leaves after its check. */
export interface CheckedLeaves {
  /** The hashes that are taken for right, or undefined when nothing says what they are. */
  readonly leaves: Uint8Array | undefined
  /** True when the entries or the hash above confirm them. */
  readonly sure: boolean
  readonly damage: readonly Damage[]
}

/** The hashes of the first `count` entries of a row, or what is wrong with it. */
function entryHashes(context: LeavesContext, value: Uint8Array | undefined, count: number): Uint8Array | string {
  if (value === undefined) return "is missing"
  const packed = unpackBundle(context.codec, value, BUNDLE_BYTES)
  if (packed === undefined) return "cannot be unpacked"
  // A whole row is a whole bundle; of one on an old right edge only the beginning may be meant.
  const bundle = count === TILE_WIDTH ? packed : truncateEntryBundle(packed, count)
  const hashes = bundle && treeHasherOf(context.crypto).leafHashes(bundle, count)
  return hashes ?? `does not hold ${count} entries`
}

/**
 * Checks one row.
 * @param count - leaves whose entries are held
 * @param confirms - true when these hashes of the whole row are what the row above, or the root, has for them
 */
export async function checkLeaves(
  context: LeavesContext,
  { row, tile: stored, entries: value }: LeafRow,
  width: number,
  count: number,
  confirms: (leaves: Uint8Array) => Promise<boolean>,
): Promise<CheckedLeaves> {
  const keys = { tile: tileKey(0, row), entries: entriesKey(row) }
  const damages: Damage[] = []
  const tile =
    stored === undefined || stored.length < width * HASH_BYTES ? undefined : stored.subarray(0, width * HASH_BYTES)
  if (tile === undefined)
    damages.push(damage(keys.tile, stored === undefined ? "is missing" : `has less than ${width} hashes`))
  const hashes = count === 0 ? undefined : entryHashes(context, value, count)
  if (typeof hashes === "string") damages.push(damage(keys.entries, hashes))
  if (hashes === undefined || typeof hashes === "string") {
    return { leaves: tile, sure: tile !== undefined && (await confirms(tile)), damage: damages }
  }
  if (tile === undefined) {
    const leaves = count === width ? hashes : undefined
    return { leaves, sure: leaves !== undefined && (await confirms(leaves)), damage: damages }
  }
  const upTo = tile.subarray(0, hashes.length)
  const differs = equalBytes(hashes, upTo) ? -1 : firstDifference(hashes, upTo)
  // Entries and tile agree: for a whole row that is as good as the hash above, which is then the one to blame.
  if (differs < 0) return { leaves: tile, sure: count === width || (await confirms(tile)), damage: damages }
  if (await confirms(tile)) {
    damages.push(damage(keys.entries, `holds another entry ${differs} than the log`))
    return { leaves: tile, sure: true, damage: damages }
  }
  const repaired = concatBytes(hashes, tile.subarray(hashes.length))
  const sure = await confirms(repaired)
  const doubt = sure ? "" : ", and the hash above fits neither"
  damages.push(damage(keys.tile, `has another hash ${differs} than the entry${doubt}`))
  return { leaves: repaired, sure, damage: damages }
}
