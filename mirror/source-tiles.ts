/** The tiles of a source, verified against its checkpoint, and what to say when they do not agree with it. */
import type { Checkpoint } from "../src/formats/checkpoint.ts"
import { hashesOfLevel, MAX_TILE_LEVEL, TILE_WIDTH } from "../src/formats/tile.ts"
import { equalBytes } from "../src/kernel/bytes.ts"
import { StellaError } from "../src/kernel/errors.ts"
import type { Crypto, KeyValue } from "../src/kernel/ports.ts"
import { firstDifference, leafHashesOfBundle } from "../src/tlog/entry-hashes.ts"
import { HASH_BYTES, rootOfRow } from "../src/tlog/hashing.ts"
import { VerifiedTiles, type ReadTile, type TileFault } from "../src/tlog/verified-tiles.ts"
import { quickFold } from "./hashing/index.ts"
import { readTileRow } from "./tile-rows.ts"
import type { LogSource } from "./sources/log-source.ts"

/** What verifying a source's tiles needs. */
export interface SourceParts {
  readonly crypto: Pick<Crypto, "hash">
  readonly source: LogSource
  /** The mirror's own rows of this log. */
  readonly rows: Pick<KeyValue, "get">
  readonly signal?: AbortSignal
  /** Size of the tree beyond which no row has been written, where that is known: there is none to look for. */
  readonly writtenTo?: bigint
}

/** MEDIA_TAMPERED for one file of the source. */
export function tampered(path: string, what: string): StellaError {
  return new StellaError("MEDIA_TAMPERED", `${path} ${what}`, { path, what })
}

function tileFault(source: LogSource, fault: Exclude<TileFault, { kind: "edge" }>): StellaError {
  const path = source.pathOf({ kind: "hashes", level: fault.level, row: fault.row, width: fault.width })
  if (fault.kind === "missing") return new StellaError("MEDIA_UNREADABLE", `${path} is missing`, { path })
  if (fault.kind === "length") return tampered(path, `does not hold ${fault.width} hashes`)
  return tampered(path, "does not give the hash that the tile above has for it")
}

/** What contradicts a tile of the right edge: the entries beneath it, or a tile beneath it. */
async function findFault(
  { crypto, source, signal }: SourceParts,
  level: number,
  row: bigint,
  width: number,
): Promise<StellaError | undefined> {
  const tile = await source.tile(level, row, width, { signal })
  if (tile === undefined) return undefined
  if (level === 0) {
    const bundle = await source.entries(row, width, { signal })
    const hashes = bundle && leafHashesOfBundle(crypto, bundle.bytes, width)
    const differs = hashes === undefined ? -1 : firstDifference(hashes, tile.bytes)
    return differs < 0
      ? undefined
      : tampered(tile.path, `has another hash ${differs} than the entry in ${bundle?.path ?? ""}`)
  }
  for (let i = 0; i < width; i++) {
    const child = await source.tile(level - 1, row * 256n + BigInt(i), TILE_WIDTH, { signal })
    const hash = tile.bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES)
    if (child?.bytes.length !== TILE_WIDTH * HASH_BYTES || equalBytes(rootOfRow(crypto, child.bytes), hash)) continue
    return tampered(tile.path, `has another hash ${i} than ${child.path} gives`)
  }
  return undefined
}

/**
 * Opens the tiles of a verified checkpoint. What the mirror has written already, in an ingest that was cut, is not read
 * from the source again where it agrees with the hashes above; what does not agree is read from the source once more,
 * past every cache on the way.
 * @throws StellaError MEDIA_TAMPERED with the file that differs, MEDIA_UNREADABLE for a missing one
 */
export async function openSourceTiles(parts: SourceParts, checkpoint: Checkpoint): Promise<VerifiedTiles> {
  const { crypto, source, rows, signal } = parts
  const edge = tampered(source.pathOf("checkpoint"), "has another root than the tiles on the right edge give")
  const error = (fault: TileFault): StellaError => (fault.kind === "edge" ? edge : tileFault(source, fault))
  const read: ReadTile = async (level, row, width, isRepeated) => {
    const isBeyond = parts.writtenTo !== undefined && row > hashesOfLevel(level, parts.writtenTo) >> 8n
    const held = isRepeated || isBeyond ? undefined : await readTileRow(rows, level, row, width)
    if (held?.length === width * HASH_BYTES) return held
    return (await source.tile(level, row, width, { signal, fresh: isRepeated }))?.bytes
  }
  try {
    return await VerifiedTiles.open(crypto, checkpoint, read, error, { asksTwice: true, ...quickFold(crypto) })
  } catch (thrown) {
    if (thrown !== edge) throw thrown
    // The partial tiles together contradict the root. Which of them does is found from below.
    for (let level = MAX_TILE_LEVEL; level >= 0; level--) {
      const hashes = hashesOfLevel(level, checkpoint.size)
      const width = Number(hashes & 255n)
      const fault = width === 0 ? undefined : await findFault(parts, level, hashes >> 8n, width)
      if (fault !== undefined) throw fault
    }
    throw thrown
  }
}
