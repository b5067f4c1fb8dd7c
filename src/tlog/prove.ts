/** Makes proofs out of verified tiles: what the log would have answered, without asking it. */
import { consistencyRanges, inclusionRanges, type LeafRange } from "./tile-math.ts"

/** The part of verified tiles that a proof is made of: how many leaves there are, and the hash of any range of them. */
export interface TreeRanges {
  readonly size: bigint
  range(range: LeafRange): Promise<Uint8Array>
}

async function hashes(tiles: TreeRanges, ranges: readonly LeafRange[]): Promise<Uint8Array[]> {
  const out: Uint8Array[] = []
  for (const range of ranges) out.push(await tiles.range(range))
  return out
}

/**
 * The inclusion proof of leaf `index` in the tree of `size` leaves, which may be an older one than the newest held.
 * `undefined` when there is no such leaf or tree.
 * @throws the tiles' error when a tile is damaged
 */
export async function proveInclusion(
  tiles: TreeRanges,
  index: bigint,
  size: bigint = tiles.size,
): Promise<Uint8Array[] | undefined> {
  if (index < 0n || index >= size || size > tiles.size) return undefined
  return hashes(tiles, inclusionRanges(index, size))
}

/**
 * The consistency proof from `size1` to `size2` leaves; empty when they are equal. `undefined` when size1 is 0 or a size
 * is out of order.
 * @param seeded - name the first node even where size1 is a power of two, as a conviction needs (`equivocation.ts`)
 * @throws the tiles' error when a tile is damaged
 */
export async function proveConsistency(
  tiles: TreeRanges,
  size1: bigint,
  size2: bigint = tiles.size,
  seeded = false,
): Promise<Uint8Array[] | undefined> {
  if (size1 <= 0n || size1 > size2 || size2 > tiles.size) return undefined
  return size1 === size2 ? [] : hashes(tiles, consistencyRanges(size1, size2, seeded))
}
