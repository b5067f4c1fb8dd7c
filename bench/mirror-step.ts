/**
 * One step of the mirror's benchmark in a process of its own, so that its memory is its own: `ingest full|hashes`, `fsck` or
 * `prove` over a LevelDB in a folder. Prints its figures as one line of JSON.
 */
import { levelDatabase } from "../appliance/store/level-key-value.node.ts"
import { nodeCrypto } from "../mirror/crypto/index.ts"
import { zstdCodec } from "../mirror/entry-codec.node.ts"
import { fsckMirror } from "../mirror/fsck.ts"
import { ingest } from "../mirror/ingest.ts"
import { proveEntries, proveEntry, proveGrowth } from "../mirror/prove.ts"
import { MirrorReader } from "../mirror/reader.ts"
import { withoutEntries } from "../mirror/sources/log-source.ts"
import { unwrap } from "../src/kernel/result.ts"
import { verifyConsistency } from "../src/tlog/consistency.ts"
import { verifyInclusion } from "../src/tlog/inclusion.ts"
import { makeBenchLog } from "./mirror-log.ts"

const [step = "", directory = "", size = "0"] = process.argv.slice(2)
const leaves = Number(size)
const crypto = nodeCrypto()
const seconds = (since: bigint): number => Number(process.hrtime.bigint() - since) / 1e9
const SINGLE = 20_000
const BATCH = 128

/** A sequence without a pattern that is the same in each run. */
function* indexes(): Generator<bigint> {
  let state = 88_172_645_463_325_252n
  for (;;) {
    state ^= (state << 13n) & 0xffff_ffff_ffff_ffffn
    state ^= state >> 7n
    state ^= (state << 17n) & 0xffff_ffff_ffff_ffffn
    yield state % BigInt(leaves)
  }
}

async function take(profile: "full" | "hashes" | "scale"): Promise<object> {
  const log = makeBenchLog(leaves, profile !== "scale")
  const database = unwrap(await levelDatabase(directory, { create: true }))
  const source = profile === "hashes" ? withoutEntries(log.source) : log.source
  const rows = database.sublevel("log-bench")
  const seen = { kind: "bench", id: "made", at: "2026-01-02T03:04:05Z" }
  const start = process.hrtime.bigint()
  for await (const event of ingest({ rows, crypto, codec: zstdCodec, source, keys: log.keys, seen })) {
    if (event.type === "done" && Number(event.head.size) !== leaves) throw new Error("another size")
  }
  const spent = seconds(start)
  // What the source itself takes for the same rows.
  const idle = process.hrtime.bigint()
  for (let row = 0n; row * 256n < BigInt(leaves); row++) {
    await source.tile(0, row, 256)
    await source.entries(row, 256)
  }
  const net = spent - seconds(idle)
  await database.close()
  return { leavesPerSecond: leaves / net }
}

async function check(): Promise<object> {
  const database = unwrap(await levelDatabase(directory, { create: false }))
  const start = process.hrtime.bigint()
  for await (const event of fsckMirror({ rows: database.sublevel("log-bench"), crypto, codec: zstdCodec })) {
    if (event.type === "damage") throw new Error(event.what)
  }
  const spent = seconds(start)
  await database.close()
  return { leavesPerSecond: leaves / spent }
}

async function prove(): Promise<object> {
  const opening = process.hrtime.bigint()
  const database = unwrap(await levelDatabase(directory, { create: false }))
  const reader = new MirrorReader({ rows: database.sublevel("log-bench"), crypto, codec: zstdCodec })
  const reading = process.hrtime.bigint()
  const openMs = seconds(opening) * 1000
  const head = await reader.head()
  const headMs = seconds(reading) * 1000
  if (head === undefined) throw new Error("no head")
  const next = indexes()
  const some = (count: number): bigint[] => Array.from({ length: count }, () => next.next().value as bigint)

  let count = 0
  const start = process.hrtime.bigint()
  while (seconds(start) < 5) {
    for (const proof of unwrap(await proveEntries(reader, some(BATCH)))) unwrap(proof)
    count += BATCH
  }
  const proofsPerSecond = count / seconds(start)
  // What was counted is checked, in part, by the verifier that knows nothing of tiles.
  for (const proof of unwrap(await proveEntries(reader, some(500)))) {
    const { index, leaf, hashes, root } = unwrap(proof)
    if (!verifyInclusion(crypto, { index, size: head.size, leaf, proof: hashes, root }))
      throw new Error("a wrong proof")
  }

  const times: number[] = []
  for (const index of some(SINGLE)) {
    const at = process.hrtime.bigint()
    unwrap(await proveEntry(reader, { index }))
    times.push(seconds(at) * 1000)
  }
  times.sort((a, b) => a - b)

  let growths = 0
  const growing = process.hrtime.bigint()
  while (seconds(growing) < 3) {
    const [a = 0n, b = 0n] = some(2).sort((x, y) => (x < y ? -1 : 1))
    const { from, root, hashes } = unwrap(await proveGrowth(reader, a + 1n, b + 1n))
    const claim = { size1: a + 1n, size2: b + 1n, proof: hashes, root1: from.root, root2: root }
    if (growths % 64 === 0 && !verifyConsistency(crypto, claim)) throw new Error("a wrong proof of growth")
    growths++
  }
  const consistencyPerSecond = growths / seconds(growing)
  // By their hash: one short row of each chunk of the index.
  const finding = process.hrtime.bigint()
  const wanted = some(50)
  for (const index of wanted) {
    const leaf = await reader.leaf(index)
    if (leaf === undefined || (await reader.indexOf(leaf)) === undefined) throw new Error("a leaf is not found")
  }
  const findMs = (seconds(finding) * 1000) / wanted.length
  await database.close()
  return { openMs, headMs, findMs, proofsPerSecond, proofP99Ms: times[Math.floor(SINGLE * 0.99)], consistencyPerSecond }
}

const run = {
  "ingest-full": () => take("full"),
  "ingest-hashes": () => take("hashes"),
  "ingest-scale": () => take("scale"),
  fsck: check,
  prove,
}[step]
if (run === undefined) throw new Error(step)
console.log(JSON.stringify(await run()))
