import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { contextPrimitive, contextTag, readDer, TAG, type DerReader } from "../../src/formats/der.ts"
import { derElement, derHeader } from "../../src/formats/der-write.ts"
import { hex, int, join, oid, octets, seq, set, sortedSet, tlv } from "../support/der-build.ts"

const runs = { numRuns: process.env["SLOW"] ? 20_000 : 300 }

function read<T>(bytes: Uint8Array, reader: (r: DerReader) => T): T | string {
  const result = readDer(bytes, "der-invalid", reader)
  return result.ok ? result.value : `${result.error.reason} at ${result.error.where}`
}
const FAULT = "der-invalid at x"

describe("lengths (X.690 §10.1)", () => {
  const content = (bytes: Uint8Array) => read(bytes, r => r.content(TAG.octetString, "x").length)

  it.each([0, 1, 127, 128, 255, 256, 65_535, 65_536, 100_000])("takes %i octets in the shortest form", n => {
    expect(content(octets(new Uint8Array(n)))).toBe(n)
  })

  it.each([
    ["the indefinite form", "04 80 00 00"],
    ["a long form that a short one would do for", "04 81 01 00"],
    ["a long form with a leading zero", "04 82 00 80" + "00".repeat(128)],
    ["127 in the long form", "04 81 7f" + "00".repeat(127)],
    ["four length octets", "04 84 00 00 00 01 00"],
    ["the reserved length 0xff", "04 ff 00"],
    ["more than there is", "04 02 00"],
    ["a length that is cut off", "04 82 01"],
    ["no length at all", "04"],
    ["nothing", ""],
  ])("refuses %s", (_, bytes) => {
    expect(content(hex(bytes))).toBe(FAULT)
  })

  it("refuses anything after the element", () => {
    expect(content(hex("04 01 00 00"))).toBe("der-invalid at trailing bytes")
  })
})

describe("tags", () => {
  it("refuses another tag than the one that must be there", () => {
    expect(read(hex("04 01 00"), r => r.content(TAG.integer, "x"))).toBe(FAULT)
    expect(read(hex("24 03 04 01 00"), r => r.content(TAG.octetString, "x"))).toBe(FAULT)
  })

  it.each(["1f 01 00", "1f 81 01 00", "00 00"])("refuses the identifier of %s even where any is taken", bytes => {
    expect(read(hex(bytes), r => r.any("x"))).toBe(FAULT)
  })

  it("keeps whole elements as parts of the input", () => {
    const input = seq(int(5), octets(hex("aabb")))
    const parts = read(input, r => r.sequence("x", s => [s.element(TAG.integer, "x"), s.any("x")]))
    expect(parts).toEqual([int(5), octets(hex("aabb"))])
    expect((parts as Uint8Array[]).every(p => p.buffer === input.buffer)).toBe(true)
    expect(read(input, r => r.element(TAG.set, "x"))).toBe(FAULT)
  })

  it("has context tags", () => {
    expect(contextTag(3)).toBe(0xa3)
    expect(contextPrimitive(6)).toBe(0x86)
  })
})

describe("structures", () => {
  it("refuses what a structure has too much or too little of", () => {
    const two = (r: DerReader) => r.sequence("x", s => [s.integer("x", 9), s.integer("x", 9)])
    expect(read(seq(int(1), int(2)), two)).toEqual([1, 2])
    expect(read(seq(int(1)), two)).toBe(FAULT)
    expect(read(seq(int(1), int(2), int(3)), two)).toBe(FAULT)
  })

  it("refuses an element that runs over its container into the next", () => {
    // The INTEGER inside claims two octets, of which the second belongs to the outer SEQUENCE.
    expect(
      read(hex("30 06 30 03 02 02 01 05"), r => r.sequence("x", s => s.sequence("x", t => t.integer("x", 999)))),
    ).toBe(FAULT)
  })

  it("keeps the first fault, also across readers, and its own reason when it has one", () => {
    const result = read(seq(seq(int(300)), int(300)), r =>
      r.sequence("outer", s => {
        s.sequence("inner", t => {
          t.fail("first", "too-large")
        })
        s.integer("second", 1)
      }),
    )
    expect(result).toBe("too-large at first")
  })

  it("reads lists, and SET OF only in ascending order", () => {
    const ints = (r: DerReader) => r.setOf(TAG.set, "x", s => s.integer("x", 1000))
    expect(read(seq(int(3), int(1)), r => r.list(TAG.sequence, "x", s => s.integer("x", 9)))).toEqual([3, 1])
    expect(read(sortedSet(int(3), int(1), int(500)), ints)).toEqual([1, 3, 500])
    expect(read(set(int(3), int(1)), ints)).toBe(FAULT)
    expect(read(set(), ints)).toEqual([])
    expect(read(set(int(1), octets(hex("00"))), ints)).toBe(FAULT)
  })

  it("reads a document inside another one, and all of it", () => {
    const inside = (r: DerReader) => r.nested(r.content(TAG.octetString, "x"), "x", s => s.integer("x", 9))
    expect(read(octets(int(7)), inside)).toBe(7)
    expect(read(octets(join(int(7), int(7))), inside)).toBe(FAULT)
    expect(read(octets(hex("")), inside)).toBe(FAULT)
  })

  it("tells where it is and what it has read", () => {
    const bytes = seq(int(1), int(2))
    expect(
      read(bytes, r =>
        r.sequence("x", s => {
          const from = s.offset
          s.any("x")
          const first = s.since(from)
          const rest = s.has(TAG.integer) && s.more
          s.any("x")
          return [from, first, rest, s.has(TAG.integer), s.more]
        }),
      ),
    ).toEqual([2, int(1), true, false, false])
  })
})

describe("BOOLEAN (X.690 §11.1, §11.5)", () => {
  it.each([
    ["01 01 ff", true],
    ["01 01 00", false],
    ["01 01 01", FAULT],
    ["01 00", FAULT],
    ["01 02 ff ff", FAULT],
    ["05 00", FAULT],
  ])("%s", (bytes, expected) => {
    expect(read(hex(bytes), r => r.boolean("x"))).toBe(expected)
  })

  it("with a default of FALSE is absent or TRUE", () => {
    const flag = (bytes: Uint8Array) => read(seq(bytes), r => r.sequence("x", s => s.flag("x")))
    expect(flag(hex(""))).toBe(false)
    expect(flag(hex("01 01 ff"))).toBe(true)
    expect(flag(hex("01 01 00"))).toBe(FAULT)
    expect(flag(hex("01 01 7f"))).toBe(FAULT)
  })
})

describe("INTEGER (X.690 §8.3)", () => {
  it.each([
    ["02 00", FAULT],
    ["02 02 00 7f", FAULT],
    ["02 02 00 80", 128],
    ["02 01 80", FAULT],
    ["02 02 ff 80", FAULT],
    ["02 01 00", 0],
    ["02 04 7f ff ff ff", 0x7fffffff],
    ["02 05 00 80 00 00 00", FAULT],
    ["02 08 01 00 00 00 00 00 00 00", FAULT],
    ["04 01 00", FAULT],
  ])("%s", (bytes, expected) => {
    expect(read(hex(bytes), r => r.integer("x", 0x7fffffff))).toBe(expected)
  })

  it("keeps the octets of large ones, with their sign where that is asked for", () => {
    expect(read(int(2n ** 64n - 1n), r => r.unsigned("x"))).toEqual(hex("00 ffffffffffffffff"))
    expect(read(int(-5), r => r.signed("x"))).toEqual(hex("fb"))
    expect(read(int(-5), r => r.unsigned("x"))).toBe(FAULT)
    expect(read(hex("02 02 ff 80"), r => r.signed("x"))).toBe(FAULT)
    expect(read(hex("02 02 ff 7f"), r => r.signed("x"))).toEqual(hex("ff7f"))
    expect(read(hex("82 01 05"), r => r.integer("x", 9, contextPrimitive(2)))).toBe(5)
  })

  it("accepts exactly one encoding of each number", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }), n => {
        const content = int(n).subarray(2)
        const pad = n < 0n ? 0xff : 0
        expect(read(tlv(2, content), r => r.signed("x"))).toEqual(content)
        expect(read(tlv(2, Uint8Array.of(pad), content), r => r.signed("x"))).toBe(FAULT)
      }),
      runs,
    )
  })
})

describe("BIT STRING (X.690 §8.6, §11.2)", () => {
  it.each([
    ["03 03 00 aa bb", "aabb"],
    ["03 01 00", ""],
    ["03 02 01 aa", undefined],
    ["03 00", undefined],
    ["04 02 00 aa", undefined],
  ])("of whole octets: %s", (bytes, expected) => {
    expect(read(hex(bytes), r => r.bitString("x"))).toEqual(expected === undefined ? FAULT : hex(expected))
  })

  it.each([
    ["03 02 07 80", 1],
    ["03 02 01 06", (1 << 5) | (1 << 6)],
    ["03 02 00 01", 1 << 7],
    ["03 03 07 00 80", 1 << 8],
    ["03 01 00", 0],
    ["03 01 03", FAULT],
    ["03 00", FAULT],
    ["03 02 07 00", FAULT],
    ["03 02 07 c0", FAULT],
    ["03 02 06 80", FAULT],
    ["03 02 08 80", FAULT],
    ["03 04 00 01 01 01", FAULT],
    ["04 02 07 80", FAULT],
  ])("with named bits: %s", (bytes, expected) => {
    expect(read(hex(bytes), r => r.namedBits("x"))).toBe(expected)
  })

  it("does not look beyond an empty one", () => {
    expect(read(seq(hex("03 00"), hex("00")), r => r.sequence("x", s => s.namedBits("x")))).toBe(FAULT)
  })
})

describe("other types", () => {
  it("reads NULL, which is empty", () => {
    const nothing = (bytes: string) => read(hex(bytes), r => r.null("x"))
    expect(nothing("05 00")).toBe(undefined)
    expect(nothing("05 01 00")).toBe(FAULT)
    expect(nothing("04 00")).toBe(FAULT)
  })

  it("reads UTF-8 strictly", () => {
    const utf8 = (bytes: string) => read(hex(bytes), r => r.utf8("x"))
    expect(utf8("0c 02 c3 a9")).toBe("é")
    expect(utf8("0c 03 ef bb bf")).toBe("\ufeff")
    expect(utf8("0c 01 c3")).toBe(FAULT)
    expect(utf8("0c 03 ed a0 80")).toBe(FAULT)
    expect(utf8("16 01 41")).toBe(FAULT)
  })

  it("reads printable ASCII only", () => {
    const ascii = (bytes: string) => read(hex(bytes), r => r.ascii("x"))
    expect(ascii("16 03 41 20 7e")).toBe("A ~")
    expect(ascii("16 02 41 00")).toBe(FAULT)
    expect(ascii("16 02 41 7f")).toBe(FAULT)
    expect(ascii("16 02 c3 a9")).toBe(FAULT)
    expect(ascii("16 01 c3")).toBe(FAULT)
  })
})

describe("OBJECT IDENTIFIER (X.690 §8.19)", () => {
  const dotted = (bytes: Uint8Array) => read(bytes, r => r.oid("x"))

  it.each([
    "1.2.840.10045.2.1",
    "1.3.6.1.4.1.57264.1.8",
    "2.5.29.17",
    "0.0",
    "0.39",
    "1.0",
    "2.40",
    "2.999.1",
    "2.100000000000000000000000.7",
  ])("%s", id => {
    expect(dotted(oid(id))).toBe(id)
  })

  it.each(["06 00", "06 01 80", "06 03 2a 80 01", "06 02 2a 86", "06 02 80 01", "04 01 2a"])("refuses %s", bytes => {
    expect(dotted(hex(bytes))).toBe(FAULT)
  })

  it("tells apart identifiers that differ in one octet from a well-known one", () => {
    const known = oid("1.2.840.10045.4.3.2")
    for (let i = 2; i < known.length; i++) {
      const other = Uint8Array.from(known)
      other[i] = (other[i] as number) ^ 1
      expect(dotted(other)).not.toBe("1.2.840.10045.4.3.2")
    }
  })

  it("spells any identifier as it was written", () => {
    const arcs = fc.tuple(fc.bigInt(0n, 2n), fc.bigInt(0n, 39n), fc.array(fc.bigInt(0n, 2n ** 70n), { maxLength: 8 }))
    fc.assert(
      fc.property(arcs, ([a, b, rest]) => {
        const id = [a, b, ...rest].join(".")
        return dotted(oid(id)) === id
      }),
      runs,
    )
  })
})

describe("writing", () => {
  it("uses the shortest length and agrees with the builder", () => {
    for (const n of [0, 1, 127, 128, 255, 256, 65_535, 65_536, 70_000]) {
      const content = new Uint8Array(n).fill(7)
      expect(derElement(0x30, content)).toEqual(tlv(0x30, content))
      expect(derHeader(0x04, n)).toEqual(tlv(0x04, content).subarray(0, -n || undefined))
    }
    expect(derElement(0x30, int(1), int(2))).toEqual(seq(int(1), int(2)))
  })
})

describe("hostile bytes", () => {
  it("never throw and always end, whatever is asked of them", () => {
    const program = (r: DerReader): void => {
      while (r.more) {
        r.sequence("x", s => {
          s.unsigned("x")
          s.list(TAG.set, "x", t => [t.oid("x"), t.any("x")])
          s.setOf(contextTag(0), "x", t => t.utf8("x"))
          s.flag("x")
          s.namedBits("x")
          s.bitString("x")
        })
      }
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), bytes => {
        readDer(bytes, "der-invalid", program)
        readDer(seq(bytes), "der-invalid", program)
      }),
      runs,
    )
  })
})
