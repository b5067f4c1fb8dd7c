/**
 * Strict, bounded reading of JSON (RFC 8259): duplicate keys, deep nesting, oversize texts, invalid UTF-8 and unpaired
 * surrogates are refused. A duplicate key is refused because two readers may pick two different values of it, which is
 * how a signature over one meaning is passed off as another.
 *
 * The text is parsed by the host's parser. Beside it one pass over the text counts the colons that stand outside
 * strings; that number equals the number of members written, so it differs from the number of members parsed exactly
 * when a key was repeated.
 */
import { fromUtf8 } from "./bytes.ts"
import { StellaError } from "./errors.ts"
import { parseEscapedKeys, shape } from "./json-text.ts"
import { err, ok, type Result } from "./result.ts"

/** A parsed JSON value. Objects are plain; `__proto__` is an ordinary key. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject
/** A parsed JSON object. */
export type JsonObject = { [key: string]: JsonValue }

/** Bounds of a JSON text: its length in bytes and how deep arrays and objects may nest. */
export interface JsonLimits {
  readonly maxBytes: number
  readonly maxDepth: number
}

/** What is wrong with a JSON text; every one of these is also a reason in `reasons.ts`. */
export type JsonFault = "too-large" | "utf8-invalid" | "json-invalid" | "json-duplicate-key" | "json-too-deep"

/** NaN when a number in the value is out of range: `1e999` is Infinity to the host's parser and has no JSON form again. */
function countMembers(value: JsonValue): number {
  if (typeof value === "number") return Number.isFinite(value) ? 0 : NaN
  if (value === null || typeof value !== "object") return 0
  let n = 0
  if (Array.isArray(value)) {
    for (const item of value) n += countMembers(item)
    return n
  }
  for (const key in value) n += 1 + countMembers(value[key] as JsonValue)
  return n
}

/** Parses one JSON text. The fault says which rule was broken; the caller gives it the code of its own format. */
export function readJson(input: Uint8Array | string, limits: JsonLimits): Result<JsonValue, JsonFault> {
  if (input.length > limits.maxBytes) return err("too-large")
  const text = typeof input === "string" ? input : fromUtf8(input)
  if (text?.isWellFormed() !== true) return err("utf8-invalid")
  const written = shape(text)
  if (written === undefined) return err("json-invalid")
  if (written.depth > limits.maxDepth) return err("json-too-deep")
  let value: JsonValue
  try {
    value = written.escapedKey ? parseEscapedKeys(text) : (JSON.parse(text) as JsonValue)
  } catch {
    return err("json-invalid")
  }
  const members = countMembers(value)
  if (Number.isNaN(members)) return err("json-invalid")
  if (written.members !== members) return err("json-duplicate-key")
  if (text.includes("\\u") && !wellFormed(value)) return err("utf8-invalid")
  return ok(value)
}

/**
 * The value of a text that `canonicalJson` printed, on the word of whoever kept it: nothing is looked for that is never
 * printed. Undefined when it is no JSON at all.
 */
export function readPrintedJson(text: string, limits: JsonLimits): JsonValue | undefined {
  // A key may have an escape in it, which not every host reads right; see `parseEscapedKeys`.
  if (text.includes("\\")) {
    const read = readJson(text, limits)
    return read.ok ? read.value : undefined
  }
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}

/** True when no string or key in the value carries an unpaired surrogate (which has no UTF-8 form). */
function wellFormed(value: JsonValue): boolean {
  if (typeof value === "string") return value.isWellFormed()
  if (value === null || typeof value !== "object") return true
  if (Array.isArray(value)) return value.every(wellFormed)
  return Object.entries(value).every(([k, v]) => k.isWellFormed() && wellFormed(v))
}

/** True for a JSON object (not an array, not null). */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

/**
 * Canonical JSON (RFC 8785, "JCS"): members sorted by UTF-16 code units, no white space, ECMAScript numbers.
 * Our own documents use safe integers only; greater ones are decimal strings.
 *
 * The host's printer does all of it but the order of members, and prints numbers that are keys before others. Nearly all
 * our objects are made in order, which takes a look to see; values that are not are printed member by member.
 * @throws StellaError INTERNAL for a value that has no JSON form: these texts are made by our own code
 */
export function canonicalJson(value: unknown): string {
  const text = isInOrder(value) ? JSON.stringify(value) : memberByMember(value)
  // The host writes an unpaired surrogate as an escape; nothing well-formed needs one above U+001F.
  if (text.includes("\\ud") && !wellFormed(value as JsonValue)) {
    throw new StellaError("INTERNAL", "text is not well-formed Unicode")
  }
  return text
}

/** True when the host prints the value in canonical form just as it is. */
function isInOrder(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return isPrintable(value)
  if (Array.isArray(value)) {
    for (const item of value) if (!isInOrder(item)) return false
    return true
  }
  if (!isPlain(value)) return false
  const object = value as Record<string, unknown>
  // Digits are below the colon.
  let before = ":"
  for (const key in object) {
    if (key <= before) return false
    before = key
    const member = object[key]
    if (member !== undefined && !isInOrder(member)) return false
  }
  return true
}

/** Canonical JSON of any value, one member at a time. */
function memberByMember(value: unknown): string {
  if (typeof value !== "object" || value === null) {
    if (isPrintable(value)) return JSON.stringify(value)
    throw new StellaError("INTERNAL", `value has no canonical JSON form: ${typeof value}`)
  }
  if (Array.isArray(value)) return `[${value.map(memberByMember).join(",")}]`
  // A date, a map or bytes would silently become an empty object or one of indexes, and so would its digest.
  if (!isPlain(value)) throw new StellaError("INTERNAL", "value has no canonical JSON form: object of a class")
  const members = Object.entries(value as Record<string, unknown>).filter(([, member]) => member !== undefined)
  members.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${memberByMember(member)}`).join(",")}}`
}

function isPrintable(value: unknown): boolean {
  return (
    value === null ||
    typeof value === "string" ||
    typeof value === "boolean" ||
    (typeof value === "number" && Number.isFinite(value))
  )
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
