/** The journal as a list: every record once, newest first, however it is cut into pages and whatever is filtered. */
import { describe, expect, it } from "vitest"
import { auditList } from "../../appliance/operations/audit-list.ts"
import type { SiteContext } from "../../appliance/operations/context.ts"
import { printRecord } from "../../appliance/store/audit-record.ts"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { unwrap } from "../../src/kernel/result.ts"
import type { List, ShownRecord } from "../../ui/contract/operations/audit.ts"
import { auditOf, realSite, sha256 } from "../support/store.ts"

const RECORDS = 1203
const START = Date.UTC(2031, 3, 2)
const instant = (n: number): string => new Date(START + n * 1000).toISOString().slice(0, 19) + "Z"

/** A site with 1,203 records: more than are read at once. Every third is by kim, every fifth has failed. */
async function journal() {
  const { site, ports, directory } = await realSite()
  for (let n = 2; n <= RECORDS; n++) {
    const of = auditOf(n % 2 === 0 ? "attest.import" : "status")
    const actor = { ...of.actor, name: n % 3 === 0 ? "kim" : "rita" }
    const outcome = n % 5 === 0 ? "FINDINGS" : "done"
    unwrap(await site.commit([], { ...of, actor, outcome, at: new Date(START + n * 1000) }))
  }
  const context = (signal = new AbortController().signal): SiteContext =>
    ({ site, crypto: nodeCrypto(), signal }) as unknown as SiteContext
  const list = async (input: List["input"]): Promise<{ records: ShownRecord[]; next: number | null }> => {
    const records: ShownRecord[] = []
    let next: number | null | undefined
    for await (const event of auditList(input, context())) {
      if (event.type === "result") records.push(event.record)
      if (event.type !== "summary") continue
      next = event.next
      expect(event.total).toBe(records.length)
    }
    if (next === undefined) throw new Error("the list has no end")
    return { records, next }
  }
  return { site, ports, directory, list, context }
}

const numbers = (records: readonly ShownRecord[]): number[] => records.map(({ n }) => n)
const down = (from: number, keep: (n: number) => boolean = () => true): number[] =>
  Array.from({ length: from }, (_, i) => from - i).filter(keep)

describe("audit list", () => {
  it("has every record once, newest first, in one go and in pages of any size", { timeout: 60_000 }, async () => {
    const { site, list, context } = await journal()
    const { records, next } = await list({})
    expect(numbers(records)).toEqual(down(RECORDS))
    expect(next).toBeNull()
    for (const limit of [1, 400, 401, 500, 501, RECORDS - 1, RECORDS]) {
      const seen: number[] = []
      let after: number | undefined
      for (let page = 0; page < (limit === 1 ? 3 : RECORDS); page++) {
        const read = await list({ limit, ...(after === undefined ? {} : { after }) })
        expect(read.records.length).toBeLessThanOrEqual(limit)
        seen.push(...numbers(read.records))
        if (read.next === null) break
        after = read.next
      }
      expect(seen, String(limit)).toEqual(down(RECORDS).slice(0, limit === 1 ? 3 : RECORDS))
    }
    // Each digest is the one that the record after it names.
    for (const [i, record] of records.entries()) expect(records[i - 1]?.prev ?? record.sha256).toBe(record.sha256)
    const stored = unwrap(await site.audit.get(700))
    expect(stored && sha256(printRecord(stored))).toBe(records.find(({ n }) => n === 700)?.sha256)

    expect(numbers((await list({ actor: "kim" })).records)).toEqual(down(RECORDS, n => n > 1 && n % 3 === 0))
    const both = { actor: "kim", operation: "attest.import", outcome: "FINDINGS" }
    expect(numbers((await list(both)).records)).toEqual(down(RECORDS, n => n > 1 && n % 30 === 0))
    expect(numbers((await list({ since: instant(100), until: instant(110) })).records)).toEqual(
      down(109, n => n >= 100),
    )
    // The next page of a filtered list goes on where the last shown record was, not where reading had come to.
    const first = await list({ actor: "kim", limit: 2 })
    expect(numbers(first.records)).toEqual([1203, 1200])
    expect(first.next).toBe(1200)
    expect(numbers((await list({ actor: "kim", limit: 2, after: 1200 })).records)).toEqual([1197, 1194])
    expect(await list({ after: 1 })).toEqual({ records: [], next: null })
    expect(numbers((await list({ after: 10 ** 9, limit: 1 })).records)).toEqual([RECORDS])

    const stop = AbortSignal.abort(new Error("stopped"))
    await expect(
      (async () => {
        for await (const event of auditList({}, context(stop))) expect(event.type).toBe("progress")
      })(),
    ).rejects.toThrow("stopped")
    await site.close()
  })
})
