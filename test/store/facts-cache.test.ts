import { createHmac } from "node:crypto"
import { chmod, chown, lstat, mkdir, readdir, readFile, rename, stat, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { systemRandom } from "../../appliance/ports.node.ts"
import { nodeDurableFiles } from "../../appliance/store/durable-file.node.ts"
import { factsCache, factsKey, memoryFactsCache } from "../../appliance/store/facts-cache.ts"
import { hmacFactsMac, openFactsMac, stateDirectory } from "../../appliance/store/facts-key.node.ts"
import { memoryKeyValue } from "../../appliance/store/memory-key-value.ts"
import { openSite } from "../../appliance/store/site.ts"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { concatBytes, fromHex, utf8 } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { realSite, temporaryDirectory } from "../support/store.ts"

const crypto = nodeCrypto()
const KEY = "5".repeat(64)
const FACTS = utf8('{"v":1}')

function cacheWith(secret: number, rows = memoryKeyValue()) {
  return { rows, cache: factsCache(rows, crypto, async () => hmacFactsMac(new Uint8Array(32).fill(secret), true)) }
}

describe("facts cache", () => {
  it.each([
    ["in a store", () => cacheWith(1).cache],
    ["in memory", memoryFactsCache],
  ] as const)("%s gives back what was put, and counts", async (_, open) => {
    const cache = open()
    expect(await cache.get(KEY)).toBeUndefined()
    await cache.put([
      { key: KEY, facts: FACTS },
      { key: "6".repeat(64), facts: new Uint8Array() },
    ])
    expect(await cache.get(KEY)).toEqual(FACTS)
    expect(await cache.getMany(["6".repeat(64), "7".repeat(64), KEY])).toEqual([new Uint8Array(), undefined, FACTS])
    expect(cache.counts).toEqual({ hits: 3, misses: 2, rejected: 0 })
  })

  it("tags as the contract says", async () => {
    const { cache, rows } = cacheWith(1)
    await cache.put([{ key: KEY, facts: FACTS }])
    const raw = fromHex(KEY) ?? new Uint8Array()
    const message = concatBytes(utf8("stella-facts/1\0"), raw, crypto.hash("sha256", FACTS))
    const tag = createHmac("sha256", Buffer.alloc(32, 1)).update(message).digest()
    expect(await rows.get(raw)).toEqual(concatBytes(tag, FACTS))
  })

  it("does not believe facts that were altered, moved to another key, cut or made with another key", async () => {
    const { cache, rows } = cacheWith(1)
    await cache.put([{ key: KEY, facts: FACTS }])
    const raw = fromHex(KEY) ?? new Uint8Array()
    const value = (await rows.get(raw)) ?? new Uint8Array()
    const put = (key: Uint8Array, bytes: Uint8Array) => rows.batch([{ type: "put", key, value: bytes }], { sync: true })
    let rejected = 0
    for (let i = 0; i < value.length; i++) {
      const flipped = Uint8Array.from(value)
      flipped[i] = (flipped[i] ?? 0) ^ 0x10
      await put(raw, flipped)
      expect(await cache.get(KEY)).toBeUndefined()
      rejected++
    }
    for (const bad of [
      new Uint8Array(),
      value.slice(0, 31),
      value.slice(0, -1),
      concatBytes(value, Uint8Array.of(0)),
    ]) {
      await put(raw, bad)
      expect(await cache.get(KEY)).toBeUndefined()
      rejected++
    }
    await put(fromHex("6".repeat(64)) ?? raw, value)
    expect(await cache.get("6".repeat(64))).toBeUndefined()
    expect(cache.counts.rejected).toBe(rejected + 1)
    await put(raw, value)
    expect(await cache.get(KEY)).toEqual(FACTS)
    expect(await cacheWith(2, rows).cache.get(KEY)).toBeUndefined()
  })

  it("takes what the disk cannot read for absent, and lets any other failure through", async () => {
    const failing = (code: "STORE_CORRUPT" | "INTERNAL") => ({
      ...memoryKeyValue(),
      getMany: async () => Promise.reject(new StellaError(code, "a failing disk")),
    })
    const { cache } = cacheWith(1, failing("STORE_CORRUPT"))
    expect(await cache.get(KEY)).toBeUndefined()
    expect(await cache.getMany([KEY, KEY])).toEqual([undefined, undefined])
    expect(cache.counts).toEqual({ hits: 0, misses: 0, rejected: 3 })
    await expect(cacheWith(1, failing("INTERNAL")).cache.get(KEY)).rejects.toMatchObject({ code: "INTERNAL" })
  })

  it.each(["", "5", "5".repeat(62), "G".repeat(64)])("takes no key like %o", async key => {
    for (const cache of [cacheWith(1).cache, memoryFactsCache()]) {
      await expect(cache.get(key)).rejects.toMatchObject({ code: "INTERNAL" })
      await expect(cache.getMany([key])).rejects.toMatchObject({ code: "INTERNAL" })
      await expect(cache.put([{ key, facts: FACTS }])).rejects.toMatchObject({ code: "INTERNAL" })
    }
  })

  it("has a key for each Core and judge version, whatever the order of members", () => {
    const key = factsKey(crypto, { b: 1, a: [2] }, "1")
    // printf '{"core":{"a":[2],"b":1},"judgeVersion":"1"}' | sha256sum
    expect(key).toBe("feb11a27e38d7f889e2f2aef88cf884c25f2467702907c726e2480b861c64f29")
    expect(factsKey(crypto, { a: [2], b: 1 }, "1")).toBe(key)
    expect(factsKey(crypto, { a: [2], b: 1 }, "2")).not.toBe(key)
    expect(factsKey(crypto, { a: [2], b: 2 }, "1")).not.toBe(key)
  })
})

describe("the key of the facts cache", () => {
  const STORE = "1".repeat(32)
  const open = (state: string) => openFactsMac(nodeDurableFiles, systemRandom, state, STORE)
  const tag = (mac: { tag(m: Uint8Array): Uint8Array }) => Buffer.from(mac.tag(utf8("x"))).toString("hex")

  it("lies in the state directory that the environment names, else in the home directory", () => {
    expect(stateDirectory({ STELLA_STATE_DIR: "/state" }, "/home/u")).toBe("/state")
    expect(stateDirectory({ STELLA_STATE_DIR: "" }, "/home/u")).toBe("/home/u/.local/state/stella")
    expect(stateDirectory({}, "/home/u/")).toBe("/home/u/.local/state/stella")
  })

  it("is made once, 32 bytes that only the owner can read", async () => {
    const state = join(await temporaryDirectory(), "a", "b")
    const first = await open(state)
    const path = join(state, STORE, "facts.key")
    expect(first.persistent).toBe(true)
    expect((await readFile(path)).length).toBe(32)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await stat(join(state, STORE))).mode & 0o777).toBe(0o700)
    expect(tag(await open(state))).toBe(tag(first))
    expect(tag(first)).toBe(
      createHmac("sha256", await readFile(path))
        .update("x")
        .digest("hex"),
    )
    expect(await readdir(join(state, STORE))).toEqual(["facts.key"])
  })

  it("is replaced when it is lost, cut, too long or open to others", async () => {
    const state = await temporaryDirectory()
    const path = join(state, STORE, "facts.key")
    let last = tag(await open(state))
    const spoils: (() => Promise<void>)[] = [
      () => writeFile(path, new Uint8Array(31)),
      () => writeFile(path, new Uint8Array()),
      () => chmod(path, 0o640),
      () => chmod(path, 0o604),
      // A key that somebody else chose, by a link to a file that is right in every other way.
      async () => {
        await rename(path, join(state, "chosen"))
        await symlink(join(state, "chosen"), path)
      },
      ...(process.geteuid?.() === 0 ? [() => chown(path, 12_345, 12_345)] : []),
    ]
    for (const spoil of spoils) {
      await spoil()
      const now = await open(state)
      expect(now.persistent).toBe(true)
      expect(tag(now)).not.toBe(last)
      expect((await lstat(path)).mode & 0o777).toBe(0o600)
      last = tag(await open(state))
      expect(last).toBe(tag(now))
    }
  })

  it("is for this process only where it cannot be kept", async () => {
    const state = await temporaryDirectory()
    await writeFile(join(state, "file"), "")
    const first = await open(join(state, "file"))
    expect(first.persistent).toBe(false)
    expect(tag(await open(join(state, "file")))).not.toBe(tag(first))
    // A key file that is longer than a key is somebody else's; it is not overwritten by guesswork.
    await mkdir(join(state, STORE))
    await writeFile(join(state, STORE, "facts.key"), new Uint8Array(64), { mode: 0o600 })
    expect((await open(state)).persistent).toBe(false)
  })

  it("makes a site remember facts, and forget them when the key is gone", async () => {
    const { site, directory, ports } = await realSite()
    await site.facts.put([{ key: KEY, facts: FACTS }])
    await site.close()
    const again = unwrap(await openSite(directory, ports))
    expect(await again.facts.get(KEY)).toEqual(FACTS)
    await again.close()
    const stranger = { ...ports, factsMac: async () => hmacFactsMac(new Uint8Array(32), true) }
    const other = unwrap(await openSite(directory, stranger))
    expect(await other.facts.get(KEY)).toBeUndefined()
    expect(other.facts.counts.rejected).toBe(1)
    await other.close()
  })
})
