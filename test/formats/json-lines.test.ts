import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { outlineObject, splitJsonDocuments, splitJsonLines } from "../../src/formats/json-lines.ts"
import { utf8 } from "../../src/kernel/bytes.ts"

const numRuns = process.env["SLOW"] ? 20_000 : 500
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()
const lines = (input: string) => Array.from(splitJsonLines(utf8(input)), text)
const documents = (input: string) => Array.from(splitJsonDocuments(utf8(input)), text)

describe("JSON Lines", () => {
  it("end in LF or CRLF; blank ones are skipped", () => {
    expect(lines('{"a":1}\n{"b":2}\n')).toEqual(['{"a":1}', '{"b":2}'])
    expect(lines('\r\n {"a":1} \r\n\r\n\t{"b":2}')).toEqual(['{"a":1}', '{"b":2}'])
    expect(lines("")).toEqual([])
    expect(lines("\n \n\t\r\n")).toEqual([])
  })

  it("are views of the input, not copies", () => {
    const input = utf8('{"a":1}\n{"b":2}')
    for (const line of splitJsonLines(input)) expect(line.buffer).toBe(input.buffer)
  })

  it("are told from one document over many lines", () => {
    const pretty = JSON.stringify({ a: [{ b: '}"]{' }], c: {} }, null, 2)
    expect(documents(pretty + "\n")).toEqual([pretty + "\n"])
    expect(documents('{"a":1}\n')).toEqual(['{"a":1}\n'])
    expect(documents('{"a":1}\n{"b":2}\n')).toEqual(['{"a":1}', '{"b":2}'])
    // Not an object, or not a whole one: its parser says what is wrong.
    for (const bad of ["", "[1]\n[2]", '{"a":\n', "x"]) expect(documents(bad)).toEqual([bad])
    expect(documents('{"a":1} x')).toEqual(['{"a":1} x'])
  })
})

describe("the outline of an object", () => {
  const outline = (input: string) => {
    const found = outlineObject(utf8(input))
    return found === undefined ? undefined : [[...found.names], found.end]
  }

  it("has its own member names and its end", () => {
    const written = ' {"a": {"x":"y"}, "b" : [{"z":1}], "c":"d:"} tail'
    expect(outline(written)).toEqual([["a", "b", "c"], written.indexOf(" tail")])
    expect(outline("{}")).toEqual([[], 2])
    expect(outline('{"a\\"b":1,"\\\\":2}')).toEqual([['a\\"b', "\\\\"], 17])
  })

  it("is not to be had from anything else", () => {
    for (const bad of ["", " ", "[]", '"{}"', "{", '{"a', '{"a\\"', '{"a":{}', '{"a":"b}'])
      expect(outline(bad)).toBe(undefined)
  })

  it("agrees with the host's parser for any object", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ maxLength: 8, unit: "grapheme-ascii" }), fc.jsonValue()), object => {
        const written = JSON.stringify(object)
        const found = outlineObject(utf8(written + " {}"))
        expect(found?.end).toBe(utf8(written).length)
        expect([...(found?.names ?? [])]).toEqual(Object.keys(object).map(k => JSON.stringify(k).slice(1, -1)))
      }),
      { numRuns },
    )
  })

  it("takes linear time on backslashes and quotes", () => {
    expect(outlineObject(utf8('{"' + "\\\\".repeat(2e6) + '":1}'))?.names.size).toBe(1)
    expect(outlineObject(utf8('{"' + '\\"'.repeat(1e6)))).toBe(undefined)
  })
})
