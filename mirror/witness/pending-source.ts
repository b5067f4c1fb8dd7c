/**
 * The uploaded rows of a pending checkpoint as a source, so that committing them is an ingest like any other: the same
 * checks decide what the head may vouch for, wherever entries come from. Upper tiles were not uploaded; they are derived
 * from the rows beneath, each once.
 */
import type { Checkpoint } from "../../src/formats/checkpoint.ts"
import { printNote } from "../../src/formats/note.ts"
import { BUNDLE_BYTES, printTilePath, TILE_BYTES, truncateEntryBundle } from "../../src/formats/tile.ts"
import { concatBytes, utf8 } from "../../src/kernel/bytes.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import { HASH_BYTES, rootOfRow } from "../../src/tlog/hashing.ts"
import { unpackBundle, type EntryCodec } from "../entry-codec.ts"
import { entriesKey } from "../rows.ts"
import type { ReadableRows } from "../sealed-row.ts"
import type { LogSource } from "../sources/log-source.ts"
import { readTileRow } from "../tile-rows.ts"

/** The mirror's own rows. */
export interface UploadedParts {
  readonly rows: ReadableRows
  readonly crypto: Crypto
  readonly codec: EntryCodec
}

/** Makes the source of a pending checkpoint. */
export function pendingSource({ rows, crypto, codec }: UploadedParts, checkpoint: Checkpoint): LogSource {
  /** Tiles above level 0: one hash of 32 bytes for each 256 leaves. */
  const upper = new Map<string, Uint8Array>()

  async function tile(level: number, row: bigint, width: number): Promise<Uint8Array | undefined> {
    if (level === 0) {
      const held = await readTileRow(rows, 0, row, width)
      return held?.length === width * HASH_BYTES ? held : undefined
    }
    const name = `${level}/${row.toString()}/${width}`
    const known = upper.get(name)
    if (known !== undefined) return known
    const roots: Uint8Array[] = []
    for (let i = 0; i < width; i++) {
      const child = await tile(level - 1, row * 256n + BigInt(i), TILE_BYTES / HASH_BYTES)
      if (child === undefined) return undefined
      roots.push(rootOfRow(crypto, child))
    }
    const derived = concatBytes(...roots)
    upper.set(name, derived)
    return derived
  }

  return {
    pathOf: resource => (resource === "checkpoint" ? "uploaded checkpoint" : `uploaded ${printTilePath(resource)}`),
    checkpoint: async () => utf8(printNote(checkpoint.note)),
    tile: async (level, row, width) => {
      const bytes = await tile(level, row, width)
      const path = `uploaded ${printTilePath({ kind: "hashes", level, row, width })}`
      return bytes && { path, bytes }
    },
    entries: async (row, width) => {
      const value = await rows.get(entriesKey(row))
      const whole = value && unpackBundle(codec, value, BUNDLE_BYTES)
      const bytes = whole && truncateEntryBundle(whole, width)
      return bytes && { path: `uploaded ${printTilePath({ kind: "entries", row, width })}`, bytes }
    },
  }
}
