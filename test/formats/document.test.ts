import { describe, expect, it } from "vitest"
import {
  boolean,
  byMember,
  decimal,
  hexDigest,
  instant,
  integer,
  list,
  mapOf,
  nullable,
  oneOf,
  optional,
  pattern,
  readDocument,
  readValue,
  record,
  text,
  wordOr,
  type Reader,
} from "../../src/formats/document.ts"
import type { JsonValue } from "../../src/kernel/json.ts"

function where(read: Reader<unknown>, value: JsonValue): string {
  const result = readValue(value, read)
  return result.ok ? "ok" : `${result.error.reason} ${result.error.where}`
}

describe("readers of our own documents", () => {
  it("take decimal integers below 2^63, in their shortest form", () => {
    for (const good of ["0", "7", "9223372036854775807", "999999999999999999"]) expect(where(decimal, good)).toBe("ok")
    for (const bad of ["", "07", "-1", "9223372036854775808", "9999999999999999999", "10000000000000000000", 7]) {
      expect(where(decimal, bad), String(bad)).toBe("field-invalid ")
    }
  })

  it("take scalars of their type and range", () => {
    const cases: [Reader<unknown>, JsonValue, JsonValue][] = [
      [text(3), "abc", "abcd"],
      [text(), "abc", 3],
      [pattern(/^a+$/), "aa", "ab"],
      [pattern(/^1$/), "1", 1],
      [hexDigest, "0".repeat(64), "A".repeat(64)],
      [instant, "2026-01-02T03:04:05Z", "2026-02-30T03:04:05Z"],
      [instant, "2026-01-02T03:04:05Z", 5],
      [integer(1, 3), 3, 4],
      [integer(1, 3), 1, 0],
      [integer(), 0, 0.5],
      [integer(), 0, "0"],
      [boolean, false, 0],
      [oneOf("a", "b"), "b", "c"],
      [oneOf(1, 2), 2, "2"],
      [nullable(boolean), null, "null"],
    ]
    for (const [read, good, bad] of cases) {
      expect(where(read, good)).toBe("ok")
      expect(where(read, bad)).toBe("field-invalid ")
    }
  })

  it("name the member at fault", () => {
    const shape = record({ a: list(record({ b: boolean })), c: optional(text()), d: nullable(integer()) })
    expect(where(shape, { a: [{ b: true }], d: null })).toBe("ok")
    expect(where(shape, { a: [{ b: true }, { b: 1 }], d: 1 })).toBe("field-invalid a[1].b")
    expect(where(shape, { a: [], d: 1, c: null })).toBe("field-invalid c")
    expect(where(shape, { a: [] })).toBe("field-missing d")
    expect(where(shape, { a: [{}], d: 1 })).toBe("field-missing a[0].b")
    expect(where(shape, { a: [], d: 1, e: 1 })).toBe("field-invalid e")
    expect(where(shape, { a: [], d: 1, toString: 1 })).toBe("field-invalid toString")
    expect(where(shape, { a: {}, d: 1 })).toBe("field-invalid a")
    expect(where(shape, [])).toBe("field-invalid ")
    expect(where(shape, null)).toBe("field-invalid ")
  })

  it("bound lists and maps", () => {
    expect(where(list(boolean, 2), [true, true, true])).toBe("too-large ")
    const map = mapOf(/^[a-z]$/, boolean, 2)
    expect(where(map, { a: true, b: false })).toBe("ok")
    expect(where(map, { a: true, b: 1 })).toBe("field-invalid b")
    expect(where(map, { a: true, B: true })).toBe("field-invalid B")
    expect(where(map, { a: true, b: true, c: true })).toBe("too-large ")
    expect(where(map, [])).toBe("field-invalid ")
  })

  it("select a type by its single member, and name a fault within it", () => {
    const read = byMember({ first: record({ n: integer() }), second: record({ m: boolean }) })
    expect(readValue({ second: { m: true } }, read)).toEqual({ ok: true, value: { second: { m: true } } })
    expect(where(read, { second: { m: 1 } })).toBe("field-invalid second.m")
    expect(where(read, { second: { n: 1 } })).toBe("field-missing second.m")
    expect(where(read, { third: {} })).toBe("field-invalid third")
    expect(where(read, { toString: {} })).toBe("field-invalid toString")
    expect(where(read, { first: { n: 1 }, second: { m: true } })).toBe("field-invalid second")
    expect(where(read, {})).toBe("field-missing ")
    expect(where(read, "first")).toBe("field-invalid ")
  })

  it("tell a word from a list", () => {
    const read = wordOr("any", list(boolean))
    expect(where(read, "any")).toBe("ok")
    expect(where(read, [true])).toBe("ok")
    expect(where(read, "all")).toBe("field-invalid ")
    expect(where(read, [true, 1])).toBe("field-invalid [1]")
    expect(where(read, null)).toBe("field-invalid ")
  })

  it("let a defect of a reader through: it is no fault of the document", () => {
    const broken: Reader<never> = () => {
      throw new TypeError("defect")
    }
    expect(() => readValue(1, wordOr("any", list(broken)))).not.toThrow()
    expect(() => readValue([1], wordOr("any", list(broken)))).toThrow(TypeError)
    expect(() => readValue({ a: 1 }, byMember({ a: broken }))).toThrow(TypeError)
  })
})

describe("our own documents as bytes", () => {
  const read = record({ a: integer(), b: integer() })
  const from = (written: string | Uint8Array, options = {}) => {
    const bytes = typeof written === "string" ? new TextEncoder().encode(written) : written
    const result = readDocument(bytes, read, options)
    return result.ok ? "ok" : result.error.reason
  }

  it("are canonical, unless people write them", () => {
    expect(from('{"a":1,"b":2}')).toBe("ok")
    for (const other of ['{"b":2,"a":1}', '{"a":1,"b":2}\n', '{"a":1.0,"b":2}', '{"a": 1,"b":2}']) {
      expect(from(other)).toBe("json-invalid")
      expect(from(other, { canonical: "any" })).toBe("ok")
    }
  })

  it("are bounded and strict", () => {
    expect(from('{"a":1,"b":2}', { maxBytes: 12 })).toBe("too-large")
    expect(from(Uint8Array.of(0x7b, 0xff, 0x7d))).toBe("utf8-invalid")
    expect(from("{")).toBe("json-invalid")
    expect(from('{"a":1,"a":1}')).toBe("json-duplicate-key")
  })
})
