/** Strict JSON: what is accepted equals the host's parse of valid text; everything ambiguous is refused by name. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { utf8 } from "../../src/kernel/bytes.ts"
import { canonicalJson, isObject, readJson, readPrintedJson, type JsonFault } from "../../src/kernel/json.ts"

const LIMITS = { maxBytes: 8 * 1024 * 1024, maxDepth: 64 }
const numRuns = process.env["SLOW"] === undefined ? 300 : 20_000

/** Reads as text and as bytes: both must say the same. */
function read(text: string): ReturnType<typeof readJson> {
  const asText = readJson(text, LIMITS)
  expect(readJson(utf8(text), LIMITS)).toEqual(asText)
  return asText
}

function fault(text: string): JsonFault | undefined {
  const result = read(text)
  return result.ok ? undefined : result.error
}

/**
 * The value as JSON carries it, made without the host's parser: that one gives keys with escapes wrong names at times
 * (nodejs/node issue 63785), so it is no oracle for them.
 */
function carried(value: unknown): unknown {
  if (Object.is(value, -0)) return 0
  if (Array.isArray(value)) return value.map(carried)
  if (typeof value !== "object" || value === null) return value
  const out = {}
  for (const [key, member] of Object.entries(value)) {
    Object.defineProperty(out, key, { value: carried(member), enumerable: true, writable: true, configurable: true })
  }
  return out
}

describe("valid JSON", () => {
  it("reads as what was written", () => {
    const value = fc.jsonValue({ maxDepth: 6, stringUnit: "binary" })
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 1, "\t"), (v, indent) => {
        expect(read(JSON.stringify(v, undefined, indent))).toEqual({ ok: true, value: carried(v) })
      }),
      { numRuns },
    )
  })

  it("reads as what was written where strings are full of colons, quotes, brackets and backslashes", () => {
    const string = fc.array(fc.constantFrom(":", '"', "\\", "{", "}", "[", "]", ",", "a", "\u2028", "é"), {
      maxLength: 9,
    })
    const object = fc.dictionary(
      string.map(a => a.join("")),
      string.map(a => a.join("")),
      { maxKeys: 6, noNullPrototype: true },
    )
    fc.assert(
      fc.property(fc.array(object, { maxLength: 4 }), v => {
        expect(read(JSON.stringify(v))).toEqual({ ok: true, value: carried(v) })
      }),
      { numRuns },
    )
  })

  const accepted = [
    "null",
    " true ",
    '""',
    "0",
    "-0",
    "1e308",
    "[]",
    "{}",
    '{"":0}',
    '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}',
    '{"a":1,"A":2,"\\u00e4":3,"a\\u0308":4}',
    '"\\ud83d\\ude00"',
    '"\\\\u0061"',
    '"\u0000"'.replace("\u0000", "\\u0000"),
    '{"a\\"":1,"a":2}',
    '{"\\\\":1,"\\\\\\\\":2}',
    '"\u007f\u2028\u2029"',
  ]
  for (const text of accepted) {
    it(`accepts ${text}`, () => {
      expect(read(text)).toEqual({ ok: true, value: JSON.parse(text) as unknown })
    })
  }
})

describe("a repeated key is refused", () => {
  const repeated: readonly (readonly [string, string])[] = [
    ["with the same value", '{"a":1,"a":1}'],
    ["with another value", '{"a":1,"b":2,"a":3}'],
    ["when one is written with an escape", '{"a":1,"\\u0061":2}'],
    ["when both are written with different escapes", '{"\\/":1,"\\u002F":2}'],
    ["when a surrogate pair is written in two ways", '{"\u{1F600}":1,"\\ud83d\\ude00":2}'],
    ["when it is empty", '{"":1,"":2}'],
    ["when it is __proto__", '{"__proto__":1,"__proto__":2}'],
    ["when it is __proto__ with object values", '{"__proto__":{},"__proto__":{"x":1}}'],
    ["when it is constructor", '{"constructor":1,"constructor":2}'],
    ["when it looks like an array index", '{"0":1,"0":2}'],
    ["when it holds a colon", '{"a:b":1,"a:b":2}'],
    ["when it holds an escaped quote", '{"\\"":1,"\\"":2}'],
    ["deep inside", '{"x":[[{"y":{"z":1,"z":2}}]]}'],
    ["in a value that a later key replaces", '{"x":{"y":1,"y":2},"x":0}'],
    ["when the replaced value held members of its own", '{"x":{"p":1,"q":2},"x":0}'],
  ]
  for (const [why, text] of repeated) it(why, () => expect(fault(text)).toBe("json-duplicate-key"))

  it("wherever it is inserted into a random document", () => {
    // Writes the value by hand, and repeats one key of one object, in plain or escaped spelling.
    const key = fc.string({ minLength: 1, maxLength: 4 })
    const escape = (k: string) =>
      `"${Array.from({ length: k.length }, (_, i) => "\\u" + k.charCodeAt(i).toString(16).padStart(4, "0")).join("")}"`
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), key, fc.jsonValue({ maxDepth: 2 }), fc.boolean(), (a, k, b, plain) => {
        const spelling = plain ? JSON.stringify(k) : escape(k)
        const inner = `{${JSON.stringify(k)}:${JSON.stringify(a)},${spelling}:${JSON.stringify(b)}}`
        expect(fault(`{"w":[${inner}]}`)).toBe("json-duplicate-key")
        expect(fault(`{"w":[{${JSON.stringify(k)}:${JSON.stringify(a)}},{${spelling}:${JSON.stringify(b)}}]}`)).toBe(
          undefined,
        )
      }),
      { numRuns },
    )
  })

  it("but __proto__ once is an ordinary key and changes no prototype", () => {
    const result = read('{"__proto__":{"admin":true},"a":1}')
    expect(result.ok).toBe(true)
    if (!result.ok || !isObject(result.value)) return expect.fail("not an object")
    expect(Object.keys(result.value)).toEqual(["__proto__", "a"])
    expect(Object.getPrototypeOf(result.value)).toBe(Object.prototype)
    expect("admin" in result.value).toBe(false)
  })
})

describe("a key with an escape in it", () => {
  // Keys of an earlier document that are prefixes of how a later one spells its keys. V8 mixes them up.
  const mixed: readonly (readonly [earlier: string, text: string, keys: readonly string[]])[] = [
    ['{"h":[],"\\\\":0}', '{"h":1,"\\"":2}', ["h", '"']],
    ['{"x":1,"\\\\u0070a":1}', '{"x":1,"\\u0070ayload":2}', ["x", "payload"]],
    ['{"a":1,"b\\\\n":1}', '{"a":1,"b\\nc":2}', ["a", "b\nc"]],
  ]
  for (const [earlier, text, keys] of mixed) {
    it(`keeps its name whatever was parsed before: ${text}`, () => {
      for (let i = 0; i < 20; i++) {
        JSON.parse(earlier)
        const result = read(text)
        expect(result.ok && isObject(result.value) && Object.keys(result.value)).toEqual(keys)
      }
    })
  }

  it("cannot hide a repeated key behind an earlier document", () => {
    for (let i = 0; i < 20; i++) {
      JSON.parse('{"x":1,"\\\\u0070a":1}')
      expect(fault('{"x":1,"\\u0070ayload":2,"payload":3}')).toBe("json-duplicate-key")
      expect(fault('{"x":1,"payload":3,"\\u0070ayload":2}')).toBe("json-duplicate-key")
    }
  })

  it("may stand beside keys that look like what the reader puts in its place", () => {
    const value = { "#0": 1, "=a": 2, "\n": { "\t": [{ "#1": 3, "\\": "x" }] }, 7: "integers come first", "": "\\" }
    expect(read(JSON.stringify(value))).toEqual({ ok: true, value })
    const result = read(JSON.stringify(value))
    expect(result.ok && isObject(result.value) && Object.keys(result.value)).toEqual(Object.keys(value))
  })

  it("may be __proto__", () => {
    const result = read('{"__prot\\u006f__":{"admin":true}}')
    if (!result.ok || !isObject(result.value)) return expect.fail("not an object")
    expect(Object.keys(result.value)).toEqual(["__proto__"])
    expect(Object.getPrototypeOf(result.value)).toBe(Object.prototype)
    expect(fault('{"__prot\\u006f__":1,"__proto__":2}')).toBe("json-duplicate-key")
  })

  it("does not make text valid that is not", () => {
    const broken = [
      '{"\\x":1}',
      '{"\\u12":1}',
      '{"\\n" 1}',
      '["\\n":1]',
      '{"\\n":1,}',
      '{"\\n":"\\q"}',
      '{"\\n":1,"a\tb":2}',
      '\\"\\n":1',
      '{"\\n"\u00a0:1}',
    ]
    for (const text of broken) expect(fault(text), text).toBe("json-invalid")
  })
})

describe("text that is not JSON is refused", () => {
  const invalid = [
    "",
    " ",
    "NaN",
    "Infinity",
    "-Infinity",
    "undefined",
    "'a'",
    "{a:1}",
    '{"a":1,}',
    "[1,]",
    "[1 2]",
    '{"a" 1}',
    '{"a"::1}',
    "01",
    "1.",
    ".5",
    "+1",
    "0x10",
    "1_000",
    "1n",
    '"\t"',
    '"\n"',
    '"\u0000"',
    '"\\x41"',
    '"\\u00g0"',
    '"\\u00"',
    '"abc',
    '"abc\\"',
    '"\\',
    "// c\n1",
    "/* c */1",
    "1 2",
    "{}{}",
    "]",
    "}",
    "[}",
    "[[1]",
    "nul",
    "True",
    "\u00a01",
    "\ufeff1",
    '{"a":1}\u0000',
    // Grammatical, but Infinity once parsed, which has no JSON form again.
    "1e400",
    '{"a":[-1e400]}',
  ]
  for (const text of invalid) it(JSON.stringify(text), () => expect(fault(text)).toBe("json-invalid"))

  it("a byte order mark is not white space", () => {
    expect(readJson(new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x7d]), LIMITS)).toEqual({
      ok: false,
      error: "json-invalid",
    })
  })

  it("random text never throws, and what is accepted the host accepts too", () => {
    const piece = fc.constantFrom("{", "}", "[", "]", '"', ":", ",", "\\", "a", "1", "u0061", " ", "null", "\ud800")
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), pieces => {
        const text = pieces.join("")
        const result = readJson(text, LIMITS)
        if (result.ok) expect(result.value).toEqual(JSON.parse(text))
      }),
      { numRuns: numRuns * 10 },
    )
  })
})

describe("text without a UTF-8 form is refused", () => {
  const lone = [
    '"\\ud800"',
    '"\\udc00"',
    '"\\ude00\\ud83d"',
    '"\\ud83dx\\ude00"',
    '{"\\ud800":1}',
    '[{"a":["\\udfff"]}]',
    '{"a":{"b\\udabc":null}}',
  ]
  for (const text of lone) it(`escaped: ${text}`, () => expect(fault(text)).toBe("utf8-invalid"))

  it("an unpaired surrogate in a JavaScript string", () => {
    expect(readJson('"\ud800"', LIMITS)).toEqual({ ok: false, error: "utf8-invalid" })
    expect(readJson('{"\udc00":1}', LIMITS)).toEqual({ ok: false, error: "utf8-invalid" })
  })

  const bad: readonly (readonly [string, readonly number[]])[] = [
    ["an invalid byte in a string", [0x22, 0xff, 0x22]],
    ["an overlong form", [0x22, 0xc0, 0xaf, 0x22]],
    ["a surrogate in three bytes", [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ["a sequence cut short", [0x22, 0xe2, 0x82, 0x22]],
    ["UTF-16", [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]],
  ]
  for (const [why, raw] of bad) {
    it(why, () => expect(readJson(new Uint8Array(raw), LIMITS)).toEqual({ ok: false, error: "utf8-invalid" }))
  }
})

describe("the bounds hold before anything recursive runs", () => {
  it("a million brackets, of every kind", () => {
    for (const text of ["[".repeat(1e6), "[".repeat(1e6) + "]".repeat(1e6), '{"a":'.repeat(1e6), "[{".repeat(5e5)]) {
      expect(fault(text)).toBe("json-too-deep")
    }
  })

  it("a million closing brackets are not depth", () => expect(fault("]".repeat(1e6))).toBe("json-invalid"))

  it("depth is exact, and brackets in strings are not depth", () => {
    const nested = (n: number) => "[".repeat(n) + "]".repeat(n)
    expect(readJson(nested(64), LIMITS).ok).toBe(true)
    expect(readJson(nested(65), LIMITS)).toEqual({ ok: false, error: "json-too-deep" })
    expect(readJson(JSON.stringify(nested(500)), LIMITS).ok).toBe(true)
  })

  it("length is exact, in bytes", () => {
    expect(readJson(utf8('"ab"'), { maxBytes: 4, maxDepth: 1 }).ok).toBe(true)
    expect(readJson(utf8('"abc"'), { maxBytes: 4, maxDepth: 1 })).toEqual({ ok: false, error: "too-large" })
    expect(readJson('"abc"', { maxBytes: 4, maxDepth: 1 })).toEqual({ ok: false, error: "too-large" })
    expect(readJson(utf8('"\u00e4\u00e4"'), { maxBytes: 5, maxDepth: 1 })).toEqual({ ok: false, error: "too-large" })
  })

  it("four million backslashes take linear time", () => {
    const started = performance.now()
    expect(fault('"' + "\\".repeat(4e6) + '"')).toBeUndefined()
    expect(fault('"' + '\\"'.repeat(2e6) + '"')).toBeUndefined()
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})

describe("isObject", () => {
  it("knows objects from arrays, null and absence", () => {
    expect([{}, { a: 1 }].every(isObject)).toBe(true)
    expect([[], null, undefined, "a", 1, true].some(isObject)).toBe(false)
  })
})

describe("a text that was printed here", () => {
  it("is read as any other", () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const printed = canonicalJson(carried(value))
        const strict = readJson(printed, LIMITS)
        expect(strict.ok && strict.value).toEqual(readPrintedJson(printed, LIMITS))
      }),
      { numRuns },
    )
  })

  it("is undefined when it is no JSON, with escapes and without", () => {
    expect(readPrintedJson("{", LIMITS)).toBeUndefined()
    expect(readPrintedJson(String.raw`{"\\`, LIMITS)).toBeUndefined()
  })
})
