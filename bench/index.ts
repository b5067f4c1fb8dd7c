/**
 * The index of a mirror, on LevelDB: entries a second for leaf hashes alone and for bodies of Rekor v2, bytes of an entry in
 * the index, and how long it takes to find one.
 *
 * The log is made up by `test/support`, whose tree is computed by definition; only `buildIndex` and `findEntries` are timed.
 */
import { generateKeyPairSync, createHash, randomBytes } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { levelDatabase } from "../appliance/store/level-key-value.node.ts"
import { nodeCrypto } from "../mirror/crypto/index.ts"
import { zstdCodec } from "../mirror/entry-codec.node.ts"
import { readHead } from "../mirror/head-row.ts"
import { buildIndex, dropIndex } from "../mirror/index/build.ts"
import { findEntries, type FindQuery } from "../mirror/index/find.ts"
import { MirrorReader } from "../mirror/reader.ts"
import { readRanges } from "../mirror/range-rows.ts"
import { keysOf } from "../mirror/rows.ts"
import type { KeyValue } from "../src/kernel/ports.ts"
import { unwrap } from "../src/kernel/result.ts"
import { LogSigner, MadeLog } from "../test/support/made-log.ts"
import { ingestAll } from "../test/support/mirror.ts"

/** What is printed. */
export interface IndexFigures {
  readonly leaves: number
  /** Entries a second of which only the leaf hash is a term. */
  readonly leafEntriesPerSecond: number
  /** Entries a second that are parsed: a digest and a key each. */
  readonly rekorEntriesPerSecond: number
  /** Keys and values of the index. */
  readonly leafBytesPerEntry: number
  readonly rekorBytesPerEntry: number
  readonly findLeafP50Ms: number
  readonly findLeafP99Ms: number
  readonly findDigestP50Ms: number
  readonly findDigestP99Ms: number
  readonly peakRssMb: number
}

const crypto = nodeCrypto()
const FINDS = 1000

/** Bodies of `hashedrekord` 0.0.2 under one key, each about another artifact. */
function rekorBodies(count: number): Uint8Array[] {
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" })
  const rawBytes = publicKey.export({ format: "der", type: "spki" }).toString("base64")
  const verifier = { keyDetails: "PKIX_ECDSA_P256_SHA_256", publicKey: { rawBytes } }
  return Array.from({ length: count }, (_, i) => {
    const digest = createHash("sha256").update(String(i)).digest("base64")
    const content = randomBytes(71).toString("base64")
    const hashedRekordV002 = { data: { algorithm: "SHA2_256", digest }, signature: { content, verifier } }
    const body = { apiVersion: "0.0.2", kind: "hashedrekord", spec: { hashedRekordV002 } }
    return new TextEncoder().encode(JSON.stringify(body))
  })
}

async function indexBytes(rows: KeyValue): Promise<number> {
  let bytes = 0
  for (const kind of ["run", "block"] as const)
    for await (const [key, value] of rows.entries(keysOf(kind))) bytes += key.length + value.length
  return bytes
}

interface Measured {
  readonly perSecond: number
  readonly bytesPerEntry: number
  /** Milliseconds of each search, sorted. */
  readonly finds: readonly number[]
}

async function measure(entries: readonly Uint8Array[], queryOf: (i: number) => FindQuery): Promise<Measured> {
  const directory = mkdtempSync(join(tmpdir(), "stella-index-"))
  try {
    const database = unwrap(await levelDatabase(join(directory, "db"), { create: true }))
    const rows = database.sublevel("log")
    const signer = new LogSigner("bench.example/log")
    await ingestAll(rows, new MadeLog(signer, entries), { keys: signer.keys })
    const options = { rows, crypto, codec: zstdCodec }
    const head = await readHead(options)
    if (head === undefined) throw new Error("no head")
    const tree = { ...head, ranges: await readRanges(options) }
    let best = Infinity
    for (let round = 0; round < 3; round++) {
      await dropIndex(options)
      const start = performance.now()
      await buildIndex(options, tree, head.size)
      best = Math.min(best, performance.now() - start)
    }
    const reader = new MirrorReader(options)
    const finds: number[] = []
    for (let i = 0; i < FINDS; i++) {
      const at = (i * 7919) % entries.length
      const start = performance.now()
      let found = 0
      for await (const hit of findEntries(options, reader, queryOf(at))) found += hit.index === BigInt(at) ? 1 : 0
      finds.push(performance.now() - start)
      if (found !== 1) throw new Error(`entry ${at} is not found`)
    }
    finds.sort((a, b) => a - b)
    const bytesPerEntry = (await indexBytes(rows)) / entries.length
    await database.close()
    return { perSecond: (1000 * entries.length) / best, bytesPerEntry, finds }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

const quantile = (sorted: readonly number[], q: number): number => sorted[Math.floor(q * (sorted.length - 1))] ?? 0

/** Measures with logs of this many leaves. */
export async function measureIndex(leaves = 2 ** 18): Promise<IndexFigures> {
  const plain = Array.from({ length: leaves }, (_, i) => new Uint8Array(Buffer.from(`${i} ${"x".repeat(292)}`)))
  const leafOf = (i: number): Uint8Array =>
    new Uint8Array(
      createHash("sha256")
        .update("\0")
        .update(plain[i] ?? "")
        .digest(),
    )
  const byLeaf = await measure(plain, i => ({ terms: [], leaf: leafOf(i), from: 0n }))
  const digestOf = (i: number): string => `sha256:${createHash("sha256").update(String(i)).digest("hex")}`
  const bodies = rekorBodies(Math.min(leaves, 2 ** 16))
  const byDigest = await measure(bodies, i => ({ terms: [{ kind: "digest", value: digestOf(i) }], from: 0n }))
  return {
    leaves,
    leafEntriesPerSecond: byLeaf.perSecond,
    rekorEntriesPerSecond: byDigest.perSecond,
    leafBytesPerEntry: byLeaf.bytesPerEntry,
    rekorBytesPerEntry: byDigest.bytesPerEntry,
    findLeafP50Ms: quantile(byLeaf.finds, 0.5),
    findLeafP99Ms: quantile(byLeaf.finds, 0.99),
    findDigestP50Ms: quantile(byDigest.finds, 0.5),
    findDigestP99Ms: quantile(byDigest.finds, 0.99),
    peakRssMb: process.resourceUsage().maxRSS / 1024,
  }
}
