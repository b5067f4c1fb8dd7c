/** The rows of hash tiles: read as they lie, and what to say of those that are damaged. */
import type { StellaError } from "../src/kernel/errors.ts"
import type { Crypto } from "../src/kernel/ports.ts"
import { HASH_BYTES } from "../src/tlog/hashing.ts"
import { VerifiedTiles, type TileFault } from "../src/tlog/verified-tiles.ts"
import { quickFold } from "./hashing/index.ts"
import { HEAD_KEY, tileKey } from "./rows.ts"
import type { ReadableRows } from "./sealed-row.ts"
import { damagedRow } from "./store-error.ts"

/** STORE_CORRUPT for the row in which a fault lies. */
export function tileFault(fault: TileFault): StellaError {
  if (fault.kind === "edge") return damagedRow(HEAD_KEY, "and the tiles on the right edge do not agree")
  const what = { missing: "is missing", length: "is too short", hash: "does not have the hash above it" }
  return damagedRow(tileKey(fault.level, fault.row), what[fault.kind])
}

/** The mirror's row of a tile, cut to the width that is asked for; unverified. */
export async function readTileRow(
  rows: Pick<ReadableRows, "get">,
  level: number,
  row: bigint,
  width: number,
): Promise<Uint8Array | undefined> {
  const bytes = await rows.get(tileKey(level, row))
  return bytes?.subarray(0, width * HASH_BYTES)
}

/** Opens the verified tiles of a tree whose rows are in the mirror. */
export function openTiles(
  parts: { readonly rows: ReadableRows; readonly crypto: Pick<Crypto, "hash"> },
  tree: { readonly size: bigint; readonly root: Uint8Array },
): Promise<VerifiedTiles> {
  return VerifiedTiles.open(
    parts.crypto,
    tree,
    (level, row, width) => readTileRow(parts.rows, level, row, width),
    tileFault,
    quickFold(parts.crypto),
  )
}
