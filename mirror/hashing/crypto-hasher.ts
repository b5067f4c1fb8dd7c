/** Tree hashing over the Crypto port, hash by hash: the reference, and what is used where nothing faster runs. */
import type { Crypto } from "../../src/kernel/ports.ts"
import { leafHashesOfBundle } from "../../src/tlog/entry-hashes.ts"
import { HASH_BYTES, nodeHash } from "../../src/tlog/hashing.ts"
import { assertPairs, assertRow, PAIR_BYTES, type TreeHasher } from "./tree-hasher.ts"

/** Hashes pairs of `from` into `to`; the two may be one buffer as long as nothing is written before it is read. */
function hashPairs(crypto: Pick<Crypto, "hash">, from: Uint8Array, to: Uint8Array): void {
  for (let at = 0; at < from.length; at += PAIR_BYTES) {
    const left = from.subarray(at, at + HASH_BYTES)
    to.set(nodeHash(crypto, left, from.subarray(at + HASH_BYTES, at + PAIR_BYTES)), at / 2)
  }
}

/** A hasher that asks the port for each hash. */
export function cryptoHasher(crypto: Pick<Crypto, "hash">): TreeHasher {
  return {
    kind: "crypto",
    leafHashes: (bundle, count) => leafHashesOfBundle(crypto, bundle, count),
    foldTile(row) {
      assertRow(row)
      const inner = new Uint8Array(row.length - HASH_BYTES)
      let below = row
      for (let at = 0; at < inner.length; at += below.length) {
        const level = inner.subarray(at, at + below.length / 2)
        hashPairs(crypto, below, level)
        below = level
      }
      return inner
    },
    nodeHashes(pairs) {
      assertPairs(pairs)
      const out = new Uint8Array(pairs.length / 2)
      hashPairs(crypto, pairs, out)
      return out
    },
  }
}
