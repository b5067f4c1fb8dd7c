/** Folded tiles: the same proofs as the specification's and as the tiles' own, bounded memory, and no wrong answer from damage. */
import fc from "fast-check"
import { beforeAll, describe, expect, it } from "vitest"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { readHead, type MirrorHead } from "../../mirror/head-row.ts"
import { KEPT_TILE_BYTES, ProofTiles, PROOF_CACHE_BYTES, PROOFS_AT_ONCE } from "../../mirror/proof-tiles.ts"
import { proveEntries, proveEntry } from "../../mirror/prove.ts"
import { RecentlyUsed } from "../../mirror/recently-used.ts"
import { tileKey } from "../../mirror/rows.ts"
import { rowName } from "../../mirror/store-error.ts"
import { openTiles } from "../../mirror/tile-rows.ts"
import { toBase64, toHex } from "../../src/kernel/bytes.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { proveConsistency, proveInclusion } from "../../src/tlog/prove.ts"
import { verifyInclusion } from "../../src/tlog/inclusion.ts"
import { inclusionParts, inclusionRanges, tilesOfRanges } from "../../src/tlog/tile-math.ts"
import type { VerifiedTiles } from "../../src/tlog/verified-tiles.ts"
import { flipped, vectorJson } from "../support/logs.ts"
import { generatedLog, hashesOnly, ingestAll, MemoryRows, readerOf } from "../support/mirror.ts"
import { naivePath, naiveLeaves, naiveRoot } from "../support/naive-tree.ts"
import { shared } from "../support/shared.ts"

/** Counts hashes, and gives what node:crypto gives. */
function countingCrypto() {
  const crypto = nodeCrypto()
  const counted = { ...crypto, hashes: 0 }
  counted.hash = (algorithm, bytes) => {
    counted.hashes++
    return crypto.hash(algorithm, bytes)
  }
  return counted
}

/** Rows that count what is read. */
class CountedRows extends MemoryRows {
  reads = 0
  override async getMany(keys: readonly Uint8Array[]): Promise<(Uint8Array | undefined)[]> {
    this.reads += keys.length
    return super.getMany(keys)
  }
}

describe("an inclusion proof in two parts", () => {
  it("has the ranges of the whole one, for any leaf of any tree", () => {
    const size = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n })
    fc.assert(
      fc.property(
        fc.oneof(size, fc.bigInt({ min: 1n, max: 600n })).chain(n => fc.tuple(fc.bigInt(0n, n - 1n), fc.constant(n))),
        ([index, n]) => {
          const { height, above } = inclusionParts(index, n)
          const below = Array.from({ length: height }, (_, k) => {
            const start = ((index >> BigInt(k)) ^ 1n) << BigInt(k)
            return { start, end: start + (1n << BigInt(k)) }
          })
          expect([...below, ...above]).toEqual(inclusionRanges(index, n))
        },
      ),
    )
  })
})

describe("what was used lately", () => {
  it("is kept, as much as there is room for", () => {
    const kept = new RecentlyUsed<number>(2)
    kept.put("a", 1)
    kept.put("b", 2)
    expect(kept.get("a")).toBe(1)
    kept.put("c", 3)
    expect([kept.get("a"), kept.get("b"), kept.get("c"), kept.count]).toEqual([1, undefined, 3, 2])
    kept.put("a", 4)
    expect([kept.get("a"), kept.get("c"), kept.count]).toEqual([4, 3, 2])
    const none = new RecentlyUsed<number>(0)
    none.put("a", 1)
    expect([none.get("a"), none.count]).toEqual([undefined, 0])
  })
})

describe.skipIf(!shared)("folded tiles of the generated log", () => {
  let rows: MemoryRows
  let head: MirrorHead
  let reference: VerifiedTiles
  const crypto = nodeCrypto()
  beforeAll(async () => {
    rows = new MemoryRows()
    await ingestAll(rows, hashesOnly(generatedLog()))
    head = (await readHead({ rows, crypto })) as MirrorHead
    reference = await openTiles({ rows, crypto }, head)
  })

  it("give the 400 proofs byte for byte, with room for all tiles, for three, and for none", async () => {
    const inclusion = vectorJson("generated-log/proofs/inclusion.json") as {
      index: number
      size: number
      leafHash: string
      root: string
      proof: string[]
    }[]
    const consistency = vectorJson("generated-log/proofs/consistency.json") as {
      size1: number
      size2: number
      root1: string
      root2: string
      proof: string[]
    }[]
    expect([inclusion.length, consistency.length]).toEqual([200, 200])
    for (const cacheBytes of [PROOF_CACHE_BYTES, 3 * KEPT_TILE_BYTES, 0]) {
      const tiles = await ProofTiles.open({ rows, crypto }, head, cacheBytes)
      for (const p of inclusion) {
        const [answer] = await tiles.inclusions([BigInt(p.index)], BigInt(p.size))
        expect(answer?.hashes.map(toBase64)).toEqual(p.proof)
        expect([toBase64(answer?.leaf as Uint8Array), toBase64(await tiles.rootOf(BigInt(p.size)))]).toEqual([
          p.leafHash,
          p.root,
        ])
      }
      for (const p of consistency) {
        const proof = await proveConsistency(tiles, BigInt(p.size1), BigInt(p.size2))
        expect(proof?.map(toBase64)).toEqual(p.proof)
        expect(toBase64(await tiles.rootOf(BigInt(p.size1)))).toBe(p.root1)
        expect(toBase64(await tiles.rootOf(BigInt(p.size2)))).toBe(p.root2)
      }
      expect(tiles.keptBytes).toBeLessThanOrEqual(cacheBytes)
    }
  })

  it("give what the tiles give that keep nothing, at every checkpoint's size and at any other", async () => {
    const tiles = await ProofTiles.open({ rows, crypto }, head)
    const sizes = [1, 2, 255, 256, 257, 511, 512, 60_000, 65_000, 65_535, 65_536, 65_537, 70_000]
    const size = fc.oneof(fc.constantFrom(...sizes), fc.integer({ min: 1, max: 70_000 })).map(BigInt)
    const claim = size.chain(n => fc.tuple(fc.bigInt(0n, n - 1n), fc.bigInt(1n, n), fc.constant(n)))
    await fc.assert(
      fc.asyncProperty(claim, async ([index, smaller, n]) => {
        const [answer] = await tiles.inclusions([index], n)
        expect(answer?.hashes.map(toHex)).toEqual((await proveInclusion(reference, index, n))?.map(toHex))
        expect(answer?.leaf).toEqual(await reference.leaf(index))
        expect(await tiles.leaf(index)).toEqual(await reference.leaf(index))
        expect(await tiles.rootOf(n)).toEqual(await reference.rootOf(n))
        expect(await proveConsistency(tiles, smaller, n)).toEqual(await proveConsistency(reference, smaller, n))
        expect(await proveConsistency(tiles, smaller, n, true)).toEqual(
          await proveConsistency(reference, smaller, n, true),
        )
      }),
      { numRuns: process.env["SLOW"] === "1" ? 2000 : 100 },
    )
    for (const [level, row] of [
      [0, 0n],
      [0, 272n],
      [0, 273n],
      [1, 0n],
      [1, 1n],
      [2, 0n],
    ] as const) {
      expect(await tiles.tile(level, row)).toEqual(await reference.tile(level, row))
      expect(tiles.widthOf(level, row)).toBe(reference.widthOf(level, row))
    }
    expect(tiles.widthOf(0, 274n)).toBe(0)
  })

  it("hash a tile when it is first needed, and never again", async () => {
    const counting = countingCrypto()
    const counted = new CountedRows()
    await ingestAll(counted, hashesOnly(generatedLog()))
    const tiles = await ProofTiles.open({ rows: counted, crypto: counting }, head)
    // The root is asked for once: its border ranges are of no tile.
    await tiles.rootOf(70_000n)
    const ask = async (): Promise<unknown> => [
      await tiles.inclusions([12_345n]),
      await tiles.rootOf(70_000n),
      await proveConsistency(tiles, 12_345n, 70_000n),
    ]
    const before = counting.hashes
    const first = await ask()
    expect(counting.hashes).toBeGreaterThan(before)
    const [hashes, reads] = [counting.hashes, counted.reads]
    expect(await ask()).toEqual(first)
    // Another leaf of the same tile, and its neighbour in the proof of another.
    await tiles.inclusions([12_300n, 12_400n])
    expect([counting.hashes, counted.reads]).toEqual([hashes, reads])
  })

  it("keep no more than the bound, however many tiles are asked for", async () => {
    const bound = 10 * KEPT_TILE_BYTES
    const tiles = await ProofTiles.open({ rows, crypto }, head, bound)
    for (let row = 0n; row < 200n; row += 7n) {
      await tiles.inclusions([row * 256n, row * 256n + 300n])
      expect(tiles.keptBytes).toBeLessThanOrEqual(bound)
    }
    expect(tiles.keptBytes).toBe(bound)
    const all = Array.from({ length: 1000 }, (_, i) => BigInt((i * 69_997) % 70_000))
    const many = await tiles.inclusions(all)
    expect(tiles.keptBytes).toBe(bound)
    for (const [i, { leaf, hashes }] of many.entries()) {
      const claim = { index: all[i] as bigint, size: 70_000n, leaf, proof: hashes, root: head.root }
      expect(verifyInclusion(crypto, claim)).toBe(true)
    }
  })

  it("answer many at the same time, with room for two tiles", async () => {
    const tiles = await ProofTiles.open({ rows, crypto }, head, 2 * KEPT_TILE_BYTES)
    const indexes = Array.from({ length: 60 }, (_, i) => BigInt((i * 12_347) % 70_000))
    const answers = await Promise.all(indexes.map(index => tiles.inclusions([index])))
    for (const [i, [answer]] of answers.entries()) {
      expect(answer?.hashes).toEqual(await proveInclusion(reference, indexes[i] as bigint))
    }
  })

  it("give memory of its own: what a caller does to an answer changes no other", async () => {
    const tiles = await ProofTiles.open({ rows, crypto }, head)
    const ask = async () => ({
      proof: await tiles.inclusions([500n, 69_999n], 69_999n + 1n),
      root: await tiles.rootOf(69_999n),
      tile: await tiles.tile(1, 0n),
      edge: await tiles.tile(0, 273n),
      leaf: await tiles.leaf(500n),
    })
    const right = JSON.stringify(await ask())
    const { proof, root, tile, edge, leaf } = await ask()
    for (const bytes of [root, tile, edge, leaf, ...proof.flatMap(p => [p.leaf, ...p.hashes])]) bytes.fill(0)
    expect(JSON.stringify(await ask())).toBe(right)
  })

  it("name the row with a flipped, cut or missing tile, and never give a wrong proof", async () => {
    const index = 12_345n
    const [right] = await (await ProofTiles.open({ rows, crypto }, head)).inclusions([index])
    const used = tilesOfRanges(inclusionRanges(index, head.size))
    expect(used.map(t => `${t.level}/${t.row.toString()}`).sort()).toEqual(["0/273", "0/48", "1/0", "1/1"])
    for (const { level, row } of used) {
      const key = tileKey(level, row)
      const value = (await rows.get(key)) as Uint8Array
      const isEdge = value.length < 8192
      const name = isEdge ? "head" : `tile ${level}/${row.toString()}`
      const changes: (Uint8Array | undefined)[] = [value.subarray(0, value.length - 32), undefined]
      for (let at = 0; at < value.length; at += 97) changes.push(flipped(value, at, at % 8))
      for (const [i, changed] of changes.entries()) {
        const damaged = rows.copy()
        await damaged.batch([changed === undefined ? { type: "del", key } : { type: "put", key, value: changed }], {
          sync: true,
        })
        const attempt = ProofTiles.open({ rows: damaged, crypto }, head).then(tiles => tiles.inclusions([index]))
        // Of a cut or missing tile on the edge the row itself is named; flipped, only the root can tell.
        const row = i < 2 ? rowName(key) : name
        await expect(attempt).rejects.toMatchObject({ code: "STORE_CORRUPT", detail: { row } })
      }
    }
    expect(right?.hashes).toEqual(await proveInclusion(reference, index))
  })

  it("take the damage of a row that was right when it was read for nothing, and find it when it is read again", async () => {
    const copy = rows.copy()
    const tiles = await ProofTiles.open({ rows: copy, crypto }, head, KEPT_TILE_BYTES)
    const [right] = await tiles.inclusions([12_345n])
    const key = tileKey(0, 48n)
    await copy.batch([{ type: "put", key, value: flipped((await rows.get(key)) as Uint8Array, 4000) }], { sync: true })
    expect(await tiles.inclusions([12_345n])).toEqual([right])
    await tiles.inclusions([1000n])
    await expect(tiles.inclusions([12_345n])).rejects.toMatchObject({ detail: { row: "tile 0/48" } })
    // A failure leaves nothing behind: other tiles are as good as before.
    expect(await tiles.inclusions([1000n])).toHaveLength(1)
  })

  it("prove many entries in one call, each as if it were asked for alone", async () => {
    const reader = readerOf(rows)
    const indexes = [
      0n,
      69_999n,
      70_000n,
      12_345n,
      -1n,
      ...Array.from({ length: 2 * PROOFS_AT_ONCE }, (_, i) => BigInt(i * 271)),
    ]
    for (const size of [undefined, 60_000n, 70_001n]) {
      const many = unwrap(await proveEntries(reader, indexes, size))
      expect(many).toHaveLength(indexes.length)
      for (const [i, index] of indexes.entries()) {
        const alone = await proveEntry(reader, { index }, size)
        const together = many[i]
        if (alone.ok) expect(together).toEqual(alone)
        else
          expect(together).toMatchObject({ ok: false, error: { code: alone.error.code, message: alone.error.message } })
      }
    }
    expect(await proveEntries(readerOf(new MemoryRows()), [1n])).toMatchObject({ error: { code: "LOG_MISSING" } })
  })
})

describe("folded tiles of small trees", () => {
  it("are the specification's, from the empty tree on", async () => {
    const crypto = nodeCrypto()
    for (const size of [0, 1, 2, 3, 7, 8, 255, 256, 257, 300]) {
      const leaves = naiveLeaves(size)
      const rows = new MemoryRows()
      for (let row = 0; row * 256 < size; row++) {
        const value = Buffer.concat(leaves.slice(256 * row, 256 * (row + 1)))
        await rows.batch([{ type: "put", key: tileKey(0, BigInt(row)), value: new Uint8Array(value) }], { sync: true })
      }
      if (size >= 256) {
        const value = naiveRoot(leaves.slice(0, 256))
        await rows.batch([{ type: "put", key: tileKey(1, 0n), value }], { sync: true })
      }
      const tiles = await ProofTiles.open({ rows, crypto }, { size: BigInt(size), root: naiveRoot(leaves) })
      const all = await tiles.inclusions(leaves.map((_, i) => BigInt(i)))
      expect(all.map(p => p.hashes.map(toHex))).toEqual(leaves.map((_, i) => naivePath(i, leaves).map(toHex)))
      expect(await tiles.rootOf(BigInt(size))).toEqual(naiveRoot(leaves))
    }
  })
})
