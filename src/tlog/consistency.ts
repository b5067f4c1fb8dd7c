/**
 * Consistency proofs of RFC 6962 §2.1.2: a tree has grown by appending only. The proof is a suffix of the inclusion
 * proof of the smaller tree's last leaf, and rebuilds both roots from the same hashes.
 */
import { equalBytes } from "../kernel/bytes.ts"
import { bitLength, climbBorder, climbInner, climbInnerLeft, oneBits, trailingZeros } from "./chain.ts"
import { areHashes, HASH_BYTES, type Hasher } from "./hashing.ts"

/** A consistency claim without the roots it should give. */
export interface ConsistencyClaim {
  readonly size1: bigint
  readonly size2: bigint
  readonly proof: readonly Uint8Array[]
}

/** The two roots that a consistency proof rebuilds. */
export interface ConsistencyRoots {
  readonly root1: Uint8Array
  readonly root2: Uint8Array
}

/** What two sizes ask of a proof; size1 is above 0 and below size2. */
interface Shape {
  /** Number of hashes between the seed and the point where the paths to both last leaves meet. */
  readonly inner: number
  /** Number of hashes without the seed. */
  readonly length: number
  /** Which of the inner hashes are on the left. */
  readonly mask: bigint
  /** True when the smaller tree is itself a node of the greater one. */
  readonly isNode: boolean
}

function shapeOf(size1: bigint, size2: bigint): Shape | undefined {
  if (size1 <= 0n || size1 >= size2) return undefined
  const last = size1 - 1n
  const shift = trailingZeros(size1)
  const meet = bitLength(last ^ (size2 - 1n))
  const inner = meet - shift
  const mask = last >> BigInt(shift)
  return { inner, length: inner + oneBits(last >> BigInt(meet)), mask, isNode: mask === 0n }
}

function climb(crypto: Hasher, shape: Shape, seed: Uint8Array, siblings: readonly Uint8Array[]): ConsistencyRoots {
  const low = siblings.slice(0, shape.inner)
  const high = siblings.slice(shape.inner)
  return {
    root1: climbBorder(crypto, climbInnerLeft(crypto, seed, low, shape.mask), high),
    root2: climbBorder(crypto, climbInner(crypto, seed, low, shape.mask), high),
  }
}

/**
 * The two roots that a proof gives, or `undefined` when it cannot belong to these sizes (size1 above 0 and below size2).
 * Where size1 is a power of two, its root is itself a node of the greater tree and the proof leaves it out: it is taken
 * from `root1`.
 */
export function rootsFromConsistency(
  crypto: Hasher,
  claim: ConsistencyClaim,
  root1: Uint8Array,
): ConsistencyRoots | undefined {
  const shape = shapeOf(claim.size1, claim.size2)
  if (shape?.isNode !== true) return rootsFromSeeded(crypto, claim)
  const { proof } = claim
  if (proof.length !== shape.length || root1.length !== HASH_BYTES || !areHashes(proof)) return undefined
  return climb(crypto, shape, root1, proof)
}

/**
 * As `rootsFromConsistency`, for a proof that names its first node even where size1 is a power of two. Only such a proof
 * can show that the log has signed another root for that size: the standard one assumes the root it is given.
 */
export function rootsFromSeeded(crypto: Hasher, claim: ConsistencyClaim): ConsistencyRoots | undefined {
  const shape = shapeOf(claim.size1, claim.size2)
  const [seed, ...siblings] = claim.proof
  if (shape === undefined || seed === undefined) return undefined
  if (siblings.length !== shape.length || !areHashes(claim.proof)) return undefined
  return climb(crypto, shape, seed, siblings)
}

/**
 * True when the proof links both roots. size1 must be above 0 and at most size2: nothing can be proven from the empty
 * tree, which is a prefix of every other. Equal sizes need equal roots and an empty proof.
 */
export function verifyConsistency(crypto: Hasher, claim: ConsistencyClaim & ConsistencyRoots): boolean {
  const { size1, size2, proof, root1, root2 } = claim
  if (size1 === size2) return size1 > 0n && proof.length === 0 && equalBytes(root1, root2)
  const roots = rootsFromConsistency(crypto, claim, root1)
  return roots !== undefined && equalBytes(roots.root1, root1) && equalBytes(roots.root2, root2)
}
