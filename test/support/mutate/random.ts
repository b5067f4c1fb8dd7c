/** A small generator of pseudo-random numbers (splitmix32), so that a seed gives the same mutants on every machine. */
export class Random {
  #state: number

  constructor(seed: string) {
    // FNV-1a
    let h = 0x811c9dc5
    for (let i = 0; i < seed.length; i++) h = Math.imul(h ^ seed.charCodeAt(i), 0x01000193)
    this.#state = h >>> 0
  }

  #next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0
    let z = this.#state
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    return (z ^ (z >>> 16)) >>> 0
  }

  /** A whole number in [0, below). */
  below(below: number): number {
    return this.#next() % below
  }

  /** The items in another order. */
  shuffled<T>(items: readonly T[]): T[] {
    const out = [...items]
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.below(i + 1)
      const [a, b] = [out[i] as T, out[j] as T]
      out[i] = b
      out[j] = a
    }
    return out
  }

  /** At most `count` of the items, in their order. */
  some<T>(items: readonly T[], count: number): T[] {
    if (items.length <= count) return [...items]
    const chosen = new Set(this.shuffled(items.map((_, i) => i)).slice(0, count))
    return items.filter((_, i) => chosen.has(i))
  }
}
