/** The tree hasher of a process: in lanes where that works and is worth it, else over the Crypto port. */
import { copyBytes } from "../../src/kernel/bytes.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import { HASH_BYTES } from "../../src/tlog/hashing.ts"
import { cryptoHasher } from "./crypto-hasher.ts"
import { lanesHasher } from "./lanes-hasher.ts"
import { passesStartTest } from "./start-test.ts"
import { PAIR_BYTES, type TreeHasher } from "./tree-hasher.ts"
import { startLanes } from "./wasm/start.ts"

export type { TreeHasher } from "./tree-hasher.ts"

/** The fastest hasher of this host that is right. */
export function createTreeHasher(crypto: Pick<Crypto, "hash">, start: typeof startLanes = startLanes): TreeHasher {
  const reference = cryptoHasher(crypto)
  const module = start()
  if (module === undefined) return reference
  const hasher = lanesHasher(module, crypto)
  return passesStartTest(module, hasher, reference) ? hasher : reference
}

/** Hashes that take as long as starting the lanes: a command that makes one proof never comes to that. */
export const WORTH_STARTING = 16_384

/** Begins with the port, and changes to lanes when there is enough to do. */
function growingHasher(crypto: Pick<Crypto, "hash">): TreeHasher {
  let hasher = cryptoHasher(crypto)
  let done = 0
  const after = (hashes: number): TreeHasher => {
    const before = done
    done += hashes
    if (before < WORTH_STARTING && done >= WORTH_STARTING) hasher = createTreeHasher(crypto)
    return hasher
  }
  return {
    get kind() {
      return hasher.kind
    },
    leafHashes: (bundle, count) => after(count).leafHashes(bundle, count),
    foldTile: row => after(row.length / HASH_BYTES).foldTile(row),
    nodeHashes: pairs => after(pairs.length / PAIR_BYTES).nodeHashes(pairs),
  }
}

/** Root of a row of 2^n hashes, in memory of its own. */
export function rootOfHashes(hasher: TreeHasher, row: Uint8Array): Uint8Array {
  return row.length === HASH_BYTES ? copyBytes(row) : hasher.foldTile(row).slice(-HASH_BYTES)
}

/** Hashers by their crypto: a module is compiled once, and its memory is used over and over. */
const hashers = new WeakMap<Pick<Crypto, "hash">, TreeHasher>()

/** The hasher over this crypto, one for all who ask. */
export function treeHasherOf(crypto: Pick<Crypto, "hash">): TreeHasher {
  let hasher = hashers.get(crypto)
  if (hasher === undefined) {
    hasher = growingHasher(crypto)
    hashers.set(crypto, hasher)
  }
  return hasher
}

/** The hasher's fold, for those who open tiles. */
export function quickFold(crypto: Pick<Crypto, "hash">): { readonly rootOfRow: (row: Uint8Array) => Uint8Array } {
  return { rootOfRow: row => rootOfHashes(treeHasherOf(crypto), row) }
}
