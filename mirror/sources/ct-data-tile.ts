/**
 * The data tiles of c2sp.org/static-ct-api ("Log Entries"), as bundles of the log's leaves:
 *
 * ```text
 * TileLeaf       = TimestampedEntry || [precertificate: uint24 length, bytes] || fingerprints: uint16 length, 32 bytes each
 * MerkleTreeLeaf = version 0 || leaf type 0 || TimestampedEntry        RFC 6962 §3.4: what the leaf hash is over
 * TimestampedEntry = timestamp u64 || entry type u16 || signed entry || extensions: uint16 length
 *   x509_entry (0):    uint24 length, certificate
 *   precert_entry (1): issuer key hash, 32 bytes || uint24 length, TBSCertificate
 * ```
 *
 * The precertificate and the fingerprints are outside the leaf hash: nothing proves them, so the mirror does not take them.
 */
import { LIMITS } from "../../src/formats/limits.ts"
import { printEntryBundle } from "../../src/formats/tile.ts"
import { concatBytes } from "../../src/kernel/bytes.ts"

/** Reads lengths and skips over what they announce. */
class Cursor {
  readonly #bytes: Uint8Array
  at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** A big-endian integer of `width` bytes; NaN beyond the end, which every later step passes on. */
  uint(width: number): number {
    let value = 0
    for (let i = 0; i < width; i++) value = value * 256 + (this.#bytes[this.at + i] ?? NaN)
    this.at += width
    return value
  }

  /** Skips a field that has its length, in `width` bytes, before it. */
  skipField(width: number): void {
    const length = this.uint(width)
    this.at += length
  }
}

/** End of the TimestampedEntry at the cursor, and of the TileLeaf; NaN where the bytes are none. */
function measure(cursor: Cursor): { readonly entryEnd: number; readonly leafEnd: number } {
  cursor.at += 8
  const type = cursor.uint(2)
  if (type === 1) cursor.at += 32
  cursor.skipField(3)
  cursor.skipField(2)
  const entryEnd = cursor.at
  if (type === 1) cursor.skipField(3)
  cursor.skipField(2)
  return { entryEnd, leafEnd: type === 0 || type === 1 ? cursor.at : NaN }
}

/**
 * The leaves of a data tile as an entry bundle; undefined for a leaf that a bundle cannot hold (over 65,535 bytes), whose
 * row is then held by its hashes. Bytes that are no data tile are given as they are: they will not hash to the tile.
 */
export function bundleOfDataTile(bytes: Uint8Array): Uint8Array | undefined {
  const leaves: Uint8Array[] = []
  for (let at = 0; at < bytes.length;) {
    const cursor = new Cursor(bytes)
    cursor.at = at
    const { entryEnd, leafEnd } = measure(cursor)
    if (!(leafEnd <= bytes.length)) return bytes
    const leaf = concatBytes(Uint8Array.of(0, 0), bytes.subarray(at, entryEnd))
    if (leaf.length > LIMITS.entryBytes) return undefined
    leaves.push(leaf)
    at = leafEnd
  }
  return printEntryBundle(leaves)
}
