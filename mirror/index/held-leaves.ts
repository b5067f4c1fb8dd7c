/** Rows of a mirror as the index is built from them: checked from the head's root downwards, many at a time. */
import { BUNDLE_BYTES, truncateEntryBundle } from "../../src/formats/tile.ts"
import { equalBytes } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import { HASH_BYTES } from "../../src/tlog/hashing.ts"
import type { VerifiedTiles } from "../../src/tlog/verified-tiles.ts"
import { unpackBundle, type EntryCodec } from "../entry-codec.ts"
import { treeHasherOf } from "../hashing/index.ts"
import { entriesKey } from "../rows.ts"
import type { ReadableRows } from "../sealed-row.ts"
import type { PostingBuffer } from "./postings.ts"
import { termHash, termsOfEntry, type Term } from "./terms.ts"

/** What reading leaves takes. */
export interface LeafSource {
  readonly rows: ReadableRows
  readonly crypto: Pick<Crypto, "hash">
  readonly codec: EntryCodec
}

/** Takes the first 8 bytes of a term's hash, at `at`, and the entry that has it. */
export type TakePosting = Pick<PostingBuffer, "add">

/** Leaves [from, to) of a row. */
export interface RowPart {
  readonly row: bigint
  readonly from: number
  readonly to: number
}

/** Hashes of terms, most of which come again and again: issuers, workflows, keys. */
class TermHashes {
  readonly #crypto: Pick<Crypto, "hash">
  readonly #known = new Map<string, Uint8Array>()

  constructor(crypto: Pick<Crypto, "hash">) {
    this.#crypto = crypto
  }

  of(term: Term): Uint8Array {
    // What is signed is new each time, and so are the keys of keyless signatures.
    if (term.kind === "digest" || term.kind === "payload" || term.kind === "key") return termHash(this.#crypto, term)
    const name = `${term.kind} ${term.value}`
    let hash = this.#known.get(name)
    if (hash !== undefined) return hash
    if (this.#known.size === 4096) this.#known.clear()
    hash = termHash(this.#crypto, term)
    this.#known.set(name, hash)
    return hash
  }
}

/** Reads postings of leaves or entries out of the mirror's rows. */
export class HeldLeaves {
  readonly #source: LeafSource
  readonly #tiles: VerifiedTiles
  readonly #hashes: TermHashes

  constructor(source: LeafSource, tiles: VerifiedTiles) {
    this.#source = source
    this.#tiles = tiles
    this.#hashes = new TermHashes(source.crypto)
  }

  /**
   * Adds the postings of some leaves.
   * @param base - what the first leaf of the row is counted as
   * @returns false when the row is damaged, and nothing of it was added
   */
  async addTo(postings: TakePosting, part: RowPart, base: number): Promise<boolean> {
    try {
      const tile = await this.#tiles.tile(0, part.row)
      const bundle = await this.#bundle(part, tile)
      if (bundle !== undefined) this.#addEntries(postings, bundle, part, base)
      return bundle !== undefined
    } catch (error) {
      if (error instanceof StellaError && error.code === "STORE_CORRUPT") return false
      throw error
    }
  }

  /** The first `to` entries of a row; undefined when they are not those of the tile. */
  async #bundle({ row, to }: RowPart, tile: Uint8Array): Promise<Uint8Array | undefined> {
    const { rows, crypto, codec } = this.#source
    const value = await rows.get(entriesKey(row))
    const packed = value && unpackBundle(codec, value, BUNDLE_BYTES)
    const bundle = packed && truncateEntryBundle(packed, to)
    const hashes = bundle && treeHasherOf(crypto).leafHashes(bundle, to)
    const isRight = hashes !== undefined && equalBytes(hashes, tile.subarray(0, to * HASH_BYTES))
    return isRight ? bundle : undefined
  }

  #addEntries(postings: TakePosting, bundle: Uint8Array, { from, to }: RowPart, base: number): void {
    const { crypto } = this.#source
    let at = 0
    for (let i = 0; i < to; i++) {
      const end = at + 2 + (((bundle[at] as number) << 8) | (bundle[at + 1] as number))
      if (i >= from) {
        const { terms } = termsOfEntry(crypto, bundle.subarray(at + 2, end))
        for (const term of terms) postings.add(this.#hashes.of(term), 0, base + i)
      }
      at = end
    }
  }
}
