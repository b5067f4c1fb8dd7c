import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { auditKey } from "../../appliance/store/audit-log.ts"
import { initSite, openSite } from "../../appliance/store/site.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import { canonicalJson } from "../../src/kernel/json.ts"
import { err, unwrap } from "../../src/kernel/result.ts"
import {
  auditOf,
  evidenceOf,
  importEvidence,
  realPorts,
  realSite,
  sha256,
  temporaryDirectory,
} from "../support/store.ts"

const put = (sublevel: string, key: string, value: string) => ({
  sublevel,
  changes: [{ type: "put" as const, key: utf8(key), value: utf8(value) }],
})

describe("init", () => {
  it("makes a site with identities, a first commit and its audit record", async () => {
    const { site, directory } = await realSite()
    expect(site.storeId).toMatch(/^[0-9a-f]{32}$/)
    expect(site.siteId).toMatch(/^[0-9a-f]{32}$/)
    expect(site.storeId).not.toBe(site.siteId)
    expect(site).toMatchObject({ directory, commitNumber: 1, epoch: { n: 1 } })
    expect((await readdir(directory)).sort()).toEqual(["HEAD", "db", "store.json"])
    expect(await site.audit.get(1)).toMatchObject({
      ok: true,
      value: { n: 1, operation: "init", prev: "0".repeat(64) },
    })
    expect(await site.audit.get(2)).toEqual({ ok: true, value: undefined })
  })

  it("leaves a site and any other directory that is not empty alone", async () => {
    const { site, directory, ports } = await realSite()
    await site.close()
    const before = await readFile(join(directory, "HEAD"))
    expect(await initSite(directory, ports, auditOf())).toMatchObject({ ok: false, error: { code: "STORE_EXISTS" } })
    expect(await readFile(join(directory, "HEAD"))).toEqual(before)
    // A store whose store.json was lost still holds everything: init must not clear it away.
    await rm(join(directory, "store.json"))
    expect(await initSite(directory, ports, auditOf())).toMatchObject({ ok: false, error: { code: "STORE_EXISTS" } })
    expect((await readdir(join(directory, "db"))).includes("CURRENT")).toBe(true)
  })

  it("starts over where an interrupted init left its marker", async () => {
    const directory = await temporaryDirectory()
    await mkdir(join(directory, "db"))
    await writeFile(join(directory, "db", "000003.log"), "half")
    await writeFile(join(directory, "HEAD"), "half")
    await writeFile(join(directory, "init.unfinished"), "")
    const site = unwrap(await initSite(directory, realPorts(directory), auditOf("init")))
    expect(site.commitNumber).toBe(1)
    expect((await readdir(directory)).sort()).toEqual(["HEAD", "db", "store.json"])
    await site.close()
  })

  it("reports a directory that cannot be made", async () => {
    const parent = await temporaryDirectory()
    await writeFile(join(parent, "file"), "")
    const made = await initSite(join(parent, "file", "site"), realPorts(parent), auditOf())
    expect(made).toMatchObject({ ok: false, error: { code: "INPUT_UNREADABLE" } })
  })
})

describe("commit", () => {
  it("survives closing: rows, number, audit record and HEAD", async () => {
    const { site, directory, ports } = await realSite()
    const record = unwrap(
      await site.commit([put("trust", "root", "1"), put("policy", "p", "2")], auditOf("trust.import")),
    )
    expect(record).toMatchObject({ n: 2, operation: "trust.import" })
    expect(site.commitNumber).toBe(2)
    await site.close()
    const again = unwrap(await openSite(directory, ports))
    expect(again.commitNumber).toBe(2)
    expect([again.storeId, again.siteId, again.epoch]).toEqual([site.storeId, site.siteId, site.epoch])
    expect(await again.rows("trust").get(utf8("root"))).toEqual(utf8("1"))
    expect(await again.rows("policy").get(utf8("p"))).toEqual(utf8("2"))
    expect(await again.rows("policy").get(utf8("other"))).toBeUndefined()
    expect(again.audit.head).toEqual({ n: 2, sha256: sha256(utf8(canonicalJson(record))) })
    await again.close()
  })

  it("runs one after another, each on top of the one before", async () => {
    const { site } = await realSite()
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, i) => site.commit([put("trust", `${i}`, "x")], auditOf())),
    )
    expect(results.map(r => (r.ok ? r.value.n : 0))).toEqual(Array.from({ length: 20 }, (_, i) => i + 2))
    expect(await site.audit.verify()).toMatchObject({ ok: true, value: { n: 21 } })
    for (let i = 0; i < 20; i++) expect(await site.rows("trust").get(utf8(`${i}`))).toEqual(utf8("x"))
  })

  it("is shared by those who ask at the same time, each with a record of its own", async () => {
    const { site, directory, ports } = await realSite()
    const asked = Array.from({ length: 300 }, (_, i) =>
      site.commit([put("trust", `${i % 7}`, `${i}`)], auditOf(`op.${i}`)),
    )
    const told = (await Promise.all(asked)).map(unwrap)
    // One commit takes 256 of them, the next one the rest.
    expect(site.commitNumber).toBe(3)
    expect(told.map(({ n, operation }) => [n, operation])).toEqual(told.map((_, i) => [i + 2, `op.${i}`]))
    // Of several changes of one row the one that was asked for last stays.
    for (let i = 0; i < 7; i++) {
      const last = Math.floor((299 - i) / 7) * 7 + i
      expect(await site.rows("trust").get(utf8(`${i}`))).toEqual(utf8(`${last}`))
    }
    await site.close()
    const again = unwrap(await openSite(directory, ports))
    expect([again.commitNumber, again.audit.head.n]).toEqual([3, 301])
    expect(await again.audit.verify()).toMatchObject({ ok: true, value: { n: 301 } })
    await again.close()
  })

  it("leaves out who fails alone, and the others share it", async () => {
    const { site } = await realSite()
    const told = await Promise.all([
      site.commit([put("trust", "a", "1")], auditOf("first")),
      site.commit([put("index", "k", "v")], auditOf("reserved")),
      site.commit([], { ...auditOf("malformed"), input: "not a digest" }),
      site.commit([put("trust", "b", "2")], auditOf("second")),
    ])
    expect(told.map(one => (one.ok ? one.value.n : one.error.code))).toEqual([2, "INTERNAL", "INTERNAL", 3])
    expect(site.commitNumber).toBe(2)
    expect(await site.rows("trust").getMany([utf8("a"), utf8("b")])).toEqual([utf8("1"), utf8("2")])
    expect(await site.audit.verify()).toMatchObject({ ok: true, value: { n: 3 } })
  })

  it("leaves out who cannot be written, when that is found out for all together", async () => {
    const { site } = await realSite()
    const told = await Promise.all([
      site.commit([put("trust", "a", "1")], auditOf("first")),
      site.commit([put("trust", "k".repeat(5000), "v")], auditOf("too long a key")),
      site.commit([put("trust", "b", "2")], auditOf("second")),
    ])
    expect(told.map(one => (one.ok ? one.value.n : one.error.code))).toEqual([2, "INTERNAL", 3])
    expect(await site.rows("trust").getMany([utf8("a"), utf8("b")])).toEqual([utf8("1"), utf8("2")])
    expect(await site.audit.verify()).toMatchObject({ ok: true, value: { n: 3 } })
  })

  it("disturbs no check of the audit chain", async () => {
    const { site } = await realSite()
    let going = true
    const commits = [1, 2, 3].map(async () => {
      while (going) unwrap(await site.commit([], auditOf()))
    })
    for (let i = 0; i < 30; i++) expect(await site.audit.verify()).toMatchObject({ ok: true })
    going = false
    await Promise.all(commits)
    expect(site.audit.head.n).toBeGreaterThan(30)
  })

  it("does not keep damage from being told, however many follow one another", async () => {
    const { site, directory, ports } = await realSite()
    unwrap(await site.commit([put("trust", "a", "1")], auditOf()))
    await site.close()
    const database = unwrap(await ports.database(join(directory, "db"), { create: false }))
    await database.batch([put("trust", "a", "2")], { sync: true })
    await database.close()
    const again = unwrap(await openSite(directory, ports))
    let going = true
    const commits = [1, 2, 3].map(async () => {
      while (going) unwrap(await again.commit([], auditOf()))
    })
    await expect(again.rows("trust").get(utf8("a"))).rejects.toMatchObject({ code: "STORE_CORRUPT" })
    going = false
    await Promise.all(commits)
    await again.close()
  })

  it("lets a bug go to the one who asked, and to nobody else", async () => {
    const { site } = await realSite()
    const told = await Promise.allSettled([
      site.commit(() => Promise.reject(new TypeError("a bug")), auditOf()),
      site.commit([], auditOf()),
    ])
    expect(told).toMatchObject([
      { status: "rejected", reason: { message: "a bug" } },
      { status: "fulfilled", value: { ok: true, value: { n: 2 } } },
    ])
  })

  it("waits while something runs between commits", async () => {
    const { site } = await realSite()
    const order: string[] = []
    const running = Promise.withResolvers<undefined>()
    const between = site.between(async () => {
      await running.promise
      order.push(`between at ${site.commitNumber}`)
    })
    const commit = site.commit([], auditOf()).then(() => order.push("commit"))
    running.resolve(undefined)
    await Promise.all([between, commit])
    expect(order).toEqual(["between at 1", "commit"])
  })

  it("tells of damage that its changes come upon", async () => {
    const { site, directory, ports } = await realSite()
    unwrap(await site.commit([put("trust", "a", "1")], auditOf()))
    await site.close()
    const database = unwrap(await ports.database(join(directory, "db"), { create: false }))
    await database.batch([put("trust", "a", "2")], { sync: true })
    await database.close()
    const again = unwrap(await openSite(directory, ports))
    const refused = await again.commit(async () => {
      await again.rows("trust").get(utf8("a"))
      return { ok: true, value: [] }
    }, auditOf())
    expect(refused).toMatchObject({ ok: false, error: { code: "STORE_CORRUPT" } })
    await again.close()
  })

  it("asks for its changes when its turn has come, and commits nothing when that fails", async () => {
    const { site } = await realSite()
    const count = async () => {
      const held = await site.rows("trust").get(utf8("n"))
      const n = held === undefined ? 0 : Number(new TextDecoder().decode(held))
      return { ok: true as const, value: [put("trust", "n", `${n + 1}`)] }
    }
    await Promise.all([site.commit(count, auditOf()), site.commit(count, auditOf()), site.commit(count, auditOf())])
    expect(await site.rows("trust").get(utf8("n"))).toEqual(utf8("3"))
    const refused = await site.commit(async () => err(new StellaError("TRUST_ROLLBACK", "older")), auditOf())
    expect(refused).toMatchObject({ ok: false, error: { code: "TRUST_ROLLBACK" } })
    expect(site.commitNumber).toBe(4)
    expect(await site.commit([], auditOf())).toMatchObject({ ok: true, value: { n: 5 } })
  })

  it("disturbs no reader, however the two fall together", async () => {
    const { site } = await realSite()
    const digests = await importEvidence(
      site,
      Array.from({ length: 200 }, (_, n) => evidenceOf(n)),
    )
    unwrap(await site.commit([put("trust", "n", "0")], auditOf()))
    let finished = 0
    const writer = (async () => {
      for (let i = 1; i <= 40; i++) {
        await importEvidence(site, [evidenceOf(1000 + i)])
        unwrap(await site.commit([put("trust", "n", `${i}`)], auditOf()))
      }
      finished++
    })()
    let reads = 0
    let last = 0
    for (; finished === 0; reads++) {
      const listed = unwrap(await site.evidence.list({ limit: 1000 })).items.length
      expect(listed).toBeGreaterThanOrEqual(200)
      unwrap(await site.evidence.get(digests[reads % 200] ?? ""))
      const n = Number(new TextDecoder().decode(await site.rows("trust").get(utf8("n"))))
      expect(n).toBeGreaterThanOrEqual(last)
      last = n
    }
    await writer
    expect(reads).toBeGreaterThan(1)
  })

  it("deletes rows, so that their absence is proven", async () => {
    const { site } = await realSite()
    unwrap(await site.commit([put("trust", "a", "1"), put("trust", "b", "2")], auditOf()))
    unwrap(await site.commit([{ sublevel: "trust", changes: [{ type: "del", key: utf8("a") }] }], auditOf()))
    expect(await site.rows("trust").getMany([utf8("a"), utf8("b")])).toEqual([undefined, utf8("2")])
  })

  it.each(["audit", "index", "ledger", "blobs", "facts", "Bad", ""])("does not take changes of %o", async sublevel => {
    const { site } = await realSite()
    expect(await site.commit([put(sublevel, "k", "v")], auditOf())).toMatchObject({
      ok: false,
      error: { code: "INTERNAL" },
    })
    expect(await site.commit([], auditOf())).toMatchObject({ ok: true, value: { n: 2 } })
  })

  it("does not take an audit record that could not be read again", async () => {
    const { site } = await realSite()
    const bad = { ...auditOf(), input: "not a digest" }
    expect(await site.commit([], bad)).toMatchObject({ ok: false, error: { code: "INTERNAL" } })
    expect(site.commitNumber).toBe(1)
  })

  it("refuses everything once it is closed", async () => {
    const { site } = await realSite()
    await site.close()
    await site.close()
    expect(await site.commit([], auditOf())).toMatchObject({ ok: false, error: { code: "INTERNAL" } })
    expect(await site.write([put("log-1", "k", "v")], { sync: true })).toMatchObject({
      ok: false,
      error: { code: "INTERNAL" },
    })
    expect(await site.evidence.list({ limit: 1 })).toMatchObject({ ok: false, error: { code: "INTERNAL" } })
  })

  it("is closed by `await using`", async () => {
    const { site, directory, ports } = await realSite()
    await site.close()
    {
      await using again = unwrap(await openSite(directory, ports))
      expect(again.commitNumber).toBe(1)
    }
    await unwrap(await openSite(directory, ports)).close()
  })
})

describe("content rows", () => {
  it("are written without a commit, and only where no commits write", async () => {
    const { site } = await realSite()
    unwrap(await site.write([put("log-1", "tile", "x"), put("entries", "e", "y")], { sync: true }))
    expect(await site.kv("log-1").get(utf8("tile"))).toEqual(utf8("x"))
    expect(site.commitNumber).toBe(1)
    // What no commit wrote does not exist for the verified view.
    expect(await site.rows("log-1").get(utf8("tile"))).toBeUndefined()
    for (const sublevel of ["audit", "index", "ledger", "evidence", "reports", "generations", "policy", "trust"]) {
      expect(await site.write([put(sublevel, "k", "v")], { sync: true })).toMatchObject({
        ok: false,
        error: { code: "INTERNAL" },
      })
      await expect(site.kv(sublevel).batch(put(sublevel, "k", "v").changes, { sync: true })).rejects.toMatchObject({
        code: "INTERNAL",
      })
    }
  })
})

describe("open", () => {
  it("needs a site", async () => {
    const directory = await temporaryDirectory()
    for (const path of [directory, join(directory, "nothing")]) {
      expect(await openSite(path, realPorts(directory))).toMatchObject({ ok: false, error: { code: "STORE_MISSING" } })
    }
    expect(await readdir(directory)).toEqual([])
  })

  it("refuses a store of a newer format and leaves it as it is", async () => {
    const { site, directory, ports } = await realSite()
    await site.close()
    const text = (await readFile(join(directory, "store.json"), "utf8")).replace('"format":1', '"format":2')
    await writeFile(join(directory, "store.json"), text)
    const before = await readdir(join(directory, "db"))
    expect(await openSite(directory, ports)).toMatchObject({ ok: false, error: { code: "STORE_TOO_NEW" } })
    expect(await readdir(join(directory, "db"))).toEqual(before)
  })

  it("refuses a database that was replaced by an older copy, at any distance", async () => {
    const { site, directory, ports } = await realSite()
    await importEvidence(site, [evidenceOf(1)])
    await site.close()
    await cp(join(directory, "db"), join(directory, "old"), { recursive: true })
    for (let i = 2; i < 4; i++) {
      const again = unwrap(await openSite(directory, ports))
      await importEvidence(again, [evidenceOf(i)])
      await again.close()
      await rename(join(directory, "db"), join(directory, "new"))
      await cp(join(directory, "old"), join(directory, "db"), { recursive: true })
      expect(await openSite(directory, ports)).toMatchObject({ ok: false, error: { code: "STORE_ROLLED_BACK" } })
      // Nothing was changed by refusing: with the right database the store opens.
      await rm(join(directory, "db"), { recursive: true })
      await rename(join(directory, "new"), join(directory, "db"))
    }
    const whole = unwrap(await openSite(directory, ports))
    expect(whole.commitNumber).toBe(4)
    await whole.close()
  })

  it("rolls an older HEAD forward by one commit and not by two", async () => {
    const { site, directory, ports } = await realSite()
    const path = join(directory, "HEAD")
    const heads = [await readFile(path)]
    for (let i = 0; i < 2; i++) {
      unwrap(await site.commit([put("trust", "n", `${i}`)], auditOf()))
      heads.push(await readFile(path))
    }
    await site.close()
    await writeFile(path, heads[1] ?? "")
    const again = unwrap(await openSite(directory, ports))
    expect(again.commitNumber).toBe(3)
    expect(await again.rows("trust").get(utf8("n"))).toEqual(utf8("1"))
    await again.close()
    expect(await readFile(path)).toEqual(heads[2])
    await writeFile(path, heads[0] ?? "")
    expect(await openSite(directory, ports)).toMatchObject({ ok: false, error: { code: "STORE_CORRUPT" } })
  })

  it("does not roll HEAD forward onto a commit whose audit record is missing or does not follow", async () => {
    const { site, directory, ports } = await realSite()
    const head = await readFile(join(directory, "HEAD"))
    unwrap(await site.commit([], auditOf()))
    await site.close()
    await writeFile(join(directory, "HEAD"), head)
    for (const value of [undefined, utf8("{}"), utf8("[]")]) {
      const database = unwrap(await ports.database(join(directory, "db"), { create: false }))
      const key = auditKey(2)
      const change = value === undefined ? ({ type: "del", key } as const) : ({ type: "put", key, value } as const)
      await database.batch([{ sublevel: "audit", changes: [change] }], { sync: true })
      await database.close()
      expect(await openSite(directory, ports)).toMatchObject({ ok: false, error: { code: "STORE_CORRUPT" } })
      expect(await readFile(join(directory, "HEAD"))).toEqual(head)
    }
  })

  it("rolls HEAD forward onto a commit with many records when each follows the one before", async () => {
    const { site, directory, ports } = await realSite()
    const head = await readFile(join(directory, "HEAD"))
    await Promise.all([1, 2, 3].map(() => site.commit([], auditOf())))
    await site.close()
    await writeFile(join(directory, "HEAD"), head)
    const again = unwrap(await openSite(directory, ports))
    expect([again.commitNumber, again.audit.head.n]).toEqual([2, 4])
    await again.close()
    await writeFile(join(directory, "HEAD"), head)
    const database = unwrap(await ports.database(join(directory, "db"), { create: false }))
    await database.batch([{ sublevel: "audit", changes: [{ type: "del", key: auditKey(3) }] }], { sync: true })
    await database.close()
    expect(await openSite(directory, ports)).toMatchObject({ ok: false, error: { code: "STORE_CORRUPT" } })
  })

  it("refuses a HEAD, a store.json or a database that is not its own, missing or unreadable", async () => {
    const { site, directory, ports } = await realSite()
    const other = await realSite()
    await site.close()
    await other.site.close()
    for (const name of ["HEAD", "store.json"]) {
      const path = join(directory, name)
      const right = await readFile(path)
      const wrong = [
        await readFile(join(other.directory, name)),
        right.subarray(1),
        Buffer.alloc(0),
        Buffer.alloc(10_000),
      ]
      for (const bytes of wrong) {
        await writeFile(path, bytes)
        const opened = await openSite(directory, ports)
        expect(opened.ok ? "opened" : opened.error.code).toMatch(/^(STORE_CORRUPT|INPUT_UNREADABLE)$/)
      }
      await rm(path)
      const code = name === "HEAD" ? "STORE_CORRUPT" : "STORE_MISSING"
      expect(await openSite(directory, ports)).toMatchObject({ ok: false, error: { code } })
      await writeFile(path, right)
    }
    await rename(join(directory, "db"), join(directory, "own"))
    expect(await openSite(directory, ports)).toMatchObject({ ok: false, error: { code: "STORE_CORRUPT" } })
    expect((await readdir(directory)).includes("db")).toBe(false)
    await cp(join(other.directory, "db"), join(directory, "db"), { recursive: true })
    expect(await openSite(directory, ports)).toMatchObject({ ok: false, error: { code: "STORE_CORRUPT" } })
    await rm(join(directory, "db"), { recursive: true })
    await rename(join(directory, "own"), join(directory, "db"))
    await unwrap(await openSite(directory, ports)).close()
  })
})
