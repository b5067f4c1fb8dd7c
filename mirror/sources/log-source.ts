/**
 * Where a log comes from: a folder, a server, another mirror. Whatever the layout there, a source gives a signed note,
 * rows of hashes, and entry bundles in the encoding of c2sp.org/tlog-tiles. What it gives is hostile until it is proven,
 * and bounded: a note by `LIMITS.noteBytes`, a tile by `TILE_BYTES`, a bundle by `BUNDLE_BYTES`.
 */
import { parseCheckpoint, type Checkpoint } from "../../src/formats/checkpoint.ts"
import type { TileResource } from "../../src/formats/tile.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { ReadHow } from "./log-files.ts"

/** The bytes of a tile or bundle as wide as asked for, and the file that they come from. */
export interface FoundFile {
  readonly path: string
  readonly bytes: Uint8Array
}

/** One log, wherever it lies. All of its methods throw as `LogFiles.read` does. */
export interface LogSource {
  /** What the source calls a resource, for messages. */
  pathOf(resource: TileResource | "checkpoint"): string
  /** The newest checkpoint, or undefined when there is none. */
  checkpoint(how?: ReadHow): Promise<Uint8Array | undefined>
  /**
   * The first `width` hashes of a tile. A log may have removed a partial tile once the full one is there (tlog-tiles,
   * "Partial Tiles"), so the full tile stands in for it. Ask only for what a verified checkpoint implies.
   */
  tile(level: number, row: bigint, width: number, how?: ReadHow): Promise<FoundFile | undefined>
  /** The first `width` entries of a bundle; as for tiles, the full one stands in for a partial one. */
  entries(row: bigint, width: number, how?: ReadHow): Promise<FoundFile | undefined>
}

/**
 * The checkpoint of the log, parsed and not yet verified: its origin says which log's keys to ask for.
 * @throws StellaError MEDIA_UNREADABLE when there is none, EVIDENCE_MALFORMED when it is no checkpoint
 */
export async function readSourceCheckpoint(source: LogSource, signal?: AbortSignal): Promise<Checkpoint> {
  const path = source.pathOf("checkpoint")
  // A cache on the way may hold an older one for longer than the log meant.
  const bytes = await source.checkpoint({ signal, fresh: true })
  if (bytes === undefined) {
    throw new StellaError("MEDIA_UNREADABLE", `there is no file called ${path}`, { path })
  }
  const checkpoint = parseCheckpoint(bytes)
  if (checkpoint.ok) return checkpoint.value
  const { reason, where } = checkpoint.error
  throw new StellaError("EVIDENCE_MALFORMED", `the checkpoint is malformed at ${where}`, { path, reason, where })
}

/** The log without its entries: a mirror of hashes proves as much with a hundredth of the bytes. */
export function withoutEntries(source: LogSource): LogSource {
  return {
    pathOf: resource => source.pathOf(resource),
    checkpoint: how => source.checkpoint(how),
    tile: (level, row, width, how) => source.tile(level, row, width, how),
    entries: async () => undefined,
  }
}
