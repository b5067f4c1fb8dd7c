/**
 * The files of one log in the layout of c2sp.org/tlog-tiles: `checkpoint`, `tile/<L>/<N>[.p/<W>]` and
 * `tile/entries/<N>[.p/<W>]` below a folder or prefix. What they hold is hostile until it is proven.
 */
import { parseCheckpoint, type Checkpoint } from "../src/formats/checkpoint.ts"
import { LIMITS } from "../src/formats/limits.ts"
import {
  BUNDLE_BYTES,
  printTilePath,
  TILE_BYTES,
  TILE_WIDTH,
  truncateEntryBundle,
  type TileResource,
} from "../src/formats/tile.ts"

import { StellaError } from "../src/kernel/errors.ts"
import { HASH_BYTES } from "../src/tlog/hashing.ts"

/** Reads the files of a log. */
export interface LogFiles {
  /**
   * The bytes of a file, or undefined when there is none. `path` has forward slashes and is one that `printTilePath`
   * gives, or `checkpoint`.
   * @throws StellaError MEDIA_UNREADABLE when the file cannot be read or has more than `maxBytes` bytes
   */
  read(path: string, maxBytes: number): Promise<Uint8Array | undefined>
}

/** The bytes of a tile or bundle as wide as asked for, and the file that they come from. */
export interface FoundFile {
  readonly path: string
  readonly bytes: Uint8Array
}

async function readResource(files: LogFiles, resource: TileResource, maxBytes: number): Promise<FoundFile | undefined> {
  const path = printTilePath(resource)
  const bytes = await files.read(path, maxBytes)
  return bytes === undefined ? undefined : { path, bytes }
}

/**
 * The first `width` hashes of a tile. A log may have removed a partial tile once the full one is there (tlog-tiles,
 * "Partial Tiles"), so the full tile stands in for it.
 */
export async function readTileFile(
  files: LogFiles,
  level: number,
  row: bigint,
  width: number,
): Promise<FoundFile | undefined> {
  const resource = { kind: "hashes", level, row, width } as const
  const found = await readResource(files, resource, TILE_BYTES)
  if (found !== undefined || width === TILE_WIDTH) return found
  const full = await readResource(files, { ...resource, width: TILE_WIDTH }, TILE_BYTES)
  return full && { path: full.path, bytes: full.bytes.subarray(0, width * HASH_BYTES) }
}

/** The first `width` entries of a bundle; as for tiles, the full one stands in for a partial one. */
export async function readEntriesFile(files: LogFiles, row: bigint, width: number): Promise<FoundFile | undefined> {
  const resource = { kind: "entries", row, width } as const
  const found = await readResource(files, resource, BUNDLE_BYTES)
  if (found !== undefined || width === TILE_WIDTH) return found
  const full = await readResource(files, { ...resource, width: TILE_WIDTH }, BUNDLE_BYTES)
  return full && { path: full.path, bytes: truncateEntryBundle(full.bytes, width) ?? full.bytes }
}

/**
 * The checkpoint of the log, parsed and not yet verified: its origin says which log's keys to ask for.
 * @throws StellaError MEDIA_UNREADABLE when there is none, EVIDENCE_MALFORMED when it is no checkpoint
 */
export async function readCheckpointFile(files: LogFiles): Promise<Checkpoint> {
  const bytes = await files.read("checkpoint", LIMITS.noteBytes)
  if (bytes === undefined) {
    throw new StellaError("MEDIA_UNREADABLE", "there is no file called checkpoint", { path: "checkpoint" })
  }
  const checkpoint = parseCheckpoint(bytes)
  if (checkpoint.ok) return checkpoint.value
  const { reason, where } = checkpoint.error
  throw new StellaError("EVIDENCE_MALFORMED", `the checkpoint is malformed at ${where}`, {
    path: "checkpoint",
    reason,
    where,
  })
}
