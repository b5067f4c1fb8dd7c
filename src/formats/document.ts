/**
 * Reading of our own documents (Case, Facts, Report, Trust, policy …). They are canonical JSON (RFC 8785) with exactly
 * the members their type names: an unknown, missing or reordered member is refused, so parse and print are inverse and
 * a document has one digest.
 *
 * A reader takes a JSON value and the path to it and gives the typed value or throws `DocumentFault`, which never
 * leaves this module: `readDocument` turns it into a `Result`.
 */
import { canonicalJson, isObject, readJson, type JsonValue } from "../kernel/json.ts"
import { err, ok, type Result } from "../kernel/result.ts"
import type { Fault, Reason } from "../kernel/reasons.ts"
import { fromUtf8 } from "../kernel/bytes.ts"
import { LIMITS } from "./limits.ts"

/** Gives the typed value of a JSON value, or throws `DocumentFault`. */
export type Reader<T> = (value: JsonValue | undefined, where: string) => T

class DocumentFault extends Error {
  readonly fault: Fault

  constructor(reason: Reason, where: string) {
    super(reason)
    this.fault = { reason, where }
  }
}

function refuse(where: string, reason: Reason = "field-invalid"): never {
  throw new DocumentFault(reason, where)
}

/** A string of at most `maxLength` UTF-16 units, by default 4,096. */
export function text(maxLength = 4096): Reader<string> {
  return (value, where) => (typeof value === "string" && value.length <= maxLength ? value : refuse(where))
}

/** A string that matches the (anchored, linear) pattern. */
export function pattern(re: RegExp): Reader<string> {
  return (value, where) => (typeof value === "string" && re.test(value) ? value : refuse(where))
}

/** Lowercase hexadecimal SHA-256. */
export const hexDigest: Reader<string> = pattern(/^[0-9a-f]{64}$/)

/** A decimal integer in [0, 2^63) as a string, for values that may exceed 2^53. */
export const decimal: Reader<string> = pattern(/^(0|[1-9][0-9]{0,18})$/)

/** RFC 3339 UTC with `Z` and whole seconds, naming an instant that exists. */
export const instant: Reader<string> = (value, where) =>
  typeof value === "string" && parseInstant(value) !== undefined ? value : refuse(where)

/** A safe integer within [least, most]. */
export function integer(least = 0, most: number = Number.MAX_SAFE_INTEGER): Reader<number> {
  return (value, where) =>
    typeof value === "number" && Number.isSafeInteger(value) && value >= least && value <= most ? value : refuse(where)
}

export const boolean: Reader<boolean> = (value, where) => (typeof value === "boolean" ? value : refuse(where))

/** Any JSON value, kept as it is. */
export const json: Reader<JsonValue> = (value, where) => (value === undefined ? refuse(where, "field-missing") : value)

/** One of the listed strings or numbers. */
export function oneOf<const T extends string | number>(...allowed: readonly T[]): Reader<T> {
  return (value, where) => allowed.find(a => a === value) ?? refuse(where)
}

/** The value or null. */
export function nullable<T>(read: Reader<T>): Reader<T | null> {
  return (value, where) => (value === null ? null : read(value, where))
}

/** An array of at most `most` items. */
export function list<T>(item: Reader<T>, most = 65_536): Reader<readonly T[]> {
  return (value, where) => {
    if (!Array.isArray(value)) return refuse(where)
    if (value.length > most) return refuse(where, "too-large")
    return value.map((v, i) => item(v, `${where}[${String(i)}]`))
  }
}

/** An object whose keys match `key` and whose values are read by `item`. */
export function mapOf<T>(key: RegExp, item: Reader<T>, most = 1024): Reader<Readonly<Record<string, T>>> {
  return (value, where) => {
    if (!isObject(value)) return refuse(where)
    const entries = Object.entries(value)
    if (entries.length > most) return refuse(where, "too-large")
    return Object.fromEntries(
      entries.map(([k, v]) => [key.test(k) ? k : refuse(`${where}.${k}`), item(v, `${where}.${k}`)]),
    )
  }
}

/** Marks a member of a `record` that may be absent. */
export interface Optional<T> {
  readonly optional: Reader<T>
}

/** A member that may be absent; null is not absence. */
export function optional<T>(read: Reader<T>): Optional<T> {
  return { optional: read }
}

type Shape = Readonly<Record<string, Reader<unknown> | Optional<unknown>>>
type RecordOf<S extends Shape> = {
  readonly [K in keyof S as S[K] extends Reader<unknown> ? K : never]: S[K] extends Reader<infer T> ? T : never
} & {
  readonly [K in keyof S as S[K] extends Reader<unknown> ? never : K]?: S[K] extends Optional<infer T> ? T : never
}

/** An object with exactly the members of the shape. */
export function record<const S extends Shape>(shape: S): Reader<RecordOf<S>> {
  const members = Object.entries(shape)
  return (value, where) => {
    if (!isObject(value)) return refuse(where)
    const out: Record<string, unknown> = {}
    let seen = 0
    for (const [name, member] of members) {
      const v = value[name]
      const path = where === "" ? name : `${where}.${name}`
      if (v === undefined) {
        if (typeof member === "function") return refuse(path, "field-missing")
        continue
      }
      out[name] = typeof member === "function" ? member(v, path) : member.optional(v, path)
      seen++
    }
    if (Object.keys(value).length !== seen) {
      const unknown = Object.keys(value).find(k => !(k in shape)) ?? ""
      return refuse(where === "" ? unknown : `${where}.${unknown}`)
    }
    return out as RecordOf<S>
  }
}

/** The first reader that accepts the value; used for unions whose members are told apart by their fields. */
export function anyOf<T>(...readers: readonly Reader<T>[]): Reader<T> {
  return (value, where) => {
    let first: unknown
    for (const read of readers) {
      try {
        return read(value, where)
      } catch (e) {
        first ??= e
      }
    }
    throw first
  }
}

/** Runs a reader over an already parsed value. */
export function readValue<T>(value: JsonValue, read: Reader<T>): Result<T, Fault> {
  try {
    return ok(read(value, ""))
  } catch (e) {
    if (e instanceof DocumentFault) return err(e.fault)
    throw e
  }
}

/**
 * Reads one of our own documents: strict JSON, exact members, canonical form.
 * `canonical: "any"` admits another layout of the same members, for documents that people write by hand.
 */
export function readDocument<T>(
  bytes: Uint8Array,
  read: Reader<T>,
  options: { readonly maxBytes?: number; readonly canonical?: "required" | "any" } = {},
): Result<T, Fault> {
  const maxBytes = options.maxBytes ?? LIMITS.evidenceBytes
  if (bytes.length > maxBytes) return err({ reason: "too-large", where: "" })
  const written = fromUtf8(bytes)
  if (written === undefined) return err({ reason: "utf8-invalid", where: "" })
  const parsed = readJson(written, { maxBytes, maxDepth: LIMITS.jsonDepth })
  if (!parsed.ok) return err({ reason: parsed.error, where: "" })
  if (options.canonical !== "any" && canonicalJson(parsed.value) !== written) {
    return err({ reason: "json-invalid", where: "not in canonical form" })
  }
  return readValue(parsed.value, read)
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

/** The number that `length` ASCII digits at `at` write, or NaN. */
function digits(written: string, at: number, length: number): number {
  let value = 0
  for (let i = at; i < at + length; i++) {
    const digit = written.charCodeAt(i) - 0x30
    if (digit < 0 || digit > 9) return NaN
    value = 10 * value + digit
  }
  return value
}

/**
 * Epoch seconds of an RFC 3339 UTC instant with whole seconds (`2026-01-02T03:04:05Z`), or undefined. Calendar
 * arithmetic instead of the host's date parser: its leniency differs between hosts.
 */
export function parseInstant(written: string): number | undefined {
  const punctuated =
    written.length === 20 &&
    written[4] === "-" &&
    written[7] === "-" &&
    written[10] === "T" &&
    written[13] === ":" &&
    written[16] === ":" &&
    written[19] === "Z"
  if (!punctuated) return undefined
  const year = digits(written, 0, 4)
  const month = digits(written, 5, 2)
  const day = digits(written, 8, 2)
  const hour = digits(written, 11, 2)
  const minute = digits(written, 14, 2)
  const second = digits(written, 17, 2)
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = month === 2 && leap ? 29 : (DAYS[month - 1] ?? 0)
  // Written so that NaN, which is in no order with anything, is refused.
  const exists = year >= 0 && day >= 1 && day <= days && hour <= 23 && minute <= 59 && second <= 59
  return exists ? daysFromCivil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second : undefined
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar, counted in years that start in March. */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

/** RFC 3339 UTC form of epoch seconds in the years 0000-9999. */
export function printInstant(epochSeconds: number): string {
  const days = Math.floor(epochSeconds / 86_400)
  const rest = epochSeconds - days * 86_400
  const z = days + 719_468
  const era = Math.floor(z / 146_097)
  const dayOfEra = z - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const mp = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * mp + 2) / 5) + 1
  const month = mp < 10 ? mp + 3 : mp - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  const two = (n: number) => String(n).padStart(2, "0")
  const time = `${two(Math.floor(rest / 3600))}:${two(Math.floor((rest % 3600) / 60))}:${two(rest % 60)}`
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}T${time}Z`
}
