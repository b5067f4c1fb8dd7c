/** The contract of tree hashers: whoever computes, in whatever batches, the hashes are those of the specification. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { TreeHasher } from "../../mirror/hashing/index.ts"
import { tiledLog } from "../../mirror/sources/tiled-log.ts"
import { printEntryBundle } from "../../src/formats/tile.ts"
import { concatBytes, fromHex, toHex } from "../../src/kernel/bytes.ts"
import { staticCtLeaves, vectorFiles } from "../support/logs.ts"
import { naiveLeaf, naiveNode, naiveRoot } from "../support/naive-tree.ts"
import { shared } from "../support/shared.ts"

/** Leaf hashes as RFC 6962 defines them, by node:crypto. */
function expectedLeaves(entries: readonly Uint8Array[]): string {
  return toHex(concatBytes(...entries.map(naiveLeaf)))
}

/** Bytes that differ from one message to the next, and from one place to the next. */
function filled(length: number, salt: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + salt * 17 + (i >> 8)) & 255)
}

function rowOf(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: bytes.length / 32 }, (_, i) => bytes.subarray(32 * i, 32 * i + 32))
}

/** Every node above a row, level by level. */
function expectedNodes(row: Uint8Array): string {
  const levels: Uint8Array[][] = [rowOf(row)]
  for (let below = levels[0] as Uint8Array[]; below.length > 1; below = levels.at(-1) as Uint8Array[]) {
    levels.push(
      Array.from({ length: below.length / 2 }, (_, i) => {
        return naiveNode(below[2 * i] as Uint8Array, below[2 * i + 1] as Uint8Array)
      }),
    )
  }
  return toHex(concatBytes(...levels.slice(1).flat()))
}

const RUNS = { numRuns: process.env["SLOW"] === "1" ? 2000 : 100 }

/** Runs the contract. */
export function treeHasherContract(name: string, make: () => TreeHasher): void {
  describe(`the tree hasher ${name}`, () => {
    const hasher = make()
    const leaves = (entries: readonly Uint8Array[]): string =>
      toHex(hasher.leafHashes(printEntryBundle(entries), entries.length) ?? Uint8Array.of(1))

    it("hashes the leaf and the node of RFC 6962 that implementations quote", () => {
      // certificate-transparency-go, merkle/rfc6962: the empty leaf, "L123456", and the node of "N123" and "N456".
      expect(leaves([new Uint8Array(0)])).toBe("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")
      expect(leaves([new TextEncoder().encode("L123456")])).toBe(
        "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56",
      )
    })

    it("hashes entries of every length around the blocks' ends, in one bundle and alone", () => {
      const lengths = Array.from({ length: 201 }, (_, i) => i)
      const entries = [...lengths, 511, 512, 513, 599, 600, 601, 1023, 1024, 65_535].map(filled)
      expect(leaves(entries)).toBe(expectedLeaves(entries))
      for (const entry of entries) expect(leaves([entry])).toBe(expectedLeaves([entry]))
      for (let i = 0; i + 5 < entries.length; i++) {
        const some = entries.slice(i, i + 5)
        expect(leaves(some)).toBe(expectedLeaves(some))
      }
    })

    it("hashes more and greater entries than it takes at once", () => {
      const small = Array.from({ length: 3000 }, (_, i) => filled(i % 7, i))
      expect(leaves(small)).toBe(expectedLeaves(small))
      const mixed = Array.from({ length: 900 }, (_, i) => filled(i % 50 === 49 ? 65_535 : 400 + (i % 301), i))
      expect(leaves(mixed)).toBe(expectedLeaves(mixed))
    })

    it("hashes any entries", () => {
      const entry = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ minLength: 500, maxLength: 700 }))
      fc.assert(
        fc.property(fc.array(entry, { maxLength: 40 }), entries => {
          expect(leaves(entries)).toBe(expectedLeaves(entries))
        }),
        RUNS,
      )
    })

    it("refuses a bundle of any other number of entries, or cut anywhere, or with something behind it", () => {
      const entries = [3, 0, 70, 300, 1].map(filled)
      const bundle = printEntryBundle(entries)
      for (const count of [0, 1, 4, 6, 256]) expect(hasher.leafHashes(bundle, count)).toBeUndefined()
      for (let end = 0; end < bundle.length; end++) {
        expect(hasher.leafHashes(bundle.subarray(0, end), 5)).toBeUndefined()
      }
      expect(hasher.leafHashes(concatBytes(bundle, Uint8Array.of(0)), 5)).toBeUndefined()
      expect(hasher.leafHashes(Uint8Array.of(255, 255, 1), 1)).toBeUndefined()
      expect(hasher.leafHashes(new Uint8Array(0), 0)).toEqual(new Uint8Array(0))
      expect(toHex(hasher.leafHashes(bundle, 5) as Uint8Array)).toBe(expectedLeaves(entries))
    })

    it("folds rows of every power of two, whatever their bytes", () => {
      for (let n = 0; n <= 8; n++) {
        const row = filled(32 << n, n)
        expect(toHex(hasher.foldTile(row))).toBe(expectedNodes(row))
      }
      const row = fc.integer({ min: 0, max: 8 }).chain(n => fc.uint8Array({ minLength: 32 << n, maxLength: 32 << n }))
      fc.assert(
        fc.property(row, hashes => {
          expect(toHex(hasher.foldTile(hashes))).toBe(expectedNodes(hashes))
        }),
        RUNS,
      )
    })

    it("folds to the root, which stands last", () => {
      const row = filled(8192, 3)
      const inner = hasher.foldTile(row)
      expect(inner).toHaveLength(255 * 32)
      expect(toHex(inner.subarray(-32))).toBe(toHex(naiveRoot(rowOf(row))))
    })

    it("hashes any number of pairs", () => {
      for (const pairs of [0, 1, 2, 3, 4, 5, 127, 255, 256, 257, 1000]) {
        const row = filled(64 * pairs, pairs)
        const expected = Array.from({ length: pairs }, (_, i) => {
          return naiveNode(row.subarray(64 * i, 64 * i + 32), row.subarray(64 * i + 32, 64 * i + 64))
        })
        expect(toHex(hasher.nodeHashes(row))).toBe(toHex(concatBytes(...expected)))
      }
    })

    it("refuses what is no row and what are no pairs", () => {
      for (const length of [0, 1, 31, 33, 96, 8192 - 32, 8193, 512 * 32]) {
        expect(() => hasher.foldTile(new Uint8Array(length))).toThrow(expect.objectContaining({ code: "INTERNAL" }))
      }
      for (const length of [1, 32, 63, 65, 96]) {
        expect(() => hasher.nodeHashes(new Uint8Array(length))).toThrow(expect.objectContaining({ code: "INTERNAL" }))
      }
    })

    it("leaves its input alone, and keeps none of its results", () => {
      const bundle = Buffer.from(printEntryBundle([300, 5, 64].map(filled)))
      const row = Buffer.from(filled(1024, 9))
      const before = [toHex(bundle), toHex(row)]
      const given = [hasher.leafHashes(bundle, 3), hasher.foldTile(row), hasher.nodeHashes(row)] as Uint8Array[]
      const first = given.map(toHex)
      expect([toHex(bundle), toHex(row)]).toEqual(before)
      // Others are hashed, then what was given is overwritten: neither touches the other.
      hasher.foldTile(filled(8192, 1))
      hasher.leafHashes(printEntryBundle([100, 200].map(filled)), 2)
      hasher.nodeHashes(filled(640, 2))
      expect(given.map(toHex)).toEqual(first)
      for (const bytes of given) bytes.fill(0)
      const again = [hasher.leafHashes(bundle, 3), hasher.foldTile(row), hasher.nodeHashes(row)] as Uint8Array[]
      expect(again.map(toHex)).toEqual(first)
      expect(again.every(bytes => bytes.byteOffset === 0 && bytes.buffer.byteLength === bytes.length)).toBe(true)
    })

    it("takes views into the middle of other memory", () => {
      const around = filled(8192 + 77, 4)
      const row = around.subarray(13, 13 + 8192)
      expect(toHex(hasher.foldTile(row))).toBe(expectedNodes(row))
      const bundle = printEntryBundle([filled(90, 1), filled(20, 2)])
      const within = concatBytes(Uint8Array.of(9, 9, 9), bundle, Uint8Array.of(9)).subarray(3, 3 + bundle.length)
      expect(toHex(hasher.leafHashes(within, 2) as Uint8Array)).toBe(leaves([filled(90, 1), filled(20, 2)]))
    })

    describe.skipIf(!shared)("agrees with other people's trees", () => {
      it("the reference tree of transparency-dev/merkle", () => {
        const tree = JSON.parse(
          readFileSync(join(shared ?? "", "vectors/merkle-rfc6962/reference-tree.json"), "utf8"),
        ) as { leafInputsHex: string[]; nodeHashes: string[][]; rootHashes: string[] }
        const [lowest = [], ...above] = tree.nodeHashes
        expect(leaves(tree.leafInputsHex.map(hex => fromHex(hex) as Uint8Array))).toBe(lowest.join(""))
        const row = fromHex(lowest.join("")) as Uint8Array
        expect(row).toHaveLength(256)
        const nodes = rowOf(hasher.foldTile(row)).map(toHex)
        expect(nodes).toEqual([...(above[0] ?? []), ...(above[1] ?? []), tree.rootHashes[8]])
      })

      it("the tiles of the generated log: entries to leaves, tiles to the tile above", async () => {
        const files = vectorFiles("generated-log/log")
        const tile = async (level: number, row: bigint, width: number): Promise<Uint8Array> =>
          (await tiledLog(files).tile(level, row, width))?.bytes as Uint8Array
        const above = [await tile(1, 0n, 256), await tile(1, 1n, 17)]
        for (const [row, width] of [
          [0n, 256],
          [1n, 256],
          [137n, 256],
          [255n, 256],
          [272n, 256],
          [273n, 112],
        ] as const) {
          const hashes = await tile(0, row, width)
          const bundle = (await tiledLog(files).entries(row, width))?.bytes as Uint8Array
          expect(toHex(hasher.leafHashes(bundle, width) as Uint8Array)).toBe(toHex(hashes))
          if (width < 256) continue
          const at = Number(row & 255n) * 32
          const over = above[Number(row >> 8n)] as Uint8Array
          expect(toHex(hasher.foldTile(hashes).subarray(-32))).toBe(toHex(over.subarray(at, at + 32)))
        }
        expect(toHex(hasher.foldTile(above[0] as Uint8Array).subarray(-32))).toBe(toHex(await tile(2, 0n, 1)))
      })

      it("the bundles of the tessera log, and a mirrored tile with the one above it", async () => {
        const tessera = vectorFiles("tiled-log-tessera")
        for (let width = 1; width <= 15; width++) {
          const hashes = (await tiledLog(tessera).tile(0, 0n, width))?.bytes as Uint8Array
          const bundle = (await tiledLog(tessera).entries(0n, width))?.bytes as Uint8Array
          expect(toHex(hasher.leafHashes(bundle, width) as Uint8Array)).toBe(toHex(hashes))
        }
        const mirrored = vectorFiles(
          "sunlight-mirror-fixture/witness/mirror/000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706",
        )
        const tile = (await tiledLog(mirrored).tile(0, 0n, 256))?.bytes as Uint8Array
        const above = (await tiledLog(mirrored).tile(1, 0n, 1))?.bytes as Uint8Array
        expect(toHex(hasher.foldTile(tile).subarray(-32))).toBe(toHex(above))
      })

      it("1,024 leaves of a certificate log, of some kilobytes each", async () => {
        const files = vectorFiles("static-ct-navigli2025h2")
        for (const row of [0n, 1n, 2n, 3n]) {
          const hashes = (await tiledLog(files).tile(0, row, 256))?.bytes as Uint8Array
          const data = (await files.read(`tile/data/00${row.toString()}`, 2 ** 24)) as Uint8Array
          expect(leaves(staticCtLeaves(data, 256))).toBe(toHex(hashes))
        }
      })
    })
  })
}
