/**
 * The index that finds an entry by its leaf hash. The log is cut into chunks of 65,536 leaves; of each chunk there is one
 * sorted run of postings, six bytes a leaf:
 *
 * ```text
 * 4 bytes   beginning of the leaf hash
 * 2 bytes   which leaf of the chunk, big-endian
 * ```
 *
 * A run is cut by the first bits of the hash into parts, a power of two of them with some 256 postings each, so that a
 * lookup reads one short row of each chunk. A part ends with sixteen bytes of a SHA-256 over its key and postings.
 *
 * A run is determined by the leaves and never changed: the key names how many leaves of the chunk it covers, so a tree that
 * grows gets a new run beside the old one, and the old one is swept when nothing names it any more. Hence a cut at any
 * instant leaves whole runs, and fsck makes each run again and compares.
 */
import { concatBytes, equalBytes } from "../../src/kernel/bytes.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import { HASH_BYTES } from "../../src/tlog/hashing.ts"
import { indexKey } from "../rows.ts"

/** Leaves of a chunk. */
export const CHUNK_LEAVES = 65_536
/** Most parts of a run. */
const MAX_PARTS = 256
const POSTING_BYTES = 6
const SEAL_BYTES = 16

/** One row of the index. */
export interface IndexPart {
  readonly key: Uint8Array
  readonly value: Uint8Array
}

/** Parts of a run over so many leaves. */
export function partsOf(count: number): number {
  let parts = 1
  while (parts < MAX_PARTS && parts * 256 < count) parts *= 2
  return parts
}

/** The part in which postings of this beginning are. */
export function partOf(prefix: number, parts: number): number {
  // A shift by 32 is one by 0.
  return parts === 1 ? 0 : prefix >>> (1 + Math.clz32(parts))
}

/** The first four bytes of a leaf hash as a number. */
export function prefixOf(leaf: Uint8Array): number {
  return new DataView(leaf.buffer, leaf.byteOffset).getUint32(0)
}

/** How many leaves of a chunk a tree of this size has. */
export function leavesOfChunk(chunk: bigint, size: bigint): number {
  const left = size - chunk * BigInt(CHUNK_LEAVES)
  return left < BigInt(CHUNK_LEAVES) ? Number(left) : CHUNK_LEAVES
}

/** Number of chunks of a tree. */
export function chunksOf(size: bigint): bigint {
  return (size + BigInt(CHUNK_LEAVES) - 1n) / BigInt(CHUNK_LEAVES)
}

function seal(crypto: Pick<Crypto, "hash">, key: Uint8Array, postings: Uint8Array): Uint8Array {
  return crypto.hash("sha256", concatBytes(key, postings)).subarray(0, SEAL_BYTES)
}

/** The run of a chunk's leaves, part by part. `leaves` holds 1 to 65,536 hashes of 32 bytes. */
export function runOf(crypto: Pick<Crypto, "hash">, chunk: bigint, leaves: Uint8Array): IndexPart[] {
  const count = leaves.length / HASH_BYTES
  const view = new DataView(leaves.buffer, leaves.byteOffset, leaves.length)
  // 32 bits of hash and 16 of position fit a double exactly, and doubles are sorted without a comparison function.
  const sorted = new Float64Array(count)
  for (let i = 0; i < count; i++) sorted[i] = view.getUint32(i * HASH_BYTES) * CHUNK_LEAVES + i
  sorted.sort()
  const bytes = new Uint8Array(count * POSTING_BYTES)
  const out = new DataView(bytes.buffer)
  const parts = partsOf(count)
  const ends = new Uint32Array(parts)
  for (let i = 0; i < count; i++) {
    const posting = sorted[i] as number
    const prefix = Math.floor(posting / CHUNK_LEAVES)
    out.setUint32(i * POSTING_BYTES, prefix)
    out.setUint16(i * POSTING_BYTES + 4, posting % CHUNK_LEAVES)
    ends[partOf(prefix, parts)] = i + 1
  }
  const rows: IndexPart[] = []
  let from = 0
  for (let part = 0; part < parts; part++) {
    const to = Math.max(from, ends[part] as number)
    const key = indexKey(chunk, count, part)
    const postings = bytes.subarray(from * POSTING_BYTES, to * POSTING_BYTES)
    rows.push({ key, value: concatBytes(postings, seal(crypto, key, postings)) })
    from = to
  }
  return rows
}

/** The key of the row that has the postings of this beginning. */
export function partKey(prefix: number, chunk: bigint, count: number): Uint8Array {
  return indexKey(chunk, count, partOf(prefix, partsOf(count)))
}

/**
 * The leaves of a chunk whose hash may begin so, ascending; `undefined` when the row is damaged. Each has to be compared
 * with the leaf itself.
 */
export function candidates(
  crypto: Pick<Crypto, "hash">,
  { key, value }: IndexPart,
  prefix: number,
): number[] | undefined {
  const end = value.length - SEAL_BYTES
  if (end < 0 || end % POSTING_BYTES !== 0) return undefined
  const postings = value.subarray(0, end)
  if (!equalBytes(seal(crypto, key, postings), value.subarray(end))) return undefined
  const view = new DataView(value.buffer, value.byteOffset, end)
  const found: number[] = []
  for (let at = 0; at < end; at += POSTING_BYTES) {
    if (view.getUint32(at) === prefix) found.push(view.getUint16(at + 4))
  }
  return found
}
