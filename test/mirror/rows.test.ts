/** The rows of a mirror one by one: keys, seals, runs, kept checkpoints, packed bundles, files of a medium. */
import { execFileSync } from "node:child_process"
import { generateKeyPairSync, sign } from "node:crypto"
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync, zstdCompressSync } from "node:zlib"
import fc from "fast-check"
import { describe, expect, it, onTestFinished } from "vitest"
import { keepCheckpoint, readCheckpoint, readCheckpoints, type CheckpointSource } from "../../mirror/checkpoint-rows.ts"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { directoryFiles } from "../../mirror/sources/directory-files.node.ts"
import { zstdCodec } from "../../mirror/entry-codec.node.ts"
import { packBundle, unpackBundle } from "../../mirror/entry-codec.ts"
import { printHead, readHead } from "../../mirror/head-row.ts"
import {
  areWhole,
  entriesNeeded,
  leavesHeld,
  rangeChanges,
  readRanges,
  withRange,
  type HeldRange,
} from "../../mirror/range-rows.ts"
import { RowBatches } from "../../mirror/row-batches.ts"
import {
  checkpointKey,
  entriesKey,
  FROZEN_KEY,
  HEAD_KEY,
  indexKey,
  leafKey,
  logSublevel,
  parseKey,
  rangeKey,
  tileKey,
} from "../../mirror/rows.ts"
import { sealRow } from "../../mirror/sealed-row.ts"
import { rowName } from "../../mirror/store-error.ts"
import { printCheckpointText, type Checkpoint } from "../../src/formats/checkpoint.ts"
import { LIMITS } from "../../src/formats/limits.ts"
import { printNote, type NoteSignature } from "../../src/formats/note.ts"
import { parsePublicKey } from "../../src/formats/public-key.ts"
import { makeVkey, type Vkey } from "../../src/formats/vkey.ts"
import { concatBytes, toHex, u64be, utf8 } from "../../src/kernel/bytes.ts"
import type { KeyValue, KeyValueChange } from "../../src/kernel/ports.ts"
import { isSigned, verifyCheckpoint } from "../../src/tlog/verify-note.ts"
import { checkpointOf, flipped } from "../support/logs.ts"
import { collect, MemoryRows } from "../support/mirror.ts"

const crypto = nodeCrypto()
const hash = new Uint8Array(32).fill(0xab)

describe("keys", () => {
  it("are binary, in order, and name themselves", () => {
    const keys = [
      [HEAD_KEY, "68", "head"],
      [FROZEN_KEY, "66", "frozen"],
      [checkpointKey(258n, hash), `63${"0".repeat(12)}0102${"ab".repeat(32)}`, `checkpoint 258/${"ab".repeat(32)}`],
      [rangeKey(1n), "720000000000000001", "range 1"],
      [tileKey(2, 3n), "74020000000000000003", "tile 2/3"],
      [entriesKey(255n), "6500000000000000ff", "entries 255"],
      [indexKey(2n, 300, 7), "6900000000000000020000012c07", "index 2/300/7"],
      [leafKey(hash, 5n), `78${"ab".repeat(32)}0000000000000005`, `leaf ${"ab".repeat(32)}/5`],
    ] as const
    for (const [key, hex, name] of keys) {
      expect(toHex(key)).toBe(hex)
      expect(rowName(key)).toBe(name)
      expect(parseKey(key)).toBeDefined()
      expect(parseKey(concatBytes(key, Uint8Array.of(0)))).toBeUndefined()
    }
    expect(rowName(utf8("zz"))).toBe("row 7a7a")
    expect(parseKey(new Uint8Array())).toBeUndefined()
    expect(logSublevel("ab")).toBe("log-ab")
  })
})

describe("small rows", () => {
  const head = { origin: "example.com/log", vkey: "v", size: 2n ** 60n, root: hash }

  it("come back as they were written, and any flipped bit is damage", async () => {
    const value = printHead(crypto, head)
    const rows = new MemoryRows()
    await rows.batch([{ type: "put", key: HEAD_KEY, value }], { sync: true })
    expect(await readHead({ rows, crypto })).toEqual(head)
    expect(await readHead({ rows: new MemoryRows(), crypto })).toBeUndefined()
    for (let at = 0; at < value.length; at++) {
      await rows.batch([{ type: "put", key: HEAD_KEY, value: flipped(value, at, at % 8) }], { sync: true })
      await expect(readHead({ rows, crypto })).rejects.toMatchObject({ code: "STORE_CORRUPT", detail: { row: "head" } })
    }
  })

  it.each([
    ["of another version", { v: 2, origin: "o", vkey: "v", size: "1", root: toHex(hash) }],
    ["without a member", { v: 1, origin: "o", vkey: "v", size: "1" }],
    ["with a member more", { v: 1, origin: "o", vkey: "v", size: "1", root: toHex(hash), more: 1 }],
  ])("%s are refused though their seal is right", async (_, document) => {
    const rows = new MemoryRows()
    await rows.batch([{ type: "put", key: HEAD_KEY, value: sealRow(crypto, document) }], { sync: true })
    await expect(readHead({ rows, crypto })).rejects.toMatchObject({ code: "STORE_CORRUPT" })
  })

  it("that are no object, or have no seal, are refused", async () => {
    for (const text of ["[]", "null", "{}", '{"seal":1}']) {
      const rows = new MemoryRows()
      await rows.batch([{ type: "put", key: HEAD_KEY, value: utf8(text) }], { sync: true })
      await expect(readHead({ rows, crypto })).rejects.toMatchObject({ code: "STORE_CORRUPT" })
    }
  })
})

describe("held ranges", () => {
  const states = ["entries", "hashes"] as const

  it("behave like an array of states, one for each leaf", () => {
    const step = fc.record({ start: fc.nat(40), length: fc.nat(20), state: fc.constantFrom(...states) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), steps => {
        const leaves: (string | undefined)[] = []
        let ranges: HeldRange[] = []
        for (const { start, length, state } of steps) {
          for (let i = start; i < start + length; i++) leaves[i] = state
          ranges = withRange(ranges, { start: BigInt(start), end: BigInt(start + length), state })
        }
        const seen: (string | undefined)[] = []
        for (const [i, { start, end, state }] of ranges.entries()) {
          for (let at = Number(start); at < Number(end); at++) seen[at] = state
          const last = ranges[i - 1]
          if (last !== undefined) expect(last.end < start || (last.end === start && last.state !== state)).toBe(true)
        }
        expect(Array.from({ length: 64 }, (_, i) => seen[i])).toEqual(Array.from({ length: 64 }, (_, i) => leaves[i]))
        for (const state of states) {
          expect(leavesHeld(ranges, state, 0n)).toBe(BigInt(leaves.filter(s => s === state).length))
          expect(leavesHeld(ranges, state, 7n)).toBe(BigInt(leaves.slice(7).filter(s => s === state).length))
        }
      }),
    )
  })

  it("are written as changes from what was there", async () => {
    const rows = new MemoryRows()
    const before: HeldRange[] = [
      { start: 0n, end: 300n, state: "hashes" },
      { start: 300n, end: 400n, state: "entries" },
    ]
    await rows.batch(rangeChanges(crypto, [], before), { sync: true })
    expect(await readRanges({ rows, crypto })).toEqual(before)
    const after = withRange(before, { start: 0n, end: 300n, state: "entries" })
    expect(after).toEqual([{ start: 0n, end: 400n, state: "entries" }])
    await rows.batch(rangeChanges(crypto, before, after), { sync: true })
    expect(await readRanges({ rows, crypto })).toEqual(after)
    await rows.batch([{ type: "put", key: concatBytes(rangeKey(1n), Uint8Array.of(1)), value: utf8("{}") }], {
      sync: true,
    })
    await expect(readRanges({ rows, crypto })).rejects.toMatchObject({ code: "STORE_CORRUPT" })
  })

  it("are whole only without gaps, overlaps and empty runs", () => {
    const range = (start: bigint, end: bigint): HeldRange => ({ start, end, state: "hashes" })
    expect(areWhole([], 0n)).toBe(true)
    expect(areWhole([range(0n, 3n), range(3n, 5n)], 5n)).toBe(true)
    expect(areWhole([range(0n, 3n), range(3n, 5n)], 6n)).toBe(false)
    expect(areWhole([range(0n, 3n), range(4n, 5n)], 5n)).toBe(false)
    expect(areWhole([range(0n, 3n), range(2n, 5n)], 5n)).toBe(false)
    expect(areWhole([range(0n, 0n), range(0n, 5n)], 5n)).toBe(false)
    expect(areWhole([range(1n, 5n)], 5n)).toBe(false)
  })

  it("say how many entries of a row are needed", () => {
    const held: HeldRange[] = [
      { start: 0n, end: 300n, state: "entries" },
      { start: 300n, end: 900n, state: "hashes" },
    ]
    expect([0n, 1n, 2n].map(row => entriesNeeded(held, row, 256))).toEqual([256, 44, 0])
    expect(entriesNeeded(held, 1n, 10)).toBe(10)
  })
})

describe("kept checkpoints", () => {
  const cosigner = signerOf("witness.example/w", "cosignature-v1")
  const log = signerOf("example.com/log", "ecdsa")
  const by = { crypto, vkeys: [log.vkey, cosigner.vkey] }
  const at: CheckpointSource = { kind: "medium", id: "1", at: "2026-01-02T03:04:05Z" }

  function signerOf(name: string, type: "ecdsa" | "cosignature-v1") {
    const pair = type === "ecdsa" ? generateKeyPairSync("ec", { namedCurve: "P-256" }) : generateKeyPairSync("ed25519")
    const key = parsePublicKey(new Uint8Array(pair.publicKey.export({ format: "der", type: "spki" })))
    const vkey = key.ok ? makeVkey(crypto, name, type, key.value) : undefined
    if (vkey === undefined) throw new Error(name)
    const digest = type === "ecdsa" ? "sha256" : null
    const signed = (text: string): Uint8Array => new Uint8Array(sign(digest, utf8(text), pair.privateKey))
    return { vkey, signed }
  }

  const line = (vkey: Vkey, signature: Uint8Array): NoteSignature => ({ name: vkey.name, keyId: vkey.keyId, signature })
  const logLine = (text: string): NoteSignature => line(log.vkey, log.signed(text))
  const cosignature = (text: string, time: bigint): NoteSignature =>
    line(cosigner.vkey, concatBytes(u64be(time), cosigner.signed(`cosignature/v1\ntime ${time.toString()}\n${text}`)))

  const TEXT = printCheckpointText({ origin: "example.com/log", size: 5n, root: hash })
  const checkpoint = (text: string, ...signatures: NoteSignature[]): Checkpoint =>
    checkpointOf(printNote({ text, signatures }))

  /** Keeps checkpoints one after another and gives what is kept of the last. */
  async function kept(...seen: (readonly [Checkpoint, CheckpointSource])[]) {
    const rows = new MemoryRows()
    for (const [c, source] of seen) await rows.batch([await keepCheckpoint(rows, c, source, by)], { sync: true })
    const result = await readCheckpoint({ rows, crypto }, { size: 5n, root: hash })
    if (result === undefined) throw new Error("not kept")
    return result
  }

  it("unite lines and sources, and verify as one note", async () => {
    const a = checkpoint(TEXT, logLine(TEXT))
    const b = checkpoint(TEXT, logLine(TEXT), cosignature(TEXT, 9n), line({ ...log.vkey, name: "stranger" }, hash))
    const result = await kept([a, at], [b, { ...at, id: "2" }], [a, at])
    expect(result.checkpoint.note.signatures.map(s => s.name)).toEqual([
      "example.com/log",
      "witness.example/w",
      "stranger",
    ])
    expect(result.sources.map(s => s.id)).toEqual(["1", "2"])
    // ECDSA signs anew each time: two lines of one key would spoil the note, so the one held stays.
    expect(result.checkpoint.note.signatures[0]).toEqual(a.note.signatures[0])
    expect(isSigned(await verifyCheckpoint(crypto, result.checkpoint, by.vkeys))).toBe(true)
  })

  it("take the newer cosignature, never one that does not verify, and heal a bad one", async () => {
    const log1 = logLine(TEXT)
    const [old, young] = [cosignature(TEXT, 100n), cosignature(TEXT, 200n)]
    const forged = line(cosigner.vkey, concatBytes(u64be(10n ** 9n), new Uint8Array(64)))
    const of = (...lines: NoteSignature[]): readonly [Checkpoint, CheckpointSource] => [
      checkpoint(TEXT, log1, ...lines),
      at,
    ]
    const cosigned = async (...seen: (readonly [Checkpoint, CheckpointSource])[]) =>
      (await kept(...seen)).checkpoint.note.signatures[1]
    expect(await cosigned(of(old), of(young))).toEqual(young)
    expect(await cosigned(of(young), of(old))).toEqual(young)
    expect(await cosigned(of(young), of(forged))).toEqual(young)
    expect(await cosigned(of(forged), of(old))).toEqual(old)
  })

  it("keep the first text where only an extension line differs", async () => {
    const other = `${TEXT}Timestamp: 1\n`
    const result = await kept(
      [checkpoint(TEXT, logLine(TEXT)), at],
      [checkpoint(other, logLine(other)), { ...at, id: "2" }],
    )
    expect(result.checkpoint.note.text).toBe(TEXT)
    expect(result.sources).toHaveLength(2)
    expect(isSigned(await verifyCheckpoint(crypto, result.checkpoint, by.vkeys))).toBe(true)
  })

  it("are bounded in lines and sources", async () => {
    const strangers = Array.from({ length: LIMITS.noteSignatures }, (_, i) =>
      line({ ...log.vkey, name: `s${i}` }, hash),
    )
    const others = strangers.map(s => ({ ...s, name: `t${s.name}` }))
    const sources = Array.from({ length: 40 }, (_, i) => ({ ...at, id: `${i}` }))
    const one = checkpoint(TEXT, ...strangers)
    const result = await kept([one, at], [checkpoint(TEXT, ...others), at], ...sources.map(s => [one, s] as const))
    expect(result.checkpoint.note.signatures).toEqual(strangers)
    expect(result.sources).toHaveLength(32)
  })

  it("come in order of size, and a row that holds another one is damage", async () => {
    const rows = new MemoryRows()
    const sizes = [300n, 5n, 2n ** 40n]
    for (const size of sizes) {
      const text = printCheckpointText({ origin: "o", size, root: hash })
      await rows.batch([await keepCheckpoint(rows, checkpoint(text, logLine(text)), at, by)], { sync: true })
    }
    const read = async (...bounds: bigint[]) =>
      (await collect(readCheckpoints({ rows, crypto }, ...bounds))).map(k => k.checkpoint.size)
    expect(await read()).toEqual([5n, 300n, 2n ** 40n])
    expect(await read(6n, 300n)).toEqual([300n])
    const wrong = (await rows.get(checkpointKey(5n, hash))) as Uint8Array
    await rows.batch([{ type: "put", key: checkpointKey(6n, hash), value: wrong }], { sync: true })
    await expect(read()).rejects.toMatchObject({ code: "STORE_CORRUPT" })
    expect(await readCheckpoint({ rows, crypto }, { size: 7n, root: hash })).toBeUndefined()
  })
})

describe("packed bundles", () => {
  it("come back whichever way they lie, and never inflate beyond their bound", () => {
    const small = utf8("x")
    const big = new Uint8Array(5000).fill(65)
    expect(packBundle(zstdCodec, small)[0]).toBe(0)
    expect(packBundle(zstdCodec, big)[0]).toBe(1)
    for (const bytes of [small, big, new Uint8Array()]) {
      const packed = packBundle(zstdCodec, bytes)
      expect(unpackBundle(zstdCodec, packed, 5000)).toEqual(bytes)
      if (bytes.length > 0) expect(unpackBundle(zstdCodec, packed, bytes.length - 1)).toBeUndefined()
    }
    const bomb = concatBytes(Uint8Array.of(1), new Uint8Array(zstdCompressSync(new Uint8Array(50_000_000))))
    expect(bomb.length).toBeLessThan(10_000)
    expect(unpackBundle(zstdCodec, bomb, 1_000_000)).toBeUndefined()
    expect(zstdCodec.gunzip(new Uint8Array(gzipSync(new Uint8Array(50_000_000))), 1_000_000)).toBeUndefined()
    expect(unpackBundle(zstdCodec, Uint8Array.of(2, 1), 100)).toBeUndefined()
    expect(unpackBundle(zstdCodec, new Uint8Array(), 100)).toBeUndefined()
    expect(unpackBundle(zstdCodec, Uint8Array.of(1, 1, 2, 3), 100)).toBeUndefined()
    const store = { ...zstdCodec, compress: () => undefined }
    expect(packBundle(store, big)).toEqual(concatBytes(Uint8Array.of(0), big))
  })
})

describe("batches", () => {
  it("are bounded, hold together what belongs together, and are synced", async () => {
    const written: number[] = []
    const nothing = new MemoryRows()
    const rows: KeyValue = {
      get: key => nothing.get(key),
      getMany: keys => nothing.getMany(keys),
      entries: range => nothing.entries(range),
      batch: async (changes: readonly KeyValueChange[], { sync }: { sync: boolean }) => {
        expect(sync).toBe(true)
        written.push(changes.length)
      },
    }
    const batches = new RowBatches(rows, 100)
    const put = (bytes: number): KeyValueChange => ({ type: "put", key: HEAD_KEY, value: new Uint8Array(bytes) })
    await batches.add([put(10), { type: "del", key: HEAD_KEY }])
    await batches.add([put(60), put(60)])
    await batches.add([put(500), put(500)])
    await batches.add([put(1)])
    await batches.flush()
    await batches.flush()
    expect(written).toEqual([4, 2, 1])
  })
})

describe("files of a medium", () => {
  function folder(): string {
    const path = mkdtempSync(join(tmpdir(), "stella-medium-"))
    onTestFinished(() => rmSync(path, { recursive: true, force: true }))
    mkdirSync(join(path, "tile/0"), { recursive: true })
    writeFileSync(join(path, "checkpoint"), "text")
    return path
  }

  it("are read whole, or are not there", async () => {
    const files = directoryFiles(folder())
    expect(await files.read("checkpoint", 4)).toEqual(utf8("text"))
    expect(await files.read("tile/0/000", 4)).toBeUndefined()
    expect(await files.read("checkpoint/000", 4)).toBeUndefined()
    writeFileSync(join(folder(), "checkpoint"), "")
  })

  it("that are too long, no plain files or unreadable are said so, without waiting for a pipe", async () => {
    const path = folder()
    const files = directoryFiles(path)
    execFileSync("mkfifo", [join(path, "tile/0/001")])
    symlinkSync(join(path, "checkpoint"), join(path, "tile/0/002"))
    mkdirSync(join(path, "tile/0/003"))
    writeFileSync(join(path, "tile/0/004"), "secret")
    chmodSync(join(path, "tile/0/004"), 0)
    await expect(files.read("checkpoint", 3)).rejects.toMatchObject({ code: "MEDIA_UNREADABLE" })
    for (const name of ["001", "002", "003"]) {
      await expect(files.read(`tile/0/${name}`, 99)).rejects.toMatchObject({
        code: "MEDIA_UNREADABLE",
        detail: { path: `tile/0/${name}` },
      })
    }
    if (process.getuid?.() !== 0) {
      await expect(files.read("tile/0/004", 99)).rejects.toMatchObject({ code: "MEDIA_UNREADABLE" })
    }
  })
})
