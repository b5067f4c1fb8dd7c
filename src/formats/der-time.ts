/**
 * Times in DER. RFC 5280 §4.1.2.5: seconds are always there, the zone is always Z, years up to 2049 are UTCTime and later
 * ones GeneralizedTime. RFC 3161 §2.4.2 lets a token's GeneralizedTime carry a fraction without trailing zeros.
 *
 * ```text
 * 17 0d "260102030405Z"          2026-01-02T03:04:05Z
 * 18 13 "20260102030405.25Z"     the same second and a quarter
 * ```
 */
import { fromUtf8 } from "../kernel/bytes.ts"
import { TAG, type DerReader } from "./der.ts"
import { civilSeconds } from "./instant.ts"

/** A point in time with what a token says below the second. Both members are rounded down. */
export interface FineTime {
  /** Whole seconds since 1970-01-01T00:00:00Z. */
  readonly seconds: number
  /** Whole milliseconds of that second, 0 to 999; finer digits are dropped. */
  readonly milliseconds: number
}

/** Seconds since 1970 of `YYYYMMDDHHMMSS`, or undefined when there is no such second. */
function secondsOf(digits: string): number | undefined {
  const part = (at: number): number => Number(digits.slice(at, at + 2))
  return civilSeconds(Number(digits.slice(0, 4)), part(4), part(6), part(8), part(10), part(12))
}

/** Time of a certificate, a UTCTime or a GeneralizedTime, in whole seconds since 1970. */
export function readTime(reader: DerReader, where: string): number {
  const short = reader.has(TAG.utcTime)
  const text = fromUtf8(reader.content(short ? TAG.utcTime : TAG.generalizedTime, where)) ?? ""
  const form = short ? /^([0-9]{12})Z$/ : /^([0-9]{14})Z$/
  const digits = form.exec(text)?.[1] ?? ""
  // RFC 5280 §4.1.2.5.1: a two-digit year of 50 or more is of the last century.
  const full = short ? (digits < "5" ? "20" : "19") + digits : digits
  const seconds = secondsOf(full)
  if (seconds === undefined || (!short && full < "2050")) {
    reader.fail(where)
    return 0
  }
  return seconds
}

/** The GeneralizedTime of a timestamp token. */
export function readFineTime(reader: DerReader, where: string): FineTime {
  const text = fromUtf8(reader.content(TAG.generalizedTime, where)) ?? ""
  // X.690 §11.7.3: the fraction has no trailing zeros, and no point stands without a fraction.
  const [, digits = "", fraction = ""] = /^([0-9]{14})(?:\.([0-9]*[1-9]))?Z$/.exec(text) ?? []
  const seconds = secondsOf(digits)
  if (seconds === undefined) reader.fail(where)
  return { seconds: seconds ?? 0, milliseconds: Number(fraction.slice(0, 3).padEnd(3, "0")) }
}
