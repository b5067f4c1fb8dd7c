/** A power cut at any system call, with everything lost that was not synced, LevelDB's own files included. */
import { spawnSync } from "node:child_process"
import { rm } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { fsckStore } from "../../appliance/store/fsck.ts"
import { initSite, openSite } from "../../appliance/store/site.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { diskAfter, LOSSES, record, restore } from "../support/power-cut.ts"
import { auditOf, evidenceOf, realPorts, sha256, temporaryDirectory } from "../support/store.ts"

const PROGRAM = fileURLToPath(new URL("programs/commit-forever.ts", import.meta.url))
const SLOW = process.env["SLOW"] !== undefined

const tried = spawnSync("strace", ["-f", "-o", "/dev/null", "true"], { encoding: "utf8" })
const refused = tried.error?.message ?? (tried.status === 0 ? undefined : tried.stderr.trim())
if (refused !== undefined) process.stderr.write(`SKIPPED: power cuts: programs cannot be traced here: ${refused}\n`)

describe.skipIf(refused !== undefined)("a power cut", () => {
  it("leaves the last acknowledged commit or the one after it, whole", async () => {
    const parent = await temporaryDirectory()
    const site = join(parent, "site")
    const program = (commits: number) => [process.execPath, PROGRAM, site, join(parent, "state"), `${commits}`]
    // Twice, so that recovery from the log, new tables and the removal of old files are among the calls.
    const calls = [...(await record(site, program(2))), ...(await record(site, program(2)))]
    expect(calls.filter(c => c.kind === "sync").length).toBeGreaterThan(20)
    expect(calls.filter(c => c.kind === "unlink").length).toBeGreaterThan(2)

    const cut = join(parent, "cut")
    const seen = new Set<number>()
    for (const loss of LOSSES) {
      for (let count = 0; count <= calls.length; count += SLOW ? 1 : 5) {
        const { files, output } = diskAfter(calls, count, loss)
        await rm(cut, { recursive: true, force: true })
        await restore(files, site, cut)
        const acknowledged = Number(output.trim().split("\n").at(-1))
        const where = `${loss}, after call ${count}, commit ${acknowledged}`
        const opened = await openSite(cut, realPorts(parent))
        if (!opened.ok) {
          expect([where, opened.error.code, acknowledged]).toEqual([where, "STORE_MISSING", 0])
          await unwrap(await initSite(cut, realPorts(parent), auditOf("init"))).close()
          seen.add(0)
          continue
        }
        await using after = opened.value
        expect([where, after.commitNumber - acknowledged]).toEqual([where, expect.toBeOneOf([0, 1])])
        seen.add(after.commitNumber)
        const imported = Array.from({ length: 3 * (after.commitNumber - 1) }, (_, i) => evidenceOf(i + 7, 2000).bytes)
        expect(unwrap(await after.evidence.list({ limit: 1000 })).items.map(r => r.sha256)).toEqual(
          imported.map(sha256).sort(),
        )
        for (const bytes of imported) expect(unwrap(await after.evidence.get(sha256(bytes))).bytes).toEqual(bytes)
        expect(unwrap(await after.audit.verify()).n).toBe(after.commitNumber)
        await after.close()
        for await (const event of fsckStore(cut, realPorts(parent)))
          expect([where, event]).not.toMatchObject([where, { type: "damage" }])
      }
    }
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5])
  }, 120_000)
})
