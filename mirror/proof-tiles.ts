/**
 * The tiles of a mirrored log for proofs. A tile is folded once, when it is checked against the hash above it, and is kept
 * with all its inner nodes; after that, a proof is looked up and not computed. What is kept is bounded in bytes.
 *
 * Nothing from the store is believed: the right edge gives the signed root, every full tile folds to one hash of a tile
 * above that has been checked before. A wrong byte anywhere is STORE_CORRUPT with the name of the row.
 */
import { hashesOfLevel, MAX_TILE_LEVEL, partialWidth, TILE_BYTES, TILE_WIDTH } from "../src/formats/tile.ts"
import { equalBytes } from "../src/kernel/bytes.ts"
import type { Crypto } from "../src/kernel/ports.ts"
import { emptyRoot, HASH_BYTES, nodeHash } from "../src/tlog/hashing.ts"
import { inclusionParts, nodesOfRange, tilePartOf, type LeafRange, type TreeNode } from "../src/tlog/tile-math.ts"
import { treeHasherOf, type TreeHasher } from "./hashing/index.ts"
import { RecentlyUsed } from "./recently-used.ts"
import { tileKey } from "./rows.ts"
import type { ReadableRows } from "./sealed-row.ts"
import { openTiles, tileFault } from "./tile-rows.ts"

/** Bytes of folded tiles that are kept: some four thousand tiles, so the upper levels of any log and much of the lowest. */
export const PROOF_CACHE_BYTES = 64 * 1024 * 1024
/** What a kept tile costs: its 511 hashes, its name, and what the engine needs to keep both. */
export const KEPT_TILE_BYTES = 2 * TILE_BYTES + 256
/** Proofs that are made together: so many tiles of a level are read, and held besides the cache, at once. */
export const PROOFS_AT_ONCE = 128
/** Hashes of ranges that are no node of their own, on the right edge of this tree and of older ones. */
const KEPT_RANGES = 4096

/**
 * A tile and the seven levels of nodes above it up to its root: level k begins at hash 512 - 512 / 2^k. Never changed
 * once it is made.
 */
type FoldedTile = Uint8Array

/** Hash `position` of level `height` of a folded tile, in memory of its own. */
function hashIn(tile: FoldedTile, height: number, position: number): Uint8Array {
  const at = (2 * TILE_WIDTH - ((2 * TILE_WIDTH) >> height) + position) * HASH_BYTES
  return tile.slice(at, at + HASH_BYTES)
}

/** Folds a tile. Of a partial one, the nodes that reach beyond its width are of no tree, and nobody asks for them. */
function folded(hasher: TreeHasher, tile: Uint8Array): FoldedTile {
  const out = new Uint8Array((2 * TILE_WIDTH - 1) * HASH_BYTES)
  if (tile.length === 0) return out
  out.set(tile)
  out.set(hasher.foldTile(out.subarray(0, TILE_BYTES)), TILE_BYTES)
  return out
}

/** A tile by its place. */
interface TileName {
  readonly level: number
  readonly row: bigint
}

function nameOf({ level, row }: TileName): string {
  return `${level}/${row.toString()}`
}

/** Tiles that one piece of work needs, whatever the cache forgets meanwhile. */
type HeldTiles = ReadonlyMap<string, FoldedTile>

/** What proofs are made from. */
export interface ProofParts {
  readonly rows: ReadableRows
  readonly crypto: Pick<Crypto, "hash">
}

/** The folded tiles of one tree head. Methods reject with StellaError STORE_CORRUPT where rows are damaged or missing. */
export class ProofTiles {
  readonly #parts: ProofParts
  readonly #hasher: TreeHasher
  readonly #edge: readonly FoldedTile[]
  readonly #tiles: RecentlyUsed<FoldedTile>
  readonly #ranges = new RecentlyUsed<Uint8Array>(KEPT_RANGES)
  /** Number of leaves of the tree. */
  readonly size: bigint

  private constructor(parts: ProofParts, size: bigint, edge: readonly Uint8Array[], cacheBytes: number) {
    this.#parts = parts
    this.#hasher = treeHasherOf(parts.crypto)
    this.#edge = edge.map(tile => folded(this.#hasher, tile))
    this.#tiles = new RecentlyUsed(Math.floor(cacheBytes / KEPT_TILE_BYTES))
    this.size = size
  }

  /**
   * Opens the tree of a head: reads its right edge and checks that it gives the root.
   * @param cacheBytes - bytes of tiles to keep
   */
  static async open(
    parts: ProofParts,
    head: { readonly size: bigint; readonly root: Uint8Array },
    cacheBytes: number = PROOF_CACHE_BYTES,
  ): Promise<ProofTiles> {
    const tiles = await openTiles(parts, head)
    const edge: Uint8Array[] = []
    for (let level = 0; level <= MAX_TILE_LEVEL; level++) {
      edge.push(await tiles.tile(level, hashesOfLevel(level, head.size) >> 8n))
    }
    return new ProofTiles(parts, head.size, edge, cacheBytes)
  }

  /** Bytes that are kept of full tiles. */
  get keptBytes(): number {
    return this.#tiles.count * KEPT_TILE_BYTES
  }

  /** Width of a tile in this tree: 256, the partial width on the right edge, or 0 beyond it. */
  widthOf(level: number, row: bigint): number {
    const edge = hashesOfLevel(level, this.size) >> 8n
    if (row > edge) return 0
    return row === edge ? partialWidth(level, this.size) : TILE_WIDTH
  }

  /** The verified tile: as many hashes as it has in this tree. */
  async tile(level: number, row: bigint): Promise<Uint8Array> {
    const tile = (await this.#hold([{ level, row }])).get(nameOf({ level, row })) as FoldedTile
    return tile.slice(0, this.widthOf(level, row) * HASH_BYTES)
  }

  /** Hash of one leaf; `index` is below the size. */
  async leaf(index: bigint): Promise<Uint8Array> {
    return this.range({ start: index, end: index + 1n })
  }

  /** Merkle tree hash of a range that is not empty and lies inside the tree. */
  async range(range: LeafRange): Promise<Uint8Array> {
    const nodes = nodesOfRange(range)
    const name = `${range.start.toString()}-${range.end.toString()}`
    const kept = nodes.length === 1 ? undefined : this.#ranges.get(name)
    if (kept !== undefined) return kept.slice()
    const held = await this.#hold(nodes.map(tilePartOf))
    const hash = nodes
      .map(node => nodeIn(held, node))
      .reduceRight((right, left) => nodeHash(this.#parts.crypto, left, right))
    if (nodes.length > 1) this.#ranges.put(name, hash.slice())
    return hash
  }

  /** Root of the tree when it had `size` leaves; `size` is at most its own. */
  async rootOf(size: bigint): Promise<Uint8Array> {
    return size === 0n ? emptyRoot(this.#parts.crypto) : this.range({ start: 0n, end: size })
  }

  /**
   * The leaves and their inclusion proofs in the tree of `size` leaves, in the order asked for. Every index is below
   * `size`, and that is at most the tree's. Tiles of many proofs are read and checked together.
   */
  async inclusions(
    indexes: readonly bigint[],
    size: bigint = this.size,
  ): Promise<{ readonly leaf: Uint8Array; readonly hashes: Uint8Array[] }[]> {
    const all = []
    for (let at = 0; at < indexes.length; at += PROOFS_AT_ONCE) {
      const some = indexes.slice(at, at + PROOFS_AT_ONCE).map(index => ({ index, ...inclusionParts(index, size) }))
      const held = await this.#hold(some.flatMap(({ index, height }) => tilesOfPath(index, height)))
      for (const { index, height, above } of some) {
        const hashes = pathIn(held, index, height)
        for (const range of above) hashes.push(await this.range(range))
        all.push({ leaf: nodeIn(held, { height: 0, index }), hashes })
      }
    }
    return all
  }

  /** The tiles, from the cache or read, checked and folded now. */
  async #hold(names: readonly TileName[]): Promise<HeldTiles> {
    const held = new Map<string, FoldedTile>()
    const missing = Array.from({ length: MAX_TILE_LEVEL }, () => new Map<string, TileName>())
    for (let tile of names) {
      // Up to the first tile that has been checked: it says what the ones beneath it must be.
      for (let name = nameOf(tile); !held.has(name) && missing[tile.level]?.has(name) !== true; name = nameOf(tile)) {
        const isEdge = tile.row === hashesOfLevel(tile.level, this.size) >> 8n
        const kept = isEdge ? this.#edge[tile.level] : this.#tiles.get(name)
        if (kept !== undefined) held.set(name, kept)
        else missing[tile.level]?.set(name, tile)
        tile = kept === undefined ? { level: tile.level + 1, row: tile.row >> 8n } : tile
      }
    }
    for (const level of missing.toReversed()) {
      if (level.size > 0) await this.#check([...level.values()], held)
    }
    return held
  }

  /** Reads tiles of one level, checks them against those above, which are held, and adds them. */
  async #check(tiles: readonly TileName[], held: Map<string, FoldedTile>): Promise<void> {
    const values = await this.#parts.rows.getMany(tiles.map(({ level, row }) => tileKey(level, row)))
    for (const [i, { level, row }] of tiles.entries()) {
      const fault = { level, row, width: TILE_WIDTH }
      const value = values[i]
      if (value === undefined) throw tileFault({ kind: "missing", ...fault })
      if (value.length < TILE_BYTES) throw tileFault({ kind: "length", ...fault })
      const tile = folded(this.#hasher, value.subarray(0, TILE_BYTES))
      const above = held.get(nameOf({ level: level + 1, row: row >> 8n })) as FoldedTile
      if (!equalBytes(hashIn(tile, 8, 0), hashIn(above, 0, Number(row & 255n)))) {
        throw tileFault({ kind: "hash", ...fault })
      }
      const name = nameOf({ level, row })
      held.set(name, tile)
      this.#tiles.put(name, tile)
    }
  }
}

/** Hash of a perfect node out of held tiles. */
function nodeIn(held: HeldTiles, node: TreeNode): Uint8Array {
  const { level, row, from, count } = tilePartOf(node)
  return hashIn(held.get(nameOf({ level, row })) as FoldedTile, Math.log2(count), from / count)
}

/** The tiles with the siblings of a leaf below a height, and with the leaf itself. */
function tilesOfPath(index: bigint, height: number): TileName[] {
  const tiles: TileName[] = [{ level: 0, row: index >> 8n }]
  for (let level = 1; 8 * level < height; level++) tiles.push({ level, row: index >> BigInt(8 * (level + 1)) })
  return tiles
}

/** The siblings of a leaf below a height. */
function pathIn(held: HeldTiles, index: bigint, height: number): Uint8Array[] {
  const hashes: Uint8Array[] = []
  for (const [level, name] of tilesOfPath(index, height).entries()) {
    const tile = held.get(nameOf(name)) as FoldedTile
    const position = Number((index >> BigInt(8 * level)) & 255n)
    const levels = Math.min(8, height - 8 * level)
    for (let k = 0; k < levels; k++) hashes.push(hashIn(tile, k, (position >> k) ^ 1))
  }
  return hashes
}
