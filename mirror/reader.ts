/**
 * Reads a mirrored log. Nothing read from the store is believed: the head's root is what the mirror vouches for, tiles are
 * checked against it from above, entries against the tiles, the leaf index against the leaf it points at. A flipped byte
 * is STORE_CORRUPT with the name of the row, never a wrong answer.
 */
import { BUNDLE_BYTES, truncateEntryBundle } from "../src/formats/tile.ts"
import { equalBytes } from "../src/kernel/bytes.ts"
import type { Crypto, LogReader } from "../src/kernel/ports.ts"
import { firstDifference } from "../src/tlog/entry-hashes.ts"
import { HASH_BYTES } from "../src/tlog/hashing.ts"
import { readCheckpoint, type KeptCheckpoint } from "./checkpoint-rows.ts"
import { unpackBundle, type EntryCodec } from "./entry-codec.ts"
import { treeHasherOf } from "./hashing/index.ts"
import { readHead, type MirrorHead } from "./head-row.ts"
import { ProofTiles } from "./proof-tiles.ts"
import { findLeaf } from "./index/find-leaf.ts"
import { entriesNeeded, readRanges } from "./range-rows.ts"
import { entriesKey, HEAD_KEY } from "./rows.ts"
import type { ReadableRows } from "./sealed-row.ts"
import { damagedRow } from "./store-error.ts"

/** What a reader is made of: the rows of one log, hashing, and how bundles are packed. */
export interface MirrorParts {
  readonly rows: ReadableRows
  readonly crypto: Pick<Crypto, "hash">
  readonly codec: EntryCodec
}

/** A mirrored log. Its methods reject with StellaError STORE_CORRUPT where rows are damaged or missing. */
export class MirrorReader implements LogReader {
  readonly #parts: MirrorParts
  #open: { readonly head: MirrorHead; readonly tiles: ProofTiles } | undefined

  constructor(parts: MirrorParts) {
    this.#parts = parts
  }

  /** What the mirror vouches for, or undefined when nothing has been ingested. */
  async head(): Promise<MirrorHead | undefined> {
    return readHead(this.#parts)
  }

  /** The verified tiles of the head, opened anew when the head has moved. */
  async tiles(): Promise<ProofTiles | undefined> {
    const head = await this.head()
    if (head === undefined) return undefined
    const open = this.#open
    if (open?.head.size === head.size && equalBytes(open.head.root, head.root)) return open.tiles
    const tiles = await ProofTiles.open(this.#parts, head)
    this.#open = { head, tiles }
    return tiles
  }

  /** The head's checkpoint with its signatures and sources. */
  async checkpoint(): Promise<KeptCheckpoint | undefined> {
    const head = await this.head()
    if (head === undefined) return undefined
    const kept = await readCheckpoint(this.#parts, head)
    if (kept?.checkpoint.origin !== head.origin) throw damagedRow(HEAD_KEY, "has no checkpoint")
    return kept
  }

  async tile(level: number, row: bigint, width: number): Promise<Uint8Array | undefined> {
    const tiles = await this.tiles()
    if (tiles === undefined || width > tiles.widthOf(level, row)) return undefined
    return (await tiles.tile(level, row)).subarray(0, width * HASH_BYTES)
  }

  async entries(row: bigint, width: number): Promise<Uint8Array | undefined> {
    const leaves = await this.tile(0, row, width)
    if (leaves === undefined) return undefined
    // Of a row on an old right edge only the first entries may be held, of others none.
    if (entriesNeeded(await readRanges(this.#parts), row, width) < width) return undefined
    const key = entriesKey(row)
    const value = await this.#parts.rows.get(key)
    if (value === undefined) throw damagedRow(key, "is missing")
    const packed = unpackBundle(this.#parts.codec, value, BUNDLE_BYTES)
    if (packed === undefined) throw damagedRow(key, "cannot be unpacked")
    const bundle = truncateEntryBundle(packed, width)
    if (bundle === undefined) throw damagedRow(key, `does not hold ${width} entries`)
    const hashes = treeHasherOf(this.#parts.crypto).leafHashes(bundle, width)
    if (hashes === undefined) throw damagedRow(key, "is malformed")
    const differs = firstDifference(hashes, leaves)
    if (differs >= 0) throw damagedRow(key, `holds another entry ${differs} than the log`)
    return bundle
  }

  /** Hash of a leaf, or undefined when the head's tree has no such index. */
  async leaf(index: bigint): Promise<Uint8Array | undefined> {
    const tiles = await this.tiles()
    return tiles === undefined || index < 0n || index >= tiles.size ? undefined : tiles.leaf(index)
  }

  /**
   * The lowest index at which a leaf with this hash stands, or undefined when there is none.
   * @throws StellaError STORE_CORRUPT when the index is damaged where it would stand
   */
  async indexOf(leaf: Uint8Array): Promise<bigint | undefined> {
    const tiles = await this.tiles()
    if (tiles === undefined) return undefined
    return findLeaf({ ...this.#parts, size: tiles.size, leafAt: index => tiles.leaf(index) }, leaf)
  }
}
