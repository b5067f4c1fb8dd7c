/**
 * A log out of its files, in one of the layouts that public logs have:
 *
 * | layout    | checkpoint   | hashes                 | entries                |
 * | --------- | ------------ | ---------------------- | ---------------------- |
 * | tlogTiles | `checkpoint` | `tile/<L>/<N>[.p/<W>]` | `tile/entries/<N>…`    |
 * | staticCt  | `checkpoint` | `tile/<L>/<N>[.p/<W>]` | `tile/data/<N>…`       |
 * | sumdb     | `latest`     | `tile/8/<L>/<N>…`      | `tile/8/data/<N>…`     |
 */
import { LIMITS } from "../../src/formats/limits.ts"
import {
  BUNDLE_BYTES,
  printTilePath,
  TILE_BYTES,
  TILE_WIDTH,
  truncateEntryBundle,
  type TileResource,
} from "../../src/formats/tile.ts"
import { HASH_BYTES } from "../../src/tlog/hashing.ts"
import { bundleOfDataTile } from "./ct-data-tile.ts"
import type { LogFiles, ReadHow } from "./log-files.ts"
import type { FoundFile, LogSource } from "./log-source.ts"
import { bundleOfRecords } from "./sumdb-records.ts"

/** How a log lies below its prefix. */
export interface LogLayout {
  readonly checkpoint: string
  /** Path of a tile or bundle. */
  path(resource: TileResource): string
  /** The entry bundle (tlog-tiles) that a file of entries is; undefined when no bundle can hold them. */
  bundle(bytes: Uint8Array): Uint8Array | undefined
}

/** c2sp.org/tlog-tiles: Rekor v2 (below `/api/v2`), Tessera, and what `mirror ingest` reads. */
export const tlogTiles: LogLayout = { checkpoint: "checkpoint", path: printTilePath, bundle: bytes => bytes }

/** c2sp.org/static-ct-api. */
export const staticCt: LogLayout = {
  checkpoint: "checkpoint",
  path: resource => printTilePath(resource).replace(/^tile\/entries\//, "tile/data/"),
  bundle: bundleOfDataTile,
}

/** The Go checksum database (go.dev/ref/mod#checksum-database), whose tiles have a height of 8 too. */
export const sumdb: LogLayout = {
  checkpoint: "latest",
  path: resource => staticCt.path(resource).replace(/^tile\//, "tile/8/"),
  bundle: bundleOfRecords,
}

class TiledLog implements LogSource {
  readonly #files: LogFiles
  readonly #layout: LogLayout

  constructor(files: LogFiles, layout: LogLayout) {
    this.#files = files
    this.#layout = layout
  }

  pathOf(resource: TileResource | "checkpoint"): string {
    return resource === "checkpoint" ? this.#layout.checkpoint : this.#layout.path(resource)
  }

  checkpoint(how?: ReadHow): Promise<Uint8Array | undefined> {
    return this.#files.read(this.#layout.checkpoint, LIMITS.noteBytes, how)
  }

  async tile(level: number, row: bigint, width: number, how?: ReadHow): Promise<FoundFile | undefined> {
    const found = await this.#read({ kind: "hashes", level, row, width }, TILE_BYTES, how)
    return found?.isFull === true ? { ...found, bytes: found.bytes.subarray(0, width * HASH_BYTES) } : found
  }

  async entries(row: bigint, width: number, how?: ReadHow): Promise<FoundFile | undefined> {
    const found = await this.#read({ kind: "entries", row, width }, BUNDLE_BYTES, how)
    const bytes = found && this.#layout.bundle(found.bytes)
    if (found === undefined || bytes === undefined) return undefined
    return { path: found.path, bytes: found.isFull ? (truncateEntryBundle(bytes, width) ?? bytes) : bytes }
  }

  /** A file, or the full one in the stead of a partial one that is gone. */
  async #read(
    resource: TileResource,
    maxBytes: number,
    how?: ReadHow,
  ): Promise<(FoundFile & { readonly isFull: boolean }) | undefined> {
    const path = this.#layout.path(resource)
    const bytes = await this.#files.read(path, maxBytes, how)
    if (bytes !== undefined) return { path, bytes, isFull: false }
    if (resource.width === TILE_WIDTH) return undefined
    const fullPath = this.#layout.path({ ...resource, width: TILE_WIDTH })
    const full = await this.#files.read(fullPath, maxBytes, how)
    return full && { path: fullPath, bytes: full, isFull: true }
  }
}

/** The log whose files these are. */
export function tiledLog(files: LogFiles, layout: LogLayout = tlogTiles): LogSource {
  return new TiledLog(files, layout)
}
