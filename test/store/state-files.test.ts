/** HEAD, store.json, the commit row and audit records as documents, and the table of HEAD against the newest commit. */
import { describe, expect, it } from "vitest"
import { nextRecord, parseRecord, printRecord, NO_RECORD } from "../../appliance/store/audit-record.ts"
import { parseHead, printHead, type Head } from "../../appliance/store/head.ts"
import {
  compareWithHead,
  headOf,
  parseLedgerRow,
  printLedgerRow,
  type LedgerRow,
} from "../../appliance/store/ledger.ts"
import { parseStoreFile, printStoreFile } from "../../appliance/store/store-file.ts"
import { fromUtf8, utf8 } from "../../src/kernel/bytes.ts"
import { auditOf, sha256 } from "../support/store.ts"

const hex = (c: string) => c.repeat(64)
const id = (c: string) => c.repeat(32)
const head: Head = { v: 1, commit: 7, ledger: hex("b"), audit: hex("c"), epoch: { n: 1, id: id("d") } }
const row: LedgerRow = {
  v: 1,
  commit: 7,
  previous: hex("a"),
  index: hex("e"),
  records: 9,
  audit: hex("c"),
  epoch: { n: 1, id: id("d") },
  storeId: id("1"),
  siteId: id("2"),
}
const record = nextRecord(1, NO_RECORD, auditOf("init"))

describe("documents of the store", () => {
  const cases = [
    ["HEAD", printHead(head), (b: Uint8Array) => parseHead(b)],
    ["the commit row", printLedgerRow(row), (b: Uint8Array) => parseLedgerRow(b)],
    ["an audit record", printRecord(record), (b: Uint8Array) => parseRecord(b)],
    [
      "store.json",
      printStoreFile({ v: 1, storeId: id("1"), siteId: id("2"), format: 1 }),
      (b: Uint8Array) => {
        const read = parseStoreFile(b)
        return read.ok ? read.value : undefined
      },
    ],
  ] as const

  it.each(cases)("%s reads as it is printed", (_, bytes, parse) => {
    expect(parse(bytes)).toEqual(JSON.parse(fromUtf8(bytes) ?? ""))
  })

  it.each(cases)("%s in any other layout, cut, or with one more member is refused", (_, bytes, parse) => {
    const text = fromUtf8(bytes) ?? ""
    for (const other of [
      "",
      text.slice(0, -1),
      `${text}\n`,
      ` ${text}`,
      text.replace("{", '{"a":1,'),
      text.replace(",", ", "),
    ]) {
      expect(parse(utf8(other))).toBeUndefined()
    }
  })

  it.each(cases)("%s with any member missing is refused", (_, bytes, parse) => {
    const whole = JSON.parse(fromUtf8(bytes) ?? "") as Record<string, unknown>
    for (const name of Object.keys(whole)) {
      const { [name]: gone, ...rest } = whole
      expect(gone).toBeDefined()
      expect(parse(utf8(JSON.stringify(rest)))).toBeUndefined()
    }
  })

  it("prints HEAD as the format says", () => {
    expect(fromUtf8(printHead(head))).toBe(
      `{"audit":"${hex("c")}","commit":7,"epoch":{"id":"${id("d")}","n":1},"ledger":"${hex("b")}","v":1}`,
    )
  })

  it("tells a store of a newer format from a damaged one", () => {
    const newer = `{"format":2,"new":{"member":[1]},"siteId":"x","storeId":"y","v":2}`
    expect(parseStoreFile(utf8(newer))).toMatchObject({
      ok: false,
      error: { code: "STORE_TOO_NEW", detail: { format: 2 } },
    })
    for (const bad of [`{"format":0}`, `{"format":"2"}`, `{"format":1.5}`, "[]", "{", `{"format":2,"format":3}`]) {
      expect(parseStoreFile(utf8(bad))).toMatchObject({ ok: false, error: { code: "STORE_CORRUPT" } })
    }
  })
})

describe("HEAD against the newest commit", () => {
  const next: LedgerRow = { ...row, commit: 8, previous: head.ledger, audit: hex("9") }

  it("accepts the commit that HEAD names", () => {
    expect(compareWithHead(head, row, head.ledger)).toEqual({ ok: true, value: false })
    expect(headOf(row, head.ledger)).toEqual(head)
  })

  it("rolls HEAD forward for exactly one commit that follows", () => {
    expect(compareWithHead(head, next, hex("8"))).toEqual({ ok: true, value: true })
  })

  const CORRUPT: readonly (readonly [name: string, row: LedgerRow, ledger: string])[] = [
    ["more than one commit ahead", { ...next, commit: 9 }, hex("8")],
    ["one commit ahead of another past", { ...next, previous: hex("7") }, hex("8")],
    ["the same number but another commit", row, hex("8")],
    ["another audit record in the same commit", { ...row, audit: hex("7") }, head.ledger],
    ["another epoch", { ...row, epoch: { n: 2, id: id("d") } }, head.ledger],
    ["an epoch of the same number but another id", { ...next, epoch: { n: 1, id: id("e") } }, hex("8")],
  ]
  it.each(CORRUPT)("refuses %s", (_, other, ledger) => {
    expect(compareWithHead(head, other, ledger)).toMatchObject({ ok: false, error: { code: "STORE_CORRUPT" } })
  })

  it.each([1, 6])("a database at commit %i behind HEAD is rolled back", commit => {
    const detail = { head: 7, commit }
    expect(compareWithHead(head, { ...row, commit }, hex("8"))).toMatchObject({
      ok: false,
      error: { code: "STORE_ROLLED_BACK", detail },
    })
  })
})

describe("audit record", () => {
  it("has the members of the contract, whole seconds, and a hash over its canonical form", () => {
    const text =
      `{"actor":{"id":"1000","kind":"os-user","name":"tester","role":"operator"},"at":"2026-01-02T03:04:05Z",` +
      `"input":"${hex("a")}","n":1,"operation":"init","outcome":"done","output":"${hex("a")}","prev":"${hex("0")}","v":1}`
    expect(fromUtf8(printRecord(record))).toBe(text)
    expect(nextRecord(2, sha256(utf8(text)), auditOf()).prev).toBe(sha256(printRecord(record)))
  })
})
