/**
 * Sizes and indexes as bits, and the two ways in which a proof climbs from a node to the root. Indexes go to 2^63 - 1,
 * so they stay BigInt here: the numbers of JavaScript end at 2^53 and their bitwise operators at 2^32 (the tree of
 * Rekor v1 has passed 2^31).
 */
import { nodeHash, type Hasher } from "./hashing.ts"

/** Number of bits of a non-negative integer; 0 has none. */
export function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length
}

/** Number of one bits of a non-negative integer. */
export function oneBits(value: bigint): number {
  let ones = 0
  for (const digit of value.toString(2)) if (digit === "1") ones++
  return ones
}

/** Number of zero bits below the lowest one bit of a positive integer. */
export function trailingZeros(value: bigint): number {
  const digits = value.toString(2)
  return digits.length - 1 - digits.lastIndexOf("1")
}

/**
 * Lengths of the two parts of an inclusion proof: `inner` hashes where the paths to the leaf and to the last leaf have
 * not yet met, then `border` hashes of perfect subtrees to the left.
 */
export function proofLengths(index: bigint, size: bigint): { readonly inner: number; readonly border: number } {
  const inner = bitLength(index ^ (size - 1n))
  return { inner, border: oneBits(index >> BigInt(inner)) }
}

/** Climbs with siblings on the side that the bits of `index` say, lowest bit first. */
export function climbInner(
  crypto: Hasher,
  seed: Uint8Array,
  siblings: readonly Uint8Array[],
  index: bigint,
): Uint8Array {
  const digits = index.toString(2)
  let hash = seed
  for (const [level, sibling] of siblings.entries()) {
    const right = digits[digits.length - 1 - level] === "1"
    hash = right ? nodeHash(crypto, sibling, hash) : nodeHash(crypto, hash, sibling)
  }
  return hash
}

/** Climbs with the left siblings only: what the same path gave in the smaller tree that ends at `index`. */
export function climbInnerLeft(
  crypto: Hasher,
  seed: Uint8Array,
  siblings: readonly Uint8Array[],
  index: bigint,
): Uint8Array {
  const digits = index.toString(2)
  let hash = seed
  for (const [level, sibling] of siblings.entries()) {
    if (digits[digits.length - 1 - level] === "1") hash = nodeHash(crypto, sibling, hash)
  }
  return hash
}

/** Climbs along the right border: every sibling is on the left. */
export function climbBorder(crypto: Hasher, seed: Uint8Array, siblings: readonly Uint8Array[]): Uint8Array {
  let hash = seed
  for (const sibling of siblings) hash = nodeHash(crypto, sibling, hash)
  return hash
}
