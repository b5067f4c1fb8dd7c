/**
 * Reading of our own documents (Case, Facts, Report, Trust, policy …). They are canonical JSON (RFC 8785) with exactly
 * the members their type names: an unknown, missing or reordered member is refused, so parse and print are inverse and
 * a document has one digest.
 *
 * A reader takes a JSON value and the path to it and gives the typed value or refuses (`refusal.ts`); `readDocument`
 * and `readValue` turn the refusal into a `Result`.
 */
import { canonicalJson, isObject, readJson, type JsonValue } from "../kernel/json.ts"
import { err, type Result } from "../kernel/result.ts"
import type { Fault } from "../kernel/reasons.ts"
import { fromUtf8 } from "../kernel/bytes.ts"
import { parseInstant } from "./instant.ts"
import { LIMITS } from "./limits.ts"
import { at, attempt, refuse } from "./refusal.ts"

/** Gives the typed value of a JSON value, or refuses it. */
export type Reader<T> = (value: JsonValue | undefined, where: string) => T

/** A string of at most `maxLength` UTF-16 units, by default 4,096. */
export function text(maxLength = 4096): Reader<string> {
  return (value, where) =>
    typeof value === "string" && value.length <= maxLength ? value : refuse("field-invalid", where)
}

/** A string that matches the (anchored, linear) pattern. */
export function pattern(re: RegExp): Reader<string> {
  return (value, where) => (typeof value === "string" && re.test(value) ? value : refuse("field-invalid", where))
}

/** Lowercase hexadecimal SHA-256. */
export const hexDigest: Reader<string> = pattern(/^[0-9a-f]{64}$/)

/** A decimal integer in [0, 2^63) as a string, for values that may exceed 2^53. */
export const decimal: Reader<string> = (value, where) =>
  typeof value === "string" && /^(0|[1-9][0-9]{0,18})$/.test(value) && !(value.length === 19 && value > INT64_MAX)
    ? value
    : refuse("field-invalid", where)

/** 2^63 - 1; decimal texts of equal length are in the order of their numbers. */
const INT64_MAX = "9223372036854775807"

/** RFC 3339 UTC with `Z` and whole seconds, naming an instant that exists. */
export const instant: Reader<string> = (value, where) =>
  typeof value === "string" && parseInstant(value) !== undefined ? value : refuse("field-invalid", where)

/** A safe integer within [least, most]. */
export function integer(least = 0, most: number = Number.MAX_SAFE_INTEGER): Reader<number> {
  return (value, where) =>
    typeof value === "number" && Number.isSafeInteger(value) && value >= least && value <= most
      ? value
      : refuse("field-invalid", where)
}

/** True or false. */
export const boolean: Reader<boolean> = (value, where) =>
  typeof value === "boolean" ? value : refuse("field-invalid", where)

/** One of the listed strings or numbers. */
export function oneOf<const T extends string | number>(...allowed: readonly T[]): Reader<T> {
  return (value, where) => allowed.find(a => a === value) ?? refuse("field-invalid", where)
}

/** One of the names of a closed table. */
export function nameOf<const T extends Readonly<Record<string, unknown>>>(table: T): Reader<keyof T & string> {
  return (value, where) =>
    typeof value === "string" && Object.hasOwn(table, value) ? value : refuse("field-invalid", where)
}

/** The empty string, which stands for absence, or what the reader takes. */
export function orEmpty(read: Reader<string>): Reader<string> {
  return (value, where) => (value === "" ? "" : read(value, where))
}

/** The value or null. */
export function nullable<T>(read: Reader<T>): Reader<T | null> {
  return (value, where) => (value === null ? null : read(value, where))
}

/** An array of at most `most` items. */
export function list<T>(item: Reader<T>, most = 65_536): Reader<readonly T[]> {
  return (value, where) => {
    if (!Array.isArray(value)) return refuse("field-invalid", where)
    if (value.length > most) return refuse("too-large", where)
    return value.map((v, i) => item(v, `${where}[${String(i)}]`))
  }
}

/** A list whose items stand in the order of their keys (by UTF-16 code units), each key once. */
export function inOrderOf<T>(items: Reader<readonly T[]>, key: (item: T) => string): Reader<readonly T[]> {
  return (value, where) => {
    const read = items(value, where)
    let before: string | undefined
    for (const [i, item] of read.entries()) {
      const own = key(item)
      if (before !== undefined && own <= before) return refuse("field-invalid", `${where}[${String(i)}]`)
      before = own
    }
    return read
  }
}

/** An object whose keys match `key` and whose values are read by `item`. */
export function mapOf<T>(key: RegExp, item: Reader<T>, most = 1024): Reader<Readonly<Record<string, T>>> {
  return (value, where) => {
    if (!isObject(value)) return refuse("field-invalid", where)
    const entries = Object.entries(value)
    if (entries.length > most) return refuse("too-large", where)
    return Object.fromEntries(
      entries.map(([k, v]) => [key.test(k) ? k : refuse("field-invalid", at(where, k)), item(v, at(where, k))]),
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
    if (!isObject(value)) return refuse("field-invalid", where)
    const out: Record<string, unknown> = {}
    let seen = 0
    for (const [name, member] of members) {
      const v = value[name]
      const path = at(where, name)
      if (v === undefined) {
        if (typeof member === "function") return refuse("field-missing", path)
        continue
      }
      out[name] = typeof member === "function" ? member(v, path) : member.optional(v, path)
      seen++
    }
    if (Object.keys(value).length !== seen) {
      const unknown = Object.keys(value).find(k => !Object.hasOwn(shape, k)) as string
      return refuse("field-invalid", at(where, unknown))
    }
    return out as RecordOf<S>
  }
}

/** The word, or a list: told apart by being a string or not, so that a fault names an item of the list. */
export function wordOr<const W extends string, T>(word: W, items: Reader<readonly T[]>): Reader<W | readonly T[]> {
  const asWord = oneOf(word)
  return (value, where) => (typeof value === "string" ? asWord(value, where) : items(value, where))
}

/** An object with exactly one member, whose name says which type the object is and whose reader it selects. */
export function byMember<const S extends Readonly<Record<string, Reader<unknown>>>>(shape: S): Reader<OneMember<S>> {
  return (value, where) => {
    if (!isObject(value)) return refuse("field-invalid", where)
    const [name, ...others] = Object.keys(value)
    if (name === undefined) return refuse("field-missing", where)
    const stranger = [name, ...others].find((key, i) => i > 0 || !Object.hasOwn(shape, key))
    if (stranger !== undefined) return refuse("field-invalid", at(where, stranger))
    return { [name]: (shape[name] as Reader<unknown>)(value[name], at(where, name)) } as OneMember<S>
  }
}

type OneMember<S extends Readonly<Record<string, Reader<unknown>>>> = {
  [K in keyof S]: { readonly [N in K]: S[K] extends Reader<infer T> ? T : never }
}[keyof S]

/** Runs a reader over an already parsed value. */
export function readValue<T>(value: JsonValue, read: Reader<T>): Result<T, Fault> {
  return attempt(() => read(value, ""))
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
