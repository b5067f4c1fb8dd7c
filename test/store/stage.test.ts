import { describe, expect, it } from "vitest"
import { openSite } from "../../appliance/store/site.ts"
import { toHex, utf8 } from "../../src/kernel/bytes.ts"
import type { KeyRange, KeyValue } from "../../src/kernel/ports.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { auditOf, realSite } from "../support/store.ts"

const put = (key: string, value: string) => ({ type: "put" as const, key: utf8(key), value: utf8(value) })
const isHead = (key: Uint8Array) => key[0] === 0x68
const text = (bytes: Uint8Array | undefined) => (bytes === undefined ? undefined : new TextDecoder().decode(bytes))

async function listed(rows: KeyValue, range: KeyRange = {}): Promise<string> {
  const found: string[] = []
  for await (const [key, value] of rows.entries(range)) found.push(`${text(key)}=${text(value)}`)
  return found.join(" ")
}

describe("a stage", () => {
  it("writes content at once and keeps the head for the commit", async () => {
    const { site, directory, ports } = await realSite()
    const stage = site.stage("log-1", isHead)
    await stage.rows.batch([put("e1", "entry"), put("t1", "tile")], { sync: false })
    await stage.rows.batch([put("t2", "tile"), put("h", "2")], { sync: true })
    expect(text(await site.kv("log-1").get(utf8("t2")))).toBe("tile")
    // The writer sees its own head; everybody else sees none yet.
    expect(text(await stage.rows.get(utf8("h")))).toBe("2")
    expect(await listed(stage.rows)).toBe("e1=entry h=2 t1=tile t2=tile")
    expect(await site.rows("log-1").get(utf8("h"))).toBeUndefined()
    expect(await listed(site.stage("log-1", isHead).rows)).toBe("e1=entry t1=tile t2=tile")
    unwrap(await site.commit([stage.changes()], auditOf("mirror.ingest")))
    expect(text(await site.rows("log-1").get(utf8("h")))).toBe("2")
    await site.close()
    const again = unwrap(await openSite(directory, ports))
    expect(await listed(again.stage("log-1", isHead).rows)).toBe("e1=entry h=2 t1=tile t2=tile")
    await again.close()
  })

  it("lays what it holds back over what is committed, in both directions and within ranges", async () => {
    const { site } = await realSite()
    const first = site.stage("log-1", isHead)
    await first.rows.batch(
      ["ha", "hb", "hd", "x"].map(k => put(k, "1")),
      { sync: true },
    )
    unwrap(await site.commit([first.changes()], auditOf()))
    const stage = site.stage("log-1", isHead)
    await stage.rows.batch([put("hb", "2"), put("hc", "2"), put("he", "2"), { type: "del", key: utf8("hd") }], {
      sync: true,
    })
    expect(await listed(stage.rows)).toBe("ha=1 hb=2 hc=2 he=2 x=1")
    expect(await listed(stage.rows, { reverse: true })).toBe("x=1 he=2 hc=2 hb=2 ha=1")
    expect(await listed(stage.rows, { from: utf8("hb"), to: utf8("he") })).toBe("hb=2 hc=2")
    expect(await listed(stage.rows, { reverse: true, limit: 2 })).toBe("x=1 he=2")
    expect((await stage.rows.getMany(["hd", "hc", "x"].map(utf8))).map(text)).toEqual([undefined, "2", "1"])
    expect((await stage.rows.getMany(["x", "y"].map(utf8))).map(text)).toEqual(["1", undefined])
    unwrap(await site.commit([stage.changes()], auditOf()))
    expect(await listed(site.stage("log-1", isHead).rows)).toBe("ha=1 hb=2 hc=2 he=2 x=1")
  })

  it("does not show a committed key that only the database has", async () => {
    const { site } = await realSite()
    unwrap(await site.write([{ sublevel: "log-1", changes: [put("h", "forged"), put("t", "tile")] }], { sync: true }))
    const { rows } = site.stage("log-1", isHead)
    expect(await rows.get(utf8("h"))).toBeUndefined()
    expect(await listed(rows)).toBe("t=tile")
  })

  it("fails instead of showing a committed key that was altered", async () => {
    const { site } = await realSite()
    const stage = site.stage("log-1", isHead)
    await stage.rows.batch([put("h", "9"), put("t", "tile")], { sync: true })
    unwrap(await site.commit([stage.changes()], auditOf()))
    unwrap(await site.write([{ sublevel: "log-1", changes: [put("h", "5")] }], { sync: true }))
    const { rows } = site.stage("log-1", isHead)
    const detail = { sublevel: "log-1", key: toHex(utf8("h")) }
    await expect(rows.get(utf8("h"))).rejects.toMatchObject({ code: "STORE_CORRUPT", detail })
    await expect(listed(rows)).rejects.toMatchObject({ code: "STORE_CORRUPT", detail })
  })

  it("is not for blobs", async () => {
    const { site } = await realSite()
    expect(() => site.stage("blobs", isHead)).toThrow(expect.objectContaining({ code: "INTERNAL" }))
  })
})
