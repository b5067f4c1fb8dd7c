/** Bytes read from files are Buffers, whose `slice` is a view: nothing may write into what a caller gave. */
import { expect, test } from "vitest"
import { nodeCrypto } from "../../mirror/crypto/node.node.ts"
import { copyBytes } from "../../src/kernel/bytes.ts"
import { leafHashesOfBundle } from "../../src/tlog/entry-hashes.ts"
import { rootOfRow } from "../../src/tlog/hashing.ts"

const crypto = nodeCrypto()

test("a copy is a copy, of a Buffer too, and no Buffer", () => {
  const bytes = Buffer.from("what was given")
  const copy = copyBytes(bytes)
  bytes.fill(0)
  expect(Buffer.from(copy).toString()).toBe("what was given")
  expect(Buffer.isBuffer(copy)).toBe(false)
})

test("hashing a row of hashes leaves it alone, and its root is no view of it", () => {
  const row = Buffer.alloc(4 * 32, 7)
  const root = Buffer.from(rootOfRow(crypto, row))
  expect(row).toEqual(Buffer.alloc(4 * 32, 7))
  expect(Buffer.from(rootOfRow(crypto, row))).toEqual(root)
  const single = Buffer.alloc(32, 9)
  const same = rootOfRow(crypto, single)
  single.fill(0)
  expect(Buffer.from(same)).toEqual(Buffer.alloc(32, 9))
})

test("hashing an entry bundle leaves it alone", () => {
  const bundle = Buffer.from("000161000262630000", "hex")
  const before = Buffer.from(bundle)
  const hashes = leafHashesOfBundle(crypto, bundle, 3)
  expect(bundle).toEqual(before)
  expect(leafHashesOfBundle(crypto, bundle, 3)).toEqual(hashes)
})
