/**
 * Where the hashes of a proof are: proofs as ranges of leaves, ranges as perfect nodes, nodes as parts of tiles
 * (RFC 6962 §2.1, c2sp.org/tlog-tiles). Pure arithmetic; `prove.ts` does the reading.
 */
import { bitLength } from "./chain.ts"

/** Leaves [start, end) whose Merkle tree hash is meant. */
export interface LeafRange {
  readonly start: bigint
  readonly end: bigint
}

/** A perfect node: the root of the leaves [index * 2^height, (index + 1) * 2^height). */
export interface TreeNode {
  readonly height: number
  readonly index: bigint
}

/** A run of `count` hashes from `from` in a tile; `count` is a power of two and their root is the node meant. */
export interface TilePart {
  readonly level: number
  readonly row: bigint
  readonly from: number
  readonly count: number
}

/** Where a tree of two leaves or more splits: the greatest power of two below its length, from `start`. */
function middle(start: bigint, end: bigint): bigint {
  return start + (1n << BigInt(bitLength(end - start - 1n) - 1))
}

/**
 * The perfect nodes of a range, from left to right: greatest first. The range starts where a subtree of its length may
 * start (`isSubtree`), which holds for every range that these functions give.
 */
export function nodesOfRange({ start, end }: LeafRange): TreeNode[] {
  const nodes: TreeNode[] = []
  for (let at = start; at < end;) {
    const height = bitLength(end - at) - 1
    nodes.push({ height, index: at >> BigInt(height) })
    at += 1n << BigInt(height)
  }
  return nodes
}

/** The part of a tile that holds a node, or the hashes right beneath it. */
export function tilePartOf({ height, index }: TreeNode): TilePart {
  const above = height % 8
  const first = index << BigInt(above)
  return { level: (height - above) / 8, row: first >> 8n, from: Number(first & 255n), count: 1 << above }
}

/** The ranges of an inclusion proof, the leaf's sibling first. `index` is below `size`. */
export function inclusionRanges(index: bigint, size: bigint): LeafRange[] {
  const ranges: LeafRange[] = []
  let start = 0n
  let end = size
  while (end - start > 1n) {
    const mid = middle(start, end)
    if (index < mid) {
      ranges.push({ start: mid, end })
      end = mid
    } else {
      ranges.push({ start, end: mid })
      start = mid
    }
  }
  return ranges.reverse()
}

/**
 * The same proof in two parts: the siblings of the leaf inside the greatest perfect subtree of the tree that it is in,
 * one of each height below `height`; and the ranges beside that subtree, the lowest first.
 * Most of a proof is the first part, and the second has the same ranges for most leaves of a tree.
 */
export function inclusionParts(index: bigint, size: bigint): { readonly height: number; readonly above: LeafRange[] } {
  const above: LeafRange[] = []
  let start = 0n
  while (size - start > 1n) {
    const mid = middle(start, size)
    if (index < mid) {
      above.push({ start: mid, end: size })
      return { height: bitLength(mid - start) - 1, above: above.reverse() }
    }
    above.push({ start, end: mid })
    start = mid
  }
  return { height: 0, above: above.reverse() }
}

/**
 * The ranges of a consistency proof; size1 is above 0 and at most size2.
 * @param seeded - name the first node even where size1 is a power of two (see `rootsFromSeeded`)
 */
export function consistencyRanges(size1: bigint, size2: bigint, seeded = false): LeafRange[] {
  const ranges: LeafRange[] = []
  let start = 0n
  let end = size2
  while (size1 < end) {
    const mid = middle(start, end)
    if (size1 <= mid) {
      ranges.push({ start: mid, end })
      end = mid
    } else {
      ranges.push({ start, end: mid })
      start = mid
    }
  }
  if (start > 0n || seeded) ranges.push({ start, end })
  return ranges.reverse()
}

/** The tiles that a set of ranges is read from, each once. */
export function tilesOfRanges(ranges: readonly LeafRange[]): { readonly level: number; readonly row: bigint }[] {
  const tiles = new Map<string, { level: number; row: bigint }>()
  for (const { level, row } of ranges.flatMap(nodesOfRange).map(tilePartOf)) {
    tiles.set(`${level}/${row.toString()}`, { level, row })
  }
  return [...tiles.values()]
}
