/** Collects the leaves of a walk and gives the run of each chunk when it is whole, and that of the last when the walk ends. */
import type { Crypto } from "../../src/kernel/ports.ts"
import { HASH_BYTES } from "../../src/tlog/hashing.ts"
import { CHUNK_LEAVES, runOf, type IndexPart } from "./leaf-index.ts"

/** Builds runs of consecutive leaves. The walk begins at the beginning of a chunk. */
export class RunBuilder {
  readonly #crypto: Pick<Crypto, "hash">
  readonly #leaves = new Uint8Array(CHUNK_LEAVES * HASH_BYTES)
  #chunk: bigint
  #bytes = 0
  #isKnown = true

  constructor(crypto: Pick<Crypto, "hash">, chunk: bigint) {
    this.#crypto = crypto
    this.#chunk = chunk
  }

  #take(): IndexPart[] {
    const isKnown = this.#isKnown && this.#bytes > 0
    const run = isKnown ? runOf(this.#crypto, this.#chunk, this.#leaves.subarray(0, this.#bytes)) : []
    this.#chunk++
    this.#bytes = 0
    this.#isKnown = true
    return run
  }

  /**
   * Adds the leaves of a row of 256, or fewer in the last one.
   * @param leaves - undefined when nothing says what they are: the run of their chunk is not made
   */
  add(leaves: Uint8Array | undefined, width = 256): IndexPart[] {
    if (leaves === undefined) this.#isKnown = false
    else this.#leaves.set(leaves, this.#bytes)
    this.#bytes += leaves?.length ?? width * HASH_BYTES
    return this.#bytes === this.#leaves.length ? this.#take() : []
  }

  /** The run of the last chunk, where it is not whole. */
  end(): IndexPart[] {
    return this.#bytes === 0 ? [] : this.#take()
  }
}
