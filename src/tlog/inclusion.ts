/** Inclusion proofs of RFC 6962 §2.1.1: a leaf is in a tree of a given size and root. */
import { equalBytes } from "../kernel/bytes.ts"
import { climbBorder, climbInner, proofLengths } from "./chain.ts"
import { areHashes, HASH_BYTES, type Hasher } from "./hashing.ts"

/** An inclusion claim without the root it should give. */
export interface InclusionClaim {
  /** Index of the leaf, from 0. */
  readonly index: bigint
  /** Number of leaves of the tree. */
  readonly size: bigint
  /** Hash of the leaf. */
  readonly leaf: Uint8Array
  /** Audit path, the leaf's sibling first. */
  readonly proof: readonly Uint8Array[]
}

/**
 * The root that the proof gives, or `undefined` when the proof cannot belong to this index and size: index outside the
 * tree, a number of hashes other than the one the tree's shape asks for, a hash that has not 32 bytes. The caller
 * compares the root with a signed one; size and root that come beside a proof prove nothing.
 */
export function rootFromInclusion(crypto: Hasher, claim: InclusionClaim): Uint8Array | undefined {
  const { index, size, leaf, proof } = claim
  if (index < 0n || index >= size) return undefined
  const { inner, border } = proofLengths(index, size)
  if (proof.length !== inner + border || leaf.length !== HASH_BYTES || !areHashes(proof)) return undefined
  const low = climbInner(crypto, leaf, proof.slice(0, inner), index)
  return climbBorder(crypto, low, proof.slice(inner))
}

/** True when the proof gives exactly this root. */
export function verifyInclusion(crypto: Hasher, claim: InclusionClaim & { readonly root: Uint8Array }): boolean {
  const root = rootFromInclusion(crypto, claim)
  return root !== undefined && equalBytes(root, claim.root)
}
