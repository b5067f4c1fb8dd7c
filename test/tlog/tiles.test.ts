/** Proofs made from tiles, compared with third-party proofs and with the recursive definitions. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { tiledLog } from "../../mirror/sources/tiled-log.ts"
import { parseEntryBundle, printEntryBundle, printTilePath } from "../../src/formats/tile.ts"
import { concatBytes, fromBase64, toBase64, toHex, utf8 } from "../../src/kernel/bytes.ts"
import { verifyConsistency } from "../../src/tlog/consistency.ts"
import { firstDifference, leafHashesOfBundle } from "../../src/tlog/entry-hashes.ts"
import { compareTreeHeads } from "../../src/tlog/equivocation.ts"
import { leafHash } from "../../src/tlog/hashing.ts"
import { verifyInclusion } from "../../src/tlog/inclusion.ts"
import { proveConsistency, proveInclusion } from "../../src/tlog/prove.ts"
import {
  consistencyRanges,
  inclusionRanges,
  nodesOfRange,
  tilePartOf,
  tilesOfRanges,
} from "../../src/tlog/tile-math.ts"
import { VerifiedTiles } from "../../src/tlog/verified-tiles.ts"
import { verifyEquivocation } from "../../src/tlog/verify-equivocation.ts"
import {
  checkpointOf,
  flipped,
  staticCtLeaves,
  TileError,
  vectorFiles,
  vectorJson,
  vectorText,
  verifiedTiles,
  vkeyOf,
  withFiles,
} from "../support/logs.ts"
import { naiveLeaves, naivePath, naiveRoot, naiveSubproof } from "../support/naive-tree.ts"
import { shared } from "../support/shared.ts"

const crypto = nodeCrypto()
const bytes = (text: string): Uint8Array => fromBase64(text) as Uint8Array
const base64 = (hashes: readonly Uint8Array[] | undefined): string[] | undefined => hashes?.map(toBase64)

/** The tiles of a small made-up tree, in memory. */
function tilesOf(leaves: readonly Uint8Array[]) {
  return async (level: number, row: bigint, width: number): Promise<Uint8Array | undefined> => {
    const span = 256 ** level
    const hashes: Uint8Array[] = []
    for (let i = 0; i < width; i++) {
      const start = (Number(row) * 256 + i) * span
      if (start + span > leaves.length) return undefined
      hashes.push(naiveRoot(leaves.slice(start, start + span)))
    }
    return concatBytes(...hashes)
  }
}

describe("tile arithmetic", () => {
  it("finds nodes in tiles of eight levels", () => {
    expect(tilePartOf({ height: 0, index: 1234n })).toEqual({ level: 0, row: 4n, from: 210, count: 1 })
    expect(tilePartOf({ height: 7, index: 3n })).toEqual({ level: 0, row: 1n, from: 128, count: 128 })
    expect(tilePartOf({ height: 8, index: 3n })).toEqual({ level: 1, row: 0n, from: 3, count: 1 })
    expect(tilePartOf({ height: 62, index: 1n })).toEqual({ level: 7, row: 0n, from: 64, count: 64 })
  })

  it("splits ranges into perfect nodes, greatest first", () => {
    expect(nodesOfRange({ start: 8n, end: 15n })).toEqual([
      { height: 2, index: 2n },
      { height: 1, index: 6n },
      { height: 0, index: 14n },
    ])
    expect(nodesOfRange({ start: 5n, end: 5n })).toEqual([])
  })

  it("touches at most two tiles a level, ten for 2^40 leaves", () => {
    const size = 2n ** 40n - 1n
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: size - 1n }), at => {
        for (const ranges of [inclusionRanges(at, size), consistencyRanges(at, size)]) {
          const tiles = tilesOfRanges(ranges)
          expect(tiles.length).toBeLessThanOrEqual(10)
          for (let level = 0; level < 5; level++) {
            expect(tiles.filter(t => t.level === level).length).toBeLessThanOrEqual(2)
          }
        }
      }),
    )
  })
})

describe("proofs from tiles", () => {
  it("are the specification's for a tree of 600 leaves, at its own and at older sizes", async () => {
    const leaves = naiveLeaves(600)
    const head = { size: 600n, root: naiveRoot(leaves) }
    const tiles = await VerifiedTiles.open(crypto, head, tilesOf(leaves), fault => new TileError(fault))
    const size = fc.integer({ min: 1, max: 600 })
    await fc.assert(
      fc.asyncProperty(size, size, async (a, b) => {
        const [m, n] = [Math.min(a, b), Math.max(a, b)]
        const some = leaves.slice(0, n)
        expect(base64(await proveInclusion(tiles, BigInt(m - 1), BigInt(n)))).toEqual(base64(naivePath(m - 1, some)))
        const subproof = naiveSubproof(m, some)
        expect(base64(await proveConsistency(tiles, BigInt(m), BigInt(n)))).toEqual(base64(subproof))
        const seeded = await proveConsistency(tiles, BigInt(m), BigInt(n), true)
        const isPower = (m & (m - 1)) === 0
        expect(base64(seeded)).toEqual(
          base64(isPower && m < n ? [naiveRoot(leaves.slice(0, m)), ...subproof] : subproof),
        )
        expect(toHex(await tiles.rootOf(BigInt(n)))).toBe(toHex(naiveRoot(some)))
        expect(toHex(await tiles.leaf(BigInt(m - 1)))).toBe(toHex(leaves[m - 1] as Uint8Array))
      }),
      { numRuns: process.env["SLOW"] === "1" ? 500 : 40 },
    )
    expect(tiles.widthOf(0, 2n)).toBe(88)
    expect(tiles.widthOf(0, 1n)).toBe(256)
    expect(tiles.widthOf(0, 3n)).toBe(0)
  })

  it("are refused outside the tree", async () => {
    const leaves = naiveLeaves(5)
    const head = { size: 5n, root: naiveRoot(leaves) }
    const tiles = await VerifiedTiles.open(crypto, head, tilesOf(leaves), fault => new TileError(fault))
    expect(await proveInclusion(tiles, 5n)).toBeUndefined()
    expect(await proveInclusion(tiles, -1n)).toBeUndefined()
    expect(await proveInclusion(tiles, 0n, 6n)).toBeUndefined()
    expect(await proveConsistency(tiles, 0n)).toBeUndefined()
    expect(await proveConsistency(tiles, 4n, 3n)).toBeUndefined()
    expect(await proveConsistency(tiles, 4n, 6n)).toBeUndefined()
    expect(await proveConsistency(tiles, 5n)).toEqual([])
  })

  it("need nothing of the empty tree", async () => {
    const empty = { size: 0n, root: naiveRoot([]) }
    const none = async (): Promise<undefined> => undefined
    const tiles = await VerifiedTiles.open(crypto, empty, none, fault => new TileError(fault))
    expect(toHex(await tiles.rootOf(0n))).toBe(toHex(empty.root))
    await expect(
      VerifiedTiles.open(crypto, { ...empty, root: naiveRoot(naiveLeaves(1)) }, none, fault => new TileError(fault)),
    ).rejects.toMatchObject({ fault: { kind: "edge" } })
  })
})

describe("leaf hashes of bundles", () => {
  it("are those of the entries, and leave the bundle alone", () => {
    const entry = fc.uint8Array({ maxLength: 400 })
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), entries => {
        const bundle = printEntryBundle(entries)
        const before = toHex(bundle)
        const hashes = leafHashesOfBundle(crypto, bundle, entries.length)
        expect(hashes).toEqual(concatBytes(...entries.map(e => leafHash(crypto, e))))
        expect(toHex(bundle)).toBe(before)
        expect(leafHashesOfBundle(crypto, bundle, entries.length + 1)).toBeUndefined()
        if (entries.length > 0) expect(leafHashesOfBundle(crypto, bundle, entries.length - 1)).toBeUndefined()
      }),
    )
    expect(leafHashesOfBundle(crypto, Uint8Array.of(0, 5, 1), 1)).toBeUndefined()
  })

  it("tell where two rows differ", () => {
    const row = concatBytes(...naiveLeaves(4))
    expect(firstDifference(row, row.slice())).toBe(-1)
    expect(firstDifference(row, flipped(row, 70))).toBe(2)
  })
})

describe.skipIf(!shared)("the generated log of 70,000 entries", () => {
  const files = vectorFiles("generated-log/log")
  const head = shared
    ? checkpointOf(vectorText("generated-log/checkpoints/70000"))
    : { size: 0n, root: new Uint8Array() }

  it("gives 200 inclusion proofs and 200 consistency proofs, byte for byte", async () => {
    const tiles = await verifiedTiles(files, head)
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
    for (const p of inclusion) {
      const [index, size] = [BigInt(p.index), BigInt(p.size)]
      const proof = p.proof.map(bytes)
      expect(verifyInclusion(crypto, { index, size, leaf: bytes(p.leafHash), proof, root: bytes(p.root) })).toBe(true)
      expect(base64(await proveInclusion(tiles, index, size))).toEqual(p.proof)
      expect(toBase64(await tiles.leaf(index))).toBe(p.leafHash)
    }
    for (const p of consistency) {
      const [size1, size2] = [BigInt(p.size1), BigInt(p.size2)]
      const roots = { root1: bytes(p.root1), root2: bytes(p.root2) }
      expect(verifyConsistency(crypto, { size1, size2, proof: p.proof.map(bytes), ...roots })).toBe(true)
      expect(base64(await proveConsistency(tiles, size1, size2))).toEqual(p.proof)
    }
  })

  it("has the roots of all its checkpoints", async () => {
    const tiles = await verifiedTiles(files, head)
    for (const size of [
      "0",
      "1",
      "2",
      "255",
      "256",
      "257",
      "511",
      "512",
      "60000",
      "65000",
      "65535",
      "65536",
      "65537",
    ]) {
      const checkpoint = checkpointOf(vectorText(`generated-log/checkpoints/${size}`))
      expect(toHex(await tiles.rootOf(checkpoint.size))).toBe(toHex(checkpoint.root))
      // And every one of them can be read on its own, with its own partial tiles or the full ones in their place.
      await verifiedTiles(files, checkpoint)
    }
  })

  it("lets no flipped bit of any tile on the way through", async () => {
    const index = 12_345n
    const clean = await verifiedTiles(files, head)
    const used = tilesOfRanges(inclusionRanges(index, head.size))
    expect(used.map(t => `${t.level}/${t.row.toString()}`).sort()).toEqual(["0/273", "0/48", "1/0", "1/1"])
    const wanted = base64(await proveInclusion(clean, index))
    for (const { level, row } of used) {
      const path = printTilePath({ kind: "hashes", level, row, width: clean.widthOf(level, row) })
      for (const at of [0, 17, -1]) {
        const damaged = withFiles(files, { [path]: b => flipped(b, at < 0 ? b.length - 1 : at, 3) })
        const attempt = verifiedTiles(damaged, head).then(tiles => proveInclusion(tiles, index))
        await expect(attempt).rejects.toBeInstanceOf(TileError)
      }
      for (const cut of [(b: Uint8Array) => b.subarray(32), () => undefined]) {
        const damaged = withFiles(files, { [path]: cut })
        const attempt = verifiedTiles(damaged, head).then(tiles => proveInclusion(tiles, index))
        await expect(attempt).rejects.toBeInstanceOf(TileError)
      }
    }
    expect(base64(await proveInclusion(clean, index))).toEqual(wanted)
  })

  it("has entries that hash to its leaves", async () => {
    const tiles = await verifiedTiles(files, head)
    for (const row of [0n, 137n, 273n]) {
      const width = tiles.widthOf(0, row)
      const bundle = (await tiledLog(files).entries(row, width))?.bytes as Uint8Array
      expect(leafHashesOfBundle(crypto, bundle, width)).toEqual(await tiles.tile(0, row))
    }
  })

  it("keeps more tiles than its cache holds readable", async () => {
    const tiles = await verifiedTiles(files, head)
    for (let row = 0n; row < 100n; row++) await tiles.tile(0, row)
    const first = await tiles.tile(0, 0n)
    expect(await tiles.tile(0, 0n)).toBe(first)
  })
})

describe.skipIf(!shared)("equivocation of the generated log", () => {
  interface Pair {
    readonly size1: number
    readonly size2: number
    readonly proof: string[]
  }
  const log = (): ReturnType<typeof vkeyOf> => vkeyOf((vectorJson("generated-log/keys.json") as { log: string }).log)
  const readme = (): Record<string, { note: string; consistencyOfHonestLog: Pair } & Pair> =>
    vectorJson("generated-log/equivocation/README.json") as never
  const checkpoint = (size: number) => checkpointOf(vectorText(`generated-log/checkpoints/${size}`))
  const verdict = (smaller: ReturnType<typeof checkpoint>, greater: ReturnType<typeof checkpoint>, proof: string[]) =>
    verifyEquivocation(crypto, { smaller, greater, proof: proof.map(bytes) }, "vectors.example/log", [log()])

  it("is proven by two roots for 65,000", async () => {
    const other = checkpointOf(vectorText("generated-log/equivocation/same-size.note"))
    expect(await verdict(checkpoint(65_000), other, [])).toBe("equivocation")
  })

  it("is proven by the honest log's proof from 64,000", async () => {
    const other = checkpointOf(vectorText("generated-log/equivocation/smaller-size.note"))
    const { proof } = readme()["smaller-size"]?.consistencyOfHonestLog as Pair
    expect(await verdict(other, checkpoint(70_000), proof)).toBe("equivocation")
    const tiles = await verifiedTiles(vectorFiles("generated-log/log"), checkpoint(70_000))
    expect(base64(await proveConsistency(tiles, 64_000n, 70_000n, true))).toEqual(proof)
  })

  it("is not proven by a garbage proof: such a pair is unlinked", async () => {
    const { proof } = readme()["framing"] as Pair
    expect(await verdict(checkpoint(65_000), checkpoint(70_000), proof)).toBe("unlinked")
  })

  it("is not proven by a note that the log did not sign, or by another log's", async () => {
    const unsigned = checkpointOf(readme()["unsigned"]?.note ?? "")
    expect(await verdict(checkpoint(65_000), unsigned, [])).toBe("unsigned")
    const pair = { smaller: checkpoint(65_000), greater: checkpoint(65_000), proof: [] }
    expect(await verifyEquivocation(crypto, pair, "another.example/log", [log()])).toBe("unsigned")
    expect(await verifyEquivocation(crypto, pair, "vectors.example/log", [log()])).toBe("consistent")
    expect(compareTreeHeads(crypto, pair.smaller, unsigned, [])).toBe("equivocation")
  })
})

describe.skipIf(!shared)("other third-party logs", () => {
  it("tessera: every size has the root, the tile and the entries of its checkpoint", async () => {
    const files = vectorFiles("tiled-log-tessera")
    const words = "one two three four five six seven eit nain ten ileven twelf threeten fourten fivten".split(" ")
    for (let size = 0; size <= 15; size++) {
      const head = checkpointOf(vectorText(`tiled-log-tessera/checkpoint.${size}`))
      const tiles = await verifiedTiles(files, head)
      if (size === 0) continue
      const bundle = (await tiledLog(files).entries(0n, size))?.bytes as Uint8Array
      expect(parseEntryBundle(bundle, size)).toEqual({ ok: true, value: words.slice(0, size).map(utf8) })
      expect(leafHashesOfBundle(crypto, bundle, size)).toEqual(await tiles.tile(0, 0n))
    }
  })

  it("navigli2025h2: all 1,034 leaves of static-ct hash to the tiles", async () => {
    const files = vectorFiles("static-ct-navigli2025h2")
    let seen = 0
    for (const [row, width, name] of [
      [0n, 256, "000"],
      [1n, 256, "001"],
      [2n, 256, "002"],
      [3n, 256, "003"],
      [3n, 10, "003.p/10"],
    ] as const) {
      const tile = (await tiledLog(files).tile(0, row, width))?.bytes as Uint8Array
      const data = (await files.read(`tile/data/${name}`, 2 ** 24)) as Uint8Array
      for (const [i, leaf] of staticCtLeaves(data, width).entries()) {
        expect(toHex(leafHash(crypto, leaf))).toBe(toHex(tile.subarray(32 * i, 32 * i + 32)))
        seen++
      }
    }
    expect(seen).toBe(1034)
  })

  it("the mirror fixture: 300 leaves, whose tiles give the mirrored checkpoint's root", async () => {
    const folder =
      "sunlight-mirror-fixture/witness/mirror/000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706"
    const head = checkpointOf(vectorText(`${folder}/checkpoint`))
    const tiles = await verifiedTiles(vectorFiles(folder), head)
    expect((await tiles.tile(0, 0n)).length).toBe(8192)
    const proof = (await proveInclusion(tiles, 299n)) as Uint8Array[]
    const leaf = await tiles.leaf(299n)
    expect(verifyInclusion(crypto, { index: 299n, size: 300n, leaf, proof, root: head.root })).toBe(true)
  })
})
