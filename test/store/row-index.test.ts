import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  parseIndexNode,
  printIndexNode,
  MAX_INDEX_KEY_BYTES,
  type IndexEntry,
} from "../../appliance/store/index-node.ts"
import { EMPTY_INDEX, IndexReader } from "../../appliance/store/index-reader.ts"
import { updateIndex, type IndexChange } from "../../appliance/store/index-update.ts"
import { memoryKeyValue } from "../../appliance/store/memory-key-value.ts"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { compareBytes, toHex, utf8 } from "../../src/kernel/bytes.ts"
import type { KeyRange, KeyValue } from "../../src/kernel/ports.ts"

const crypto = nodeCrypto()
const hash = (text: string) => crypto.hash("sha256", utf8(text))
const RUNS = { numRuns: process.env["SLOW"] === undefined ? 30 : 1000 }

/** An index in memory that is updated in place. */
async function emptyIndex() {
  const rows = memoryKeyValue()
  let root = hash("")
  root = crypto.hash("sha256", EMPTY_INDEX)
  await rows.batch([{ type: "put", key: root, value: EMPTY_INDEX }], { sync: true })
  return {
    rows,
    root: () => root,
    reader: () => new IndexReader(rows, crypto),
    async apply(changes: readonly IndexChange[]) {
      const update = await updateIndex(new IndexReader(rows, crypto), crypto, root, changes)
      await rows.batch(update.changes.changes, { sync: true })
      root = update.root
    },
  }
}

async function all(reader: IndexReader, root: Uint8Array, range: KeyRange = {}): Promise<string[]> {
  const found: string[] = []
  let { from, to } = range
  for (;;) {
    const page: readonly IndexEntry[] = await reader.page(root, {
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      reverse: range.reverse === true,
    })
    const last = page.at(-1)
    if (last === undefined) return found
    found.push(...page.map(e => `${toHex(e.key)}=${toHex(e.hash)}`))
    if (range.reverse === true) to = last.key
    else from = Uint8Array.of(...last.key, 0)
  }
}

async function nodeCount(rows: KeyValue): Promise<number> {
  let n = 0
  for await (const [key] of rows.entries({})) n += key.length === 32 ? 1 : 0
  return n
}

const keys = fc.uint8Array({ maxLength: 4 })
const changes: fc.Arbitrary<IndexChange> = fc.record({
  key: keys,
  hash: fc.option(fc.string().map(hash), { nil: undefined, freq: 3 }),
})

describe("row index", () => {
  it("agrees with a map after any changes, and keeps no node that the root does not reach", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(changes, { maxLength: 120 }), { maxLength: 5 }),
        keys,
        keys,
        async (batches, a, b) => {
          const index = await emptyIndex()
          const model = new Map<string, string>()
          for (const batch of batches) {
            await index.apply(batch)
            for (const c of batch) {
              if (c.hash === undefined) model.delete(toHex(c.key))
              else model.set(toHex(c.key), toHex(c.hash))
            }
          }
          const reader = index.reader()
          const sorted = [...model].sort(([x], [y]) => (x < y ? -1 : 1)).map(([k, h]) => `${k}=${h}`)
          expect(await all(reader, index.root())).toEqual(sorted)
          expect(await all(reader, index.root(), { reverse: true })).toEqual([...sorted].reverse())
          const [low, high] = [toHex(a), toHex(b)]
          const inside = sorted.filter(e => e.slice(0, e.indexOf("=")) >= low && e.slice(0, e.indexOf("=")) < high)
          expect(await all(reader, index.root(), { from: a, to: b })).toEqual(inside)
          expect(await reader.count(index.root(), { from: a, to: b })).toBe(inside.length)
          expect(await reader.count(index.root(), { from: a })).toBe(
            sorted.filter(e => e.slice(0, e.indexOf("=")) >= low).length,
          )
          expect(await reader.count(index.root(), {})).toBe(sorted.length)
          for (const key of [a, b]) {
            const found = await reader.find(index.root(), key)
            expect(found === undefined ? undefined : toHex(found)).toBe(model.get(toHex(key)))
          }
          // Reaching every node and counting: leftovers would be a leak, missing ones a hole.
          let reached = 0
          const walk = async (at: Uint8Array): Promise<void> => {
            reached++
            const node = await reader.node(at)
            if (!node.leaf) for (const child of node.entries) await walk(child.hash)
          }
          await walk(index.root())
          expect(await nodeCount(index.rows)).toBe(reached)
        },
      ),
      RUNS,
    )
  })

  it("grows to several levels and shrinks to nothing", async () => {
    const index = await emptyIndex()
    const many = Array.from({ length: 5000 }, (_, i) => ({ key: hash(`row ${i}`), hash: hash(`value ${i}`) }))
    await index.apply(many)
    const reader = index.reader()
    expect((await all(reader, index.root())).length).toBe(5000)
    // A reader that remembers hardly anything answers the same.
    expect(await all(new IndexReader(index.rows, crypto, 2), index.root())).toEqual(await all(reader, index.root()))
    const entries = (await reader.node(index.root())).entries
    expect(entries.length).toBeLessThanOrEqual(32)
    expect(await reader.find(index.root(), hash("row 4999"))).toEqual(hash("value 4999"))
    await index.apply(many.map(({ key }) => ({ key, hash: undefined })))
    expect(toHex(index.root())).toBe(toHex(crypto.hash("sha256", EMPTY_INDEX)))
    expect(await nodeCount(index.rows)).toBe(1)
  })

  it("counts a range by the nodes along its edges", async () => {
    const index = await emptyIndex()
    await index.apply(Array.from({ length: 5000 }, (_, i) => ({ key: hash(`row ${i}`), hash: hash("v") })))
    let reads = 0
    const counted = { ...index.rows, get: (key: Uint8Array) => (reads++, index.rows.get(key)) }
    const [from, to] = [Uint8Array.of(0x40), Uint8Array.of(0xc0)]
    const within = Array.from({ length: 5000 }, (_, i) => hash(`row ${i}`)[0] ?? 0).filter(b => b >= 0x40 && b < 0xc0)
    expect(await new IndexReader(counted, crypto).count(index.root(), { from, to })).toBe(within.length)
    // Three levels: the root and two nodes on each of the two others.
    expect(reads).toBe(5)
  })

  it("takes the last of several changes of one key", async () => {
    const index = await emptyIndex()
    const key = utf8("k")
    await index.apply([
      { key, hash: hash("1") },
      { key, hash: undefined },
      { key, hash: hash("2") },
    ])
    expect(await index.reader().find(index.root(), key)).toEqual(hash("2"))
  })

  it("never answers from a node that is missing, altered or another one", async () => {
    const index = await emptyIndex()
    await index.apply(Array.from({ length: 300 }, (_, i) => ({ key: hash(`row ${i}`), hash: hash(`value ${i}`) })))
    const nodes: Uint8Array[] = []
    const values: Uint8Array[] = []
    for await (const [key, value] of index.rows.entries({})) {
      nodes.push(key)
      values.push(value)
    }
    const whole = await all(index.reader(), index.root())
    for (const [i, key] of nodes.entries()) {
      const value = values[i] ?? new Uint8Array()
      const flipped = Uint8Array.from(value)
      flipped[(i * 7) % flipped.length] = (flipped[(i * 7) % flipped.length] ?? 0) ^ 1
      for (const bad of [undefined, flipped, value.slice(0, -1), values[(i + 1) % values.length]]) {
        const change = bad === undefined ? ({ type: "del", key } as const) : ({ type: "put", key, value: bad } as const)
        await index.rows.batch([change], { sync: true })
        await expect(all(index.reader(), index.root())).rejects.toMatchObject({
          code: "STORE_CORRUPT",
          detail: { sublevel: "index", key: toHex(key) },
        })
      }
      await index.rows.batch([{ type: "put", key, value }], { sync: true })
    }
    expect(await all(index.reader(), index.root())).toEqual(whole)
  })
})

describe("index node", () => {
  const entry = fc.record({
    key: fc.uint8Array({ maxLength: 40 }),
    hash: fc.string().map(hash),
    rows: fc.integer({ min: 1, max: 2 ** 48 - 1 }),
  })

  it("is printed and read back, and no other bytes read as the same node", () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.uniqueArray(entry, { minLength: 1, selector: e => toHex(e.key) }),
        (leaf, entries) => {
          entries.sort((a, b) => compareBytes(a.key, b.key))
          const bytes = printIndexNode({ leaf, entries })
          const read = parseIndexNode(bytes)
          expect(read?.leaf).toBe(leaf)
          expect(read?.entries.map(e => e.rows)).toEqual(entries.map(e => (leaf ? 1 : e.rows)))
          expect(read === undefined ? undefined : printIndexNode(read)).toEqual(bytes)
          expect(parseIndexNode(bytes.slice(0, -1))).toBeUndefined()
          expect(parseIndexNode(Uint8Array.of(...bytes, 0))).toBeUndefined()
        },
      ),
      RUNS,
    )
  })

  it.each([
    ["no bytes", Uint8Array.of()],
    ["an unknown kind", Uint8Array.of(2)],
    ["an inner node without children", Uint8Array.of(1)],
    ["a child without rows", Uint8Array.of(1, 0, 1, 7, ...hash("a"), 0, 0, 0, 0, 0, 0)],
    ["a repeated key", Uint8Array.of(0, 0, 1, 7, ...hash("a"), 0, 1, 7, ...hash("a"))],
    ["keys out of order", Uint8Array.of(0, 0, 1, 8, ...hash("a"), 0, 1, 7, ...hash("a"))],
    ["a key longer than allowed", Uint8Array.of(0, 0xff, 0xff, ...new Uint8Array(0xffff + 32))],
  ])("refuses %s", (_, bytes) => {
    expect(parseIndexNode(bytes)).toBeUndefined()
  })

  it("refuses to print a key longer than allowed", () => {
    const entries = [{ key: new Uint8Array(MAX_INDEX_KEY_BYTES + 1), hash: hash("a"), rows: 1 }]
    expect(() => printIndexNode({ leaf: true, entries })).toThrow(expect.objectContaining({ code: "INTERNAL" }))
  })
})
