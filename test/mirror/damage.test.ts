/** Damaged rows: fsck names each of them, and no reader gives a wrong answer before it has. */
import { beforeAll, describe, expect, it } from "vitest"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { readHead } from "../../mirror/head-row.ts"
import { runOf } from "../../mirror/index/leaf-index.ts"
import { proveEntry, proveGrowth } from "../../mirror/prove.ts"
import { checkpointKey, entriesKey, FROZEN_KEY, HEAD_KEY, parseKey, rangeKey, tileKey } from "../../mirror/rows.ts"
import { sealRow } from "../../mirror/sealed-row.ts"
import { rowName } from "../../mirror/store-error.ts"
import { concatBytes, toHex, utf8 } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { flipped } from "../support/logs.ts"
import { collect, fsckAll, generatedLog, hashesOnly, ingestAll, MemoryRows, readerOf } from "../support/mirror.ts"
import { shared } from "../support/shared.ts"

const crypto = nodeCrypto()

/** Rows with one of them changed, or removed. */
async function changed(
  rows: MemoryRows,
  key: Uint8Array,
  change: (value: Uint8Array) => Uint8Array | undefined,
): Promise<MemoryRows> {
  const copy = rows.copy()
  const value = change((await rows.get(key)) ?? new Uint8Array())
  await copy.batch([value === undefined ? { type: "del", key } : { type: "put", key, value }], { sync: true })
  return copy
}

/** The rows that fsck names, each once. */
async function namedRows(rows: MemoryRows): Promise<string[]> {
  const { damage } = await fsckAll(rows)
  return [...new Set(damage.map(line => line.slice(0, line.indexOf(": "))))]
}

/** The answer as text, or STORE_CORRUPT; anything else goes on. */
async function answer(work: () => Promise<unknown>): Promise<string> {
  try {
    return JSON.stringify(await work(), (_, value: unknown) =>
      typeof value === "bigint" ? value.toString() : value instanceof Uint8Array ? toHex(value) : value,
    )
  } catch (error) {
    if (error instanceof StellaError && error.code === "STORE_CORRUPT") return "STORE_CORRUPT"
    throw error
  }
}

/** Everything that readers can ask about one leaf and two sizes. */
function questions(leaf: Uint8Array, index: bigint, from: bigint) {
  return (rows: MemoryRows) => {
    const reader = readerOf(rows)
    return [
      () => answer(() => proveEntry(reader, { index })),
      () => answer(() => proveEntry(reader, { leaf })),
      () => answer(() => proveEntry(reader, { index: index % from }, from)),
      () => answer(() => proveGrowth(reader, from)),
      () => answer(() => reader.entries(index >> 8n, 1)),
      () => answer(() => reader.tile(0, index >> 8n, 5)),
      () => answer(() => reader.checkpoint()),
    ]
  }
}

describe.skipIf(!shared)("a mirror of 511 entries", () => {
  let clean: MemoryRows
  let hashes: MemoryRows
  beforeAll(async () => {
    clean = new MemoryRows()
    await ingestAll(clean, generatedLog(511))
    hashes = new MemoryRows()
    await ingestAll(hashes, hashesOnly(generatedLog(511)))
  })

  it("names every flipped bit of every row, entries held", async () => {
    for await (const [key, value] of clean.entries({})) {
      for (const at of [0, value.length >> 1, value.length - 1]) {
        const rows = await changed(clean, key, bytes => flipped(bytes, at, at % 8))
        const named = await namedRows(rows)
        expect(named.length).toBeGreaterThan(0)
        const kind = parseKey(key)?.kind
        // A head that names another tree makes the tree itself the one that differs; its own row is not the only one.
        if (kind !== "head") expect(named[0]).toBe(rowName(key))
        if (kind === "tile" || kind === "entries") expect(named).toEqual([rowName(key)])
      }
    }
  })

  it("names every row that is missing", async () => {
    const keys = (await collect(clean.entries({}))).map(([key]) => key)
    for (const key of keys) {
      const kind = parseKey(key)?.kind
      const named = await namedRows(await changed(clean, key, () => undefined))
      if (kind === "head") expect(named).toEqual([])
      else expect(named[0]).toBe(rowName(key))
    }
  })

  it("names the index where it finds other leaves, seals or not", async () => {
    const leaves = (await Promise.all([0n, 1n].map(row => clean.get(tileKey(0, row))))) as Uint8Array[]
    const others = concatBytes(...leaves)
    others.set(others.slice(32 * 7, 32 * 8), 32 * 9)
    const rows = clean.copy()
    const run = runOf(crypto, 0n, others)
    await rows.batch(
      run.map(part => ({ type: "put", ...part })),
      { sync: true },
    )
    const named = await namedRows(rows)
    expect(named.length).toBeGreaterThan(0)
    for (const name of named) expect(name).toMatch(/^index 0\/511\/[01]$/)
  })

  it("names flipped tiles where only hashes are held", async () => {
    for (const key of [tileKey(0, 0n), tileKey(1, 0n)]) {
      for (const at of [0, 31]) {
        const rows = await changed(hashes, key, bytes => flipped(bytes, at, 2))
        expect(await namedRows(rows)).toContain(rowName(key))
      }
    }
    // The last partial tile has nothing beneath and only the root above: fsck says that the edge does not give the root.
    const edge = await changed(hashes, tileKey(0, 1n), bytes => flipped(bytes, 5))
    expect((await fsckAll(edge)).damage).toEqual(["head: and the tiles on the right edge do not agree"])
  })

  it("names a tile and its entries when both lie alike", async () => {
    const other = new MemoryRows()
    await ingestAll(other, generatedLog(512))
    const rows = clean.copy()
    const [tile, entries] = await other.getMany([tileKey(0, 1n), entriesKey(1n)])
    if (tile === undefined || entries === undefined) throw new Error("rows")
    // The second row in the place of the first: entries and tile agree with each other, and not with the hash above.
    await rows.batch(
      [
        { type: "put", key: tileKey(0, 0n), value: tile },
        { type: "put", key: entriesKey(0n), value: entries },
      ],
      { sync: true },
    )
    expect(await namedRows(rows)).toContain("tile 0/0")
  })

  it("names what belongs to no mirror, a wrong range, another log's and an unsigned checkpoint", async () => {
    const junk = utf8("junk")
    expect(await namedRows(await changed(clean, junk, () => junk))).toEqual([rowName(junk)])
    const gap = sealRow(crypto, { v: 1, end: "400", state: "entries" })
    expect(await namedRows(await changed(clean, rangeKey(0n), () => gap))).toEqual(["range 0"])
    const head = await readHead({ rows: clean, crypto })
    if (head === undefined) throw new Error("head")
    const key = checkpointKey(head.size, head.root)
    const text = (change: (text: string) => string) => (value: Uint8Array) => {
      const { seal, ...row } = JSON.parse(change(new TextDecoder().decode(value))) as Record<string, unknown>
      expect(seal).toMatch(/^[0-9a-f]{64}$/)
      return sealRow(crypto, row)
    }
    const another = text(t => t.replace("vectors.example/log\\n", "another.example/log\\n"))
    expect((await fsckAll(await changed(clean, key, another))).damage).toEqual([`${rowName(key)}: is of another log`])
    const unsigned = text(t => t.replace("vectors.example/log z4sqp", "vectors.example/log z4sqq"))
    expect((await fsckAll(await changed(clean, key, unsigned))).damage).toEqual([
      `${rowName(key)}: is not signed by the log's trusted key`,
    ])
  })

  it("gives the right answer or STORE_CORRUPT, whatever bit of whatever row is flipped", async () => {
    const index = 300n
    const leaf = (await readerOf(clean).leaf(index)) as Uint8Array
    const ask = questions(leaf, index, 256n)
    const right: string[] = []
    for (const question of ask(clean)) right.push(await question())
    expect(right).not.toContain("STORE_CORRUPT")
    let corrupt = 0
    for await (const [key, value] of clean.entries({})) {
      const spots =
        value.length < 600 ? Array.from({ length: value.length }, (_, i) => i) : [0, 1, 77, 1000, value.length - 1]
      for (const at of spots) {
        const rows = await changed(clean, key, bytes => flipped(bytes, at, at % 8))
        for (const [i, question] of ask(rows).entries()) {
          const given = await question()
          if (given === "STORE_CORRUPT") corrupt++
          else expect(given).toBe(right[i])
        }
      }
    }
    expect(corrupt).toBeGreaterThan(100)
  })

  it("gives the right answer or STORE_CORRUPT when rows are missing or cut", async () => {
    const leaf = (await readerOf(clean).leaf(300n)) as Uint8Array
    const ask = questions(leaf, 300n, 256n)
    const right: string[] = []
    for (const question of ask(clean)) right.push(await question())
    for await (const [key] of clean.entries({})) {
      const kind = parseKey(key)?.kind
      if (kind === "head" || kind === "range") continue
      for (const change of [() => undefined, (b: Uint8Array) => b.subarray(0, b.length >> 1)]) {
        const rows = await changed(clean, key, change)
        for (const [i, question] of ask(rows).entries()) {
          expect([right[i], "STORE_CORRUPT"]).toContain(await question())
        }
      }
    }
  })

  it("without its head vouches for nothing", async () => {
    const rows = await changed(clean, HEAD_KEY, () => undefined)
    expect(await proveEntry(readerOf(rows), { index: 1n })).toMatchObject({ ok: false, error: { code: "LOG_MISSING" } })
    expect(await proveGrowth(readerOf(rows), 1n)).toMatchObject({ ok: false, error: { code: "LOG_MISSING" } })
    expect(await readerOf(rows).checkpoint()).toBeUndefined()
    expect(await readerOf(rows).tile(0, 0n, 1)).toBeUndefined()
    const { done } = await fsckAll(rows)
    expect(done).toMatchObject({ head: undefined, damaged: 0 })
    expect(done.pending).toBe((await collect(rows.entries({}))).length)
    expect(await rows.get(FROZEN_KEY)).toBeUndefined()
  })

  it("is checked until the signal says stop", async () => {
    const { fsckMirror } = await import("../../mirror/fsck.ts")
    const { zstdCodec } = await import("../../mirror/entry-codec.node.ts")
    const parts = { rows: clean, crypto: nodeCrypto(), codec: zstdCodec, signal: AbortSignal.abort() }
    await expect(collect(fsckMirror(parts))).rejects.toMatchObject({ code: "INTERRUPTED" })
  })
})

describe.skipIf(!shared)("a mirror of 70,000 entries, three levels of tiles", () => {
  let clean: MemoryRows
  beforeAll(async () => {
    clean = new MemoryRows()
    await ingestAll(clean, generatedLog())
  })

  it.each([
    ["a full tile of leaves", tileKey(0, 100n), 8000],
    ["the last tile of leaves", tileKey(0, 273n), 3000],
    ["entries", entriesKey(100n), 900],
    ["the last entries", entriesKey(273n), 90],
    ["a full tile of level 1", tileKey(1, 0n), 100 * 32 + 4],
    ["the last tile of level 1", tileKey(1, 1n), 40],
    ["the tile of level 2", tileKey(2, 0n), 7],
  ])("names a flipped bit in %s", async (_, key, at) => {
    const rows = await changed(clean, key, bytes => flipped(bytes, at, 6))
    expect(await namedRows(rows)).toEqual([rowName(key)])
    const index = 100n * 256n + 250n
    const right = await answer(() => proveEntry(readerOf(clean), { index }))
    expect([right, "STORE_CORRUPT"]).toContain(await answer(() => proveEntry(readerOf(rows), { index })))
  })

  it("names two faults at once", async () => {
    const once = await changed(clean, tileKey(0, 3n), bytes => flipped(bytes, 11))
    const twice = await changed(once, entriesKey(200n), bytes => flipped(bytes, 300))
    expect((await namedRows(twice)).sort()).toEqual(["entries 200", "tile 0/3"])
  })
})
