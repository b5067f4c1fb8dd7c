/**
 * Changing the row index: the nodes on the paths to the changed keys are written anew, under their new hashes, and the
 * old ones are dropped in the same batch. Nodes split when they outgrow `FANOUT`; all leaves stay at the same depth.
 */
import { compareBytes, equalBytes, toHex } from "../../src/kernel/bytes.ts"
import type { Crypto, KeyValueChange } from "../../src/kernel/ports.ts"
import { childAt, EMPTY_INDEX, INDEX_SUBLEVEL, type IndexReader } from "./index-reader.ts"
import { printIndexNode, rowsUnder, type IndexEntry } from "./index-node.ts"
import type { SublevelChanges } from "./database.ts"

/** Most entries of a node. */
const FANOUT = 32

/** A committed row's key with the SHA-256 of its new value, or undefined when the row is deleted. */
export interface IndexChange {
  readonly key: Uint8Array
  readonly hash: Uint8Array | undefined
}

/** A new root and the batch that makes it. */
export interface IndexUpdate {
  readonly root: Uint8Array
  readonly changes: SublevelChanges
}

/** Sorts by key; of several changes of one key the last one stays. */
function inOrder(changes: readonly IndexChange[]): IndexChange[] {
  const last = new Map(changes.map(c => [toHex(c.key), c]))
  return [...last.values()].sort((a, b) => compareBytes(a.key, b.key))
}

/** A leaf's entries with the changes applied; both are in order. */
function mergeLeaf(entries: readonly IndexEntry[], changes: readonly IndexChange[]): IndexEntry[] {
  const out: IndexEntry[] = []
  let at = 0
  for (const entry of entries) {
    for (let c = changes[at]; c !== undefined && compareBytes(c.key, entry.key) < 0; c = changes[++at]) push(out, c)
    const change = changes[at]
    if (change !== undefined && equalBytes(change.key, entry.key)) {
      push(out, change)
      at++
    } else out.push(entry)
  }
  for (const change of changes.slice(at)) push(out, change)
  return out
}

function push(out: IndexEntry[], { key, hash }: IndexChange): void {
  if (hash !== undefined) out.push({ key, hash, rows: 1 })
}

/**
 * Applies changes to the index of that root.
 * @throws StellaError STORE_CORRUPT when a node on the way is missing or altered
 */
export async function updateIndex(
  reader: IndexReader,
  crypto: Pick<Crypto, "hash">,
  root: Uint8Array,
  changes: readonly IndexChange[],
): Promise<IndexUpdate> {
  const dropped = new Map<string, Uint8Array>()
  const made = new Map<string, { readonly key: Uint8Array; readonly value: Uint8Array }>()

  function make(value: Uint8Array): Uint8Array {
    const key = crypto.hash("sha256", value)
    made.set(toHex(key), { key, value })
    return key
  }

  /** Writes entries as one or more nodes of about equal size and gives the entries that name them. */
  function pack(leaf: boolean, entries: readonly IndexEntry[]): IndexEntry[] {
    const nodes: IndexEntry[] = []
    const count = Math.ceil(entries.length / FANOUT)
    for (let i = 0; i < count; i++) {
      const from = Math.floor((i * entries.length) / count)
      const part = entries.slice(from, Math.floor(((i + 1) * entries.length) / count))
      const first = part[0]
      if (first === undefined) continue
      nodes.push({ key: first.key, hash: make(printIndexNode({ leaf, entries: part })), rows: rowsUnder(part) })
    }
    return nodes
  }

  async function update(hash: Uint8Array, ordered: readonly IndexChange[]): Promise<IndexEntry[]> {
    const { leaf, entries } = await reader.node(hash)
    dropped.set(toHex(hash), hash)
    if (leaf) return pack(true, mergeLeaf(entries, ordered))
    const groups = new Map<number, IndexChange[]>()
    for (const change of ordered) {
      const child = childAt(entries, change.key)
      const group = groups.get(child)
      if (group === undefined) groups.set(child, [change])
      else group.push(change)
    }
    const children: IndexEntry[] = []
    for (const [i, child] of entries.entries()) {
      const group = groups.get(i)
      if (group === undefined) children.push(child)
      else children.push(...(await update(child.hash, group)))
    }
    return pack(false, children)
  }

  let tops = await update(root, inOrder(changes))
  while (tops.length > 1) tops = pack(false, tops)
  const newRoot = tops[0]?.hash ?? make(EMPTY_INDEX)

  const batch: KeyValueChange[] = []
  for (const [name, key] of dropped) if (!made.has(name)) batch.push({ type: "del", key })
  for (const { key, value } of made.values()) batch.push({ type: "put", key, value })
  return { root: newRoot, changes: { sublevel: INDEX_SUBLEVEL, changes: batch } }
}
