/** Tree hashers: the contract for each, SHA-256 itself in the lanes, and when the lanes are not used. */
import { hash } from "node:crypto"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { nodeCrypto, portableCrypto } from "../../mirror/crypto/index.ts"
import { cryptoHasher } from "../../mirror/hashing/crypto-hasher.ts"
import { createTreeHasher, treeHasherOf, WORTH_STARTING } from "../../mirror/hashing/index.ts"
import { hashMessages } from "../../mirror/hashing/lane-messages.ts"
import { lanesHasher } from "../../mirror/hashing/lanes-hasher.ts"
import { passesStartTest, SHA256_VECTORS } from "../../mirror/hashing/start-test.ts"
import { AT, MESSAGES, type Sha256Lanes } from "../../mirror/hashing/wasm/layout.ts"
import { sha256Lanes } from "../../mirror/hashing/wasm/sha256-lanes.ts"
import { ambientWebAssembly, startLanes } from "../../mirror/hashing/wasm/start.ts"
import { toHex, utf8 } from "../../src/kernel/bytes.ts"
import { treeHasherContract } from "../contract/tree-hasher.ts"

const crypto = nodeCrypto()

function started(): Sha256Lanes {
  const module = startLanes()
  if (module === undefined) throw new Error("this host has no WebAssembly vectors")
  return module
}

treeHasherContract("over node:crypto", () => cryptoHasher(crypto))
treeHasherContract("over noble", () => cryptoHasher(portableCrypto(null)))
treeHasherContract("in lanes", () => lanesHasher(started(), crypto))
treeHasherContract("of this process", () => treeHasherOf(crypto))

/** The members of a host's WebAssembly, to be replaced one by one. */
function members({ validate, Module, Instance }: NonNullable<ReturnType<typeof ambientWebAssembly>>) {
  return { validate, Module, Instance }
}

/** Digests of messages hashed in lanes. */
function digests(module: Sha256Lanes, messages: readonly Uint8Array[]): string[] {
  const memory = new Uint8Array(module.memory.buffer)
  const starts = new Int32Array(messages.length)
  const lengths = new Int32Array(messages.length)
  let at = AT.messages
  for (const [i, message] of messages.entries()) {
    memory.set(message, at)
    starts[i] = at
    lengths[i] = message.length
    at += message.length
  }
  hashMessages(module, { count: messages.length, starts, lengths })
  return messages.map((_, i) => toHex(memory.slice(AT.digests + 32 * i, AT.digests + 32 * i + 32)))
}

describe("SHA-256 in lanes", () => {
  const module = started()

  it("gives the published digests, alone, together, and in each lane", () => {
    for (const [message, digest] of SHA256_VECTORS) {
      expect(digests(module, [utf8(message)])).toEqual([digest])
      for (let lane = 0; lane < 4; lane++) {
        const others = Array.from({ length: 4 }, (_, i) => utf8(i === lane ? message : "x".repeat(70 * i)))
        expect(digests(module, others)[lane]).toBe(digest)
      }
    }
    // FIPS 180-4's long example is a million times "a"; as much of it as fits is compared with node:crypto.
    const long = utf8("a".repeat(MESSAGES.bytes))
    expect(digests(module, [long])).toEqual([hash("sha256", long)])
  })

  it("gives the digests of any messages side by side, in any order of lengths", () => {
    const message = fc.oneof(
      fc.uint8Array({ maxLength: 10 }),
      fc.uint8Array({ minLength: 50, maxLength: 130 }),
      fc.uint8Array({ minLength: 600, maxLength: 5000 }),
    )
    fc.assert(
      fc.property(fc.array(message, { maxLength: 30 }), messages => {
        expect(digests(module, messages)).toEqual(messages.map(m => hash("sha256", m)))
      }),
      { numRuns: process.env["SLOW"] === "1" ? 2000 : 100 },
    )
  })

  it("hashes as many messages as it says it can", () => {
    const messages = Array.from({ length: MESSAGES.count }, (_, i) => utf8(`message ${i}`.repeat(i % 9)))
    expect(digests(module, messages)).toEqual(messages.map(m => hash("sha256", m)))
  })
})

describe("the module", () => {
  it("is the same bytes at every build, and a valid module", () => {
    expect(toHex(sha256Lanes())).toBe(toHex(sha256Lanes()))
    expect(sha256Lanes().length).toBeLessThan(20_000)
  })

  it("is used where it works", () => {
    expect(createTreeHasher(crypto).kind).toBe("lanes")
  })

  it("is started when there is enough to hash, and once for all who ask", () => {
    const fresh = nodeCrypto()
    const hasher = treeHasherOf(fresh)
    const row = new Uint8Array(8192).fill(7)
    const expected = toHex(cryptoHasher(crypto).foldTile(row))
    for (let hashes = 256; hashes < WORTH_STARTING; hashes += 256) {
      expect(toHex(hasher.foldTile(row))).toBe(expected)
      expect(hasher.kind).toBe("crypto")
    }
    expect(toHex(hasher.foldTile(row))).toBe(expected)
    expect(hasher.kind).toBe("lanes")
    expect(treeHasherOf(fresh)).toBe(hasher)
    expect(treeHasherOf(crypto)).not.toBe(hasher)
  })

  it("is not used where there is no WebAssembly, no vectors, or no leave to compile", () => {
    const host = ambientWebAssembly()
    if (host === undefined) throw new Error("this host has no WebAssembly")
    const none = { ...members(host), validate: () => false }
    const refused = {
      ...members(host),
      Module: function refuse(): never {
        throw new EvalError("refused by the content policy")
      } as unknown as typeof host.Module,
    }
    expect(createTreeHasher(crypto, () => undefined).kind).toBe("crypto")
    expect(createTreeHasher(crypto, () => startLanes(none)).kind).toBe("crypto")
    expect(createTreeHasher(crypto, () => startLanes(refused)).kind).toBe("crypto")
  })

  it("is not used where it hashes wrongly: any constant, any row of the table of last blocks", () => {
    const bits = [AT.constants, AT.constants + 255, AT.initial + 5, AT.masks + 70, AT.lastBlocks, AT.nodes - 1]
    // The byte before the nodes belongs to the last row of the table.
    for (const at of [...bits, AT.lastBlocks + 77 * 256 + 12]) {
      const module = started()
      expect(passesStartTest(module, lanesHasher(module, crypto), cryptoHasher(crypto))).toBe(true)
      const memory = new Uint8Array(module.memory.buffer)
      memory[at] = (memory[at] as number) ^ 4
      expect(createTreeHasher(crypto, () => module).kind).toBe("crypto")
    }
  })

  it("hashes one message of a wrong length wrongly, which its test would tell", () => {
    const module = started()
    const wrong: Sha256Lanes = { ...module, tail: (to, from, rest, length) => module.tail(to, from, rest, length + 1) }
    expect(createTreeHasher(crypto, () => wrong).kind).toBe("crypto")
    const still: Sha256Lanes = { ...module, begin: () => undefined }
    expect(createTreeHasher(crypto, () => still).kind).toBe("crypto")
  })
})
