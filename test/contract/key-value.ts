/**
 * What every KeyValue must do: the memory fake, LevelDB, a namespaced view of either, and the views of a site. The
 * port's promises are in `src/kernel/ports.ts`.
 */
import fc from "fast-check"
import { beforeEach, expect, it } from "vitest"
import { compareBytes, toHex } from "../../src/kernel/bytes.ts"
import type { KeyRange, KeyValue, KeyValueChange } from "../../src/kernel/ports.ts"

const bytes = (...values: number[]) => Uint8Array.from(values)
const put = (key: Uint8Array, value: Uint8Array): KeyValueChange => ({ type: "put", key, value })
const del = (key: Uint8Array): KeyValueChange => ({ type: "del", key })
const SYNC = { sync: true } as const

async function listed(rows: KeyValue, range: KeyRange = {}): Promise<[string, string][]> {
  const found: [string, string][] = []
  for await (const [key, value] of rows.entries(range)) found.push([toHex(key), toHex(value)])
  return found
}

/** Runs the suite; `make` gives an empty KeyValue for each test. */
export function keyValueContract(make: () => Promise<KeyValue>): void {
  let rows: KeyValue
  beforeEach(async () => {
    rows = await make()
  })

  it("is empty at first", async () => {
    expect(await rows.get(bytes(1))).toBeUndefined()
    expect(await rows.getMany([bytes(1), bytes(2)])).toEqual([undefined, undefined])
    expect(await rows.getMany([])).toEqual([])
    expect(await listed(rows)).toEqual([])
  })

  it.each([SYNC, { sync: false }])("gives back what was put, with %o", async options => {
    await rows.batch([put(bytes(1), bytes(10)), put(bytes(2), bytes())], options)
    expect(toHex((await rows.get(bytes(1))) ?? bytes(0))).toBe("0a")
    // A plain array: a Buffer, which is one too, prints and slices differently.
    expect(Object.getPrototypeOf(await rows.get(bytes(1)))).toBe(Uint8Array.prototype)
    // An empty value is a value, not absence.
    expect((await rows.get(bytes(2)))?.length).toBe(0)
    expect(await rows.get(bytes(3))).toBeUndefined()
  })

  it("keeps keys and values of any bytes, also zeros, 0xff, text separators and an empty key", async () => {
    const keys = [bytes(), bytes(0), bytes(0, 0), bytes(0x21), bytes(0x22, 0x21), bytes(0xff), bytes(0xff, 0xff, 0)]
    await rows.batch(
      keys.map((key, i) => put(key, bytes(i, 0, 0xff, 0xfe))),
      SYNC,
    )
    const values = await rows.getMany(keys)
    expect(values.map(v => v?.[0])).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect((await listed(rows)).map(([key]) => key)).toEqual(["", "00", "0000", "21", "2221", "ff", "ffff00"])
  })

  it("answers many keys in the order asked, with repeats and absent ones", async () => {
    await rows.batch([put(bytes(1), bytes(11)), put(bytes(2), bytes(22))], SYNC)
    const found = await rows.getMany([bytes(2), bytes(9), bytes(1), bytes(2)])
    expect(found.map(v => v?.[0])).toEqual([22, undefined, 11, 22])
  })

  it("overwrites, deletes, and takes the last of several changes of one key", async () => {
    await rows.batch([put(bytes(1), bytes(1)), put(bytes(2), bytes(1))], SYNC)
    await rows.batch([put(bytes(1), bytes(2)), del(bytes(2)), del(bytes(3))], SYNC)
    expect(await listed(rows)).toEqual([["01", "02"]])
    await rows.batch([put(bytes(4), bytes(1)), del(bytes(4)), del(bytes(5)), put(bytes(5), bytes(6))], SYNC)
    expect(await listed(rows)).toEqual([
      ["01", "02"],
      ["05", "06"],
    ])
    await rows.batch([], SYNC)
    expect((await listed(rows)).length).toBe(2)
  })

  it("lists half-open ranges in both directions with a limit", async () => {
    await rows.batch(
      [1, 2, 3, 4, 5].map(n => put(bytes(n), bytes(n))),
      SYNC,
    )
    const keys = async (range: KeyRange) => (await listed(rows, range)).map(([key]) => Number.parseInt(key, 16))
    expect(await keys({ from: bytes(2), to: bytes(4) })).toEqual([2, 3])
    expect(await keys({ from: bytes(2), to: bytes(4), reverse: true })).toEqual([3, 2])
    expect(await keys({ from: bytes(4) })).toEqual([4, 5])
    expect(await keys({ to: bytes(2) })).toEqual([1])
    expect(await keys({ limit: 2 })).toEqual([1, 2])
    expect(await keys({ reverse: true, limit: 2 })).toEqual([5, 4])
    expect(await keys({ limit: 0 })).toEqual([])
    expect(await keys({ from: bytes(4), to: bytes(2) })).toEqual([])
    expect(await keys({ from: bytes(2, 0), to: bytes(3, 0) })).toEqual([3])
  })

  it("does not change values handed in or out when the caller writes over them", async () => {
    const key = bytes(1)
    const value = bytes(5)
    await rows.batch([put(key, value)], SYNC)
    value[0] = 6
    key[0] = 2
    const out = await rows.get(bytes(1))
    expect(out?.[0]).toBe(5)
    out?.fill(9)
    expect((await rows.get(bytes(1)))?.[0]).toBe(5)
  })

  it("can be left in the middle of a listing, and changed while listing", async () => {
    await rows.batch(
      Array.from({ length: 50 }, (_, n) => put(bytes(n), bytes(n))),
      SYNC,
    )
    const seen: number[] = []
    for await (const [key] of rows.entries({})) {
      seen.push(key[0] ?? -1)
      await rows.batch([put(bytes(key[0] ?? 0), bytes(99))], SYNC)
      if (seen.length === 10) break
    }
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect((await rows.get(bytes(3)))?.[0]).toBe(99)
  })

  it("keeps values of some megabytes", async () => {
    const big = Uint8Array.from({ length: 3 * 1024 * 1024 }, (_, i) => (i * 31) % 251)
    await rows.batch([put(bytes(1), big)], SYNC)
    const back = await rows.get(bytes(1))
    expect(back !== undefined && compareBytes(back, big)).toBe(0)
  })

  it("agrees with a sorted list under any sequence of batches", async () => {
    const key = fc.uint8Array({ minLength: 0, maxLength: 3 })
    const change: fc.Arbitrary<KeyValueChange> = fc.oneof(
      fc.record({ type: fc.constant("put" as const), key, value: fc.uint8Array({ maxLength: 4 }) }),
      fc.record({ type: fc.constant("del" as const), key }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(change, { maxLength: 12 }), { maxLength: 6 }),
        key,
        key,
        async (batches, a, b) => {
          const all = await listed(rows)
          const model = new Map(all)
          for (const batch of batches) {
            await rows.batch(batch, { sync: false })
            for (const c of batch) {
              if (c.type === "put") model.set(toHex(c.key), toHex(c.value))
              else model.delete(toHex(c.key))
            }
          }
          const sorted = [...model].sort(([x], [y]) => (x < y ? -1 : 1))
          expect(await listed(rows)).toEqual(sorted)
          const inside = sorted.filter(([k]) => k >= toHex(a) && k < toHex(b))
          expect(await listed(rows, { from: a, to: b })).toEqual(inside)
          expect(await listed(rows, { from: a, to: b, reverse: true, limit: 3 })).toEqual(inside.reverse().slice(0, 3))
        },
      ),
      { numRuns: process.env["SLOW"] === undefined ? 15 : 500 },
    )
  })
}
