/**
 * Tiles that are checked against the signed root before anything is taken from them. Storage is not trusted to notice
 * damage, so a tile counts only when the hash above it says so: the partial tiles of the right edge fold to the root, and
 * every full tile is the preimage of one hash of the tile above. A wrong byte anywhere gives an error, never a wrong proof.
 */
import { equalBytes } from "../kernel/bytes.ts"
import { hashesOfLevel, MAX_TILE_LEVEL, partialWidth, TILE_WIDTH } from "../formats/tile.ts"
import { emptyRoot, HASH_BYTES, nodeHash, rootOfRow, type Hasher } from "./hashing.ts"
import { nodesOfRange, tilePartOf, type LeafRange, type TreeNode } from "./tile-math.ts"

/**
 * Reads one tile: `width` hashes, or undefined when it is not there. `isRepeated` is true when what was read before did not
 * agree with the hashes above: a cache may have to be passed by.
 */
export type ReadTile = (
  level: number,
  row: bigint,
  width: number,
  isRepeated: boolean,
) => Promise<Uint8Array | undefined>

/** What is wrong with a tile. `edge` says that the partial tiles together do not give the root. */
export type TileFault =
  | {
      readonly kind: "missing" | "length" | "hash"
      readonly level: number
      readonly row: bigint
      readonly width: number
    }
  | { readonly kind: "edge" }

/** Makes the error of a fault: the store and the medium have different codes for it. */
export type FaultError = (fault: TileFault) => Error

/** A tree by its size and root. */
interface TreeHead {
  readonly size: bigint
  readonly root: Uint8Array
}

/** How tiles are opened. */
export interface OpenHow {
  /** Reads what is wrong once more, for sources that caches stand before. */
  readonly asksTwice?: boolean
  /** Root of a row of 2^n hashes, where there is a faster way than asking for hash by hash. */
  readonly rootOfRow?: (row: Uint8Array) => Uint8Array
}

/** Full tiles kept after they were checked: two paths through all levels, and the neighbours of a walk. */
const CACHED_TILES = 64

/** The verified tiles of one tree head. */
export class VerifiedTiles {
  readonly #crypto: Hasher
  readonly #fold: (row: Uint8Array) => Uint8Array
  readonly #read: ReadTile
  readonly #error: FaultError
  readonly #edge: readonly Uint8Array[]
  readonly #attempts: readonly boolean[]
  readonly #cache = new Map<string, Uint8Array>()
  /** Number of leaves of the tree. */
  readonly size: bigint

  private constructor(
    crypto: Hasher,
    fold: (row: Uint8Array) => Uint8Array,
    read: ReadTile,
    error: FaultError,
    size: bigint,
    edge: readonly Uint8Array[],
    attempts: readonly boolean[],
  ) {
    this.#crypto = crypto
    this.#fold = fold
    this.#read = read
    this.#error = error
    this.size = size
    this.#edge = edge
    this.#attempts = attempts
  }

  /**
   * Reads the right edge of a tree and checks that it gives the root.
   * @param how - see `OpenHow`
   * @throws what `error` makes of the first fault
   */
  static async open(
    crypto: Hasher,
    head: TreeHead,
    read: ReadTile,
    error: FaultError,
    how: OpenHow = {},
  ): Promise<VerifiedTiles> {
    const attempts = how.asksTwice === true ? [false, true] : [false]
    const fold = how.rootOfRow ?? ((row: Uint8Array) => rootOfRow(crypto, row))
    let fault: TileFault | undefined
    for (const isRepeated of attempts) {
      const edge = await readEdge(read, head, isRepeated)
      if (!Array.isArray(edge)) {
        fault = edge
        continue
      }
      const tiles = new VerifiedTiles(crypto, fold, read, error, head.size, edge, attempts)
      if (equalBytes(await tiles.rootOf(head.size), head.root)) return tiles
      fault = { kind: "edge" }
    }
    throw error(fault as TileFault)
  }

  /** Width of a tile in this tree: 256, the partial width on the right edge, or 0 beyond it. */
  widthOf(level: number, row: bigint): number {
    const edge = hashesOfLevel(level, this.size) >> 8n
    if (row > edge) return 0
    return row === edge ? partialWidth(level, this.size) : TILE_WIDTH
  }

  /**
   * The verified tile: as many hashes as it has in this tree.
   * @throws the error of the fault
   */
  async tile(level: number, row: bigint): Promise<Uint8Array> {
    if (row === hashesOfLevel(level, this.size) >> 8n) return this.#edge[level] as Uint8Array
    const key = `${level}/${row.toString()}`
    const cached = this.#cache.get(key)
    if (cached !== undefined) {
      this.#cache.delete(key)
      this.#cache.set(key, cached)
      return cached
    }
    const above = await this.#hash(level + 1, row)
    const tile = await this.#readFull(level, row, above)
    if (this.#cache.size >= CACHED_TILES) this.#cache.delete(this.#cache.keys().next().value as string)
    this.#cache.set(key, tile)
    return tile
  }

  /** A full tile that gives the hash above it. */
  async #readFull(level: number, row: bigint, above: Uint8Array): Promise<Uint8Array> {
    let fault: TileFault | undefined
    for (const isRepeated of this.#attempts) {
      const tile = await readExactly(this.#read, level, row, TILE_WIDTH, isRepeated)
      if (!(tile instanceof Uint8Array)) fault = tile
      else if (equalBytes(this.#fold(tile), above)) return tile
      else fault = { kind: "hash", level, row, width: TILE_WIDTH }
    }
    throw this.#error(fault as TileFault)
  }

  /** Hash `index` of a tile level. */
  async #hash(level: number, index: bigint): Promise<Uint8Array> {
    const tile = await this.tile(level, index >> 8n)
    const at = Number(index & 255n) * HASH_BYTES
    return tile.subarray(at, at + HASH_BYTES)
  }

  /** Hash of one leaf; `index` is below the size. */
  async leaf(index: bigint): Promise<Uint8Array> {
    return this.#hash(0, index)
  }

  /** Hash of a perfect node inside the tree. */
  async node(node: TreeNode): Promise<Uint8Array> {
    const part = tilePartOf(node)
    const tile = await this.tile(part.level, part.row)
    return this.#fold(tile.subarray(part.from * HASH_BYTES, (part.from + part.count) * HASH_BYTES))
  }

  /** Roots of the perfect subtrees of the whole tree, greatest first: its compact range. */
  async frontier(): Promise<Uint8Array[]> {
    const nodes: Uint8Array[] = []
    for (const node of nodesOfRange({ start: 0n, end: this.size })) nodes.push(await this.node(node))
    return nodes
  }

  /** Merkle tree hash of a range that is not empty and lies inside the tree. */
  async range(range: LeafRange): Promise<Uint8Array> {
    const nodes: Uint8Array[] = []
    for (const node of nodesOfRange(range)) nodes.push(await this.node(node))
    return nodes.reduceRight((right, left) => nodeHash(this.#crypto, left, right))
  }

  /** Root of the tree when it had `size` leaves; `size` is at most its own. */
  async rootOf(size: bigint): Promise<Uint8Array> {
    return size === 0n ? emptyRoot(this.#crypto) : this.range({ start: 0n, end: size })
  }
}

async function readExactly(
  read: ReadTile,
  level: number,
  row: bigint,
  width: number,
  isRepeated: boolean,
): Promise<Uint8Array | TileFault> {
  const tile = await read(level, row, width, isRepeated)
  if (tile === undefined) return { kind: "missing", level, row, width }
  return tile.length === width * HASH_BYTES ? tile : { kind: "length", level, row, width }
}

/** The partial tiles of the right edge by their levels; a level without one has an empty row. */
async function readEdge(read: ReadTile, head: TreeHead, isRepeated: boolean): Promise<Uint8Array[] | TileFault> {
  const edge: Uint8Array[] = []
  for (let level = 0; level <= MAX_TILE_LEVEL; level++) {
    const width = partialWidth(level, head.size)
    const row = hashesOfLevel(level, head.size) >> 8n
    const tile = width === 0 ? new Uint8Array(0) : await readExactly(read, level, row, width, isRepeated)
    if (!(tile instanceof Uint8Array)) return tile
    edge.push(tile)
  }
  return edge
}
