/**
 * Pending checkpoints (c2sp.org/tlog-mirror, "Updating a Mirror"): trees that the log has signed and proven to grow out of
 * what is held, whose entries may still be missing. The newest is the one that the next must grow out of; older ones
 * stay for uploads that have begun under them. A witness without a mirror has nothing else.
 *
 * ```json
 * {"root":"<hex>","seal":"<hex>","v":1}
 * ```
 */
import { hexDigest, oneOf, record } from "../../src/formats/document.ts"
import { fromHex, toHex } from "../../src/kernel/bytes.ts"
import type { KeyValueChange } from "../../src/kernel/ports.ts"
import { readHead } from "../head-row.ts"
import { keysOf, parseKey, pendingKey } from "../rows.ts"
import { openRow, sealRow, type SealedRows } from "../sealed-row.ts"
import { damagedRow } from "../store-error.ts"

/** A tree by its size and root. */
export interface Tree {
  readonly size: bigint
  readonly root: Uint8Array
}

/** Pending checkpoints kept: an upload that began more than this many ago has to begin anew. */
export const MAX_PENDING = 16

const readRow = record({ v: oneOf(1), root: hexDigest })

/**
 * The pending checkpoints, smallest first.
 * @throws StellaError STORE_CORRUPT when a row is damaged
 */
export async function readPending({ rows, crypto }: SealedRows): Promise<Tree[]> {
  const trees: Tree[] = []
  for await (const [key, bytes] of rows.entries(keysOf("pending"))) {
    const parsed = parseKey(key)
    if (parsed?.kind !== "pending") throw damagedRow(key, "has a malformed key")
    trees.push({ size: parsed.size, root: fromHex(openRow(crypto, key, bytes, readRow).root) as Uint8Array })
  }
  return trees
}

/**
 * The tree that the next checkpoint must grow out of: the newest pending one, or the mirror's head where that is ahead;
 * undefined when nothing is known of the log.
 * @throws StellaError STORE_CORRUPT when a row is damaged
 */
export async function latestTree(parts: SealedRows): Promise<Tree | undefined> {
  const [head, pending] = [await readHead(parts), (await readPending(parts)).at(-1)]
  return head !== undefined && (pending === undefined || head.size >= pending.size) ? head : pending
}

/** The changes that make a tree the newest pending one and drop those that no upload may end at any more. */
export async function addPending(parts: SealedRows, tree: Tree): Promise<KeyValueChange[]> {
  const held = await readPending(parts)
  const headSize = (await readHead(parts))?.size ?? 0n
  const dropped = held.filter((p, i) => p.size < headSize || i <= held.length - MAX_PENDING)
  const value = sealRow(parts.crypto, { v: 1, root: toHex(tree.root) })
  return [
    ...dropped.map(({ size }) => ({ type: "del", key: pendingKey(size) }) as const),
    { type: "put", key: pendingKey(tree.size), value },
  ]
}
