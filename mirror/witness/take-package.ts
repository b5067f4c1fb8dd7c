/**
 * One package of an upload: its entries, with those of the same row that are here already, must be a subtree of the pending
 * checkpoint's tree (c2sp.org/tlog-mirror, "Processing"); only then the row is written. So all that lies beyond the head is
 * consistent with what the log has signed, whoever sent it and in whatever order.
 */
import type { EntryPackage } from "../../src/formats/add-entries.ts"
import { BUNDLE_BYTES, truncateEntryBundle } from "../../src/formats/tile.ts"
import { concatBytes } from "../../src/kernel/bytes.ts"
import type { Crypto, KeyValue, KeyValueChange } from "../../src/kernel/ports.ts"
import { CompactRange } from "../../src/tlog/compact-range.ts"
import { leafHashesOfBundle } from "../../src/tlog/entry-hashes.ts"
import { HASH_BYTES } from "../../src/tlog/hashing.ts"
import { verifySubtreeConsistency } from "../../src/tlog/subtree.ts"
import { packBundle, unpackBundle, type EntryCodec } from "../entry-codec.ts"
import { entriesKey, tileKey } from "../rows.ts"
import { damagedRow } from "../store-error.ts"
import { nextEntryChange } from "./upload-rows.ts"
import type { Tree } from "./pending-rows.ts"

/** What taking a package needs. */
export interface PackageContext {
  readonly rows: KeyValue
  readonly crypto: Crypto
  readonly codec: EntryCodec
}

/** The first entries of a row that are here already, as a bundle. */
async function heldEntries({ rows, codec }: PackageContext, row: bigint, count: number): Promise<Uint8Array> {
  if (count === 0) return new Uint8Array()
  const key = entriesKey(row)
  const value = await rows.get(key)
  const whole = value && unpackBundle(codec, value, BUNDLE_BYTES)
  const bundle = whole && truncateEntryBundle(whole, count)
  if (bundle === undefined) throw damagedRow(key, `does not hold the ${count} entries that were uploaded`)
  return bundle
}

/** Root of the leaves of one row, as many as there are. */
function rootOfLeaves(crypto: Crypto, leaves: Uint8Array): Uint8Array {
  const range = CompactRange.empty(crypto)
  for (let at = 0; at < leaves.length; at += HASH_BYTES) range.append(leaves.slice(at, at + HASH_BYTES))
  return range.root()
}

/**
 * The changes that write a package's row, or undefined when its proof does not hold.
 * @param next - the first entry that is missing; what lies before it is not written again
 * @throws StellaError STORE_CORRUPT when the row's earlier entries are damaged
 */
export async function takePackage(
  context: PackageContext,
  tree: Tree,
  { row, start, end, bundle, proof }: EntryPackage,
  next: bigint,
): Promise<KeyValueChange[] | undefined> {
  const { crypto, codec } = context
  const first = row * 256n
  const whole = concatBytes(await heldEntries(context, row, Number(start - first)), bundle)
  const leaves = leafHashesOfBundle(crypto, whole, Number(end - first))
  if (leaves === undefined) return undefined
  const subtree = rootOfLeaves(crypto, leaves)
  const claim = { start: first, end, size: tree.size, subtree, proof, root: tree.root }
  if (!verifySubtreeConsistency(crypto, claim)) return undefined
  if (end <= next) return []
  return [
    { type: "put", key: tileKey(0, row), value: leaves },
    { type: "put", key: entriesKey(row), value: packBundle(codec, whole) },
    nextEntryChange(crypto, end),
  ]
}
