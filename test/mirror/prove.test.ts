/** Proofs out of a mirror, compared with third-party ones, and the log proof that a Case references. */
import { beforeAll, describe, expect, it } from "vitest"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { zstdCodec } from "../../mirror/entry-codec.node.ts"
import { ingest } from "../../mirror/ingest.ts"
import { makeLogProof } from "../../mirror/log-proof.ts"
import { proveEntry, proveGrowth } from "../../mirror/prove.ts"
import { entriesKey, HEAD_KEY } from "../../mirror/rows.ts"
import { tiledLog } from "../../mirror/sources/tiled-log.ts"
import { parseLogProof, printLogProof } from "../../src/formats/log-proof.ts"
import { parseEntryBundle } from "../../src/formats/tile.ts"
import { fromBase64, fromHex, toBase64, toHex, utf8 } from "../../src/kernel/bytes.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { verifyConsistency } from "../../src/tlog/consistency.ts"
import { leafHash } from "../../src/tlog/hashing.ts"
import { rootFromInclusion, verifyInclusion } from "../../src/tlog/inclusion.ts"
import { isSigned, verifyCheckpoint } from "../../src/tlog/verify-note.ts"
import { checkpointOf, vectorJson, vectorText } from "../support/logs.ts"
import {
  generatedKeys,
  generatedLog,
  GENERATED,
  hashesOnly,
  ingestAll,
  MemoryRows,
  readerOf,
  SOURCE,
  tesseraKeys,
  tesseraLog,
} from "../support/mirror.ts"
import { shared } from "../support/shared.ts"

const crypto = nodeCrypto()
const bytes = (text: string): Uint8Array => fromBase64(text) as Uint8Array

describe.skipIf(!shared)("a mirror of the generated log", () => {
  let rows: MemoryRows
  beforeAll(async () => {
    rows = new MemoryRows()
    await ingestAll(rows, generatedLog())
  })

  it("gives the 200 inclusion and 200 consistency proofs, byte for byte", async () => {
    const reader = readerOf(rows)
    for (const p of vectorJson("generated-log/proofs/inclusion.json") as {
      index: number
      size: number
      leafHash: string
      root: string
      proof: string[]
    }[]) {
      const byIndex = unwrap(await proveEntry(reader, { index: BigInt(p.index) }, BigInt(p.size)))
      expect(byIndex.hashes.map(toBase64)).toEqual(p.proof)
      expect([toBase64(byIndex.leaf), toBase64(byIndex.root)]).toEqual([p.leafHash, p.root])
      const byLeaf = unwrap(await proveEntry(reader, { leaf: bytes(p.leafHash) }))
      expect(byLeaf.index).toBe(BigInt(p.index))
      expect(verifyInclusion(crypto, { ...byLeaf, proof: byLeaf.hashes })).toBe(true)
    }
    for (const p of vectorJson("generated-log/proofs/consistency.json") as {
      size1: number
      size2: number
      root1: string
      root2: string
      proof: string[]
    }[]) {
      const growth = unwrap(await proveGrowth(reader, BigInt(p.size1), BigInt(p.size2)))
      expect(growth.hashes.map(toBase64)).toEqual(p.proof)
      expect([toBase64(growth.from.root), toBase64(growth.root)]).toEqual([p.root1, p.root2])
    }
  })

  it("says what it cannot prove", async () => {
    const reader = readerOf(rows)
    const code = async (answer: ReturnType<typeof proveEntry> | ReturnType<typeof proveGrowth>) => {
      const result = await answer
      return result.ok ? "proven" : result.error.code
    }
    expect(await code(proveEntry(reader, { index: 70_000n }))).toBe("USAGE")
    expect(await code(proveEntry(reader, { index: 5n }, 5n))).toBe("USAGE")
    expect(await code(proveEntry(reader, { index: 5n }, 70_001n))).toBe("USAGE")
    expect(await code(proveEntry(reader, { leaf: new Uint8Array(32) }))).toBe("EVIDENCE_MISSING")
    expect(await code(proveGrowth(reader, 0n))).toBe("USAGE")
    expect(await code(proveGrowth(reader, 9n, 8n))).toBe("USAGE")
    expect(await code(proveGrowth(reader, 9n, 70_001n))).toBe("USAGE")
    expect(await code(proveEntry(readerOf(new MemoryRows()), { index: 0n }))).toBe("LOG_MISSING")
  })

  it("gives entries that are the leaves, as many as are asked for", async () => {
    const reader = readerOf(rows)
    for (const [row, width] of [
      [0n, 256],
      [0n, 3],
      [273n, 112],
      [273n, 1],
    ] as const) {
      const bundle = await reader.entries(row, width)
      const entries = parseEntryBundle(bundle ?? new Uint8Array(), width)
      if (!entries.ok) throw new Error("bundle")
      for (const [i, entry] of entries.value.entries()) {
        expect(leafHash(crypto, entry)).toEqual(await reader.leaf(row * 256n + BigInt(i)))
      }
    }
    expect(await reader.entries(273n, 113)).toBeUndefined()
    expect(await reader.entries(274n, 1)).toBeUndefined()
    expect(await reader.tile(1, 1n, 17)).toHaveLength(17 * 32)
    expect(await reader.tile(1, 1n, 18)).toBeUndefined()
    expect(await reader.leaf(70_000n)).toBeUndefined()
    expect(await reader.leaf(-1n)).toBeUndefined()
  })

  it("makes the log proof of a Case, with the growth from a bundle's own checkpoint", async () => {
    const reader = readerOf(rows)
    const document = unwrap(await makeLogProof(reader, { index: 40_000n }, 60_000n))
    const parsed = parseLogProof(utf8(printLogProof(document)))
    if (!parsed.ok) throw new Error(parsed.error.where)
    expect(parsed.value.document).toEqual(document)
    expect(document.log.origin).toBe(GENERATED)
    const checkpoint = checkpointOf(parsed.value.checkpoint)
    expect(isSigned(await verifyCheckpoint(crypto, checkpoint, generatedKeys().vkeys))).toBe(true)
    const { index, leafHash: leaf, hashes } = parsed.value
    expect(rootFromInclusion(crypto, { index, size: checkpoint.size, leaf, proof: hashes })).toEqual(checkpoint.root)
    const old = checkpointOf(vectorText("generated-log/checkpoints/60000"))
    const { from, hashes: growth = [] } = document.consistency ?? {}
    expect(from).toEqual({ size: "60000", root: toHex(old.root) })
    const proof = growth.map(hash => fromHex(hash) as Uint8Array)
    const claim = { size1: 60_000n, size2: checkpoint.size, root1: old.root, root2: checkpoint.root, proof }
    expect(verifyConsistency(crypto, claim)).toBe(true)
  })

  it("leaves the growth out where there is none, and refuses what it cannot prove", async () => {
    const reader = readerOf(rows)
    for (const from of [0n, 70_000n]) {
      expect(unwrap(await makeLogProof(reader, { index: 1n }, from))).not.toHaveProperty("consistency")
    }
    expect(await makeLogProof(reader, { index: 1n }, 70_001n)).toMatchObject({ ok: false, error: { code: "USAGE" } })
    expect(await makeLogProof(reader, { index: 70_000n })).toMatchObject({ ok: false, error: { code: "USAGE" } })
    const empty = await makeLogProof(readerOf(new MemoryRows()), { index: 1n })
    expect(empty).toMatchObject({ ok: false, error: { code: "LOG_MISSING" } })
  })

  it("follows the head when it moves", async () => {
    const moving = new MemoryRows()
    await ingestAll(moving, generatedLog(511))
    const reader = readerOf(moving)
    expect((await reader.tiles())?.size).toBe(511n)
    expect(await reader.tiles()).toBe(await reader.tiles())
    await ingestAll(moving, generatedLog(512))
    expect((await reader.tiles())?.size).toBe(512n)
  })

  it("knows nothing of leaves that an interrupted ingest left", async () => {
    const moving = new MemoryRows()
    await ingestAll(moving, generatedLog(257))
    const run = ingest({
      rows: moving,
      crypto,
      codec: zstdCodec,
      source: tiledLog(generatedLog(512)),
      keys: generatedKeys(),
      seen: SOURCE,
      batchBytes: 1,
    })
    for await (const event of run) if (event.type === "progress") break
    const leaf = (await readerOf(rows).leaf(400n)) as Uint8Array
    expect(await moving.get(entriesKey(1n))).toBeDefined()
    expect(await readerOf(moving).indexOf(leaf)).toBeUndefined()
  })

  it("proves from hashes alone, and has no entries then", async () => {
    const bare = new MemoryRows()
    await ingestAll(bare, hashesOnly(generatedLog(512)))
    const reader = readerOf(bare)
    const proof = unwrap(await proveEntry(reader, { index: 300n }))
    expect(verifyInclusion(crypto, { ...proof, proof: proof.hashes })).toBe(true)
    expect(await reader.entries(0n, 256)).toBeUndefined()
  })

  it("finds a leaf by its hash, and without a head knows of none", async () => {
    const small = new MemoryRows()
    await ingestAll(small, tesseraLog(), { keys: tesseraKeys() })
    const reader = readerOf(small)
    const leaf = leafHash(crypto, utf8("three"))
    expect(await reader.indexOf(leaf)).toBe(2n)
    expect(unwrap(await proveEntry(reader, { leaf })).hashes).toHaveLength(4)
    await small.batch([{ type: "del", key: HEAD_KEY }], { sync: true })
    expect(await reader.indexOf(leaf)).toBeUndefined()
  })
})
