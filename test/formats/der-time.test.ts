import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { readDer } from "../../src/formats/der.ts"
import { FIRST_INSTANT_SECONDS, LAST_INSTANT_SECONDS } from "../../src/formats/instant.ts"
import { readFineTime, readTime } from "../../src/formats/der-time.ts"
import { hex, text } from "../support/der-build.ts"

const runs = { numRuns: process.env["SLOW"] ? 20_000 : 500 }
const UTC = 0x17
const GENERALIZED = 0x18

function time(tag: number, value: string): number | undefined {
  const result = readDer(text(tag, value), "der-invalid", r => readTime(r, "time"))
  return result.ok ? result.value : undefined
}
function fine(value: string): unknown {
  const result = readDer(text(GENERALIZED, value), "der-invalid", r => readFineTime(r, "time"))
  return result.ok ? result.value : undefined
}
const seconds = (iso: string) => Date.parse(iso) / 1000

describe("times of certificates (RFC 5280 §4.1.2.5)", () => {
  it.each([
    [UTC, "260102030405Z", "2026-01-02T03:04:05Z"],
    [UTC, "491231235959Z", "2049-12-31T23:59:59Z"],
    [UTC, "500101000000Z", "1950-01-01T00:00:00Z"],
    [UTC, "700101000000Z", "1970-01-01T00:00:00Z"],
    [UTC, "240229120000Z", "2024-02-29T12:00:00Z"],
    [UTC, "000229000000Z", "2000-02-29T00:00:00Z"],
    [GENERALIZED, "20500101000000Z", "2050-01-01T00:00:00Z"],
    [GENERALIZED, "99991231235959Z", "9999-12-31T23:59:59Z"],
  ])("%i %s", (tag, value, iso) => {
    expect(time(tag, value)).toBe(seconds(iso))
  })

  it.each([
    [UTC, "2601020304Z"],
    [UTC, "260102030405"],
    [UTC, "260102030405+0000"],
    [UTC, "260102030405z"],
    [UTC, "26010203040 Z"],
    [UTC, "260102030405Z\n"],
    [UTC, "260002030405Z"],
    [UTC, "261302030405Z"],
    [UTC, "260100030405Z"],
    [UTC, "260132030405Z"],
    [UTC, "250229030405Z"],
    [UTC, "260431000000Z"],
    [UTC, "260102240000Z"],
    [UTC, "260102006000Z"],
    [UTC, "261231235960Z"],
    [UTC, "20500101000000Z"],
    [UTC, ""],
    [GENERALIZED, "20491231235959Z"],
    [GENERALIZED, "19700101000000Z"],
    [GENERALIZED, "20500101000000.5Z"],
    [GENERALIZED, "21000229000000Z"],
    [GENERALIZED, "205001010000Z"],
    [0x0c, "20500101000000Z"],
  ])("refuses %i %j", (tag, value) => {
    expect(time(tag, value)).toBeUndefined()
  })

  it("refuses bytes that are no text", () => {
    expect(readDer(hex("17 01 ff"), "der-invalid", r => readTime(r, "time")).ok).toBe(false)
    expect(readDer(hex("18 01 ff"), "der-invalid", r => readFineTime(r, "time")).ok).toBe(false)
  })

  it("counts seconds as the host's calendar does", () => {
    fc.assert(
      fc.property(fc.integer({ min: seconds("2050-01-01T00:00:00Z"), max: seconds("9999-12-31T23:59:59Z") }), at => {
        const value = new Date(at * 1000).toISOString().replaceAll(/[-:T]|\.000/g, "")
        return time(GENERALIZED, value) === at
      }),
      runs,
    )
  })
})

describe("times of tokens (RFC 3161 §2.4.2)", () => {
  it.each([
    ["20260102030405Z", 0],
    ["20260102030405.5Z", 500],
    ["20260102030405.25Z", 250],
    ["20260102030405.001Z", 1],
    ["20260102030405.999999999Z", 999],
    ["20260102030405.0001Z", 0],
  ])("%s", (value, milliseconds) => {
    expect(fine(value)).toEqual({ seconds: seconds("2026-01-02T03:04:05Z"), milliseconds })
  })

  it.each([
    "20260102030405.Z",
    "20260102030405.50Z",
    "20260102030405.0Z",
    "20260102030405,5Z",
    "20260102030405",
    "2026010203Z",
    "20261302030405Z",
    "",
  ])("refuses %j", value => {
    expect(fine(value)).toBeUndefined()
  })

  it("goes back before 1970 and through leap centuries", () => {
    for (const iso of [
      "1582-10-15T00:00:00Z",
      "1900-03-01T00:00:00Z",
      "2000-12-31T23:59:59Z",
      "2100-03-01T00:00:00Z",
    ]) {
      expect(fine(iso.replaceAll(/[-:T]/g, ""))).toEqual({ seconds: seconds(iso), milliseconds: 0 })
    }
  })
})

it("no time in DER is one that our documents cannot write", () => {
  expect(time(GENERALIZED, "99991231235959Z")).toBe(LAST_INSTANT_SECONDS)
  expect(fine("99991231235959.999Z")).toEqual({ seconds: LAST_INSTANT_SECONDS, milliseconds: 999 })
  expect(fine("00000101000000Z")).toEqual({ seconds: FIRST_INSTANT_SECONDS, milliseconds: 0 })
  expect(fine("100000101000000Z")).toBeUndefined()
})
