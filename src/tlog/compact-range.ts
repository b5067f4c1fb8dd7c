/**
 * The compact range of a growing tree: the roots of its perfect subtrees from left to right, one per one bit of the
 * size. It is the whole state that appending needs, at most 63 hashes, and gives the root at any time. Rolling an old
 * range forward over the new leaves and comparing both roots proves consistency without any proof.
 */
import { HASH_BYTES, emptyRoot, nodeHash, type Hasher } from "./hashing.ts"
import { oneBits } from "./chain.ts"

/** A growing tree that keeps its compact range only. */
export class CompactRange {
  readonly #crypto: Hasher
  #size: bigint
  readonly #nodes: Uint8Array[]

  private constructor(crypto: Hasher, size: bigint, nodes: Uint8Array[]) {
    this.#crypto = crypto
    this.#size = size
    this.#nodes = nodes
  }

  /** The range of the empty tree. */
  static empty(crypto: Hasher): CompactRange {
    return new CompactRange(crypto, 0n, [])
  }

  /**
   * The range with these perfect subtrees, greatest first. `undefined` unless there is one hash of 32 bytes for each
   * one bit of `size`.
   */
  static of(crypto: Hasher, size: bigint, nodes: readonly Uint8Array[]): CompactRange | undefined {
    const fits = size >= 0n && nodes.length === oneBits(size) && nodes.every(node => node.length === HASH_BYTES)
    return fits ? new CompactRange(crypto, size, [...nodes]) : undefined
  }

  /** Number of leaves. */
  get size(): bigint {
    return this.#size
  }

  /** Roots of the perfect subtrees, greatest first. */
  get nodes(): readonly Uint8Array[] {
    return [...this.#nodes]
  }

  /** Appends one leaf by its hash. */
  append(leaf: Uint8Array): void {
    this.appendSubtree(0, leaf)
  }

  /**
   * Appends a perfect subtree of 2^level leaves by its root.
   * @returns false, and changes nothing, when the size is not a multiple of 2^level
   */
  appendSubtree(level: number, root: Uint8Array): boolean {
    const grown = this.#size >> BigInt(level)
    if (grown << BigInt(level) !== this.#size) return false
    let hash = root
    // Every one bit at the low end is a finished subtree of the same size: merge, as a binary counter carries.
    for (let rest = grown; (rest & 1n) === 1n; rest >>= 1n) {
      hash = nodeHash(this.#crypto, this.#nodes.pop() as Uint8Array, hash)
    }
    this.#nodes.push(hash)
    this.#size += 1n << BigInt(level)
    return true
  }

  /** Root of the tree so far. */
  root(): Uint8Array {
    let root: Uint8Array | undefined
    for (const node of this.#nodes.toReversed()) root = root === undefined ? node : nodeHash(this.#crypto, node, root)
    return root ?? emptyRoot(this.#crypto)
  }

  /** An independent copy. */
  clone(): CompactRange {
    return new CompactRange(this.#crypto, this.#size, [...this.#nodes])
  }
}
