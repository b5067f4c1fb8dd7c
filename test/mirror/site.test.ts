/** A mirror in a real site on LevelDB: committed through a stage, cut before the commit, and damaged on disk. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { openSite, type Site } from "../../appliance/store/site.ts"
import type { Stage } from "../../appliance/store/stage.ts"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { readHead } from "../../mirror/head-row.ts"
import { proveEntry } from "../../mirror/prove.ts"
import { isCommittedRow, logSublevel } from "../../mirror/rows.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import { fsckAll, generatedLog, GENERATED, ingestAll, readerOf } from "../support/mirror.ts"
import { shared } from "../support/shared.ts"
import { auditOf, realSite, sha256 } from "../support/store.ts"

const crypto = nodeCrypto()

/** The rows of the generated log in a site; what only a commit may change is held back. */
function logOf(site: Site): Stage {
  return site.stage(logSublevel(sha256(utf8(GENERATED))), isCommittedRow)
}

async function ingestInto(site: Site, size: number): Promise<void> {
  const stage = logOf(site)
  await ingestAll(stage.rows, generatedLog(size))
  unwrap(await site.commit([stage.changes()], auditOf("mirror.ingest")))
}

describe.skipIf(!shared)("a mirror in a site", () => {
  it("is committed with the audit record, and is there after opening again", async () => {
    const { site, directory, ports } = await realSite()
    await ingestInto(site, 512)
    await ingestInto(site, 60_000)
    const before = unwrap(await proveEntry(readerOf(logOf(site).rows), { index: 300n }))
    await site.close()
    const again = unwrap(await openSite(directory, ports))
    try {
      const { rows } = logOf(again)
      expect((await readHead({ rows, crypto }))?.size).toBe(60_000n)
      expect(unwrap(await proveEntry(readerOf(rows), { index: 300n }))).toEqual(before)
      expect((await fsckAll(rows)).damage).toEqual([])
    } finally {
      await again.close()
    }
  })

  it("that was not committed has the old head, and rows beyond it do no harm", async () => {
    const { site, directory, ports } = await realSite()
    await ingestInto(site, 257)
    const stage = logOf(site)
    await ingestAll(stage.rows, generatedLog(512))
    expect(stage.changes().changes.length).toBeGreaterThan(2)
    await site.close()
    const again = unwrap(await openSite(directory, ports))
    try {
      const { rows } = logOf(again)
      expect((await readHead({ rows, crypto }))?.size).toBe(257n)
      const check = await fsckAll(rows)
      expect(check.damage).toEqual([])
      expect(check.done.pending).toBeGreaterThan(0)
      await ingestInto(again, 512)
      expect((await fsckAll(logOf(again).rows)).done).toMatchObject({ damaged: 0, pending: 0 })
    } finally {
      await again.close()
    }
  })

  it("refuses a rollback and still keeps what the log has signed", async () => {
    const { site } = await realSite()
    await ingestInto(site, 512)
    const stage = logOf(site)
    await expect(ingestAll(stage.rows, generatedLog(257))).rejects.toMatchObject({ code: "MEDIA_ROLLBACK" })
    unwrap(await site.commit([stage.changes()], auditOf("mirror.ingest")))
    expect((await readHead({ rows: logOf(site).rows, crypto }))?.size).toBe(512n)
  })

  it("with flipped bytes on disk gives STORE_CORRUPT, and fsck names rows", async () => {
    const { site, directory, ports } = await realSite()
    await ingestInto(site, 512)
    const reader = readerOf(logOf(site).rows)
    const tile = (await reader.tile(0, 1n, 256)) as Uint8Array
    await site.close()
    // LevelDB gives flipped bytes of its tables and logs as data: find the tile on disk and change one bit of it. The
    // write-ahead log has checksums, so closing and opening once moves the rows into a table first.
    await unwrap(await openSite(directory, ports)).close()
    let found = 0
    for (const name of readdirSync(join(directory, "db"))) {
      const path = join(directory, "db", name)
      const bytes = readFileSync(path)
      const at = bytes.indexOf(tile.subarray(64, 128))
      if (at < 0) continue
      found++
      bytes[at + 9] = (bytes[at + 9] as number) ^ 4
      writeFileSync(path, bytes)
    }
    expect(found).toBeGreaterThan(0)
    const again = unwrap(await openSite(directory, ports))
    try {
      const { rows } = logOf(again)
      const attempt = proveEntry(readerOf(rows), { index: 300n })
      await expect(attempt).rejects.toBeInstanceOf(StellaError)
      await expect(attempt).rejects.toMatchObject({ code: "STORE_CORRUPT", detail: { row: "tile 0/1" } })
      expect((await fsckAll(rows)).damage).toEqual(["tile 0/1: has another hash 2 than the entry"])
    } finally {
      await again.close()
    }
  })
})
