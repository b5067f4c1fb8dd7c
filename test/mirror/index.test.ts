/** The index of leaves: against a map of all leaves, with collisions and copies, from the first layout, and swept. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { findLeaf } from "../../mirror/index/find-leaf.ts"
import { CHUNK_LEAVES, partOf, partsOf, runOf } from "../../mirror/index/leaf-index.ts"
import { RunBuilder } from "../../mirror/index/run-builder.ts"
import { leafKey } from "../../mirror/rows.ts"
import { concatBytes, toHex } from "../../src/kernel/bytes.ts"
import type { KeyValue } from "../../src/kernel/ports.ts"
import { naiveLeaves } from "../support/naive-tree.ts"
import { failingAfter, fsckAll, generatedLog, ingestAll, kindsOf, MemoryRows, readerOf } from "../support/mirror.ts"

const crypto = nodeCrypto()

async function indexed(leaves: readonly Uint8Array[]): Promise<MemoryRows> {
  const rows = new MemoryRows()
  for (let chunk = 0; chunk * CHUNK_LEAVES < leaves.length; chunk++) {
    const run = runOf(
      crypto,
      BigInt(chunk),
      concatBytes(...leaves.slice(chunk * CHUNK_LEAVES, (chunk + 1) * CHUNK_LEAVES)),
    )
    await rows.batch(
      run.map(part => ({ type: "put", ...part })),
      { sync: true },
    )
  }
  return rows
}

const find = (rows: KeyValue, leaves: readonly Uint8Array[], leaf: Uint8Array): Promise<bigint | undefined> =>
  findLeaf(
    {
      rows,
      crypto,
      size: BigInt(leaves.length),
      leafAt: async index => leaves[Number(index)] ?? new Uint8Array(),
    },
    leaf,
  )

/** Leaves that often begin alike, and are often the same. */
const alike = fc
  .tuple(fc.constantFrom(0, 1, 127, 128, 255), fc.constantFrom(0, 255), fc.nat(3))
  .map(([first, second, last]) => new Uint8Array(32).with(0, first).with(1, second).with(31, last))

describe("a lookup", () => {
  it("gives what a map of all leaves gives, the lowest of equal ones", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(alike, { minLength: 1, maxLength: 600 }), alike, async (leaves, other) => {
        const rows = await indexed(leaves)
        const oracle = new Map<string, number>()
        for (const [i, leaf] of leaves.entries()) if (!oracle.has(toHex(leaf))) oracle.set(toHex(leaf), i)
        for (const leaf of [...leaves.slice(0, 40), other]) {
          const expected = oracle.get(toHex(leaf))
          expect(await find(rows, leaves, leaf)).toBe(expected === undefined ? undefined : BigInt(expected))
        }
      }),
      { numRuns: 60 },
    )
  })

  it("goes through all chunks, and says nothing where a part is missing or damaged", async () => {
    const leaves = naiveLeaves(CHUNK_LEAVES + 700)
    const rows = await indexed(leaves)
    for (const index of [0, 1, 65_535, 65_536, 66_235]) {
      const leaf = leaves[index] as Uint8Array
      expect(await find(rows, leaves, leaf)).toBe(BigInt(index))
    }
    const absent = new Uint8Array(32).fill(9)
    expect(await find(rows, leaves, absent)).toBeUndefined()
    for await (const [key, value] of rows.copy().entries({})) {
      if (key[13] !== (key[8] === 0 ? 9 : 0)) continue
      for (const change of [undefined, value.subarray(1), value.subarray(0, 3), value.with(0, (value[0] ?? 0) ^ 1)]) {
        const damaged = rows.copy()
        await damaged.batch([change === undefined ? { type: "del", key } : { type: "put", key, value: change }], {
          sync: true,
        })
        await expect(find(damaged, leaves, absent)).rejects.toMatchObject({ code: "STORE_CORRUPT" })
      }
    }
  })
})

it("a run is cut into powers of two of parts, each hash into the one of its first bits", () => {
  expect([1, 256, 257, 512, 513, 4464, 65_536].map(partsOf)).toEqual([1, 1, 2, 2, 4, 32, 256])
  fc.assert(
    fc.property(fc.nat(2 ** 32 - 1), fc.nat(8), (prefix, bits) => {
      expect(partOf(prefix, 2 ** bits)).toBe(Number(BigInt(prefix) >> BigInt(32 - bits)))
    }),
  )
})

it("a builder makes no run of a chunk in which a row is not known", () => {
  const row = concatBytes(...naiveLeaves(256))
  const builder = new RunBuilder(crypto, 0n)
  for (let i = 0; i < 255; i++) expect(builder.add(i === 3 ? undefined : row)).toEqual([])
  expect(builder.add(row)).toEqual([])
  expect(builder.add(row)).toEqual([])
  expect(builder.end()).toHaveLength(1)
  expect(builder.end()).toEqual([])
})

describe("the first layout, a row for each leaf", () => {
  /** A mirror as it was written then. */
  async function old(size: number): Promise<MemoryRows> {
    const rows = new MemoryRows()
    await ingestAll(rows, generatedLog(size))
    const reader = readerOf(rows)
    const changes = await Promise.all(
      Array.from({ length: size }, async (_, i) => {
        const leaf = (await reader.leaf(BigInt(i))) as Uint8Array
        return { type: "put", key: leafKey(leaf, BigInt(i)), value: new Uint8Array() } as const
      }),
    )
    const runs = []
    for await (const [key] of rows.entries({})) if (key[0] === 0x69) runs.push({ type: "del", key } as const)
    await rows.batch([...changes, ...runs], { sync: true })
    return rows
  }

  it("says so when it is read, and is brought to this one by an ingest, whenever that is cut", async () => {
    const first = await old(511)
    const leaf = (await readerOf(first).leaf(300n)) as Uint8Array
    await expect(readerOf(first).indexOf(leaf)).rejects.toMatchObject({ code: "STORE_CORRUPT" })
    for (let budget = 0; budget < 8; budget++) {
      const rows = first.copy()
      try {
        await ingestAll(failingAfter(rows, budget), generatedLog(512))
      } catch {
        // Killed.
      }
      await ingestAll(rows, generatedLog(512))
      await ingestAll(rows, generatedLog(512))
      expect(await readerOf(rows).indexOf(leaf)).toBe(300n)
      expect(await kindsOf(rows)).not.toHaveProperty("leaf")
      expect(await kindsOf(rows)).toMatchObject({ index: 2 })
      expect((await fsckAll(rows)).damage).toEqual([])
    }
  })
})
