/** A power cut at any system call of an ingest, with everything lost or torn that was not synced, LevelDB's own files included. */
import { spawnSync } from "node:child_process"
import { rm } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { fsckStore } from "../../appliance/store/fsck.ts"
import { openSite, type Site } from "../../appliance/store/site.ts"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { readHead } from "../../mirror/head-row.ts"
import { isCommittedRow, logSublevel } from "../../mirror/rows.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { fsckAll, GENERATED, generatedLog, ingestAll } from "../support/mirror.ts"
import { diskAfter, LOSSES, record, restore } from "../support/power-cut.ts"
import { shared } from "../support/shared.ts"
import { auditOf, realPorts, sha256, temporaryDirectory } from "../support/store.ts"

const PROGRAM = fileURLToPath(new URL("programs/ingest-twice.ts", import.meta.url))
const SIZES = [257, 511, 512]
/** Images looked at, at least; the calls are gone through in steps that give so many. */
const IMAGES = process.env["SLOW"] === undefined ? 220 : 3000
const crypto = nodeCrypto()

const tried = spawnSync("strace", ["-f", "-o", "/dev/null", "true"], { encoding: "utf8" })
const refused = tried.error?.message ?? (tried.status === 0 ? undefined : tried.stderr.trim())
if (refused !== undefined)
  process.stderr.write(`SKIPPED: power cuts of a mirror: no program can be traced: ${refused}\n`)

const stageOf = (site: Site) => site.stage(logSublevel(sha256(utf8(GENERATED))), isCommittedRow)

describe.skipIf(refused !== undefined || !shared)("a power cut in an ingest", () => {
  it("leaves the head that was acknowledged or the one after it, whole, and the next ingest goes on", async () => {
    const parent = await temporaryDirectory()
    const directory = join(parent, "site")
    const program = (...sizes: number[]) => [
      process.execPath,
      PROGRAM,
      directory,
      join(parent, "state"),
      ...sizes.map(String),
    ]
    // Twice, so that recovery from LevelDB's log, new tables and the removal of old files are among the calls.
    const calls = [...(await record(directory, program(257, 511))), ...(await record(directory, program(512)))]
    expect(calls.filter(c => c.kind === "sync").length).toBeGreaterThan(20)

    const cut = join(parent, "cut")
    const step = Math.max(1, Math.floor((calls.length * LOSSES.length) / IMAGES))
    const seen = new Set<string>()
    let images = 0
    for (const loss of LOSSES) {
      for (let count = 0; count <= calls.length; count += step) {
        const { files, output } = diskAfter(calls, count, loss)
        await rm(cut, { recursive: true, force: true })
        await restore(files, directory, cut)
        const acknowledged = Number(output.trim().split("\n").at(-1) ?? 0)
        const where = `${loss}, after call ${count}, acknowledged ${acknowledged}`
        images++
        const opened = await openSite(cut, realPorts(parent))
        if (!opened.ok) {
          expect([where, opened.error.code, acknowledged]).toEqual([where, "STORE_MISSING", 0])
          continue
        }
        await using site = opened.value
        const size = (await readHead({ rows: stageOf(site).rows, crypto }))?.size ?? 0n
        const next = SIZES.find(one => one > acknowledged) ?? acknowledged
        expect([where, Number(size)]).toEqual([where, expect.toBeOneOf([acknowledged, next])])
        seen.add(size.toString())
        expect([where, (await fsckAll(stageOf(site).rows)).damage]).toEqual([where, []])
        const stage = stageOf(site)
        await ingestAll(stage.rows, generatedLog(512))
        unwrap(await site.commit([stage.changes()], auditOf("mirror.ingest")))
        const after = await fsckAll(stageOf(site).rows)
        expect([where, after]).toMatchObject([where, { damage: [], done: { head: { size: 512n }, pending: 0 } }])
        await site.close()
        for await (const event of fsckStore(cut, realPorts(parent)))
          expect([where, event]).not.toMatchObject([where, { type: "damage" }])
      }
    }
    expect(images).toBeGreaterThanOrEqual(200)
    expect([...seen].sort()).toEqual(["0", "257", "511", "512"])
  }, 300_000)
})
