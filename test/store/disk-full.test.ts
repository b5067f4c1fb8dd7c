/** A full disk is named, costs nothing that was acknowledged, and the store works again once there is space. */
import { spawnSync } from "node:child_process"
import { mkdir, mkdtemp, rm, statfs, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it, onTestFinished } from "vitest"
import { nodeDurableFiles } from "../../appliance/store/durable-file.node.ts"
import { replaceFile } from "../../appliance/store/durable-files.ts"
import { fsckStore } from "../../appliance/store/fsck.ts"
import { initSite, openSite, type Site } from "../../appliance/store/site.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { auditOf, evidenceOf, importEvidence, realPorts, sha256, temporaryDirectory } from "../support/store.ts"

function mount(directory: string, megabytes: number): string | undefined {
  const run = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", directory], { encoding: "utf8" })
  if (run.error !== undefined) return run.error.message
  return run.status === 0 ? undefined : run.stderr.trim()
}

function unmount(directory: string): void {
  spawnSync("umount", ["-l", directory])
}

async function tryMount(): Promise<string | undefined> {
  const directory = await mkdtemp(join(tmpdir(), "stella-mount-"))
  const refused = mount(directory, 1)
  if (refused === undefined) unmount(directory)
  await rm(directory, { recursive: true, force: true })
  return refused
}

const refused = await tryMount()
if (refused !== undefined) process.stderr.write(`SKIPPED: a full disk: no tmpfs can be mounted here: ${refused}\n`)

async function smallDisk(megabytes: number): Promise<string> {
  const disk = join(await temporaryDirectory(), "disk")
  await mkdir(disk)
  expect(mount(disk, megabytes)).toBeUndefined()
  onTestFinished(() => unmount(disk))
  return disk
}

/** Takes up all but `spare` bytes. */
async function fill(disk: string, spare: number): Promise<string> {
  const ballast = join(disk, "ballast")
  const { bavail, bsize } = await statfs(disk)
  await writeFile(ballast, new Uint8Array(Math.max(0, bavail * bsize - spare)))
  return ballast
}

/** Imports until the disk is full; gives the evidence that was acknowledged and the failure's code. */
async function importUntilFull(site: Site): Promise<{ held: string[]; code: string }> {
  const held: string[] = []
  for (let n = 0; ; n++) {
    const staged = await site.evidence.stage([evidenceOf(n, 300_000)])
    if (!staged.ok) return { held, code: staged.error.code }
    const committed = await site.commit(staged.value.changes, auditOf())
    if (!committed.ok) return { held, code: committed.error.code }
    held.push(...staged.value.sha256)
  }
}

describe.skipIf(refused !== undefined)("a full disk", () => {
  it("while importing is DISK_FULL; what was acknowledged is there afterwards", async () => {
    const disk = await smallDisk(16)
    const directory = join(disk, "site")
    const ports = realPorts(disk)
    const site = unwrap(await initSite(directory, ports, auditOf("init")))
    const ballast = await fill(disk, 4_000_000)
    const { held, code } = await importUntilFull(site)
    expect(code).toBe("DISK_FULL")
    expect(held.length).toBeGreaterThan(2)
    expect(await site.commit([], auditOf())).toMatchObject({ ok: false, error: { code: "DISK_FULL" } })
    // Reading goes on.
    expect(await site.evidence.get(held[0] ?? "")).toMatchObject({ ok: true })
    await site.close()

    await rm(ballast)
    const again = unwrap(await openSite(directory, ports))
    for (const digest of held) unwrap(await again.evidence.get(digest))
    const extra = unwrap(await again.evidence.list({ limit: 1000 })).items.length - held.length
    expect([0, 1]).toContain(extra)
    expect(await importEvidence(again, [evidenceOf(9999)])).toEqual([sha256(evidenceOf(9999).bytes)])
    expect(unwrap(await again.audit.verify()).n).toBe(again.commitNumber)
    await again.close()
    for await (const event of fsckStore(directory, ports)) expect(event.type).not.toBe("damage")
  })

  it("while opening is DISK_FULL, not corruption, and opening works once there is space", async () => {
    const disk = await smallDisk(16)
    const directory = join(disk, "site")
    const ports = realPorts(disk)
    const site = unwrap(await initSite(directory, ports, auditOf("init")))
    await importEvidence(
      site,
      Array.from({ length: 10 }, (_, n) => evidenceOf(n, 300_000)),
    )
    await site.close()
    const ballast = await fill(disk, 0)
    expect(await openSite(directory, ports)).toMatchObject({ ok: false, error: { code: "DISK_FULL" } })
    await rm(ballast)
    const again = unwrap(await openSite(directory, ports))
    expect(unwrap(await again.evidence.list({ limit: 100 })).items).toHaveLength(10)
    await again.close()
  })

  it("while making a site is DISK_FULL, and the same call works once there is space", async () => {
    const disk = await smallDisk(4)
    const directory = join(disk, "site")
    for (const spare of [0, 4096, 12_288, 20_480]) {
      const ballast = await fill(disk, spare)
      const made = await initSite(directory, realPorts(disk), auditOf("init"))
      if (made.ok) await made.value.close()
      else expect(made.error.code).toBe("DISK_FULL")
      await rm(ballast)
      if (made.ok) await rm(directory, { recursive: true })
    }
    await unwrap(await initSite(directory, realPorts(disk), auditOf("init"))).close()
  })

  it("while replacing a file leaves the old one", async () => {
    const disk = await smallDisk(1)
    const old = new Uint8Array(1000).fill(1)
    await replaceFile(nodeDurableFiles, disk, "HEAD", old)
    await fill(disk, 0)
    const next = new Uint8Array(200_000).fill(2)
    await expect(replaceFile(nodeDurableFiles, disk, "HEAD", next)).rejects.toMatchObject({ code: "DISK_FULL" })
    expect(await nodeDurableFiles.read(join(disk, "HEAD"), 10_000)).toEqual(old)
  })
})
