/**
 * A program that dies at any instant leaves the state before or the state after what it was doing, never a third, and
 * never loses what it was told is done. Each durable call is a place to die, before it and after it; the imaginary disk
 * also drops what was not synced, the real one is LevelDB and files.
 */
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, it, onTestFinished } from "vitest"
import { fsckStore } from "../../appliance/store/fsck.ts"
import { initSite, openSite, type Site, type SitePorts } from "../../appliance/store/site.ts"
import { hmacFactsMac } from "../../appliance/store/facts-key.node.ts"
import { systemRandom } from "../../appliance/ports.node.ts"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { Death, ImaginaryDisk, mortal, type Instant } from "../support/disk.ts"
import { auditOf, evidenceOf, importEvidence, NOW, realPorts, reportOf, temporaryDirectory } from "../support/store.ts"

const SITE = "/site"

function portsOn(disk: ImaginaryDisk): SitePorts {
  return {
    crypto: nodeCrypto(),
    random: systemRandom,
    files: disk.files,
    database: disk.database,
    factsMac: async () => hmacFactsMac(new Uint8Array(32), false),
  }
}

const put = (key: string, value: string) => ({ type: "put" as const, key: utf8(key), value: utf8(value) })
const isHead = (key: Uint8Array) => key[0] === 0x68

/** What a program does with a site, step by step; each ends in one commit. */
const STEPS: readonly ((site: Site) => Promise<void>)[] = [
  async site => {
    await importEvidence(site, [evidenceOf(1), evidenceOf(2)])
  },
  async site => {
    const staged = unwrap(await site.reports.stage([reportOf(1)]))
    unwrap(await site.commit(staged.changes, auditOf("attest.verify")))
  },
  async site => {
    const stage = site.stage("log-1", isHead)
    await stage.rows.batch([put("t1", "tile"), put("e1", "entries")], { sync: false })
    await stage.rows.batch([put("t2", "tile"), put("h", "head")], { sync: true })
    unwrap(await site.commit([stage.changes()], auditOf("mirror.ingest")))
  },
  async site => {
    await site.facts.put([{ key: "1".repeat(64), facts: utf8("facts") }])
    const staged = unwrap(await site.generations.stage("trust", "root", utf8("root"), NOW))
    unwrap(await site.commit(staged.changes, auditOf("trust.import")))
  },
  async site => {
    // Asked for at once, they share a commit.
    const told = await Promise.all([
      site.commit([], auditOf("attest.list")),
      site.commit([{ sublevel: "policy", changes: [put("p", "rows")] }], auditOf("policy.import")),
      site.commit([], auditOf("attest.show")),
    ])
    told.map(unwrap)
  },
]

/** Everything that a reader can see of a site. */
async function view(site: Site): Promise<string> {
  const evidence = unwrap(await site.evidence.list({ limit: 100 })).items
  for (const { sha256 } of evidence) unwrap(await site.evidence.get(sha256))
  const reports = unwrap(await site.reports.list({ limit: 100 })).items
  for (const { report, closure } of reports) {
    unwrap(await site.reports.get(report))
    for (const blob of closure) expect(await site.blobs.get(blob)).toBeDefined()
  }
  const head = await site.rows("log-1").get(utf8("h"))
  // What the head names must be there.
  if (head !== undefined) expect(await site.kv("log-1").getMany(["t1", "t2", "e1"].map(utf8))).not.toContain(undefined)
  const audit = unwrap(await site.audit.list({ limit: 100 })).map(r => r.operation)
  const chain = unwrap(await site.audit.verify()).n
  const trust = unwrap(await site.generations.active("trust", "root"))?.generation.n
  return JSON.stringify([site.commitNumber, chain, evidence.length, reports.length, head?.length, trust, audit])
}

/** Runs init and all steps; `died` is the number of commits that were acknowledged before the death. */
async function run(directory: string, ports: SitePorts, views?: string[]): Promise<number> {
  let acknowledged = 0
  let site: Site | undefined
  try {
    site = unwrap(await initSite(directory, ports, auditOf("init")))
    acknowledged++
    if (views !== undefined) views.push(await view(site))
    for (const step of STEPS) {
      await step(site)
      acknowledged++
      if (views !== undefined) views.push(await view(site))
    }
  } catch (error) {
    if (!(error instanceof Death)) throw error
  }
  // Gives the lock back, as the kernel does for a dead process; LevelDB writes nothing when it is closed.
  await site?.close()
  return acknowledged
}

async function damageOf(directory: string, ports: SitePorts): Promise<unknown[]> {
  const found: unknown[] = []
  for await (const event of fsckStore(directory, ports)) if (event.type === "damage") found.push(event)
  return found
}

/** After a death: the site is as it was, or as it was going to be, and works. */
async function inspect(
  directory: string,
  ports: SitePorts,
  acknowledged: number,
  views: readonly string[],
): Promise<void> {
  const opened = await openSite(directory, ports)
  if (!opened.ok) {
    // Only while it was being made may there be no site; then making it works.
    expect([acknowledged, opened.error.code]).toEqual([0, "STORE_MISSING"])
    await unwrap(await initSite(directory, ports, auditOf("init"))).close()
    return
  }
  const seen = await view(opened.value)
  expect(views.slice(Math.max(acknowledged - 1, 0), acknowledged + 1)).toContain(seen)
  const { commitNumber } = opened.value
  expect(await importEvidence(opened.value, [evidenceOf(9)])).toHaveLength(1)
  expect(opened.value.commitNumber).toBe(commitNumber + 1)
  await opened.value.close()
  expect(await damageOf(directory, ports)).toEqual([])
}

function instants(calls: number): Instant[] {
  return Array.from({ length: calls }, (_, i) => i + 1).flatMap(call => [
    { call, when: "before" as const },
    { call, when: "after" as const },
  ])
}

describe("dying at every durable call", () => {
  it("on a disk that loses what was not synced", async () => {
    const views: string[] = []
    const whole = mortal(portsOn(new ImaginaryDisk()))
    expect(await run(SITE, whole, views)).toBe(STEPS.length + 1)
    expect(new Set(views).size).toBe(STEPS.length + 1)
    expect(new Set(whole.calls)).toEqual(
      new Set(["mkdir", "create", "rename", "remove", "syncDirectory", "create database", "batch, synced", "batch"]),
    )
    let disks = 0
    for (const instant of instants(whole.calls.length)) {
      const disk = new ImaginaryDisk()
      const acknowledged = await run(SITE, mortal(portsOn(disk), instant))
      for (const survivor of disk.survivors()) {
        await inspect(SITE, portsOn(survivor), acknowledged, views)
        disks++
      }
    }
    expect(disks).toBeGreaterThan(2 * whole.calls.length)
  })

  it("again while recovering: a death during opening changes nothing", async () => {
    const views: string[] = []
    const calls = mortal(portsOn(new ImaginaryDisk()))
    await run(SITE, calls, views)
    // Dead right after the batch of the last commit: opening has to roll HEAD forward.
    const last = calls.calls.lastIndexOf("batch, synced") + 1
    const disk = new ImaginaryDisk()
    expect(await run(SITE, mortal(portsOn(disk), { call: last, when: "after" }))).toBe(STEPS.length)
    const recovery = mortal(portsOn(disk.survivors().at(-1) ?? disk))
    await unwrap(await openSite(SITE, recovery)).close()
    expect(recovery.calls).toEqual(["remove", "create", "rename", "syncDirectory"])
    for (const instant of instants(recovery.calls.length)) {
      for (const before of disk.survivors()) {
        await expect(openSite(SITE, mortal(portsOn(before), instant))).rejects.toBeInstanceOf(Death)
        for (const after of before.survivors()) await inspect(SITE, portsOn(after), STEPS.length, views)
      }
    }
  })

  it("on LevelDB and real files", async () => {
    const parent = await temporaryDirectory()
    const views: string[] = []
    const whole = mortal(realPorts(parent))
    await run(join(parent, "whole"), whole, views)
    const all = instants(whole.calls.length)
    // Every third instant, unless there is time for all of them.
    const chosen = process.env["SLOW"] === undefined ? all.filter((_, i) => i % 3 === 0) : all
    for (const [i, instant] of chosen.entries()) {
      const directory = join(parent, `site-${i}`)
      const acknowledged = await run(directory, mortal(realPorts(parent), instant))
      await inspect(directory, realPorts(parent), acknowledged, views)
    }
  })
})

describe("a site whose commit failed", () => {
  it("takes no more commits until it is opened again", async () => {
    const disk = new ImaginaryDisk()
    const site = unwrap(await initSite(SITE, portsOn(disk), auditOf("init")))
    await site.close()
    for (const call of [1, 2, 3, 4, 5, 6]) {
      const opened = unwrap(await openSite(SITE, mortal(portsOn(disk), { call, when: "before" })))
      onTestFinished(() => opened.close())
      await expect(opened.commit([], auditOf())).rejects.toBeInstanceOf(Death)
      expect(await opened.commit([], auditOf())).toMatchObject({ ok: false, error: { code: "INTERNAL" } })
      await opened.close()
      await unwrap(await openSite(SITE, portsOn(disk))).close()
    }
  })
})

describe("the durable write", () => {
  it("leaves no temporary file behind when it was not interrupted", async () => {
    const parent = await temporaryDirectory()
    const directory = join(parent, "site")
    await run(directory, realPorts(parent))
    expect((await readdir(directory)).sort()).toEqual(["HEAD", "db", "store.json"])
  })
})
