/** A mirror that is fed: uploads whole, in pieces, cut, forged, at once; what it cosigns it can prove. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { readCheckpoint } from "../../../mirror/checkpoint-rows.ts"
import { nodeCrypto } from "../../../mirror/crypto/index.ts"
import { zstdCodec } from "../../../mirror/entry-codec.node.ts"
import { readHead } from "../../../mirror/head-row.ts"
import { proveEntry } from "../../../mirror/prove.ts"
import { cosignHead } from "../../../mirror/witness/cosign-head.ts"
import type { Cosigner } from "../../../mirror/witness/cosigner.ts"
import { FedMirror } from "../../../mirror/witness/mirror.ts"
import { MAX_PACKAGES, type UploadContext } from "../../../mirror/witness/upload.ts"
import { printAddCheckpoint } from "../../../src/formats/add-checkpoint.ts"
import { packageIntervals, printMirrorInfo, printPackage, printUploadHead } from "../../../src/formats/add-entries.ts"
import { printEntryBundle } from "../../../src/formats/tile.ts"
import { concatBytes, utf8 } from "../../../src/kernel/bytes.ts"
import type { KeyValue } from "../../../src/kernel/ports.ts"
import { verifyCheckpoint } from "../../../src/tlog/verify-note.ts"
import { testCosigner } from "../../support/cosigner.ts"
import { checkpointOf } from "../../support/logs.ts"
import { LogSigner, MadeLog, madeEntries } from "../../support/made-log.ts"
import {
  failingAfter,
  fsckAll,
  generatedKeys,
  generatedLog,
  hashesOnly,
  ingestAll,
  MemoryRows,
  readerOf,
  SOURCE,
} from "../../support/mirror.ts"
import { naivePath, naiveSubproof, naiveSubtreeProof } from "../../support/naive-tree.ts"

const crypto = nodeCrypto()
const NOW = new Date("2026-03-04T05:06:07Z")
const signer = new LogSigner("example.com/made")
const log = new MadeLog(signer, madeEntries(1500))

function fed(rows: KeyValue, more: { cosigner?: Cosigner; witness?: Cosigner } = {}): FedMirror {
  const context: UploadContext = { rows, crypto, codec: zstdCodec, keys: signer.keys, seen: SOURCE }
  return new FedMirror({
    logOf: origin => (origin === signer.keys.origin ? context : undefined),
    cosigner: testCosigner("mirror", "mirror.example/m1"),
    ...more,
  })
}

async function grow(mirror: FedMirror, from: number, to: number): Promise<void> {
  const proof = from === 0 ? [] : naiveSubproof(from, log.leaves.slice(0, to))
  const checkpoint = checkpointOf(new TextDecoder().decode(log.checkpoint(to)))
  const answer = await mirror.addCheckpoint(utf8(printAddCheckpoint({ old: BigInt(from), proof, checkpoint })), NOW)
  expect(answer.status).toBe(200)
}

const head = (start: number, end: number, origin = signer.keys.origin): Uint8Array =>
  printUploadHead({ origin, start: BigInt(start), end: BigInt(end), ticket: new Uint8Array() })

/** The packages of an upload, by the definition. */
function packages(start: number, end: number): Uint8Array[] {
  return [...packageIntervals(BigInt(start), BigInt(end))].map(interval => {
    const [row, from, to] = [Number(interval.row), Number(interval.start), Number(interval.end)]
    const proof = naiveSubtreeProof(row * 256, to, log.leaves.slice(0, end))
    return printPackage({ bundle: printEntryBundle(log.entries.slice(from, to)), proof })
  })
}

/** Bytes in pieces of odd lengths. */
async function* stream(bytes: Uint8Array, step = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step)
}

const upload = (start: number, end: number, count = Infinity): AsyncGenerator<Uint8Array> =>
  stream(concatBytes(head(start, end), ...packages(start, end).slice(0, count)))

async function expectProvable(rows: MemoryRows, size: number): Promise<void> {
  expect(await fsckAll(rows, signer.keys)).toMatchObject({ damage: [], done: { head: { size: BigInt(size) } } })
  for (const index of [0, size >> 1, size - 1]) {
    const proof = await proveEntry(readerOf(rows), { index: BigInt(index) })
    expect(proof.ok && proof.value.hashes).toStrictEqual(naivePath(index, log.leaves.slice(0, size)))
  }
}

describe("uploads", () => {
  it("commit what is complete, and only then the mirror cosigns", async () => {
    const rows = new MemoryRows()
    const cosigner = testCosigner("mirror", "mirror.example/m1")
    const mirror = fed(rows, { cosigner })
    await grow(mirror, 0, 1300)
    const pending = await readCheckpoint({ rows, crypto }, { size: 1300n, root: log.root(1300) })
    expect(pending?.checkpoint.note.signatures).toHaveLength(1)
    const answer = await mirror.addEntries(upload(0, 1300), NOW)
    expect(answer.status).toBe(200)
    const kept = await readCheckpoint({ rows, crypto }, { size: 1300n, root: log.root(1300) })
    const lines = kept?.checkpoint.note.signatures ?? []
    expect(answer).toStrictEqual({ status: 200, lines: lines.slice(1) })
    expect(kept && (await verifyCheckpoint(crypto, kept.checkpoint, [cosigner.vkey]))).toMatchObject([
      { outcome: "valid" },
    ])
    await expectProvable(rows, 1300)
  })

  it("go on from where they stopped, and over a row that was not full", async () => {
    const rows = new MemoryRows()
    const mirror = fed(rows, { witness: testCosigner("witness", "witness.example/w1") })
    await grow(mirror, 0, 300)
    expect(await mirror.addEntries(upload(0, 300, 1), NOW)).toMatchObject({ status: 202, info: { next: 256n } })
    await grow(mirror, 300, 700)
    // The older pending checkpoint is still good to end at.
    expect((await mirror.addEntries(upload(256, 300), NOW)).status).toBe(200)
    await expectProvable(rows, 300)
    expect((await mirror.addEntries(upload(300, 700), NOW)).status).toBe(200)
    await expectProvable(rows, 700)
  })

  it("say where to go on: unknown ends, starts ahead or far behind", async () => {
    const rows = new MemoryRows()
    const mirror = fed(rows)
    expect(await mirror.addEntries(stream(head(0, 0)), NOW)).toMatchObject({
      status: 409,
      info: { size: 0n, next: 0n },
    })
    await grow(mirror, 0, 1300)
    for (const [start, end] of [
      [0, 1299],
      [0, 0],
      [256, 1300],
    ] as const) {
      const answer = await mirror.addEntries(stream(head(start, end)), NOW)
      expect(answer).toStrictEqual({ status: 409, info: { size: 1300n, next: 0n, ticket: new Uint8Array() } })
    }
    expect(printMirrorInfo({ size: 1300n, next: 0n, ticket: new Uint8Array() })).toBe("1300\n0\n\n")
    const other = await mirror.addEntries(stream(head(0, 1300, "example.com/other")), NOW)
    expect(other.status).toBe(404)
  })

  it("answer 400 when no package comes whole, at any cut", async () => {
    const whole = concatBytes(head(0, 300), ...packages(0, 300))
    const first = head(0, 300).length + (packages(0, 300)[0]?.length ?? 0)
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), async length => {
        const mirror = fed(new MemoryRows())
        await grow(mirror, 0, 300)
        const { status } = await mirror.addEntries(stream(whole.subarray(0, length)), NOW)
        expect(status).toBe(length < first ? 400 : 202)
      }),
      { numRuns: 40 },
    )
  })

  it("are refused at the first byte that is not the log's, and nothing of it is kept", async () => {
    const [package0 = new Uint8Array()] = packages(0, 300)
    await fc.assert(
      fc.asyncProperty(fc.nat(package0.length - 1), fc.integer({ min: 1, max: 255 }), async (at, bits) => {
        const rows = new MemoryRows()
        const mirror = fed(rows)
        await grow(mirror, 0, 300)
        const forged = package0.with(at, (package0[at] ?? 0) ^ bits)
        const { status } = await mirror.addEntries(stream(concatBytes(head(0, 300), forged)), NOW)
        // A changed length moves all that follows: the package may end early, or not at all.
        expect([400, 422]).toContain(status)
        expect(await readHead({ rows, crypto })).toBeUndefined()
        expect((await mirror.addEntries(upload(0, 300), NOW)).status).toBe(200)
      }),
      { numRuns: 40 },
    )
  })

  it("at once bring the head to the greatest and never back", async () => {
    const rows = new MemoryRows()
    const mirror = fed(rows)
    await grow(mirror, 0, 600)
    await grow(mirror, 600, 1100)
    const answers = await Promise.all([
      mirror.addEntries(upload(0, 1100), NOW),
      mirror.addEntries(upload(0, 600), NOW),
      mirror.addEntries(upload(0, 1100), NOW),
    ])
    expect(answers.some(answer => answer.status === 200)).toBe(true)
    await expectProvable(rows, 1100)
  })

  it("after any cut go on to the same head", async () => {
    for (let budget = 0; budget < 14; budget++) {
      const rows = new MemoryRows()
      const cosigner = testCosigner("mirror", "m")
      const cut = fed(failingAfter(rows, budget), { cosigner })
      try {
        await grow(cut, 0, 700)
        await cut.addEntries(upload(0, 700), NOW)
      } catch {
        // Killed.
      }
      const mirror = fed(rows, { cosigner })
      const asked = await mirror.addEntries(stream(head(0, 0)), NOW)
      if (!("info" in asked)) throw new Error("no info")
      if (asked.info.size === 0n) await grow(mirror, 0, 700)
      const answer = await mirror.addEntries(upload(Number(asked.info.next), 700), NOW)
      expect(answer.status, `budget ${budget}`).toBe(200)
      await expectProvable(rows, 700)
    }
  })

  it("of more packages than one request may bring are told how far they came", async () => {
    const many = new MadeLog(signer, madeEntries((MAX_PACKAGES + 1) * 256))
    const rows = new MemoryRows()
    const mirror = fed(rows)
    const end = many.entries.length
    const checkpoint = checkpointOf(new TextDecoder().decode(many.checkpoint()))
    await mirror.addCheckpoint(utf8(printAddCheckpoint({ old: 0n, proof: [], checkpoint })), NOW)
    const bodies = [...packageIntervals(0n, BigInt(end))].map(({ row, start, end: to }) =>
      printPackage({
        bundle: printEntryBundle(many.entries.slice(Number(start), Number(to))),
        proof: naiveSubtreeProof(Number(row) * 256, Number(to), many.leaves),
      }),
    )
    const answer = await mirror.addEntries(stream(concatBytes(head(0, end), ...bodies), 60_000), NOW)
    expect(answer).toMatchObject({ status: 202, info: { next: BigInt(MAX_PACKAGES * 256) } })
  })
})

describe("the mirror's own word", () => {
  it("is not given for hashes without entries, nor without a head", async () => {
    const rows = new MemoryRows()
    const cosigner = testCosigner("mirror", "m")
    await expect(cosignHead({ rows, crypto }, cosigner, 1n)).rejects.toMatchObject({ code: "LOG_MISSING" })
    await ingestAll(rows, hashesOnly(generatedLog(257)), { keys: generatedKeys() })
    await expect(cosignHead({ rows, crypto }, cosigner, 1n)).rejects.toMatchObject({ code: "NOT_PROVEN" })
    await ingestAll(rows, generatedLog(511), { keys: generatedKeys() })
    await expect(cosignHead({ rows, crypto }, cosigner, 5n)).resolves.toMatchObject({ size: 511n })
    await expect(cosignHead({ rows, crypto }, cosigner, 4n)).rejects.toMatchObject({ code: "TIME_INVALID" })
    await ingestAll(rows, generatedLog(70_000), { keys: generatedKeys() })
    await expect(cosignHead({ rows, crypto }, cosigner, 6n)).resolves.toMatchObject({ size: 70_000n })
    expect((await fsckAll(rows)).damage).toStrictEqual([])
  })
})
