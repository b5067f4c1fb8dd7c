/** Collecting from a server in tests: waits that take no time, and what must hold of the mirror afterwards. */
import { expect } from "vitest"
import { collectLog, type CollectEvent, type CollectOptions } from "../../mirror/collector.ts"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { zstdCodec } from "../../mirror/entry-codec.node.ts"
import { unpackBundle } from "../../mirror/entry-codec.ts"
import { proveEntry, proveGrowth } from "../../mirror/prove.ts"
import { parseKey } from "../../mirror/rows.ts"
import { RETRY_LIMITS } from "../../mirror/sources/backoff.ts"
import { HostGates, HOST_LIMITS } from "../../mirror/sources/host-gate.ts"
import { httpFiles, type HttpWorld } from "../../mirror/sources/http-files.ts"
import type { NodeHttpOptions } from "../../mirror/sources/http.node.ts"
import { nodeHttp } from "../../mirror/sources/http.node.ts"
import { parseLogPrefix } from "../../mirror/sources/log-prefix.ts"
import { tiledLog, type LogLayout } from "../../mirror/sources/tiled-log.ts"
import type { Timer } from "../../mirror/sources/timer.ts"
import { printEntryBundle } from "../../src/formats/tile.ts"
import { equalBytes } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { KeyValue } from "../../src/kernel/ports.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { verifyConsistency } from "../../src/tlog/consistency.ts"
import { verifyInclusion } from "../../src/tlog/inclusion.ts"
import type { LogKeys } from "../../mirror/ingest-checkpoint.ts"
import type { MadeLog } from "./made-log.ts"
import { fsckAll, readerOf, SOURCE } from "./mirror.ts"
import type { LogServer } from "./log-server.ts"

/** A timer whose waits end at once and are remembered; time passes by them alone. */
export class InstantTimer implements Timer {
  readonly waits: number[] = []
  #now = 0

  monotonicMs(): number {
    return this.#now
  }

  async wait(ms: number): Promise<void> {
    this.waits.push(ms)
    this.#now += ms
  }
}

/** The instant of every clock here. */
export const NOW = new Date("2026-03-04T05:06:07Z")

/** How one collection differs. */
export interface Collecting {
  readonly http?: NodeHttpOptions
  readonly world?: Partial<HttpWorld>
  readonly layout?: LogLayout
  readonly options?: Partial<CollectOptions>
}

/** What came of a collection. */
export interface Collected {
  readonly events: readonly CollectEvent[]
  readonly error: StellaError | undefined
  readonly timer: InstantTimer
}

/** Collects what the server has; an error of the product is part of the answer, any other is thrown. */
export async function collectFrom(
  server: LogServer,
  rows: KeyValue,
  keys: LogKeys,
  { http, world, layout, options }: Collecting = {},
): Promise<Collected> {
  const client = nodeHttp(http)
  const timer = new InstantTimer()
  const gates = new HostGates(timer, { ...HOST_LIMITS, perSecond: Infinity })
  const random = { bytes: (length: number) => new Uint8Array(length).fill(0x80) }
  const clock = { now: () => NOW }
  const files = httpFiles(unwrap(parseLogPrefix(server.prefix)), {
    http: client,
    timer,
    gates,
    random,
    clock,
    ...world,
  })
  const parts = { rows, keys, crypto: nodeCrypto(), codec: zstdCodec, seen: SOURCE, counts: () => files.counts() }
  const events: CollectEvent[] = []
  try {
    // One byte: every row is written as soon as it is proven, so that whatever should not be there would be.
    const all = { ...parts, source: tiledLog(files, layout), batchBytes: 1, ...options }
    for await (const event of collectLog(all)) events.push(event)
    return { events, error: undefined, timer }
  } catch (error) {
    if (!(error instanceof StellaError)) throw error
    return { events, error, timer }
  } finally {
    client.close()
  }
}

/** Attempts that a file has before a collection ends. */
export const ATTEMPTS = RETRY_LIMITS.attempts

/** Rows whose content is not the log's, by what they are. Nothing unproven is ever written, so there are none. */
export async function strangeRows(rows: KeyValue, log: MadeLog): Promise<string[]> {
  const strange: string[] = []
  const size = log.size
  log.size = log.entries.length
  for await (const [key, value] of rows.entries({})) {
    const parsed = parseKey(key)
    if (parsed?.kind === "tile") {
      const first = Number(parsed.row)
      const width = value.length / 32
      const path = `tile/${parsed.level}/${String(first).padStart(3, "0")}${width === 256 ? "" : `.p/${width}`}`
      if (!equalBytes(log.file(path) ?? new Uint8Array(), value)) strange.push(path)
    }
    if (parsed?.kind === "entries") {
      const bundle = unpackBundle(zstdCodec, value, 2 ** 24) ?? new Uint8Array()
      const from = Number(parsed.row) * 256
      let count = 0
      for (let at = 0; at < bundle.length; count++) at += 2 + Buffer.from(bundle).readUInt16BE(at)
      if (!equalBytes(printEntryBundle(log.entries.slice(from, from + count)), bundle))
        strange.push(`entries ${parsed.row.toString()}`)
    }
    if (parsed?.kind === "leaf") strange.push("a row of the first layout")
    if (parsed?.kind === "index") {
      const postings = Buffer.from(value.buffer, value.byteOffset, value.length - 16)
      for (let at = 0; at < postings.length; at += 6) {
        const leaf = log.leaves[Number(parsed.chunk) * 65_536 + postings.readUInt16BE(at + 4)]
        if (leaf === undefined || !equalBytes(leaf.slice(0, 4), postings.subarray(at, at + 4))) strange.push("index")
      }
    }
  }
  log.size = size
  return strange
}

/** The mirror holds the log at this size: proofs out of it verify against roots computed by the definition. */
export async function expectProvable(rows: KeyValue, log: MadeLog, size: number, keys: LogKeys): Promise<void> {
  const crypto = nodeCrypto()
  const reader = readerOf(rows)
  const head = await reader.head()
  expect(head?.size).toBe(BigInt(size))
  expect(head?.root).toEqual(log.root(size))
  for (const index of [0, 255, 256, size >> 1, size - 1]) {
    const proof = unwrap(await proveEntry(reader, { index: BigInt(index) }))
    expect(proof.leaf).toEqual(log.leaves[index])
    const inclusion = { index: BigInt(index), size: BigInt(size), leaf: proof.leaf, root: log.root(size) }
    expect(verifyInclusion(crypto, { ...inclusion, proof: proof.hashes })).toBe(true)
  }
  const growth = unwrap(await proveGrowth(reader, 300n))
  const roots = { size1: 300n, size2: BigInt(size), root1: log.root(300), root2: log.root(size) }
  expect(verifyConsistency(crypto, { ...roots, proof: growth.hashes })).toBe(true)
  expect(await reader.entries(1n, 256)).toEqual(printEntryBundle(log.entries.slice(256, 512)))
  expect((await fsckAll(rows, keys)).damage).toEqual([])
  expect(await strangeRows(rows, log)).toEqual([])
}
