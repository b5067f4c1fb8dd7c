/**
 * A block of a run's postings as it lies in its row:
 *
 * ```text
 * number u32 | last posting of the block before, or zeros | postings, 12 B each | SHA-256 over key and all before
 * ```
 *
 * The digest names a damaged block; the number and the posting before name a missing one. So a term that is not found
 * is not there.
 */
import { compareBytes, concatBytes, equalBytes } from "../../src/kernel/bytes.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import { HASH_BYTES } from "../../src/tlog/hashing.ts"
import { damagedRow } from "../store-error.ts"
import { blockKey, POSTING_BYTES, type RunPlace } from "./run.ts"

const HEAD_BYTES = 4 + POSTING_BYTES
/** Most postings of a block: with its head and its digest it stays below 4 KiB. */
export const BLOCK_POSTINGS = 336

/** A block after its check. */
export interface Block {
  readonly key: Uint8Array
  readonly number: number
  /** The last posting of the block before; zeros for the first. */
  readonly before: Uint8Array
  readonly postings: Uint8Array
}

/** The row of a block. `postings` are in order, at least one. */
export function printBlock(
  crypto: Pick<Crypto, "hash">,
  run: RunPlace,
  { number, before, postings }: Omit<Block, "key">,
): { readonly key: Uint8Array; readonly value: Uint8Array } {
  const key = blockKey(run, postings.subarray(postings.length - POSTING_BYTES))
  const bytes = new Uint8Array(key.length + HEAD_BYTES + postings.length + HASH_BYTES)
  bytes.set(key)
  new DataView(bytes.buffer).setUint32(key.length, number)
  bytes.set(before, key.length + 4)
  bytes.set(postings, key.length + HEAD_BYTES)
  const end = bytes.length - HASH_BYTES
  bytes.set(crypto.hash("sha256", bytes.subarray(0, end)), end)
  return { key, value: bytes.subarray(key.length) }
}

/** @throws StellaError STORE_CORRUPT when the row is damaged */
export function readBlock(crypto: Pick<Crypto, "hash">, key: Uint8Array, value: Uint8Array): Block {
  const end = value.length - HASH_BYTES
  const length = end - HEAD_BYTES
  if (length < POSTING_BYTES || length % POSTING_BYTES !== 0) throw damagedRow(key, "is too short")
  const digest = crypto.hash("sha256", concatBytes(key, value.subarray(0, end)))
  if (!equalBytes(digest, value.subarray(end))) throw damagedRow(key, "is damaged (it breaks its seal)")
  const number = new DataView(value.buffer, value.byteOffset).getUint32(0)
  return { key, number, before: value.subarray(4, HEAD_BYTES), postings: value.subarray(HEAD_BYTES, end) }
}

/** Position, in postings, of the first one that is not less than `wanted`; the number of postings when there is none. */
export function positionOf(postings: Uint8Array, wanted: Uint8Array): number {
  let [low, high] = [0, postings.length / POSTING_BYTES]
  while (low < high) {
    const mid = (low + high) >> 1
    const posting = postings.subarray(mid * POSTING_BYTES, (mid + 1) * POSTING_BYTES)
    if (compareBytes(posting, wanted) < 0) low = mid + 1
    else high = mid
  }
  return low
}
