/**
 * The test that the module passes before anything is left to it. A compiler or a processor that is wrong about one
 * vector instruction would spoil every hash alike, and a mirror that checks wrong hashes with wrong hashes finds nothing.
 */
import { equalBytes, fromHex, utf8 } from "../../src/kernel/bytes.ts"
import { HASH_BYTES } from "../../src/tlog/hashing.ts"
import { hashMessages } from "./lane-messages.ts"
import type { TreeHasher } from "./tree-hasher.ts"
import { AT, LANES, type Sha256Lanes } from "./wasm/layout.ts"

/** FIPS 180-4's examples and NIST's (SHA256ShortMsg): of none, one, two and three blocks. */
export const SHA256_VECTORS: readonly (readonly [message: string, digest: string])[] = [
  ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  [
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  ],
  [
    "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
    "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1",
  ],
]

/** Each vector in each lane, and beside each other one. */
function hashesVectors(module: Sha256Lanes): boolean {
  const memory = new Uint8Array(module.memory.buffer)
  const order = Array.from({ length: LANES * SHA256_VECTORS.length }, (_, i) => i)
  const messages = { count: 0, starts: new Int32Array(order.length), lengths: new Int32Array(order.length) }
  let at = AT.messages
  const expected = order.map(i => {
    const [text, digest] = SHA256_VECTORS[(i + (i >> 2)) % SHA256_VECTORS.length] as readonly [string, string]
    const bytes = utf8(text)
    memory.set(bytes, at)
    messages.starts[i] = at
    messages.lengths[i] = bytes.length
    messages.count++
    at += bytes.length
    return digest
  })
  hashMessages(module, messages)
  return expected.every((digest, i) => {
    const from = AT.digests + HASH_BYTES * i
    return equalBytes(memory.subarray(from, from + HASH_BYTES), fromHex(digest) as Uint8Array)
  })
}

/** Rows of pairs in which every last byte occurs, against the reference. */
function hashesNodes(hasher: TreeHasher, reference: TreeHasher): boolean {
  const pairs = Uint8Array.from({ length: 256 * 2 * HASH_BYTES }, (_, i) => (i * 167 + (i >> 6) * 59) & 255)
  for (let i = 0; i < 256; i++) pairs[(i + 1) * 2 * HASH_BYTES - 1] = i
  return equalBytes(hasher.nodeHashes(pairs), reference.nodeHashes(pairs))
}

/** True when the module hashes rightly. */
export function passesStartTest(module: Sha256Lanes, hasher: TreeHasher, reference: TreeHasher): boolean {
  return hashesVectors(module) && hashesNodes(hasher, reference)
}
