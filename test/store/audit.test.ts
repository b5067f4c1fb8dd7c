/** A chain that was cut, changed, reordered or shortened names its first broken record. */
import { describe, expect, it } from "vitest"
import { auditKey, verifyChain } from "../../appliance/store/audit-log.ts"
import { nextRecord, parseRecord, printRecord, NO_RECORD } from "../../appliance/store/audit-record.ts"
import { levelDatabase } from "../../appliance/store/level-key-value.node.ts"
import { openSite, type SitePorts } from "../../appliance/store/site.ts"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import type { KeyValue, KeyValueChange } from "../../src/kernel/ports.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { auditOf, realSite, sha256 } from "../support/store.ts"

const RECORDS = 9

/** A site with 9 records, closed. */
async function closedSite(): Promise<{ directory: string; ports: SitePorts }> {
  const { site, directory, ports } = await realSite()
  for (let n = 2; n <= RECORDS; n++) unwrap(await site.commit([], auditOf(`operation ${n}`)))
  await site.close()
  return { directory, ports }
}

/** Changes the audit rows behind the store's back and gives what `verify` says afterwards. */
async function verifyAfter(tamper: (rows: KeyValue) => Promise<readonly KeyValueChange[]>) {
  const { directory, ports } = await closedSite()
  const database = unwrap(await levelDatabase(`${directory}/db`, { create: false }))
  const rows = database.sublevel("audit")
  await rows.batch(await tamper(rows), { sync: true })
  await database.close()
  const site = unwrap(await openSite(directory, ports))
  const verified = await site.audit.verify()
  await site.close()
  return verified
}

const get = async (rows: KeyValue, n: number) => (await rows.get(auditKey(n))) ?? new Uint8Array()
const put = (n: number, value: Uint8Array): KeyValueChange => ({ type: "put", key: auditKey(n), value })
const del = (n: number): KeyValueChange => ({ type: "del", key: auditKey(n) })

function edited(bytes: Uint8Array, change: Record<string, unknown>): Uint8Array {
  const record = parseRecord(bytes)
  if (record === undefined) throw new Error("unreadable record")
  return printRecord({ ...record, ...change })
}

describe("audit verify", () => {
  it("accepts the chain as it was written", async () => {
    expect(await verifyAfter(async () => [])).toMatchObject({ ok: true, value: { n: RECORDS } })
  })

  const CASES: readonly (readonly [
    name: string,
    n: number,
    tamper: (rows: KeyValue) => Promise<readonly KeyValueChange[]>,
  ])[] = [
    ["a record edited", 4, async rows => [put(4, edited(await get(rows, 4), { operation: "nothing to see" }))]],
    ["the first record edited", 1, async rows => [put(1, edited(await get(rows, 1), { at: "2020-01-01T00:00:00Z" }))]],
    ["the newest record edited", 9, async rows => [put(9, edited(await get(rows, 9), { outcome: "INTERNAL" }))]],
    ["the link of a record edited", 5, async rows => [put(5, edited(await get(rows, 5), { prev: "f".repeat(64) }))]],
    ["a record cut out", 3, async () => [del(3)]],
    ["the first record cut out", 1, async () => [del(1)]],
    [
      "a record cut out and the rest moved up",
      3,
      async rows => [...(await Promise.all([3, 4, 5, 6, 7, 8].map(async n => put(n, await get(rows, n + 1))))), del(9)],
    ],
    ["the newest record missing", 9, async () => [del(9)]],
    ["several missing from the end", 7, async () => [del(7), del(8), del(9)]],
    ["all records missing", 1, async () => Array.from({ length: RECORDS }, (_, i) => del(i + 1))],
    ["two records swapped", 6, async rows => [put(6, await get(rows, 7)), put(7, await get(rows, 6))]],
    [
      "a record that follows the newest",
      10,
      async rows => [put(10, edited(await get(rows, 9), { n: 10, prev: sha256(await get(rows, 9)) }))],
    ],
    ["a record before the first", 1, async rows => [put(0, await get(rows, 1))]],
    ["a record that is no record", 2, async () => [put(2, new Uint8Array())]],
    [
      "the rest of the chain made anew after an edit",
      5,
      async rows => {
        let bytes = edited(await get(rows, 5), { operation: "innocent" })
        const changes = [put(5, bytes)]
        for (let n = 6; n <= RECORDS; n++) {
          bytes = edited(await get(rows, n), { prev: sha256(bytes) })
          changes.push(put(n, bytes))
        }
        return changes
      },
    ],
  ]
  it.each(CASES)("%s: names record %i", async (_, n, tamper) => {
    expect(await verifyAfter(tamper)).toMatchObject({
      ok: false,
      error: { code: "AUDIT_BROKEN", detail: { n } },
    })
  })

  it("is listed from any record on", async () => {
    const { directory, ports } = await closedSite()
    const site = unwrap(await openSite(directory, ports))
    const numbers = async (page: { after?: number; limit: number }) => unwrap(await site.audit.list(page)).map(r => r.n)
    expect(await numbers({ limit: 4 })).toEqual([1, 2, 3, 4])
    expect(await numbers({ after: 7, limit: 4 })).toEqual([8, 9])
    expect(await numbers({ after: 9, limit: 4 })).toEqual([])
    await site.close()
  })

  it("does not show a record that was edited", async () => {
    const { directory, ports } = await closedSite()
    const database = unwrap(await levelDatabase(`${directory}/db`, { create: false }))
    const rows = database.sublevel("audit")
    await rows.batch([put(4, edited(await get(rows, 4), { operation: "x" }))], { sync: true })
    await database.close()
    const site = unwrap(await openSite(directory, ports))
    expect(await site.audit.get(4)).toMatchObject({
      ok: false,
      error: { code: "STORE_CORRUPT", detail: { sublevel: "audit" } },
    })
    expect(await site.audit.list({ limit: 9 })).toMatchObject({ ok: false, error: { code: "STORE_CORRUPT" } })
    expect(await site.audit.get(3)).toMatchObject({ ok: true, value: { n: 3 } })
    await site.close()
  })
})

describe("a chain of its own, with nothing but its head", () => {
  const chain: [Uint8Array, Uint8Array][] = []
  let prev = NO_RECORD
  for (let n = 1; n <= 5; n++) {
    const bytes = printRecord(nextRecord(n, prev, auditOf(`operation ${n}`)))
    chain.push([auditKey(n), bytes])
    prev = sha256(bytes)
  }
  const head = { n: 5, sha256: prev }
  async function* from(rows: readonly [Uint8Array, Uint8Array][]) {
    yield* rows
  }
  const verify = (rows: readonly [Uint8Array, Uint8Array][], of = head) => verifyChain(from(rows), of, nodeCrypto())
  const withRow = (n: number, value: Uint8Array) =>
    chain.map(([k, v], i): [Uint8Array, Uint8Array] => [k, i === n - 1 ? value : v])

  it("is accepted whole", async () => {
    await verify(chain)
    await verify([], { n: 0, sha256: NO_RECORD })
  })

  it.each([
    [
      "an edit, at the record whose link it breaks",
      withRow(3, edited(chain[2]?.[1] ?? new Uint8Array(), { operation: "x" })),
      4,
    ],
    ["a wrong number", withRow(2, edited(chain[1]?.[1] ?? new Uint8Array(), { n: 3 })), 2],
    ["an edited end", withRow(5, edited(chain[4]?.[1] ?? new Uint8Array(), { operation: "x" })), 5],
    ["an unreadable record", withRow(4, new Uint8Array()), 4],
    ["a missing end", chain.slice(0, 3), 4],
    ["a missing start", chain.slice(1), 1],
  ] as const)("fails for %s", async (_, rows, n) => {
    await expect(verify(rows)).rejects.toMatchObject({ code: "AUDIT_BROKEN", detail: { n } })
  })
})
