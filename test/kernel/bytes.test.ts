/** Bytes and their text forms: every decoder takes the canonical form and nothing else. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  compareBytes,
  concatBytes,
  equalBytes,
  fromBase64,
  fromBase64Either,
  fromBase64Url,
  fromHex,
  fromUtf8,
  toBase64,
  toBase64Url,
  toHex,
  u64be,
  utf8,
} from "../../src/kernel/bytes.ts"

const numRuns = process.env["SLOW"] === undefined ? 200 : 10_000
const bytes = fc.uint8Array({ maxLength: 200 })

describe("base64", () => {
  // RFC 4648 §10.
  const vectors = [
    ["", ""],
    ["f", "Zg=="],
    ["fo", "Zm8="],
    ["foo", "Zm9v"],
    ["foob", "Zm9vYg=="],
    ["fooba", "Zm9vYmE="],
    ["foobar", "Zm9vYmFy"],
  ] as const
  for (const [plain, text] of vectors) {
    it(`"${plain}" is "${text}"`, () => {
      expect(toBase64(utf8(plain))).toBe(text)
      expect(fromBase64(text)).toEqual(utf8(plain))
      expect(fromBase64Url(text)).toEqual(utf8(plain))
      expect(fromBase64Url(text.replaceAll("=", ""))).toEqual(utf8(plain))
    })
  }

  it("agrees with the host's own coder in both directions", () => {
    fc.assert(
      fc.property(bytes, b => {
        const buffer = Buffer.from(b)
        expect(toBase64(b)).toBe(buffer.toString("base64"))
        expect(toBase64Url(b)).toBe(buffer.toString("base64url"))
        expect(fromBase64(buffer.toString("base64"))).toEqual(b)
        expect(fromBase64Url(buffer.toString("base64url"))).toEqual(b)
        expect(fromBase64Either(buffer.toString("base64"))).toEqual(b)
        expect(fromBase64Either(buffer.toString("base64url"))).toEqual(b)
      }),
      { numRuns },
    )
  })

  it("takes one text for each byte string: what is accepted prints back to itself", () => {
    const character = fc.constantFrom(...Array.from("ABQZagz059+/=-_ \n"))
    const text = fc.array(character, { maxLength: 12 }).map(a => a.join(""))
    fc.assert(
      fc.property(text, t => {
        const decoded = fromBase64(t)
        if (decoded !== undefined) expect(toBase64(decoded)).toBe(t)
        const url = fromBase64Url(t)
        if (url !== undefined) expect(Buffer.from(url).toString("base64url")).toBe(t.replaceAll("=", ""))
      }),
      { numRuns: numRuns * 5 },
    )
  })

  const refused: readonly (readonly [string, string])[] = [
    ["padding is missing", "Zg"],
    ["padding is short", "Zg="],
    ["padding is long", "Zg==="],
    ["padding alone", "="],
    ["padding alone, two", "=="],
    ["padding alone, three", "==="],
    ["padding alone, four", "===="],
    ["padding in the middle", "Zg==Zg=="],
    ["one character of padding before the end", "Z=9v"],
    ["a padding bit is set (one byte)", "Zh=="],
    ["a padding bit is set (two bytes)", "Zm9="],
    ["one character too many", "Zm9vY==="],
    ["a line break", "Zm9v\nYmFy"],
    ["white space at the end", "Zm9v "],
    ["a line break at the end", "Zg==\n"],
    ["the other alphabet", "-_-_"],
    ["a mixture of alphabets", "+_+_"],
    ["a null character", "Zm9\u0000"],
    ["a letter outside ASCII", "Zm9ä"],
    ["a letter far outside ASCII", "Zm9\u{1F600}"],
    ["a full-width letter", "Zm9\uff21"],
    ["a character outside the alphabet before the padding", "Z*=="],
    ["two of them", "**=="],
    ["one in the last full group of two bytes", "Zm*="],
  ]
  for (const [why, text] of refused) {
    it(`is refused when ${why}`, () => expect(fromBase64(text)).toBeUndefined())
  }

  it("URL-safe is refused with a wrong length, wrong padding or a set padding bit", () => {
    for (const text of ["Z", "Zg=", "Zg===", "Zm9vY", "Zh", "Zm9", "+/+/", "=", "Zm9v=", "Zm9v=="]) {
      expect(fromBase64Url(text), text).toBeUndefined()
    }
  })

  it("in either alphabet never takes a mixture", () => {
    expect(fromBase64Either("-_-_")).toEqual(new Uint8Array([0xfb, 0xff, 0xbf]))
    expect(fromBase64Either("+/+/")).toEqual(new Uint8Array([0xfb, 0xff, 0xbf]))
    expect(fromBase64Either("+/-_")).toBeUndefined()
    expect(fromBase64Either("+_==")).toBeUndefined()
  })
})

describe("hexadecimal", () => {
  it("agrees with the host's own coder", () => {
    fc.assert(
      fc.property(bytes, b => {
        expect(toHex(b)).toBe(Buffer.from(b).toString("hex"))
        expect(fromHex(toHex(b))).toEqual(b)
      }),
      { numRuns },
    )
  })

  it("is lowercase, of even length, and nothing else", () => {
    expect(fromHex("")).toEqual(new Uint8Array())
    expect(fromHex("00ff")).toEqual(new Uint8Array([0, 255]))
    for (const text of ["0", "000", "0F", "0g", " 00", "00\n", "0x00", "-1", "+1", "１２", "\u00000"]) {
      expect(fromHex(text), JSON.stringify(text)).toBeUndefined()
    }
  })
})

describe("UTF-8", () => {
  it("is the identity on well-formed text, byte order mark included", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), t => {
        expect(fromUtf8(utf8(t))).toBe(t)
      }),
      { numRuns },
    )
    expect(fromUtf8(new Uint8Array([0xef, 0xbb, 0xbf, 0x41]))).toBe("\ufeffA")
  })

  const refused: readonly (readonly [string, readonly number[]])[] = [
    ["a lone continuation byte", [0x80]],
    ["a sequence cut short", [0xe2, 0x82]],
    ["an overlong slash", [0xc0, 0xaf]],
    ["an overlong null", [0xc0, 0x80]],
    ["a surrogate", [0xed, 0xa0, 0x80]],
    ["a code point above U+10FFFF", [0xf4, 0x90, 0x80, 0x80]],
    ["a byte that UTF-8 never has", [0xff]],
  ]
  for (const [why, raw] of refused) {
    it(`is refused for ${why}`, () => expect(fromUtf8(new Uint8Array([0x41, ...raw]))).toBeUndefined())
  }
})

describe("byte strings", () => {
  it("compare like the host's own", () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b))
        expect(equalBytes(a, b)).toBe(Buffer.compare(a, b) === 0)
        expect(equalBytes(a, Uint8Array.from(a))).toBe(true)
      }),
      { numRuns },
    )
    expect(equalBytes(new Uint8Array([1, 2]), new Uint8Array([1, 3]))).toBe(false)
    expect(compareBytes(new Uint8Array([1]), new Uint8Array([1, 0]))).toBeLessThan(0)
  })

  it("join in order into a new array", () => {
    const a = new Uint8Array([1])
    const joined = concatBytes(a, new Uint8Array(), new Uint8Array([2, 3]))
    expect(joined).toEqual(new Uint8Array([1, 2, 3]))
    joined[0] = 9
    expect(a[0]).toBe(1)
    expect(concatBytes()).toEqual(new Uint8Array())
  })

  it("hold 64-bit integers big-endian", () => {
    expect(toHex(u64be(0n))).toBe("0000000000000000")
    expect(toHex(u64be(0x0102030405060708n))).toBe("0102030405060708")
    expect(toHex(u64be(2n ** 64n - 1n))).toBe("ffffffffffffffff")
  })
})
