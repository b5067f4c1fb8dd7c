import { describe, expect, it } from "vitest"
import { generationStore, GENERATION_SUBLEVEL } from "../../appliance/store/generation-store.ts"
import { blobStore, BLOB_SUBLEVEL } from "../../appliance/store/blob-store.ts"
import { memoryDatabases } from "../../appliance/store/memory-key-value.ts"
import { trustOver } from "../../appliance/trust/loaded-trust.ts"
import { trustAge, trustFindings } from "../../appliance/trust/trust-age.ts"
import {
  activeTrust,
  stageTrust,
  trustAsOf,
  trustHistory,
  tufMemory,
  TRUST_SUBLEVEL,
  type TrustSite,
} from "../../appliance/trust/trust-store.ts"
import type { TufState } from "../../appliance/trust/tuf-state.ts"
import { nodeCrypto } from "../../mirror/crypto/node.node.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import { unwrap } from "../../src/kernel/result.ts"

const crypto = nodeCrypto()

function trust(root: string, expires: string | null = "2026-12-01T00:00:00Z") {
  const fields = { keys: [], witnesses: [], takenAt: "2026-06-01T00:00:00Z", expires, basis: "tuf" } as const
  return trustOver([utf8(root)], fields, crypto)
}

const state = (pin: string, timestamp: number): TufState => ({
  v: 1,
  pin: pin.repeat(64),
  root: "e30=",
  timestamp,
  snapshot: 1,
  meta: { "targets.json": 1 },
})

async function site() {
  const database = unwrap(await memoryDatabases()("site", { create: true }))
  const blobs = blobStore(database.sublevel(BLOB_SUBLEVEL), crypto)
  const rows = (name: string) => database.sublevel(name)
  const of: TrustSite = { generations: generationStore(rows(GENERATION_SUBLEVEL), blobs), rows }
  async function activate(loaded: ReturnType<typeof trust>, at: string, tuf?: TufState) {
    const staged = unwrap(await stageTrust(of, loaded, new Date(at), tuf))
    await database.batch(staged.changes, { sync: true })
    return staged.generation
  }
  return { database, of, activate }
}

describe("trust in the store", () => {
  it("is not there at first", async () => {
    const { of } = await site()
    expect(unwrap(await activeTrust(of, crypto))).toBeUndefined()
    expect(unwrap(await trustHistory(of))).toEqual([])
    expect(unwrap(await trustAsOf(of, new Date(0)))).toBeUndefined()
    expect(unwrap(await tufMemory(of))).toBeUndefined()
    expect(unwrap(await tufMemory(of, "a".repeat(64)))).toBeUndefined()
    const bad = await tufMemory(of, "no digest")
    expect(bad.ok ? "ok" : bad.error.code).toBe("INTERNAL")
  })

  it("comes back with its roots, newest first, and is kept as it was then", async () => {
    const { of, activate } = await site()
    const [first, second] = [trust("one"), trust("two")]
    await activate(first, "2026-06-01T00:00:00Z")
    await activate(second, "2026-07-01T00:00:00Z")
    const active = unwrap(await activeTrust(of, crypto))
    expect(active).toEqual({ ...second, generation: active?.generation })
    expect(active?.generation.n).toBe(2)
    expect(unwrap(await trustHistory(of)).map(g => g.sha256)).toEqual([first.ref.sha256, second.ref.sha256])
    expect(unwrap(await trustAsOf(of, new Date("2026-06-15T00:00:00Z")))?.sha256).toBe(first.ref.sha256)
  })

  it("remembers each repository by its pin, and which was the newest", async () => {
    const { of, activate } = await site()
    await activate(trust("one"), "2026-06-01T00:00:00Z", state("a", 5))
    await activate(trust("two"), "2026-06-02T00:00:00Z", state("b", 7))
    await activate(trust("three"), "2026-06-03T00:00:00Z")
    expect(unwrap(await tufMemory(of))?.timestamp).toBe(7)
    expect(unwrap(await tufMemory(of, "a".repeat(64)))).toEqual(state("a", 5))
  })

  it("is damaged when rows are altered or missing", async () => {
    const code = async (change: (value: Uint8Array) => Uint8Array | undefined, prefix: string): Promise<string[]> => {
      const { of, activate, database } = await site()
      await activate(trust("one"), "2026-06-01T00:00:00Z", state("a", 5))
      for await (const [key, value] of database.sublevel(TRUST_SUBLEVEL).entries({})) {
        if (!Buffer.from(key).toString("latin1").startsWith(prefix)) continue
        const next = change(value)
        const edit = next === undefined ? ({ type: "del", key } as const) : ({ type: "put", key, value: next } as const)
        await database.batch([{ sublevel: TRUST_SUBLEVEL, changes: [edit] }], { sync: true })
      }
      const results = [await activeTrust(of, crypto), await tufMemory(of)]
      return results.map(r => (r.ok ? "ok" : r.error.code))
    }
    expect(await code(() => utf8("other"), "root|")).toEqual(["STORE_CORRUPT", "ok"])
    expect(await code(() => undefined, "root|")).toEqual(["STORE_CORRUPT", "ok"])
    expect(await code(() => utf8("{}"), "tuf|")).toEqual(["ok", "STORE_CORRUPT"])
    expect(await code(() => undefined, "tuf|")).toEqual(["ok", "ok"])
    expect(await code(() => utf8("short"), "pin")).toEqual(["ok", "STORE_CORRUPT"])
  })

  it("is damaged when the document is none", async () => {
    const { of, database } = await site()
    const staged = unwrap(await of.generations.stage("trust", "active", utf8("{}"), new Date(0)))
    await database.batch(staged.changes, { sync: true })
    const result = await activeTrust(of, crypto)
    expect(result.ok ? "ok" : result.error.code).toBe("STORE_CORRUPT")
  })
})

describe("the age of trust", () => {
  it("counts from when it was taken, never below zero, and is unknown without a date", () => {
    const { trust: document } = trust("one")
    expect(trustAge(document, new Date("2026-06-01T00:01:00.900Z"))).toMatchObject({
      ageSeconds: 60,
      basis: "tuf",
      roots: document.roots.map(r => r.sha256),
      takenAt: "2026-06-01T00:00:00Z",
      expires: "2026-12-01T00:00:00Z",
    })
    expect(trustAge(document, new Date("2026-05-01T00:00:00Z")).ageSeconds).toBe(0)
    expect(trustAge({ ...document, takenAt: null }, new Date(0)).ageSeconds).toBeNull()
  })

  it("is a finding from expiry on, is announced 30 days before, and where no date is known", () => {
    const { trust: document } = trust("one")
    const ids = (at: string, of = document) => trustFindings(of, new Date(at)).map(f => f.id)
    expect(ids("2026-10-31T23:59:59Z")).toEqual([])
    expect(ids("2026-11-01T00:00:00Z")).toEqual(["trust-root-early"])
    expect(ids("2026-11-30T23:59:59Z")).toEqual(["trust-root-early"])
    expect(ids("2026-12-01T00:00:00Z")).toEqual(["trust-root-stale"])
    expect(ids("2026-12-01T00:00:00Z", { ...document, expires: null })).toEqual(["trust-root-undated"])
  })
})
