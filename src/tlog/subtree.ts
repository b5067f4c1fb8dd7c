/**
 * Subtrees of a log and their proofs (draft-ietf-plants-merkle-tree-certs §4; tlog-cosignature signs them and tlog-mirror
 * authenticates packages of entries with them). A subtree [start, end) is what a tree of end - start leaves looks like
 * somewhere inside a greater tree; it exists where `start` is a multiple of the smallest power of two that is not below
 * its length.
 */
import { equalBytes } from "../kernel/bytes.ts"
import { bitLength } from "./chain.ts"
import { areHashes, emptyRoot, HASH_BYTES, nodeHash, type Hasher } from "./hashing.ts"
import { rootFromInclusion, type InclusionClaim } from "./inclusion.ts"

/** True when [start, end) is a subtree: the empty ones of start = end included. */
export function isSubtree(start: bigint, end: bigint): boolean {
  if (start < 0n || end < start) return false
  if (start === end) return true
  return start % (1n << BigInt(bitLength(end - start - 1n))) === 0n
}

/** A claim that a leaf is in a subtree. `index` counts from the beginning of the log. */
export interface SubtreeInclusionClaim {
  readonly index: bigint
  readonly start: bigint
  readonly end: bigint
  readonly leaf: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/** The subtree's root that the proof gives, or `undefined` when it cannot belong to this leaf and subtree. */
export function rootFromSubtreeInclusion(crypto: Hasher, claim: SubtreeInclusionClaim): Uint8Array | undefined {
  const { index, start, end, leaf, proof } = claim
  if (!isSubtree(start, end)) return undefined
  const inner: InclusionClaim = { index: index - start, size: end - start, leaf, proof }
  return rootFromInclusion(crypto, inner)
}

/** A claim that a subtree is part of a tree. */
export interface SubtreeConsistencyClaim {
  readonly start: bigint
  readonly end: bigint
  readonly size: bigint
  readonly subtree: Uint8Array
  readonly proof: readonly Uint8Array[]
  readonly root: Uint8Array
}

/** The subtree's root and the tree's root that a proof gives for a subtree that is not empty. */
function roots(crypto: Hasher, claim: SubtreeConsistencyClaim): { subtree: Uint8Array; tree: Uint8Array } | undefined {
  let first = claim.start
  let last = claim.end - 1n
  let top = claim.size - 1n
  const shift = (): void => {
    first >>= 1n
    last >>= 1n
    top >>= 1n
  }
  // Skip what lies inside the subtree: up to its root where that is a node of the tree, else up to the first node on its
  // right border that is.
  if (last === top) while (first !== last) shift()
  else while (first !== last && (last & 1n) === 1n) shift()
  const proof = [...claim.proof]
  const seed = first === last ? claim.subtree : proof.shift()
  if (seed === undefined) return undefined
  let subtree = seed
  let tree = seed
  for (const hash of proof) {
    if (top === 0n) return undefined
    if ((last & 1n) === 1n || last === top) {
      if (first < last) subtree = nodeHash(crypto, hash, subtree)
      tree = nodeHash(crypto, hash, tree)
      while ((last & 1n) === 0n) shift()
    } else {
      tree = nodeHash(crypto, tree, hash)
    }
    shift()
  }
  return top === 0n ? { subtree, tree } : undefined
}

/**
 * True when the subtree is part of the tree. An empty subtree needs an empty proof and the root of the empty tree: it is
 * part of every tree, so nothing is said about the tree's root.
 */
export function verifySubtreeConsistency(crypto: Hasher, claim: SubtreeConsistencyClaim): boolean {
  const { start, end, size, subtree, proof, root } = claim
  if (!isSubtree(start, end) || end > size) return false
  if (start === end) return proof.length === 0 && equalBytes(subtree, emptyRoot(crypto))
  if (start === 0n && end === size) return proof.length === 0 && equalBytes(subtree, root)
  if (subtree.length !== HASH_BYTES || !areHashes(proof)) return false
  const given = roots(crypto, claim)
  return given !== undefined && equalBytes(given.subtree, subtree) && equalBytes(given.tree, root)
}
