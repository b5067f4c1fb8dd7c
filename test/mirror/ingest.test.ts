/** Taking logs in: whole, in steps, interrupted at every batch, without entries; and every refusal. */
import { generateKeyPairSync, sign, type KeyObject } from "node:crypto"
import { beforeAll, describe, expect, it } from "vitest"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { readCheckpoint, readCheckpoints } from "../../mirror/checkpoint-rows.ts"
import { readHead } from "../../mirror/head-row.ts"
import { readRanges } from "../../mirror/range-rows.ts"
import { FROZEN_KEY, isCommittedRow, parseKey } from "../../mirror/rows.ts"
import type { LogFiles } from "../../mirror/sources/log-files.ts"
import { parseEquivocation } from "../../src/formats/equivocation.ts"
import { printCheckpointText } from "../../src/formats/checkpoint.ts"
import { printNote } from "../../src/formats/note.ts"
import { parsePublicKey } from "../../src/formats/public-key.ts"
import { printEntryBundle } from "../../src/formats/tile.ts"
import { makeVkey, type Vkey } from "../../src/formats/vkey.ts"
import { concatBytes, toHex, utf8 } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { KeyValue } from "../../src/kernel/ports.ts"
import { verifyEquivocation } from "../../src/tlog/verify-equivocation.ts"
import { checkpointOf, flipped, vectorText, withFiles } from "../support/logs.ts"
import {
  collect,
  failingAfter,
  fsckAll,
  generatedKeys,
  generatedLog,
  GENERATED,
  hashesOnly,
  ingestAll,
  kindsOf,
  MemoryRows,
  provenRows,
  readerOf,
  SOURCE,
  tesseraKeys,
  tesseraLog,
} from "../support/mirror.ts"
import { naiveLeaf, naiveRoot } from "../support/naive-tree.ts"
import { shared } from "../support/shared.ts"

const crypto = nodeCrypto()

/** The refusal, which must be a StellaError. */
async function refusal(work: Promise<unknown>): Promise<StellaError> {
  const error: unknown = await work.then(
    () => new Error("was not refused"),
    (e: unknown) => e,
  )
  if (!(error instanceof StellaError)) throw error
  return error
}

describe.skipIf(!shared)("the generated log", () => {
  let whole: MemoryRows
  beforeAll(async () => {
    whole = new MemoryRows()
    const events = await ingestAll(whole, generatedLog())
    expect(events[0]).toEqual({ type: "checkpoint", origin: GENERATED, size: 70_000n, before: 0n })
    expect(events.at(-1)).toMatchObject({
      type: "done",
      before: undefined,
      head: { size: 70_000n },
      // 273 full and one partial of level 0, one full and one partial of level 1, one partial of level 2.
      tiles: 277,
      entries: 70_000n,
      hashesOnly: 0n,
    })
  })

  it("is taken in whole, and fsck finds nothing wrong", async () => {
    expect((await readHead({ rows: whole, crypto }))?.size).toBe(70_000n)
    expect(await readRanges({ rows: whole, crypto })).toEqual([{ start: 0n, end: 70_000n, state: "entries" }])
    const kept = await readCheckpoint(
      { rows: whole, crypto },
      checkpointOf(vectorText("generated-log/checkpoints/70000")),
    )
    expect(kept?.sources).toEqual([SOURCE])
    expect(kept?.checkpoint.note.signatures).toHaveLength(4)
    expect(await fsckAll(whole)).toMatchObject({ damage: [], done: { damaged: 0, pending: 0, frozen: false } })
    expect(await kindsOf(whole)).toEqual({
      checkpoint: 1,
      entries: 274,
      head: 1,
      index: 256 + 32,
      range: 1,
      run: 2,
      tile: 277,
    })
  })

  it("taken in again adds nothing but where it was seen", async () => {
    const rows = whole.copy()
    const source = { ...SOURCE, id: "stick 2" }
    const events = await ingestAll(rows, generatedLog(), { seen: source })
    expect(events.at(-1)).toMatchObject({ type: "done", tiles: 0, entries: 0n })
    expect(await provenRows(rows)).toBe(await provenRows(whole))
    const kept = await readCheckpoint({ rows, crypto }, checkpointOf(vectorText("generated-log/checkpoints/70000")))
    expect(kept?.sources).toEqual([SOURCE, source])
  })

  it("taken in step by step ends with the same rows", async () => {
    const rows = new MemoryRows()
    for (const size of [0, 1, 2, 255, 256, 257, 511, 512, 60_000, 65_000, 65_535, 65_536, 65_537, 70_000]) {
      const events = await ingestAll(rows, generatedLog(size))
      expect(events.at(-1)).toMatchObject({ type: "done", head: { size: BigInt(size) } })
      if (size < 1000) expect((await fsckAll(rows)).damage).toEqual([])
    }
    // The next ingest sweeps the index of the smaller trees.
    await ingestAll(rows, generatedLog())
    expect(await provenRows(rows)).toBe(await provenRows(whole))
    expect(await collect(readCheckpoints({ rows, crypto }))).toHaveLength(14)
    expect((await fsckAll(rows)).damage).toEqual([])
  })

  it.each([
    [1, 512, 1],
    [257, 512, 1],
    [65_000, 70_000, 300_000],
  ])(
    "cut at any batch between %d and %d keeps the old head, and the next run ends with the same rows",
    async (from, to, batchBytes) => {
      const start = new MemoryRows()
      await ingestAll(start, generatedLog(from))
      const end = start.copy()
      await ingestAll(end, generatedLog(to))
      for (let budget = 0; ; budget++) {
        const rows = start.copy()
        const run = ingestAll(failingAfter(rows, budget), generatedLog(to), { batchBytes })
        const ended = await run.then(
          () => true,
          (error: unknown) => {
            expect(error).toEqual(new Error("killed"))
            return false
          },
        )
        if (ended) {
          expect(budget).toBeGreaterThan(3)
          break
        }
        expect((await readHead({ rows, crypto }))?.size).toBe(BigInt(from))
        const check = await fsckAll(rows)
        expect(check.damage).toEqual([])
        if (budget > 2) expect(check.done.pending).toBeGreaterThan(0)
        await ingestAll(rows, generatedLog(to))
        expect(await provenRows(rows)).toBe(await provenRows(end))
      }
    },
  )

  it("stopped by its signal says so and keeps the old head", async () => {
    const rows = new MemoryRows()
    const error = await refusal(ingestAll(rows, generatedLog(), { signal: AbortSignal.abort() }))
    expect(error.code).toBe("INTERRUPTED")
    expect(await readHead({ rows, crypto })).toBeUndefined()
  })

  it("without entries is a mirror of hashes, which a later medium fills", async () => {
    const rows = new MemoryRows()
    const events = await ingestAll(rows, hashesOnly(generatedLog(60_000)))
    expect(events.at(-1)).toMatchObject({ entries: 0n, hashesOnly: 60_000n })
    expect(await readRanges({ rows, crypto })).toEqual([{ start: 0n, end: 60_000n, state: "hashes" }])
    expect((await fsckAll(rows)).damage).toEqual([])
    // Entries come for some rows, then for all.
    const some: LogFiles = {
      read: (path, maxBytes) =>
        /^tile\/entries\/00[0-9]$/.test(path) || !path.startsWith("tile/entries/")
          ? generatedLog(60_000).read(path, maxBytes)
          : Promise.resolve(undefined),
    }
    expect((await ingestAll(rows, some)).at(-1)).toMatchObject({ entries: 2560n, hashesOnly: 0n })
    expect(await readRanges({ rows, crypto })).toEqual([
      { start: 0n, end: 2560n, state: "entries" },
      { start: 2560n, end: 60_000n, state: "hashes" },
    ])
    expect((await fsckAll(rows)).damage).toEqual([])
    expect((await ingestAll(rows, generatedLog())).at(-1)).toMatchObject({ entries: 70_000n - 2560n, hashesOnly: 0n })
    await ingestAll(rows, generatedLog())
    expect(await provenRows(rows)).toBe(await provenRows(whole))
  })

  it("grown by hashes only keeps the entries it has", async () => {
    const rows = new MemoryRows()
    await ingestAll(rows, generatedLog(257))
    await ingestAll(rows, hashesOnly(generatedLog(512)))
    expect(await readRanges({ rows, crypto })).toEqual([
      { start: 0n, end: 257n, state: "entries" },
      { start: 257n, end: 512n, state: "hashes" },
    ])
    expect((await fsckAll(rows)).damage).toEqual([])
  })

  it("takes bundles as a server compressed them", async () => {
    const { gzipSync } = await import("node:zlib")
    const zip = (bytes: Uint8Array): Uint8Array => new Uint8Array(gzipSync(bytes))
    const rows = new MemoryRows()
    await ingestAll(rows, withFiles(generatedLog(511), { "tile/entries/000": zip, "tile/entries/001.p/255": zip }))
    const plain = new MemoryRows()
    await ingestAll(plain, generatedLog(511))
    expect(await provenRows(rows)).toBe(await provenRows(plain))
  })

  describe("refuses", () => {
    let base: MemoryRows
    beforeAll(async () => {
      base = new MemoryRows()
      await ingestAll(base, generatedLog(65_000))
    })

    /** Tries to ingest over a mirror of 65,000 entries; nothing proven may change. */
    async function refused(files: LogFiles, more: Parameters<typeof ingestAll>[2] = {}) {
      const rows = base.copy()
      const error = await refusal(ingestAll(rows, files, { batchBytes: 1, ...more }))
      return { error, rows, head: await readHead({ rows, crypto }) }
    }

    const bit = (at: number) => (bytes: Uint8Array) => flipped(bytes, (at + bytes.length) % bytes.length, 5)

    it.each([
      ["tile/0/260", "tile/0/260"],
      ["tile/0/273.p/112", "tile/0/273.p/112"],
      ["tile/1/001.p/17", "tile/1/001.p/17"],
      ["tile/1/000", "tile/1/000"],
      ["tile/2/000.p/1", "tile/2/000.p/1"],
      ["tile/entries/260", "tile/entries/260"],
      ["tile/entries/273.p/112", "tile/entries/273.p/112"],
    ])("a flipped bit in %s by its name", async (path, named) => {
      for (const at of [40, -1]) {
        const { error, rows, head } = await refused(withFiles(generatedLog(), { [path]: bit(at) }))
        expect(error.code).toBe("MEDIA_TAMPERED")
        expect(error.detail["path"]).toBe(named)
        expect(head?.size).toBe(65_000n)
        // What has been written before the fault was found is proven, and lies beyond the head.
        if (path === "tile/entries/273.p/112") expect((await fsckAll(rows)).damage).toEqual([])
      }
    })

    it("a truncated and an overlong file", async () => {
      for (const change of [
        (b: Uint8Array) => b.subarray(0, -1),
        (b: Uint8Array) => concatBytes(b, b.subarray(0, 32)),
      ]) {
        for (const path of ["tile/0/273.p/112", "tile/0/260", "tile/entries/260"]) {
          const { error } = await refused(withFiles(generatedLog(), { [path]: change }))
          expect([error.code, error.detail["path"]]).toEqual(["MEDIA_TAMPERED", path])
        }
      }
    })

    it("a missing tile", async () => {
      for (const path of ["tile/0/260", "tile/0/273.p/112", "tile/1/001.p/17"]) {
        const { error } = await refused(withFiles(generatedLog(), { [path]: undefined }))
        expect(error.code).toBe("MEDIA_UNREADABLE")
        expect(error.detail["path"]).toContain(path.slice(0, 10))
      }
    })

    it("no checkpoint, and one that is none", async () => {
      expect((await refused(withFiles(generatedLog(), { checkpoint: undefined }))).error.code).toBe("MEDIA_UNREADABLE")
      const { error } = await refused(withFiles(generatedLog(), { checkpoint: utf8("nothing\n") }))
      expect([error.code, error.detail["reason"]]).toEqual(["EVIDENCE_MALFORMED", "checkpoint-malformed"])
    })

    it("a checkpoint with a changed size, root or signature", async () => {
      const text = vectorText("generated-log/checkpoints/70000")
      for (const changed of [
        text.replace("70000", "69999"),
        text.replace("vO4p", "vO5p"),
        text.replace("z4sqpx2g", "z4sqpx3g"),
      ]) {
        const { error, rows } = await refused(withFiles(generatedLog(), { checkpoint: utf8(changed) }))
        expect([error.code, error.detail["reason"]]).toEqual(["PROOF_INVALID", "checkpoint-signature"])
        expect(await kindsOf(rows)).toEqual(await kindsOf(base))
      }
    })

    it("a checkpoint on which a known witness's line does not verify", async () => {
      const text = vectorText("generated-log/checkpoints/70000").replace("6wBp2wAAAABq", "6wBp2wAAAABr")
      const { error } = await refused(withFiles(generatedLog(), { checkpoint: utf8(text) }))
      expect(error.message).toContain("witness.example/w1")
    })

    it("a checkpoint under another key, or with only strangers' and witnesses' lines", async () => {
      const keys = generatedKeys()
      const { error } = await refused(generatedLog(), { keys: { ...keys, vkeys: tesseraKeys().vkeys } })
      expect([error.code, error.detail["reason"]]).toEqual(["PROOF_INVALID", "checkpoint-signature"])
      const stranger = vectorText("generated-log/checkpoints/70000")
        .split("\n")
        .filter(line => !line.startsWith("— vectors.example/log "))
        .join("\n")
      const unsigned = await refused(withFiles(generatedLog(), { checkpoint: utf8(stranger) }))
      expect(unsigned.error.detail["reason"]).toBe("checkpoint-signature")
    })

    it("another log's checkpoint, whoever signed it", async () => {
      const { error } = await refused(tesseraLog(), { keys: { ...generatedKeys(), vkeys: tesseraKeys().vkeys } })
      expect([error.code, error.detail["reason"]]).toEqual(["PROOF_INVALID", "checkpoint-origin"])
    })

    it("rows that are another log's", async () => {
      const rows = new MemoryRows()
      await ingestAll(rows, tesseraLog(), { keys: tesseraKeys() })
      expect((await refusal(ingestAll(rows, generatedLog()))).code).toBe("STORE_CORRUPT")
    })

    it("an older checkpoint as a rollback, and keeps it", async () => {
      const { error, rows, head } = await refused(generatedLog(60_000))
      expect([error.code, error.detail["held"]]).toEqual(["MEDIA_ROLLBACK", "65000"])
      expect(head?.size).toBe(65_000n)
      expect(await provenRows(rows)).toBe(await provenRows(base))
      expect((await collect(readCheckpoints({ rows, crypto }))).map(c => c.checkpoint.size)).toEqual([60_000n, 65_000n])
    })

    /** The log's frozen proof, verified under its key. */
    async function conviction(rows: KeyValue): Promise<string> {
      const proof = parseEquivocation((await rows.get(FROZEN_KEY)) ?? new Uint8Array())
      if (!proof.ok) throw new Error(proof.error.reason)
      const { origin, vkeys } = generatedKeys()
      return verifyEquivocation(crypto, proof.value, origin, vkeys)
    }

    it.each([
      ["another root for the same size", "same-size", 65_000n],
      ["another root for a smaller size", "smaller-size", 64_000n],
    ])("%s as a split view, with a proof that convicts the log", async (_, name, size) => {
      const checkpoint = utf8(vectorText(`generated-log/equivocation/${name}.note`))
      const { error, rows, head } = await refused(withFiles(generatedLog(), { checkpoint }))
      expect(error.code).toBe("SPLIT_VIEW")
      expect(head?.size).toBe(65_000n)
      expect(await conviction(rows)).toBe("equivocation")
      expect((await collect(readCheckpoints({ rows, crypto }, size, size))).length).toBeGreaterThan(0)
      // From now on the log is frozen: honest media are refused too, and their checkpoints kept.
      const frozen = await refusal(ingestAll(rows, generatedLog()))
      expect(frozen.code).toBe("SPLIT_VIEW")
      expect((await collect(readCheckpoints({ rows, crypto }, 70_000n))).length).toBe(1)
      const check = await fsckAll(rows)
      expect([check.damage, check.done.frozen]).toEqual([[], true])
    })

    it("a growth that contradicts a checkpoint seen before", async () => {
      const rows = new MemoryRows()
      await ingestAll(rows, generatedLog(512))
      // A fork's checkpoint that no tile came with: its medium was damaged, its signature is good.
      const checkpoint = utf8(vectorText("generated-log/equivocation/smaller-size.note"))
      const files = withFiles(generatedLog(), { checkpoint })
      expect((await refusal(ingestAll(rows, files))).code).toBe("MEDIA_TAMPERED")
      expect(await collect(readCheckpoints({ rows, crypto }))).toHaveLength(2)
      const error = await refusal(ingestAll(rows, generatedLog()))
      expect(error.code).toBe("SPLIT_VIEW")
      expect(await conviction(rows)).toBe("equivocation")
      expect((await readHead({ rows, crypto }))?.size).toBe(512n)
    })

    it("to build on damaged rows of its own", async () => {
      const rows = base.copy()
      for await (const [key, value] of rows.entries({})) {
        if (parseKey(key)?.kind !== "tile" || key[1] !== 1 || value.length === 8192) continue
        await rows.batch([{ type: "put", key, value: flipped(value, 9) }], { sync: true })
      }
      expect((await refusal(ingestAll(rows, generatedLog()))).code).toBe("STORE_CORRUPT")
    })
  })

  it("holds back through a stage exactly the rows that vouch", async () => {
    const vouching = new Set<string>()
    for await (const [key] of whole.entries({})) if (isCommittedRow(key)) vouching.add(parseKey(key)?.kind ?? "none")
    expect([...vouching]).toEqual(["checkpoint", "head", "range"])
    expect(isCommittedRow(FROZEN_KEY)).toBe(true)
    expect(isCommittedRow(utf8("something else"))).toBe(false)
  })
})

describe.skipIf(!shared)("the log of tessera", () => {
  it("is taken in at every size from every smaller one", async () => {
    for (let from = 0; from <= 15; from++) {
      const start = new MemoryRows()
      await ingestAll(start, tesseraLog(from), { keys: tesseraKeys() })
      for (let to = from; to <= 15; to++) {
        const rows = start.copy()
        await ingestAll(rows, tesseraLog(to), { keys: tesseraKeys() })
        expect((await readHead({ rows, crypto }))?.size).toBe(BigInt(to))
        expect((await fsckAll(rows, tesseraKeys())).damage).toEqual([])
      }
    }
  })
})

/** A log of our own with a key of our own, to lie with. */
describe("a log that lies", () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519")
  const vkey = vkeyFor(publicKey)
  const keys = { origin: "liar.example/log", vkeys: [vkey] }

  function vkeyFor(key: KeyObject): Vkey {
    const parsed = parsePublicKey(new Uint8Array(key.export({ format: "der", type: "spki" })))
    const made = parsed.ok ? makeVkey(crypto, "liar.example/log", "ed25519", parsed.value) : undefined
    if (made === undefined) throw new Error("vkey")
    return made
  }

  function checkpoint(size: number, root: Uint8Array): string {
    const text = printCheckpointText({ origin: keys.origin, size: BigInt(size), root })
    const signature = new Uint8Array(sign(null, utf8(text), privateKey))
    return printNote({ text, signatures: [{ name: vkey.name, keyId: vkey.keyId, signature }] })
  }

  /** The files of a log with these entries. */
  function logOf(entries: readonly string[], size = entries.length): LogFiles {
    const bytes = entries.map(utf8)
    const leaves = bytes.map(naiveLeaf)
    const files: Record<string, Uint8Array> = {
      checkpoint: utf8(checkpoint(size, naiveRoot(leaves))),
      [`tile/0/000.p/${entries.length}`]: concatBytes(...leaves),
      [`tile/entries/000.p/${entries.length}`]: printEntryBundle(bytes),
    }
    return { read: async path => files[path] }
  }
  const words = (n: number, salt = ""): string[] => Array.from({ length: n }, (_, i) => `${salt}${i}`)

  it.each([
    ["at a power of two", 4],
    ["elsewhere", 5],
  ])("by forking %s is convicted by what it signed", async (_, size) => {
    const rows = new MemoryRows()
    await ingestAll(rows, logOf(words(size)), { keys })
    const fork = logOf([...words(size - 1), "another", ...words(3, "more ")])
    const error = await refusal(ingestAll(rows, fork, { keys }))
    expect(error.code).toBe("SPLIT_VIEW")
    const proof = parseEquivocation((await rows.get(FROZEN_KEY)) ?? new Uint8Array())
    if (!proof.ok) throw new Error(proof.error.reason)
    expect(await verifyEquivocation(crypto, proof.value, keys.origin, keys.vkeys)).toBe("equivocation")
    expect((await readHead({ rows, crypto }))?.size).toBe(BigInt(size))
    expect((await fsckAll(rows, keys)).damage).toEqual([])
  })

  it("about the root of the empty tree is refused", async () => {
    const files: LogFiles = {
      read: async path => (path === "checkpoint" ? utf8(checkpoint(0, naiveLeaf(utf8("x")))) : undefined),
    }
    expect((await refusal(ingestAll(new MemoryRows(), files, { keys }))).code).toBe("EVIDENCE_MALFORMED")
  })

  it("or only repeats itself is no liar: the lowest index of a leaf is found", async () => {
    const rows = new MemoryRows()
    await ingestAll(rows, logOf(["a", "b", "a", "b", "a"]), { keys })
    expect(await readerOf(rows).indexOf(naiveLeaf(utf8("b")))).toBe(1n)
    expect((await fsckAll(rows, keys)).damage).toEqual([])
  })

  it("about its size is caught by the tiles", async () => {
    const error = await refusal(ingestAll(new MemoryRows(), logOf(words(5), 6), { keys }))
    expect(error.code).toBe("MEDIA_UNREADABLE")
    const whole = logOf(words(5))
    const lied = withFiles(whole, { checkpoint: utf8(checkpoint(5, naiveLeaf(utf8("x")))) })
    const tampered = await refusal(ingestAll(new MemoryRows(), lied, { keys }))
    expect([tampered.code, tampered.detail["path"]]).toEqual(["MEDIA_TAMPERED", "checkpoint"])
  })

  it("never gets a second writer past the first", async () => {
    const rows = new MemoryRows()
    await ingestAll(rows, logOf(words(2)), { keys })
    let stolen = false
    const racing: KeyValue = {
      get: key => rows.get(key),
      getMany: names => rows.getMany(names),
      entries: range => rows.entries(range),
      async batch(changes, options) {
        if (!stolen) {
          stolen = true
          await ingestAll(rows, logOf(words(9)), { keys })
        }
        await rows.batch(changes, options)
      },
    }
    const error = await refusal(ingestAll(racing, logOf(words(5)), { keys }))
    expect(error.code).toBe("STORE_LOCKED")
    expect((await readHead({ rows, crypto }))?.size).toBe(9n)
    expect(toHex((await readHead({ rows, crypto }))?.root ?? new Uint8Array())).toBe(
      toHex(naiveRoot(words(9).map(w => naiveLeaf(utf8(w))))),
    )
  })
})
