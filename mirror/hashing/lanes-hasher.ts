/**
 * Tree hashing in the lanes of WebAssembly vectors, four hashes at a time. The memory of the module is a workbench: input
 * is copied in, results are copied out, nothing stays there between calls. Hashing is synchronous, so one will do.
 */
import type { Crypto } from "../../src/kernel/ports.ts"
import { copyBytes } from "../../src/kernel/bytes.ts"
import { HASH_BYTES } from "../../src/tlog/hashing.ts"
import { hashMessages, type LaneMessages } from "./lane-messages.ts"
import { assertPairs, assertRow, PAIR_BYTES, type TreeHasher } from "./tree-hasher.ts"
import { AT, LANES, MESSAGES, PAIRS, type Sha256Lanes } from "./wasm/layout.ts"

/**
 * Longer messages go to the Crypto port: a processor with instructions for SHA-256 overtakes four lanes as soon as the
 * message outweighs the call (bench/hashing.ts).
 */
export const LANE_BYTES = 600

function groups(pairs: number): number {
  return Math.ceil(pairs / LANES)
}

/** The entries of a bundle, from one to the next: where each begins. Undefined when it is not exactly so many. */
function entryStarts(bundle: Uint8Array, count: number): Int32Array | undefined {
  const starts = new Int32Array(count + 1)
  let at = 0
  for (let i = 0; i < count; i++) {
    if (at + 2 > bundle.length) return undefined
    starts[i] = at + 2
    at += 2 + (((bundle[at] as number) << 8) | (bundle[at + 1] as number))
  }
  starts[count] = at + 2
  return at === bundle.length ? starts : undefined
}

/** A hasher on a module that has been started and has passed its test. */
export function lanesHasher(module: Sha256Lanes, crypto: Pick<Crypto, "hash">): TreeHasher {
  const memory = new Uint8Array(module.memory.buffer)
  const messages: LaneMessages = {
    count: 0,
    starts: new Int32Array(MESSAGES.count),
    lengths: new Int32Array(MESSAGES.count),
  }
  /** Which entry a message is. */
  const entries = new Int32Array(MESSAGES.count)

  /** Hashes the entries [from, to), which fit into the memory together. */
  const hashRun = (bundle: Uint8Array, starts: Int32Array, from: number, to: number, hashes: Uint8Array): void => {
    const begin = (starts[from] as number) - 2
    memory.set(bundle.subarray(begin, (starts[to] as number) - 2), AT.messages)
    messages.count = 0
    for (let i = from; i < to; i++) {
      // leaf(d) hashes a zero byte before the entry. The byte there is the low one of its length, which has been read.
      const start = AT.messages + (starts[i] as number) - begin - 1
      const length = (starts[i + 1] as number) - (starts[i] as number) - 1
      memory[start] = 0
      if (length > LANE_BYTES) {
        hashes.set(crypto.hash("sha256", memory.subarray(start, start + length)), i * HASH_BYTES)
        continue
      }
      entries[messages.count] = i
      messages.starts[messages.count] = start
      messages.lengths[messages.count++] = length
    }
    hashMessages(module, messages)
    // Digests of neighbours are taken together: mostly that is all of them at once.
    for (let first = 0, end = 1; first < messages.count; first = end++) {
      const entry = entries[first] as number
      while (end < messages.count && entries[end] === entry + end - first) end++
      const at = AT.digests + first * HASH_BYTES
      hashes.set(memory.subarray(at, AT.digests + end * HASH_BYTES), entry * HASH_BYTES)
    }
  }

  return {
    kind: "lanes",
    leafHashes(bundle, count) {
      const starts = entryStarts(bundle, count)
      if (starts === undefined) return undefined
      const hashes = new Uint8Array(count * HASH_BYTES)
      for (let from = 0, to = 1; from < count; from = to++) {
        const fits = (): boolean => (starts[to + 1] as number) - (starts[from] as number) <= MESSAGES.bytes
        while (to < count && to - from < MESSAGES.count && fits()) to++
        hashRun(bundle, starts, from, to, hashes)
      }
      return hashes
    },
    foldTile(row) {
      assertRow(row)
      memory.set(row, AT.nodes)
      const first = AT.nodes + row.length
      let from = AT.nodes
      for (let width = row.length / 2; width >= HASH_BYTES; width /= 2) {
        const out = from + 2 * width
        module.nodes(from, out, groups(width / HASH_BYTES))
        from = out
      }
      return copyBytes(memory.subarray(first, first + row.length - HASH_BYTES))
    },
    nodeHashes(pairs) {
      assertPairs(pairs)
      const out = new Uint8Array(pairs.length / 2)
      const step = PAIRS * PAIR_BYTES
      for (let at = 0; at < pairs.length; at += step) {
        const some = pairs.subarray(at, at + step)
        memory.set(some, AT.nodes)
        module.nodes(AT.nodes, AT.nodes + step, groups(some.length / PAIR_BYTES))
        out.set(memory.subarray(AT.nodes + step, AT.nodes + step + some.length / 2), at / 2)
      }
      return out
    },
  }
}
