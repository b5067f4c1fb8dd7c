/**
 * Reading the row index: a hash tree over the keys of all committed rows in order. Whoever knows its root can tell for
 * every key which value belongs to it, that there is none, and that a listing is complete, no matter what the database
 * beneath returns: a lost, stale or altered node does not have the hash that its parent names.
 */
import { compareBytes, equalBytes, toHex } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { Crypto, KeyRange } from "../../src/kernel/ports.ts"
import type { ReadableRows } from "./database.ts"
import { parseIndexNode, printIndexNode, type IndexEntry, type IndexNode } from "./index-node.ts"

/** Where nodes live. */
export const INDEX_SUBLEVEL = "index"

/** The index of no rows. */
export const EMPTY_INDEX: Uint8Array = printIndexNode({ leaf: true, entries: [] })

/** Nodes kept in memory after they were verified; about 3 KiB each. */
const CACHED_NODES = 2048

/** Position of the child that covers `key`: the last one whose first key is not greater, or the first of all. */
export function childAt(entries: readonly IndexEntry[], key: Uint8Array): number {
  let low = 0
  let high = entries.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    const entry = entries[middle]
    if (entry !== undefined && compareBytes(entry.key, key) <= 0) low = middle
    else high = middle - 1
  }
  return low
}

/** Reads and verifies nodes. All methods reject with STORE_CORRUPT when a node is missing or altered. */
export class IndexReader {
  readonly #rows: ReadableRows
  readonly #crypto: Pick<Crypto, "hash">
  readonly #cachedNodes: number
  readonly #cache = new Map<string, IndexNode>()

  constructor(rows: ReadableRows, crypto: Pick<Crypto, "hash">, cachedNodes = CACHED_NODES) {
    this.#rows = rows
    this.#crypto = crypto
    this.#cachedNodes = cachedNodes
  }

  /** The node of that hash. */
  async node(hash: Uint8Array): Promise<IndexNode> {
    const name = toHex(hash)
    const cached = this.#cache.get(name)
    if (cached !== undefined) return cached
    const bytes = await this.#rows.get(hash)
    const intact = bytes !== undefined && equalBytes(this.#crypto.hash("sha256", bytes), hash)
    const node = intact ? parseIndexNode(bytes) : undefined
    if (node === undefined) {
      const what = bytes === undefined ? "is missing" : "is altered"
      throw new StellaError("STORE_CORRUPT", `a node of the row index ${what}`, { sublevel: INDEX_SUBLEVEL, key: name })
    }
    if (this.#cache.size >= this.#cachedNodes) {
      for (const oldest of this.#cache.keys()) {
        this.#cache.delete(oldest)
        break
      }
    }
    this.#cache.set(name, node)
    return node
  }

  /** SHA-256 of the value that belongs to the key, or undefined when no such row is committed. */
  async find(root: Uint8Array, key: Uint8Array): Promise<Uint8Array | undefined> {
    for (let hash = root; ;) {
      const { leaf, entries } = await this.node(hash)
      const entry = entries[childAt(entries, key)]
      if (entry === undefined) return undefined
      if (leaf) return equalBytes(entry.key, key) ? entry.hash : undefined
      hash = entry.hash
    }
  }

  /** The first entries of the range, in its direction: those of one leaf, at least one unless there are none at all. */
  async page(root: Uint8Array, range: KeyRange): Promise<readonly IndexEntry[]> {
    const { from, to, reverse = false } = range
    const { leaf, entries } = await this.node(root)
    const first = from === undefined ? 0 : childAt(entries, from)
    const last = to === undefined ? entries.length - 1 : childAt(entries, to)
    const candidates = entries.slice(first, last + 1)
    if (reverse) candidates.reverse()
    if (leaf) return candidates.filter(e => inRange(e.key, from, to))
    for (const child of candidates) {
      const found = await this.page(child.hash, range)
      if (found.length > 0) return found
    }
    return []
  }

  /** Number of entries of the range; reads only the nodes along its two edges. */
  async count(root: Uint8Array, range: Pick<KeyRange, "from" | "to">): Promise<number> {
    const { from, to } = range
    const { leaf, entries } = await this.node(root)
    if (leaf) return entries.filter(e => inRange(e.key, from, to)).length
    const first = from === undefined ? 0 : childAt(entries, from)
    const last = to === undefined ? entries.length - 1 : childAt(entries, to)
    let rows = 0
    for (const [i, child] of entries.slice(first, last + 1).entries()) {
      // What is between the first and the last child lies inside as a whole.
      const edges = { ...(i === 0 && from ? { from } : {}), ...(first + i === last && to ? { to } : {}) }
      rows += "from" in edges || "to" in edges ? await this.count(child.hash, edges) : child.rows
    }
    return rows
  }
}

function inRange(key: Uint8Array, from: Uint8Array | undefined, to: Uint8Array | undefined): boolean {
  if (from !== undefined && compareBytes(key, from) < 0) return false
  return to === undefined || compareBytes(key, to) < 0
}
