/** What every Database must do; the port's promises are in `appliance/store/database.ts`. */
import { expect, it } from "vitest"
import type { Database, OpenDatabase } from "../../appliance/store/database.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import { unwrap } from "../../src/kernel/result.ts"

const SYNC = { sync: true } as const
const key = utf8("key")

async function text(database: Database, sublevel: string): Promise<string | undefined> {
  const value = await database.sublevel(sublevel).get(key)
  return value === undefined ? undefined : new TextDecoder().decode(value)
}

function put(sublevel: string, value: string) {
  return { sublevel, changes: [{ type: "put" as const, key, value: utf8(value) }] }
}

/** Runs the suite; `make` gives an opener and a fresh directory for each test. */
export function databaseContract(make: () => Promise<{ open: OpenDatabase; directory: string }>): void {
  it("is made once, found again, and never made by opening", async () => {
    const { open, directory } = await make()
    expect(await open(directory, { create: false })).toMatchObject({ ok: false, error: { code: "STORE_CORRUPT" } })
    const made = unwrap(await open(directory, { create: true }))
    await made.batch([put("one", "1")], SYNC)
    await made.close()
    expect(await open(directory, { create: true })).toMatchObject({ ok: false, error: { code: "STORE_EXISTS" } })
    const again = unwrap(await open(directory, { create: false }))
    expect(await text(again, "one")).toBe("1")
    await again.close()
  })

  it("has one owner", async () => {
    const { open, directory } = await make()
    const owner = unwrap(await open(directory, { create: true }))
    expect(await open(directory, { create: false })).toMatchObject({ ok: false, error: { code: "STORE_LOCKED" } })
    await owner.close()
    await owner.close()
    await unwrap(await open(directory, { create: false })).close()
  })

  it("keeps sublevels apart, also where one name begins with another", async () => {
    const { open, directory } = await make()
    const database = unwrap(await open(directory, { create: true }))
    await database.batch([put("log", "a"), put("log-1", "b"), put("log-12", "c")], SYNC)
    expect(await Promise.all(["log", "log-1", "log-12", "lo"].map(n => text(database, n)))).toEqual([
      "a",
      "b",
      "c",
      undefined,
    ])
    const found = []
    for await (const entry of database.sublevel("log-1").entries({})) found.push(entry)
    expect(found.length).toBe(1)
    await database.close()
  })

  it("changes several sublevels in one batch, the last change of a key counting", async () => {
    const { open, directory } = await make()
    const database = unwrap(await open(directory, { create: true }))
    await database.batch([put("a", "1"), put("b", "1"), put("a", "2")], SYNC)
    await database.batch([{ sublevel: "b", changes: [{ type: "del", key }] }, put("c", "3")], SYNC)
    expect(await Promise.all(["a", "b", "c"].map(n => text(database, n)))).toEqual(["2", undefined, "3"])
    await database.close()
  })

  it.each(["", "A", "a!b", "a/b", "a b", "ä", "x".repeat(81)])("refuses the name %o", async name => {
    const { open, directory } = await make()
    const database = unwrap(await open(directory, { create: true }))
    expect(() => database.sublevel(name)).toThrow(expect.objectContaining({ code: "INTERNAL" }))
    await expect(database.batch([put(name, "1")], SYNC)).rejects.toMatchObject({ code: "INTERNAL" })
    await database.close()
  })

  it("is read as it was by a snapshot, whatever is written later", async () => {
    const { open, directory } = await make()
    const database = unwrap(await open(directory, { create: true }))
    await database.batch([put("a", "1"), put("b", "1")], SYNC)
    const then = database.snapshot()
    await database.batch([put("a", "2"), { sublevel: "b", changes: [{ type: "del", key }] }], SYNC)
    expect(await Promise.all(["a", "b"].map(n => text(then, n)))).toEqual(["1", "1"])
    expect(await then.sublevel("a").getMany([key])).toHaveLength(1)
    const rows = []
    for await (const row of then.sublevel("b").entries({})) rows.push(row)
    expect(rows).toHaveLength(1)
    expect(await text(database, "a")).toBe("2")
    await then.close()
    await database.close()
  })

  it("rejects all use after it was closed", async () => {
    const { open, directory } = await make()
    const database = unwrap(await open(directory, { create: true }))
    const rows = database.sublevel("one")
    await database.close()
    const INTERNAL = { code: "INTERNAL" }
    await expect(rows.get(key)).rejects.toMatchObject(INTERNAL)
    await expect(rows.getMany([key])).rejects.toMatchObject(INTERNAL)
    await expect(rows.batch([{ type: "del", key }], SYNC)).rejects.toMatchObject(INTERNAL)
    await expect(database.batch([put("one", "1")], SYNC)).rejects.toMatchObject(INTERNAL)
    await expect(rows.entries({})[Symbol.asyncIterator]().next()).rejects.toMatchObject(INTERNAL)
  })
}
