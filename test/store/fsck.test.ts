/** fsck names each damaged row, goes on after it, and has nothing to say about an intact store. */
import { rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import type { Database } from "../../appliance/store/database.ts"
import { fsckStore, type FsckEvent } from "../../appliance/store/fsck.ts"
import { printHead } from "../../appliance/store/head.ts"
import { parseIndexNode, printIndexNode } from "../../appliance/store/index-node.ts"
import { headOf, LEDGER_KEY, parseLedgerRow, printLedgerRow } from "../../appliance/store/ledger.ts"
import { levelDatabase } from "../../appliance/store/level-key-value.node.ts"
import type { SitePorts } from "../../appliance/store/site.ts"
import { concatBytes, fromHex, toHex, u64be, utf8 } from "../../src/kernel/bytes.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { databaseFolder, makeFullSite } from "../support/full-site.ts"
import { evidenceOf, realPorts, reportOf, sha256, temporaryDirectory } from "../support/store.ts"

async function fullSite(): Promise<{ directory: string; ports: SitePorts }> {
  const parent = await temporaryDirectory()
  const directory = join(parent, "site")
  const ports = realPorts(parent)
  await makeFullSite(directory, ports)
  return { directory, ports }
}

async function check(directory: string, ports: SitePorts): Promise<FsckEvent[]> {
  const events: FsckEvent[] = []
  for await (const event of fsckStore(directory, ports)) events.push(event)
  return events
}

/** Changes rows behind the store's back and gives the damage found: sublevel, key, what. */
async function damageAfter(tamper: (database: Database) => Promise<void>) {
  const { directory, ports } = await fullSite()
  const database = unwrap(await levelDatabase(databaseFolder(directory), { create: false }))
  await tamper(database)
  await database.close()
  const events = await check(directory, ports)
  const found = events.flatMap(e => (e.type === "damage" ? [[e.code, e.sublevel, e.key, e.what] as const] : []))
  expect(events.at(-1)).toMatchObject({ type: "summary", damaged: found.length })
  return found
}

const raw = (hex: string) => fromHex(hex) ?? new Uint8Array()
const digest = sha256(evidenceOf(3).bytes)
const recordKey = concatBytes(utf8("e"), raw(digest))
const set = (database: Database, sublevel: string, key: Uint8Array, value: Uint8Array) =>
  database.batch([{ sublevel, changes: [{ type: "put", key, value }] }], { sync: true })
const drop = (database: Database, sublevel: string, key: Uint8Array) =>
  database.batch([{ sublevel, changes: [{ type: "del", key }] }], { sync: true })

describe("fsck", () => {
  it("counts an intact store", async () => {
    const { directory, ports } = await fullSite()
    const events = await check(directory, ports)
    expect(events.map(e => e.type)).toEqual(["progress", "progress", "progress", "summary"])
    // 8 evidence with 2 subjects each, 2 reports with 2 index rows each, 2 generations, 1 log head, 6 audit records.
    expect(events.at(-1)).toEqual({
      type: "summary",
      rows: 8 * 3 + 2 * 3 + 2 + 1 + 6,
      blobs: 8 + 2 * 2 + 3 + 2,
      damaged: 0,
    })
  })

  it("names an altered, a missing and an uncommitted row", async () => {
    expect(await damageAfter(db => set(db, "evidence", recordKey, utf8("{}")))).toEqual([
      ["STORE_CORRUPT", "evidence", toHex(recordKey), "is altered"],
    ])
    expect(await damageAfter(db => drop(db, "evidence", recordKey))).toEqual([
      ["STORE_CORRUPT", "evidence", toHex(recordKey), "is missing"],
    ])
    expect(await damageAfter(db => set(db, "trust", utf8("forged"), utf8("1")))).toEqual([
      ["STORE_CORRUPT", "trust", toHex(utf8("forged")), "was written by no commit"],
    ])
    expect(await damageAfter(db => set(db, "log-1", utf8("h"), utf8("old")))).toEqual([
      ["STORE_CORRUPT", "log-1", toHex(utf8("h")), "is altered"],
    ])
  })

  it("names an altered and a missing blob, of evidence and of a closure", async () => {
    expect(await damageAfter(db => set(db, "blobs", raw(digest), utf8("other")))).toEqual([
      ["STORE_CORRUPT", "blobs", digest, "is altered"],
    ])
    expect(await damageAfter(db => drop(db, "blobs", raw(digest)))).toEqual([
      ["STORE_CORRUPT", "blobs", digest, "is missing"],
    ])
    const blob = sha256(reportOf(1).closure[1] ?? new Uint8Array())
    expect(await damageAfter(db => drop(db, "blobs", raw(blob)))).toEqual([
      ["STORE_CORRUPT", "blobs", blob, "is missing"],
    ])
    const root = sha256(utf8("one"))
    expect(await damageAfter(db => drop(db, "blobs", raw(root)))).toEqual([
      ["STORE_CORRUPT", "blobs", root, "is missing"],
    ])
  })

  it("names a broken audit record, as a row and as a link of the chain", async () => {
    expect(await damageAfter(db => drop(db, "audit", u64be(4n)))).toEqual([
      ["STORE_CORRUPT", "audit", toHex(u64be(4n)), "is missing"],
      ["AUDIT_BROKEN", null, null, "audit record 4 is not at its place"],
    ])
  })

  it("goes on after damage and reports every row", async () => {
    const found = await damageAfter(async db => {
      await set(db, "evidence", recordKey, utf8("{}"))
      await drop(db, "blobs", raw(sha256(evidenceOf(1).bytes)))
      await set(db, "generations", utf8("x"), utf8("x"))
    })
    expect(found.map(([, sublevel]) => sublevel).sort()).toEqual(["blobs", "evidence", "generations"])
  })

  it("names a damaged node of the index and checks what the rest of it names", async () => {
    const found = await damageAfter(async db => {
      const nodes: [Uint8Array, Uint8Array][] = []
      for await (const [key, value] of db.sublevel("index").entries({})) nodes.push([key, value])
      const leaf = nodes.find(([, value]) => value[0] === 0 && value.length > 1)
      await set(db, "index", leaf?.[0] ?? new Uint8Array(), utf8("x"))
      await set(db, "blobs", raw(digest), utf8("other"))
    })
    expect(found.map(([code, sublevel]) => `${code} ${sublevel ?? ""}`)).toContain("STORE_CORRUPT index")
    expect(found).toContainEqual(["STORE_CORRUPT", "blobs", digest, "is altered"])
  })

  it("names a node of the index that miscounts what is under it", async () => {
    // Only a program that writes wrong trees leaves this: all hashes are right, up to HEAD.
    const { directory, ports } = await fullSite()
    const database = unwrap(await levelDatabase(databaseFolder(directory), { create: false }))
    const row = parseLedgerRow((await database.sublevel("ledger").get(LEDGER_KEY)) ?? new Uint8Array())
    const root = parseIndexNode((await database.sublevel("index").get(raw(row?.index ?? ""))) ?? new Uint8Array())
    if (row === undefined || root?.leaf !== false) throw new Error("the site is too small for a tree")
    const [first, ...rest] = root.entries
    if (first === undefined) throw new Error("a root without children")
    const wrong = printIndexNode({ leaf: false, entries: [{ ...first, rows: first.rows + 1 }, ...rest] })
    const index = sha256(wrong)
    await set(database, "index", raw(index), wrong)
    const newest = printLedgerRow({ ...row, index })
    await set(database, "ledger", LEDGER_KEY, newest)
    await database.close()
    await writeFile(join(directory, "HEAD"), printHead(headOf({ ...row, index }, sha256(newest))))
    const found = (await check(directory, ports)).filter(e => e.type === "damage")
    expect(found).toEqual([
      {
        type: "damage",
        code: "STORE_CORRUPT",
        sublevel: "index",
        key: toHex(first.hash),
        what: "has another number of rows",
      },
    ])
  })

  it("reports a store that cannot be opened, by the same codes as opening it", async () => {
    const { directory, ports } = await fullSite()
    const codes = async () => (await check(directory, ports)).flatMap(e => (e.type === "damage" ? [e.code] : []))
    await writeFile(join(directory, "HEAD"), "{}")
    expect(await codes()).toEqual(["STORE_CORRUPT"])
    await writeFile(join(directory, "store.json"), '{"format":9}')
    expect(await codes()).toEqual(["STORE_TOO_NEW", "STORE_CORRUPT"])
    await rm(join(directory, "db", "CURRENT"))
    expect(await codes()).toEqual(["STORE_TOO_NEW", "STORE_CORRUPT"])
    await rm(directory, { recursive: true })
    expect(await codes()).toEqual(["STORE_MISSING", "STORE_CORRUPT"])
  })

  it("reports a commit row that is missing, unreadable or of another store", async () => {
    const key = utf8("newest")
    expect(await damageAfter(db => drop(db, "ledger", key))).toMatchObject([
      ["STORE_CORRUPT", "ledger", null, expect.any(String)],
    ])
    expect(await damageAfter(db => set(db, "ledger", key, utf8("{}")))).toMatchObject([
      ["STORE_CORRUPT", "ledger", null, expect.any(String)],
    ])
    const moved = await damageAfter(async db => {
      const row = new TextDecoder().decode((await db.sublevel("ledger").get(key)) ?? new Uint8Array())
      await set(db, "ledger", key, utf8(row.replace(/"siteId":"[0-9a-f]{32}"/, `"siteId":"${"0".repeat(32)}"`)))
    })
    expect(moved).toMatchObject([["STORE_CORRUPT", "ledger", null, expect.any(String)]])
  })

  it("stops when it is told to, and gives the lock back", async () => {
    const { directory, ports } = await fullSite()
    const controller = new AbortController()
    controller.abort(new Error("stop"))
    await expect(fsckStore(directory, ports, controller.signal).next()).rejects.toThrow("stop")
    expect((await check(directory, ports)).at(-1)).toMatchObject({ damaged: 0 })
  })
})
