/**
 * A log made up for the benchmark of the mirror: leaves of about 300 bytes, its tiles computed beforehand, its bundles
 * stamped out of one template when they are asked for, so that next to nothing of what is measured is the log's own work.
 */
import { createHash } from "node:crypto"
import type { LogKeys } from "../mirror/ingest-checkpoint.ts"
import { nodeCrypto } from "../mirror/crypto/index.ts"
import { createTreeHasher } from "../mirror/hashing/index.ts"
import type { LogSource } from "../mirror/sources/log-source.ts"
import { printTilePath, TILE_BYTES } from "../src/formats/tile.ts"
import { concatBytes } from "../src/kernel/bytes.ts"
import { LogSigner } from "../test/support/made-log.ts"

/** Bytes of an entry. */
export const ENTRY_BYTES = 300
const BUNDLE = 256 * (ENTRY_BYTES + 2)

/** A log of a multiple of 256 entries, and its keys. */
export interface BenchLog {
  readonly source: LogSource
  readonly keys: LogKeys
  readonly root: Uint8Array
}

/** Leaf hashes without a pattern, for a log whose entries nobody asks for. */
function someHashes(leaves: number): Uint8Array {
  const words = new Uint32Array(leaves * 8)
  let state = 2_463_534_242
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    words[i] = state
  }
  return new Uint8Array(words.buffer)
}

/** Makes the log; `leaves` is a multiple of 256. One without entries has leaf hashes that are of nothing. */
export function makeBenchLog(leaves: number, hasEntries = true): BenchLog {
  const hasher = createTreeHasher(nodeCrypto())
  const bundle = new Uint8Array(BUNDLE)
  // Without a pattern: what compresses well would be written faster than a log is.
  bundle.set(createHash("shake256", { outputLength: BUNDLE }).update("entries").digest())
  const view = new DataView(bundle.buffer)
  for (let i = 0; i < 256; i++) view.setUint16(i * (ENTRY_BYTES + 2), ENTRY_BYTES)
  /** The bundle of a row: every entry carries its index. Memory of its own, as a file read would be. */
  const bundleOf = (row: number): Uint8Array => {
    for (let i = 0; i < 256; i++) view.setUint32(i * (ENTRY_BYTES + 2) + 2, row * 256 + i)
    return bundle.slice()
  }
  const levels: Uint8Array[] = [hasEntries ? new Uint8Array(leaves * 32) : someHashes(leaves)]
  for (let row = 0; hasEntries && row * 256 < leaves; row++) {
    levels[0]?.set(hasher.leafHashes(bundleOf(row), 256) as Uint8Array, row * TILE_BYTES)
  }
  for (let below = levels[0] as Uint8Array; below.length >= TILE_BYTES;) {
    const roots = new Uint8Array(Math.floor(below.length / TILE_BYTES) * 32)
    for (let at = 0; at + TILE_BYTES <= below.length; at += TILE_BYTES) {
      roots.set(hasher.foldTile(below.subarray(at, at + TILE_BYTES)).subarray(-32), at / 256)
    }
    below = roots
    levels.push(below)
  }
  const root = rootOf(levels, leaves)
  const signer = new LogSigner("bench.example/log")
  const checkpoint = signer.checkpoint(leaves, root)
  const source: LogSource = {
    pathOf: resource => (resource === "checkpoint" ? resource : printTilePath(resource)),
    checkpoint: async () => checkpoint,
    async tile(level, row, width) {
      const at = Number(row) * TILE_BYTES
      const bytes = levels[level]?.slice(at, at + width * 32)
      return bytes && { path: "tile", bytes }
    },
    entries: async row => (hasEntries ? { path: "bundle", bytes: bundleOf(Number(row)) } : undefined),
  }
  return { source, keys: signer.keys, root }
}

/** Root of the tree from the rows of its levels: perfect subtrees, right to left. */
function rootOf(levels: readonly Uint8Array[], leaves: number): Uint8Array {
  const hasher = createTreeHasher(nodeCrypto())
  let root: Uint8Array | undefined
  for (let height = 0; 2 ** height <= leaves; height++) {
    if (Math.floor(leaves / 2 ** height) % 2 === 0) continue
    const [level, above] = [Math.floor(height / 8), height % 8]
    const index = Math.floor(leaves / 2 ** height) - 1
    const row = levels[level]?.subarray(index * 2 ** above * 32, (index + 1) * 2 ** above * 32) as Uint8Array
    const node = above === 0 ? row : hasher.foldTile(row).slice(-32)
    root = root === undefined ? node : hasher.nodeHashes(concatBytes(node, root))
  }
  return root as Uint8Array
}
