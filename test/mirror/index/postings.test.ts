/** Postings in memory: the order of JavaScript's own sort over their text is the expectation. */
import fc from "fast-check"
import { expect, it } from "vitest"
import { PostingBuffer } from "../../../mirror/index/postings.ts"
import { toHex } from "../../../src/kernel/bytes.ts"

it("come in order and once, also where hashes begin alike", () => {
  const word = fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff)
  const posting = fc.record({ high: word, low: word, step: fc.nat(2) })
  fc.assert(
    fc.property(fc.array(posting, { maxLength: 3000 }), list => {
      const buffer = new PostingBuffer()
      const texts = new Set<string>()
      let entry = 0
      for (const { high, low, step } of list) {
        entry += step
        const bytes = Buffer.alloc(12)
        bytes.writeUInt32BE(high)
        bytes.writeUInt32BE(low, 4)
        bytes.writeUInt32BE(entry, 8)
        texts.add(bytes.toString("hex"))
        buffer.add(bytes, 0, entry)
      }
      expect(buffer.count).toBe(list.length)
      expect(toHex(buffer.take())).toBe([...texts].sort().join(""))
      expect(buffer.count).toBe(0)
    }),
  )
})
