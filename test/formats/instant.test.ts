import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  civilSeconds,
  FIRST_INSTANT_SECONDS,
  LAST_INSTANT_SECONDS,
  parseInstant,
  printInstant,
} from "../../src/formats/instant.ts"

const runs = { numRuns: process.env["SLOW"] ? 20_000 : 500 }
const seconds = fc.integer({ min: FIRST_INSTANT_SECONDS, max: LAST_INSTANT_SECONDS })

/** The platform's own calendar as an independent expectation. */
const iso = (epochSeconds: number) => new Date(epochSeconds * 1000).toISOString().replace(".000Z", "Z")

describe("instants", () => {
  it("are printed and parsed as the platform's calendar has them", () => {
    fc.assert(
      fc.property(seconds, s => {
        expect(printInstant(s)).toBe(iso(s))
        expect(parseInstant(printInstant(s))).toBe(s)
      }),
      runs,
    )
  })

  it("have the first and the last that four digits can write", () => {
    expect(printInstant(FIRST_INSTANT_SECONDS)).toBe("0000-01-01T00:00:00Z")
    expect(printInstant(LAST_INSTANT_SECONDS)).toBe("9999-12-31T23:59:59Z")
    expect(parseInstant("0000-01-01T00:00:00Z")).toBe(FIRST_INSTANT_SECONDS)
    expect(parseInstant("9999-12-31T23:59:59Z")).toBe(LAST_INSTANT_SECONDS)
  })

  it("print as one that can be read whatever the number is", () => {
    expect(printInstant(0.999)).toBe("1970-01-01T00:00:00Z")
    expect(printInstant(-0.5)).toBe("1969-12-31T23:59:59Z")
    for (const late of [LAST_INSTANT_SECONDS + 0.5, LAST_INSTANT_SECONDS + 1, 2 ** 63, Infinity]) {
      expect(printInstant(late)).toBe("9999-12-31T23:59:59Z")
    }
    for (const early of [FIRST_INSTANT_SECONDS - 1, -(2 ** 63), -Infinity, NaN]) {
      expect(printInstant(early)).toBe("0000-01-01T00:00:00Z")
    }
    fc.assert(
      fc.property(fc.double(), n => parseInstant(printInstant(n)) !== undefined),
      runs,
    )
  })

  it.each([
    "",
    "2026-01-02T03:04:05",
    "2026-01-02T03:04:05z",
    "2026-01-02 03:04:05Z",
    "2026/01-02T03:04:05Z",
    "2026-01/02T03:04:05Z",
    "2026-01-02T03.04:05Z",
    "2026-01-02T03:04.05Z",
    "2026-01-02T03:04:05.0Z",
    "2026-01-02T03:04:05+00:00",
    "2026-00-02T03:04:05Z",
    "2026-13-02T03:04:05Z",
    "2026-01-00T03:04:05Z",
    "2026-01-32T03:04:05Z",
    "2026-02-29T03:04:05Z",
    "1900-02-29T03:04:05Z",
    "2026-01-02T24:00:00Z",
    "2026-01-02T03:60:05Z",
    "2016-12-31T23:59:60Z",
    "-026-01-02T03:04:05Z",
    "202a-01-02T03:04:05Z",
    "2026-01-02T03:04:0 Z",
  ])("refuse %j", text => {
    expect(parseInstant(text)).toBeUndefined()
  })

  it("know leap years", () => {
    expect(civilSeconds(2000, 2, 29, 0, 0, 0)).toBe(Date.UTC(2000, 1, 29) / 1000)
    expect(civilSeconds(2024, 2, 29, 0, 0, 0)).toBe(Date.UTC(2024, 1, 29) / 1000)
    expect(civilSeconds(2100, 2, 29, 0, 0, 0)).toBeUndefined()
  })
})
