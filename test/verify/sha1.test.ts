/** The one SHA-1 there is, against the host's. */
import { createHash } from "node:crypto"
import { expect, test } from "vitest"
import { sha1 } from "../../src/verify/sha1.ts"

test("is the host's for every length around the block boundaries", () => {
  const bytes = Buffer.from(Array.from({ length: 300 }, (_, i) => (i * 7) % 256))
  for (let length = 0; length <= bytes.length; length++) {
    const message = bytes.subarray(0, length)
    expect(Buffer.from(sha1(message)).toString("hex")).toBe(createHash("sha1").update(message).digest("hex"))
  }
})

test("is that of FIPS 180-4's examples", () => {
  const of = (text: string) => Buffer.from(sha1(Buffer.from(text))).toString("hex")
  expect(of("abc")).toBe("a9993e364706816aba3e25717850c26c9cd0d89d")
  expect(of("a".repeat(1_000_000))).toBe("34aa973cd4c4daa4f61eeb2bdbad27316534016f")
})
