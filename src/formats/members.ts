/**
 * Reading of third-party JSON documents (DSSE, sigstore, in-toto, npm, PyPI, Google Cloud), which come from many
 * printers and are never reprinted. Our own documents have a stricter reader, `document.ts`.
 *
 * The rules are those of proto3 JSON, which most of these formats are: unknown members are ignored (they are not
 * authenticated by anything), `null` is absence, an absent list is empty and an absent integer zero, 64-bit integers
 * are decimal strings or numbers, bytes are base64 in either alphabet, never in a mixture.
 *
 * Functions called `read…` refuse by throwing; every exported `parse…` runs inside `attempt` (`refusal.ts`).
 */
import { fromBase64Either } from "../kernel/bytes.ts"
import { isObject, readJson, type JsonObject, type JsonValue } from "../kernel/json.ts"
import { LIMITS } from "./limits.ts"
import { at, refuse } from "./refusal.ts"

/** Reads a whole JSON text, at most `maxBytes` long. */
export function readJsonBytes(bytes: Uint8Array, maxBytes: number, where = ""): JsonValue {
  const parsed = readJson(bytes, { maxBytes, maxDepth: LIMITS.jsonDepth })
  return parsed.ok ? parsed.value : refuse(parsed.error, where)
}

/** The value as an object. */
export function readObject(value: JsonValue | undefined, where: string): JsonObject {
  if (isObject(value)) return value
  return refuse(value === undefined || value === null ? "field-missing" : "field-invalid", where)
}

/** Refuses members other than those named: for documents whose every member is authenticated. */
export function only(object: JsonObject, where: string, ...names: readonly string[]): JsonObject {
  for (const name in object) if (!names.includes(name)) refuse("field-invalid", at(where, name))
  return object
}

/** A member, or undefined when it is absent or null. */
export function optionalAt(object: JsonObject, name: string): JsonValue | undefined {
  return object[name] ?? undefined
}

/** A required member that is an object. */
export function objectAt(object: JsonObject, name: string, where: string): JsonObject {
  return readObject(object[name], at(where, name))
}

/** A list of at most `most` items; absent is empty. */
export function listAt(object: JsonObject, name: string, where: string, most: number): readonly JsonValue[] {
  const value = optionalAt(object, name) ?? []
  if (!Array.isArray(value)) return refuse("field-invalid", at(where, name))
  return value.length <= most ? value : refuse("too-large", at(where, name))
}

// Every text has a limit, in UTF-16 code units: `LIMITS.nameLength` where a reader names no other.

/** A string of at most `most` units; absent is undefined. */
export function optionalStringAt(
  object: JsonObject,
  name: string,
  where: string,
  most: number = LIMITS.nameLength,
): string | undefined {
  const value = optionalAt(object, name)
  if (value === undefined) return undefined
  if (typeof value !== "string") return refuse("field-invalid", at(where, name))
  return value.length <= most ? value : refuse("too-large", at(where, name))
}

/** A required string of at most `most` units, which may be empty. */
export function stringAt(object: JsonObject, name: string, where: string, most?: number): string {
  return optionalStringAt(object, name, where, most) ?? refuse("field-missing", at(where, name))
}

/** A required string that is not empty: proto3 JSON prints no empty strings, so an empty one stands for absence. */
export function nameAt(object: JsonObject, name: string, where: string, most?: number): string {
  return stringAt(object, name, where, most) || refuse("field-missing", at(where, name))
}

/** How long base64 of at most `bytes` bytes can be: 4 characters stand for 3 bytes. */
export function base64Length(bytes: number): number {
  return Math.ceil(bytes / 3) * 4
}

/** Bytes of a base64 text, at most `most` of them. */
export function readBytes(text: string, where: string, most: number): Uint8Array {
  // Refused before decoding.
  if (text.length > base64Length(most)) return refuse("too-large", where)
  return fromBase64Either(text) ?? refuse("base64-invalid", where)
}

/** Required bytes, which may be none. */
export function bytesAt(object: JsonObject, name: string, where: string, most: number): Uint8Array {
  return readBytes(stringAt(object, name, where, base64Length(most)), at(where, name), most)
}

/** Required bytes, at least one. */
export function someBytesAt(object: JsonObject, name: string, where: string, most: number): Uint8Array {
  return readBytes(nameAt(object, name, where, base64Length(most)), at(where, name), most)
}

/** Bytes of exactly `length`; absent or empty is undefined. */
export function optionalFixedBytesAt(
  object: JsonObject,
  name: string,
  where: string,
  length: number,
): Uint8Array | undefined {
  const text = optionalStringAt(object, name, where) ?? ""
  return text === "" ? undefined : readFixedBytes(text, at(where, name), length)
}

/** Bytes of a base64 text that must be exactly `length` long. */
export function readFixedBytes(text: JsonValue, where: string, length: number): Uint8Array {
  if (typeof text !== "string") return refuse("field-invalid", where)
  const bytes = readBytes(text, where, length)
  return bytes.length === length ? bytes : refuse("field-invalid", where)
}

const INT64_MAX = 2n ** 63n - 1n

/** A non-negative int64: a decimal string without leading zeros, or a safe integer; absent is zero. */
export function int64At(object: JsonObject, name: string, where: string): bigint {
  const value = optionalAt(object, name) ?? 0
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return BigInt(value)
  if (typeof value === "string" && /^(?:0|[1-9][0-9]{0,18})$/.test(value)) {
    const n = BigInt(value)
    if (n <= INT64_MAX) return n
  }
  return refuse("field-invalid", at(where, name))
}
