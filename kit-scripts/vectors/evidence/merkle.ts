/** The Merkle tree of RFC 6962 §2.1, as the specification writes it: recursively. Whole subtrees are remembered. */
import { createHash } from "node:crypto"

export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash("sha256")
  for (const part of parts) hash.update(part)
  return new Uint8Array(hash.digest())
}

/** Largest power of two that is smaller than n. */
function split(n: number): number {
  let k = 1
  while (2 * k < n) k *= 2
  return k
}

/** An append-only tree of entries. */
export class Tree {
  readonly #leaves: Uint8Array[] = []
  readonly #whole = new Map<string, Uint8Array>()

  get size(): number {
    return this.#leaves.length
  }

  /** Adds an entry and gives its index. */
  append(entry: Uint8Array): number {
    return this.#leaves.push(sha256(Uint8Array.of(0), entry)) - 1
  }

  leaf(index: number): Uint8Array {
    const leaf = this.#leaves[index]
    if (leaf === undefined) throw new Error(`no leaf ${String(index)}`)
    return leaf
  }

  /** MTH(D[from:to]). */
  hash(from: number, to: number): Uint8Array {
    if (to - from === 0) return sha256()
    if (to - from === 1) return this.leaf(from)
    const key = `${String(from)} ${String(to)}`
    const known = this.#whole.get(key)
    if (known !== undefined) return known
    const k = split(to - from)
    const hash = sha256(Uint8Array.of(1), this.hash(from, from + k), this.hash(from + k, to))
    if (2 * k === to - from) this.#whole.set(key, hash)
    return hash
  }

  root(size: number): Uint8Array {
    return this.hash(0, size)
  }

  /** PATH(index, D[from:to]). */
  path(index: number, to: number, from = 0): Uint8Array[] {
    if (to - from === 1) return []
    const middle = from + split(to - from)
    return index < middle
      ? [...this.path(index, middle, from), this.hash(middle, to)]
      : [...this.path(index, to, middle), this.hash(from, middle)]
  }
}
