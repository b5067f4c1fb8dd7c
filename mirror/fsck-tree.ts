/**
 * The tree under fsck, level by level from the leaves: each tile is compared with the hashes that the tiles beneath it
 * give. Where two disagree, the one that is confirmed from above or by entries is right.
 */
import { hashesOfLevel, MAX_TILE_LEVEL, partialWidth, TILE_WIDTH } from "../src/formats/tile.ts"
import { copyBytes, equalBytes } from "../src/kernel/bytes.ts"
import { StellaError } from "../src/kernel/errors.ts"
import { HASH_BYTES } from "../src/tlog/hashing.ts"
import { VerifiedTiles } from "../src/tlog/verified-tiles.ts"
import { damage, type Damage, type FsckProgress } from "./fsck-event.ts"
import { checkLeaves, type LeavesContext } from "./fsck-leaves.ts"
import { rootOfHashes, treeHasherOf, type TreeHasher } from "./hashing/index.ts"
import { checkRun } from "./index/fsck-index.ts"
import { RunBuilder } from "./index/run-builder.ts"
import type { MirrorHead } from "./head-row.ts"
import { entriesNeeded, type HeldRange } from "./range-rows.ts"
import { readLeafRows } from "./read-leaf-rows.ts"
import { HEAD_KEY, tileKey } from "./rows.ts"
import { rowName } from "./store-error.ts"
import { readTileRow } from "./tile-rows.ts"

/** Root of each full tile of a level, or undefined where nothing says what it is. */
type LevelRoots = (Uint8Array | undefined)[]

/** Checks the tiles of one head. */
export class TreeCheck {
  readonly #context: LeavesContext
  readonly #head: MirrorHead
  readonly #hasher: TreeHasher
  #lastRead: { readonly key: string; readonly tile: Uint8Array | undefined } | undefined

  constructor(context: LeavesContext, head: MirrorHead) {
    this.#context = context
    this.#head = head
    this.#hasher = treeHasherOf(context.crypto)
  }

  /** Width of a tile in the head's tree. */
  #width(level: number, row: bigint): number {
    return row === hashesOfLevel(level, this.#head.size) >> 8n ? partialWidth(level, this.#head.size) : TILE_WIDTH
  }

  /** The stored tile, unverified; undefined when it is missing or too short. The last one read is kept. */
  async #stored(level: number, row: bigint): Promise<Uint8Array | undefined> {
    const key = `${level}/${row.toString()}`
    if (this.#lastRead?.key === key) return this.#lastRead.tile
    const width = this.#width(level, row)
    const bytes = await readTileRow(this.#context.rows, level, row, width)
    const tile = bytes?.length === width * HASH_BYTES ? bytes : undefined
    this.#lastRead = { key, tile }
    return tile
  }

  /** True when the right edge gives the root, with one of its tiles replaced. */
  async #edgeGivesRoot(replaced?: { readonly level: number; readonly tile: Uint8Array }): Promise<boolean> {
    const { rows, crypto } = this.#context
    const differs = new StellaError("STORE_CORRUPT", "the right edge does not give the root")
    const read = async (level: number, row: bigint, width: number): Promise<Uint8Array | undefined> =>
      level === replaced?.level ? replaced.tile : readTileRow(rows, level, row, width)
    try {
      await VerifiedTiles.open(crypto, this.#head, read, () => differs)
      return true
    } catch (error) {
      if (error !== differs) throw error
      return false
    }
  }

  /** True when a tile is what the hash above it, or the root, says. */
  async #isConfirmed(level: number, row: bigint, tile: Uint8Array): Promise<boolean> {
    if (this.#width(level, row) < TILE_WIDTH) return this.#edgeGivesRoot({ level, tile })
    const above = await this.#stored(level + 1, row >> 8n)
    const at = Number(row & 255n) * HASH_BYTES
    return above !== undefined && equalBytes(rootOfHashes(this.#hasher, tile), above.subarray(at, at + HASH_BYTES))
  }

  /** Checks the whole tree; each damaged row is reported once. */
  async *run(held: readonly HeldRange[], signal: AbortSignal | undefined): AsyncGenerator<Damage | FsckProgress> {
    const reported = new Set<string>()
    for await (const event of this.#levels(held, signal)) {
      if (event.type === "damage" && reported.has(event.row)) continue
      if (event.type === "damage") reported.add(event.row)
      yield event
    }
    const isEdgeReported = Array.from({ length: MAX_TILE_LEVEL + 1 }, (_, level) =>
      rowName(tileKey(level, hashesOfLevel(level, this.#head.size) >> 8n)),
    ).some(row => reported.has(row))
    if (!isEdgeReported && !(await this.#edgeGivesRoot())) {
      yield damage(HEAD_KEY, "and the tiles on the right edge do not agree")
    }
  }

  async *#levels(held: readonly HeldRange[], signal: AbortSignal | undefined): AsyncGenerator<Damage | FsckProgress> {
    let below = yield* this.#leaves(held, signal)
    for (let level = 1; hashesOfLevel(level, this.#head.size) > 0n; level++) below = yield* this.#level(level, below)
  }

  async *#leaves(
    held: readonly HeldRange[],
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Damage | FsckProgress, LevelRoots> {
    const { size } = this.#head
    const roots: LevelRoots = []
    const index = new RunBuilder(this.#context.crypto, 0n)
    for await (const there of readLeafRows(this.#context.rows, 0n, (size + 255n) >> 8n)) {
      const { row } = there
      if (signal?.aborted === true) throw new StellaError("INTERRUPTED", "the check was stopped")
      const width = this.#width(0, row)
      const confirms = (leaves: Uint8Array): Promise<boolean> => this.#isConfirmed(0, row, leaves)
      const checked = await checkLeaves(this.#context, there, width, entriesNeeded(held, row, width), confirms)
      yield* checked.damage
      const run = index.add(checked.sure ? checked.leaves : undefined, width)
      if (run.length > 0) yield* await checkRun(this.#context.rows, run)
      if (width === TILE_WIDTH) roots.push(checked.leaves && rootOfHashes(this.#hasher, checked.leaves))
      yield { type: "progress", done: row * 256n + BigInt(width), total: size }
    }
    yield* await checkRun(this.#context.rows, index.end())
    return roots
  }

  /** Compares the tiles of a level with what the level below gives. */
  async *#level(level: number, below: LevelRoots): AsyncGenerator<Damage, LevelRoots> {
    const roots: LevelRoots = []
    for (let row = 0n; row * 256n < hashesOfLevel(level, this.#head.size); row++) {
      const width = this.#width(level, row)
      const children = below.slice(Number(row) * 256, Number(row) * 256 + width)
      const stored = await this.#stored(level, row)
      if (stored === undefined) yield damage(tileKey(level, row), `is missing or has less than ${width} hashes`)
      const isConfirmed = stored !== undefined && (await this.#isConfirmed(level, row, stored))
      const right = stored === undefined ? new Uint8Array(width * HASH_BYTES) : copyBytes(stored)
      for (const [i, root] of children.entries()) {
        const at = i * HASH_BYTES
        if (root === undefined || stored === undefined || equalBytes(stored.subarray(at, at + HASH_BYTES), root))
          continue
        if (isConfirmed) yield damage(tileKey(level - 1, row * 256n + BigInt(i)), "does not have the hash above it")
        else yield damage(tileKey(level, row), `has another hash ${i} than the tile beneath gives`)
      }
      if (!isConfirmed)
        for (const [i, root] of children.entries()) if (root !== undefined) right.set(root, i * HASH_BYTES)
      const isKnown = stored !== undefined || children.every(root => root !== undefined)
      if (width === TILE_WIDTH) roots.push(isKnown ? rootOfHashes(this.#hasher, right) : undefined)
    }
    return roots
  }
}
