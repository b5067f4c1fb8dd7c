/**
 * One row of 256 leaves from a source into the mirror: the tile comes verified from above, the entries must hash to it,
 * and only then are both written.
 */
import { BUNDLE_BYTES } from "../src/formats/tile.ts"
import { equalBytes } from "../src/kernel/bytes.ts"
import { StellaError } from "../src/kernel/errors.ts"
import type { Crypto, KeyValue, KeyValueChange } from "../src/kernel/ports.ts"
import { firstDifference } from "../src/tlog/entry-hashes.ts"
import { HASH_BYTES } from "../src/tlog/hashing.ts"
import { treeHasherOf } from "./hashing/index.ts"
import { packBundle, unpackBundle, type EntryCodec } from "./entry-codec.ts"
import { tampered } from "./source-tiles.ts"
import type { FoundFile, LogSource } from "./sources/log-source.ts"
import { entriesKey, tileKey } from "./rows.ts"

/** What taking in rows needs. */
export interface RowContext {
  readonly rows: KeyValue
  readonly crypto: Pick<Crypto, "hash">
  readonly codec: EntryCodec
  readonly source: LogSource
  readonly signal: AbortSignal
  /** Size of the tree beyond which no row has been written, where that is known: there is none to look for. */
  readonly writtenTo?: bigint
}

/** A row that has been checked, and what has to be written for it. */
export interface TakenRow {
  /** True when the entries are held, not only their hashes. */
  readonly hasEntries: boolean
  readonly changes: readonly KeyValueChange[]
}

/** The bundle of a source whose entries are the leaves of the tile, or what is wrong with it. */
function checkBundle(context: RowContext, found: FoundFile, tile: Uint8Array): Uint8Array | StellaError {
  const { crypto, codec } = context
  const width = tile.length / HASH_BYTES
  const hashes = treeHasherOf(crypto).leafHashes(found.bytes, width)
  if (hashes !== undefined && equalBytes(hashes, tile)) return found.bytes
  // A folder filled by a plain download may hold what the server sent: gzip (tlog-tiles, "Log entries").
  const isGzip = found.bytes[0] === 0x1f && found.bytes[1] === 0x8b
  const inflated = isGzip ? codec.gunzip(found.bytes, BUNDLE_BYTES) : undefined
  const inflatedHashes = inflated && treeHasherOf(crypto).leafHashes(inflated, width)
  if (inflated !== undefined && inflatedHashes !== undefined && equalBytes(inflatedHashes, tile)) return inflated
  const wrong = inflatedHashes ?? hashes
  if (wrong === undefined) return tampered(found.path, `is no bundle of ${width} entries`)
  return tampered(found.path, `holds another entry ${firstDifference(wrong, tile)} than the log`)
}

/** True when the mirror holds the row already, entries included: what an interrupted ingest has left. */
async function isHeld(context: RowContext, row: bigint, tile: Uint8Array): Promise<boolean> {
  const [heldTile, value] = await context.rows.getMany([tileKey(0, row), entriesKey(row)])
  if (heldTile === undefined || value === undefined || !equalBytes(heldTile, tile)) return false
  const bundle = unpackBundle(context.codec, value, BUNDLE_BYTES)
  const hashes = bundle && treeHasherOf(context.crypto).leafHashes(bundle, tile.length / HASH_BYTES)
  return hashes !== undefined && equalBytes(hashes, tile)
}

/** The entries of a row whose hashes are held already: the change that adds them, or undefined when there are none. */
export async function takeEntries(
  context: RowContext,
  row: bigint,
  tile: Uint8Array,
): Promise<KeyValueChange | undefined> {
  const { source, signal } = context
  let fault: StellaError | undefined
  // As for tiles, what does not agree is read once more, past every cache on the way.
  for (const fresh of [false, true]) {
    const found = await source.entries(row, tile.length / HASH_BYTES, { signal, fresh })
    if (found === undefined) return undefined
    const bundle = checkBundle(context, found, tile)
    if (!(bundle instanceof StellaError)) {
      return { type: "put", key: entriesKey(row), value: packBundle(context.codec, bundle) }
    }
    fault = bundle
  }
  throw fault as StellaError
}

/**
 * Checks a row and says what to write.
 * @param tile - the verified hashes of the row
 * @throws StellaError MEDIA_TAMPERED when the entries are not the log's
 */
export async function takeRow(context: RowContext, row: bigint, tile: Uint8Array): Promise<TakenRow> {
  const isBeyond = context.writtenTo !== undefined && row > context.writtenTo >> 8n
  if (!isBeyond && (await isHeld(context, row, tile))) return { hasEntries: true, changes: [] }
  const entries = await takeEntries(context, row, tile)
  const changes: KeyValueChange[] = [{ type: "put", key: tileKey(0, row), value: tile }]
  if (entries !== undefined) changes.push(entries)
  return { hasEntries: entries !== undefined, changes }
}
