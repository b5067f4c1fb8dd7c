/**
 * Tree hashing, one thread: thousand hashes a second for each hasher and each shape that a log has, and how that stands to
 * the raw bound, SHA-256 by OpenSSL over messages of the same number of blocks and over one great buffer, in the same run.
 *
 * Rates are by processor time: other programs on the machine would otherwise be measured too. What a rate counts is
 * checked once against node:crypto before it is measured.
 */
import { spawnSync } from "node:child_process"
import { createHash, hash } from "node:crypto"
import { nodeCrypto } from "../mirror/crypto/index.ts"
import { cryptoHasher } from "../mirror/hashing/crypto-hasher.ts"
import { createTreeHasher, type TreeHasher } from "../mirror/hashing/index.ts"
import { printEntryBundle } from "../src/formats/tile.ts"

/** Thousand hashes a second. */
interface Rates {
  /** Nodes: 65 bytes, by the thousand pairs. */
  readonly node65: number
  /** Leaves of 300 bytes by the bundle, and of others. */
  readonly leaf300: number
  readonly leaf100: number
  readonly leaf1000: number
  readonly leaf3000: number
  /** Nodes of whole tiles. */
  readonly fold: number
}

/** What is printed. */
export interface HashingFigures {
  readonly thousandPerSecond: Readonly<Record<TreeHasher["kind"], Rates>>
  readonly foldsPerSecond: Readonly<Record<TreeHasher["kind"], number>>
  /** `openssl speed -evp sha256`, thousand a second; 0 where there is no openssl. */
  readonly opensslNode65: number
  readonly opensslLeaf301: number
  /** SHA-256 of one buffer of 16 MiB, MB a second. */
  readonly bufferMbPerSecond: number
  /** The lanes against the port, and against OpenSSL. */
  readonly lanesToCrypto: Rates
  readonly lanesToOpensslNode: number
  readonly lanesToOpensslLeaf: number
  /** What starting the lanes costs, milliseconds of processor time, in a process that has not done it before. */
  readonly startMs: number
  readonly peakRssMb: number
}

const ROUNDS = 5
const ROUND_MS = 100

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** The best of some rounds: how often a millisecond, times what one run counts. */
function rate(counts: number, run: () => unknown): number {
  let best = 0
  for (let round = 0; round < ROUNDS; round++) {
    const start = cpuMs()
    let runs = 0
    let spent = 0
    for (; spent < ROUND_MS; spent = cpuMs() - start) {
      for (let i = 0; i < 8; i++) run()
      runs += 8
    }
    best = Math.max(best, (runs * counts) / spent)
  }
  return best
}

/** Bytes without a pattern. */
function noise(length: number, seed: string): Uint8Array {
  return new Uint8Array(createHash("shake256", { outputLength: length }).update(seed).digest())
}

function assertEqual(actual: Uint8Array | undefined, expected: Buffer): void {
  if (actual === undefined || !expected.equals(actual)) throw new Error("a hasher is wrong")
}

function leafRate(hasher: TreeHasher, length: number): number {
  const entries = Array.from({ length: 256 }, (_, i) => noise(length, `leaf ${i}`))
  const bundle = printEntryBundle(entries)
  const expected = entries.map(entry => hash("sha256", Buffer.concat([Uint8Array.of(0), entry]), "buffer"))
  assertEqual(hasher.leafHashes(bundle, 256), Buffer.concat(expected))
  return rate(256, () => hasher.leafHashes(bundle, 256))
}

function rates(hasher: TreeHasher): Rates {
  const pairs = noise(64 * 1024, "pairs")
  const expected = Array.from({ length: 1024 }, (_, i) =>
    hash("sha256", Buffer.concat([Uint8Array.of(1), pairs.subarray(64 * i, 64 * i + 64)]), "buffer"),
  )
  assertEqual(hasher.nodeHashes(pairs), Buffer.concat(expected))
  const tiles = Array.from({ length: 8 }, (_, i) => noise(8192, `tile ${i}`))
  return {
    node65: rate(1024, () => hasher.nodeHashes(pairs)),
    leaf300: leafRate(hasher, 300),
    leaf100: leafRate(hasher, 100),
    leaf1000: leafRate(hasher, 1000),
    leaf3000: leafRate(hasher, 3000),
    fold: rate(255 * tiles.length, () => tiles.map(tile => hasher.foldTile(tile))),
  }
}

/** Thousand messages of this length a second, as `openssl speed` counts them by processor time. */
export function opensslRate(bytes: number): number {
  const args = ["speed", "-seconds", "1", "-mr", "-bytes", String(bytes), "-evp", "sha256"]
  const { status, stdout } = spawnSync("openssl", args, { encoding: "utf8" })
  const found = /^\+F:[0-9]+:[^:]*:([0-9.]+)$/m.exec(stdout)
  return status === 0 && found !== null ? Number(found[1]) / bytes / 1000 : 0
}

function ratios(a: Rates, b: Rates): Rates {
  return Object.fromEntries(Object.entries(a).map(([name, value]) => [name, value / b[name as keyof Rates]])) as never
}

/** Measures everything. */
export function measureHashing(): HashingFigures {
  const crypto = nodeCrypto()
  const start = cpuMs()
  const hasher = createTreeHasher(crypto)
  const startMs = cpuMs() - start
  if (hasher.kind !== "lanes") throw new Error("the lanes do not run on this host")
  const lanes = rates(hasher)
  const port = rates(cryptoHasher(crypto))
  const buffer = noise(16 * 1024 * 1024, "buffer")
  const [opensslNode65, opensslLeaf301] = [opensslRate(65), opensslRate(301)]
  return {
    thousandPerSecond: { crypto: port, lanes },
    foldsPerSecond: { crypto: (port.fold * 1000) / 255, lanes: (lanes.fold * 1000) / 255 },
    opensslNode65,
    opensslLeaf301,
    bufferMbPerSecond: rate(buffer.length / 1000, () => hash("sha256", buffer)),
    lanesToCrypto: ratios(lanes, port),
    lanesToOpensslNode: opensslNode65 === 0 ? 0 : lanes.node65 / opensslNode65,
    lanesToOpensslLeaf: opensslLeaf301 === 0 ? 0 : lanes.leaf300 / opensslLeaf301,
    startMs,
    peakRssMb: process.resourceUsage().maxRSS / 1024,
  }
}
