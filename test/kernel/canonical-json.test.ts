/** Canonical JSON against the examples printed in RFC 8785. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { utf8, toHex } from "../../src/kernel/bytes.ts"
import { canonicalJson } from "../../src/kernel/json.ts"

const numRuns = process.env["SLOW"] === undefined ? 200 : 10_000

describe("RFC 8785", () => {
  it("§3.2.2: the sample object", () => {
    const sample = String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`
    const canonical = canonicalJson(JSON.parse(sample))
    expect(canonical).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    )
    // §3.2.4: the same in UTF-8.
    expect(toHex(utf8(canonical))).toBe(
      (
        "7b 22 6c 69 74 65 72 61 6c 73 22 3a 5b 6e 75 6c 6c 2c 74 72 75 65 2c 66 61 6c 73 65 5d 2c 22 6e 75 6d 62 65 72 " +
        "73 22 3a 5b 33 33 33 33 33 33 33 33 33 2e 33 33 33 33 33 33 33 2c 31 65 2b 33 30 2c 34 2e 35 2c 30 2e 30 30 32 " +
        "2c 31 65 2d 32 37 5d 2c 22 73 74 72 69 6e 67 22 3a 22 e2 82 ac 24 5c 75 30 30 30 66 5c 6e 41 27 42 5c 22 5c 5c " +
        "5c 5c 5c 22 2f 22 7d"
      ).replaceAll(" ", ""),
    )
  })

  it("§3.2.3: members sort by UTF-16 code units", () => {
    const sample = String.raw`{
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis"
    }`
    const values = Array.from(canonicalJson(JSON.parse(sample)).matchAll(/:"([^"]*)"/g), m => m[1])
    expect(values).toEqual([
      "Carriage Return",
      "One",
      "Control",
      "Latin Small Letter O With Diaeresis",
      "Euro Sign",
      "Emoji: Grinning Face",
      "Hebrew Letter Dalet With Dagesh",
    ])
  })

  // Appendix B: IEEE 754 bits and JSON text.
  const numbers: readonly (readonly [string, string])[] = [
    ["0000000000000000", "0"],
    ["8000000000000000", "0"],
    ["0000000000000001", "5e-324"],
    ["8000000000000001", "-5e-324"],
    ["7fefffffffffffff", "1.7976931348623157e+308"],
    ["ffefffffffffffff", "-1.7976931348623157e+308"],
    ["4340000000000000", "9007199254740992"],
    ["c340000000000000", "-9007199254740992"],
    ["4430000000000000", "295147905179352830000"],
    ["44b52d02c7e14af5", "9.999999999999997e+22"],
    ["44b52d02c7e14af6", "1e+23"],
    ["44b52d02c7e14af7", "1.0000000000000001e+23"],
    ["444b1ae4d6e2ef4e", "999999999999999700000"],
    ["444b1ae4d6e2ef4f", "999999999999999900000"],
    ["444b1ae4d6e2ef50", "1e+21"],
    ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
    ["3eb0c6f7a0b5ed8d", "0.000001"],
    ["41b3de4355555553", "333333333.3333332"],
    ["41b3de4355555554", "333333333.33333325"],
    ["41b3de4355555555", "333333333.3333333"],
    ["41b3de4355555556", "333333333.3333334"],
    ["41b3de4355555557", "333333333.33333343"],
    ["becbf647612f3696", "-0.0000033333333333333333"],
    ["43143ff3c1cb0959", "1424953923781206.2"],
  ]
  const fromBits = (bits: string) => Buffer.from(bits, "hex").readDoubleBE()
  for (const [bits, text] of numbers) {
    it(`Appendix B: ${bits} is ${text}`, () => expect(canonicalJson(fromBits(bits))).toBe(text))
  }
  it("Appendix B: NaN and Infinity have no form", () => {
    for (const bits of ["7fffffffffffffff", "7ff0000000000000", "fff0000000000000"]) {
      expect(() => canonicalJson(fromBits(bits))).toThrow(expect.objectContaining({ code: "INTERNAL" }))
    }
  })
})

describe("canonical JSON", () => {
  it("means the same, does not depend on the order of members, and is stable", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5, stringUnit: "binary" }), value => {
        const text = canonicalJson(value)
        const parsed = JSON.parse(text) as unknown
        // JSON has one zero: -0 is written 0.
        expect(parsed).toEqual(JSON.parse(JSON.stringify(value)))
        expect(canonicalJson(parsed)).toBe(text)
        expect(canonicalJson(reversed(value))).toBe(text)
      }),
      { numRuns },
    )
  })

  it("leaves out members that are undefined and writes empty containers", () => {
    expect(canonicalJson({ b: undefined, a: 1 })).toBe('{"a":1}')
    expect(canonicalJson([{}, [], ""])).toBe('[{},[],""]')
    expect(canonicalJson(Object.assign(Object.create(null), { b: 1, a: null }))).toBe('{"a":null,"b":1}')
  })

  const formless: readonly (readonly [string, unknown])[] = [
    ["undefined", undefined],
    ["undefined in an array", [undefined]],
    ["a bigint", { size: 1n }],
    ["a function", [() => 1]],
    ["a symbol", Symbol("s")],
    ["a lone surrogate", "\ud800"],
    ["a lone surrogate in a key", { "\udc00": 1 }],
    ["bytes", { hash: new Uint8Array(2) }],
    ["a date", new Date(0)],
    ["a map", new Map([["a", 1]])],
    [
      "an object of a class",
      new (class Thing {
        readonly a = 1
      })(),
    ],
  ]
  for (const [what, value] of formless) {
    it(`refuses ${what}`, () => {
      expect(() => canonicalJson(value)).toThrow(expect.objectContaining({ code: "INTERNAL" }))
    })
  }
})

/** The same value with the members of every object in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([k, v]) => [k, reversed(v)]),
  )
}
