import fc from "fast-check"
import { readdirSync } from "node:fs"
import { join, sep } from "node:path"
import { describe, expect, it } from "vitest"
import {
  BUNDLE_BYTES,
  hashesOfLevel,
  parseEntryBundle,
  parseTilePath,
  partialWidth,
  printEntryBundle,
  printTilePath,
  TILE_BYTES,
  truncateEntryBundle,
  type TileResource,
} from "../../src/formats/tile.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import { shared } from "../support/shared.ts"

const runs = { numRuns: process.env["SLOW"] === "1" ? 5000 : 200 }

describe("tile paths", () => {
  it.each<[string, TileResource]>([
    ["tile/0/x001/x234/067", { kind: "hashes", level: 0, row: 1234067n, width: 256 }],
    ["tile/0/000", { kind: "hashes", level: 0, row: 0n, width: 256 }],
    ["tile/1/000.p/1", { kind: "hashes", level: 1, row: 0n, width: 1 }],
    ["tile/2/999.p/255", { kind: "hashes", level: 2, row: 999n, width: 255 }],
    ["tile/entries/x001/000", { kind: "entries", row: 1000n, width: 256 }],
    ["tile/entries/273.p/112", { kind: "entries", row: 273n, width: 112 }],
    // The last tile of a tree of 2^63 - 1 leaves, and its topmost one.
    ["tile/0/x036/x028/x797/x018/x963/967.p/255", { kind: "hashes", level: 0, row: 2n ** 55n - 1n, width: 255 }],
    ["tile/7/000.p/127", { kind: "hashes", level: 7, row: 0n, width: 127 }],
  ])("names %s", (path, resource) => {
    expect(printTilePath(resource)).toBe(path)
    expect(parseTilePath(path)).toEqual(resource)
  })

  it.each([
    "",
    "checkpoint",
    "/tile/0/000",
    "tile/0/000/",
    "tile/0/00",
    "tile/0/0000",
    "tile/0/x000/001",
    "tile/0/001/x234",
    "tile/0/x1234/067",
    "tile/0/000.p/0",
    "tile/0/000.p/256",
    "tile/0/000.p/01",
    "tile/0/000.p/",
    "tile/0/000.p/999",
    "tile/00/000",
    "tile/01/000",
    "tile/8/000",
    "tile/63/000",
    "tile/-1/000",
    "tile/7/001",
    "tile/0/x036/x028/x797/x018/x963/968",
    "tile/0/x001/x036/x028/x797/x018/x963/968",
    "tile/data/000",
    "tile/entries/x000/000",
    "tile/0/../000",
    "tile/0/000\n",
    "tile/0/٠٠٠",
  ])("refuses %j", path => {
    expect(parseTilePath(path)).toBeUndefined()
  })

  it("prints and parses to the same resource", () => {
    const level = fc.integer({ min: 0, max: 6 })
    const resource = fc
      .tuple(level, fc.bigInt({ min: 0n, max: 2n ** 55n - 1n }), fc.integer({ min: 1, max: 256 }), fc.boolean())
      .map(([l, row, width, entries]): TileResource =>
        entries ? { kind: "entries", row, width } : { kind: "hashes", level: l, row: row >> BigInt(8 * l), width },
      )
    fc.assert(
      fc.property(resource, r => {
        expect(parseTilePath(printTilePath(r))).toEqual(r)
      }),
      runs,
    )
  })

  it("accepts only what it prints", () => {
    const piece = fc.constantFrom("tile/", "0", "1", "x", "/", "000", ".p/", "255", "entries", "x001/")
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), pieces => {
        const path = pieces.join("")
        const resource = parseTilePath(path)
        if (resource !== undefined) expect(printTilePath(resource)).toBe(path)
      }),
      { numRuns: runs.numRuns * 10 },
    )
  })
})

describe("widths", () => {
  it("are the specification's for 70,000 and 256 leaves", () => {
    expect([0, 1, 2, 3].map(level => hashesOfLevel(level, 70_000n) >> 8n)).toEqual([273n, 1n, 0n, 0n])
    expect([0, 1, 2, 3].map(level => partialWidth(level, 70_000n))).toEqual([112, 17, 1, 0])
    expect([0, 1].map(level => partialWidth(level, 256n))).toEqual([0, 1])
    expect(TILE_BYTES).toBe(8192)
    expect(BUNDLE_BYTES).toBe(256 * 65_537)
  })
})

describe("entry bundles", () => {
  it("print and parse to the same entries", () => {
    const entries = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 })
    fc.assert(
      fc.property(entries, fc.nat(), (list, at) => {
        const bundle = printEntryBundle(list)
        expect(parseEntryBundle(bundle, list.length)).toEqual({ ok: true, value: list })
        expect(parseEntryBundle(bundle, list.length + 1).ok).toBe(false)
        if (list.length > 0) expect(parseEntryBundle(bundle, list.length - 1).ok).toBe(false)
        if (bundle.length > 0)
          expect(parseEntryBundle(bundle.subarray(0, at % bundle.length), list.length).ok).toBe(false)
        const some = at % (list.length + 1)
        expect(truncateEntryBundle(bundle, some)).toEqual(printEntryBundle(list.slice(0, some)))
      }),
      runs,
    )
  })

  it("hold entries of 65,535 bytes", () => {
    const entry = new Uint8Array(65_535).fill(7)
    expect(parseEntryBundle(printEntryBundle([entry]), 1)).toEqual({ ok: true, value: [entry] })
  })

  it("cannot be cut where they have too few entries or end within one", () => {
    expect(truncateEntryBundle(printEntryBundle([utf8("one")]), 2)).toBeUndefined()
    expect(truncateEntryBundle(Uint8Array.of(0, 5, 1), 1)).toBeUndefined()
    expect(truncateEntryBundle(Uint8Array.of(0), 1)).toBeUndefined()
  })
})

describe.skipIf(!shared)("resources of third-party logs", () => {
  it.each(["generated-log/log", "tiled-log-tessera"])("all have paths that parse: %s", name => {
    const folder = join(shared ?? "", "vectors", name)
    const paths = readdirSync(join(folder, "tile"), { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry =>
        join(entry.parentPath, entry.name)
          .slice(folder.length + 1)
          .split(sep)
          .join("/"),
      )
    expect(paths.length).toBeGreaterThan(25)
    for (const path of paths) {
      const resource = parseTilePath(path)
      expect(resource && printTilePath(resource)).toBe(path)
    }
  })
})
