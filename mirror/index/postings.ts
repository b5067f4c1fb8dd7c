/** Postings collected in memory and put in order. */
import { POSTING_BYTES } from "./run.ts"

/** Most postings that are collected: ordinals of 21 bits and 32 bits of the hash fit one number exactly. */
export const MOST_POSTINGS = 2 ** 21 - 1
const ORDINALS = 2 ** 21

/** Postings of one run, added in order of their entries. */
export class PostingBuffer {
  #words = new Uint32Array(3 * 1024)
  #count = 0

  get count(): number {
    return this.#count
  }

  /**
   * Adds a posting.
   * @param prefix - holds the first 8 bytes of the term's hash at `at`
   * @param entry - counted from the run's start; never less than that of the posting before
   */
  add(prefix: Uint8Array, at: number, entry: number): void {
    if (3 * (this.#count + 1) > this.#words.length) {
      const words = new Uint32Array(2 * this.#words.length)
      words.set(this.#words)
      this.#words = words
    }
    const word = (from: number): number =>
      (((prefix[from] as number) << 24) |
        ((prefix[from + 1] as number) << 16) |
        ((prefix[from + 2] as number) << 8) |
        (prefix[from + 3] as number)) >>>
      0
    const to = 3 * this.#count++
    this.#words[to] = word(at)
    this.#words[to + 1] = word(at + 4)
    this.#words[to + 2] = entry
  }

  /** All postings in order, without repetitions; the buffer is empty then. */
  take(): Uint8Array {
    const words = this.#words
    // Numbers are sorted without asking a function: the first 32 bits of the hash, then the order in which they came.
    const order = new Float64Array(this.#count)
    for (let i = 0; i < order.length; i++) order[i] = (words[3 * i] as number) * ORDINALS + i
    order.sort()
    const postings = new Uint8Array(order.length * POSTING_BYTES)
    const view = new DataView(postings.buffer)
    let length = 0
    for (let from = 0; from < order.length;) {
      const first = (order[from] as number) / ORDINALS
      let to = from + 1
      while (to < order.length && Math.floor((order[to] as number) / ORDINALS) === Math.floor(first)) to++
      const group = order.subarray(from, to)
      if (group.length > 1) this.#sortBySecond(group)
      for (const name of group) {
        const at = 3 * (name % ORDINALS)
        const hi = words[at] as number
        const lo = words[at + 1] as number
        const entry = words[at + 2] as number
        const same =
          length > 0 &&
          view.getUint32(length - 12) === hi &&
          view.getUint32(length - 8) === lo &&
          view.getUint32(length - 4) === entry
        if (same) continue
        view.setUint32(length, hi)
        view.setUint32(length + 4, lo)
        view.setUint32(length + 8, entry)
        length += POSTING_BYTES
      }
      from = to
    }
    this.#count = 0
    return postings.subarray(0, length)
  }

  /** Orders postings that agree in the first 32 bits: by the next 32, then as they came. */
  #sortBySecond(group: Float64Array): void {
    const words = this.#words
    const second = (name: number): number => words[3 * (name % ORDINALS) + 1] as number
    const isSorted = group.every((name, i) => i === 0 || second(group[i - 1] as number) <= second(name))
    if (!isSorted) group.sort((a, b) => second(a) - second(b) || a - b)
  }
}
