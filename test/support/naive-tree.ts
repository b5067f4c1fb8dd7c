/**
 * The Merkle tree of RFC 6962 §2.1 written down as the specification defines it, recursively and without tiles: the
 * oracle that the product's faster code is compared with. It shares nothing with the product.
 */
import { createHash } from "node:crypto"

function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash("sha256")
  for (const part of parts) hash.update(part)
  return new Uint8Array(hash.digest())
}

/** Hash of a leaf. */
export function naiveLeaf(entry: Uint8Array): Uint8Array {
  return sha256(Uint8Array.of(0), entry)
}

/** Hash of an inner node. */
export function naiveNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(Uint8Array.of(1), left, right)
}

function split(n: number): number {
  let k = 1
  while (2 * k < n) k *= 2
  return k
}

/** MTH(D[n]) over leaf hashes. */
export function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return sha256()
  if (leaves.length === 1) return leaves[0] as Uint8Array
  const k = split(leaves.length)
  return naiveNode(naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)))
}

/** PATH(m, D[n]). */
export function naivePath(m: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length === 1) return []
  const k = split(leaves.length)
  return m < k
    ? [...naivePath(m, leaves.slice(0, k)), naiveRoot(leaves.slice(k))]
    : [...naivePath(m - k, leaves.slice(k)), naiveRoot(leaves.slice(0, k))]
}

/** SUBPROOF(m, D[n], b); PROOF(m, D[n]) is the one with b true. */
export function naiveSubproof(m: number, leaves: readonly Uint8Array[], b = true): Uint8Array[] {
  const n = leaves.length
  if (m === n) return b ? [] : [naiveRoot(leaves)]
  const k = split(n)
  return m <= k
    ? [...naiveSubproof(m, leaves.slice(0, k), b), naiveRoot(leaves.slice(k))]
    : [...naiveSubproof(m - k, leaves.slice(k), false), naiveRoot(leaves.slice(0, k))]
}

/** Distinct leaf hashes for a tree of `n` leaves. */
export function naiveLeaves(n: number, salt = ""): Uint8Array[] {
  return Array.from({ length: n }, (_, i) => naiveLeaf(new TextEncoder().encode(`${salt}${i}`)))
}

/** SUBTREE_SUBPROOF(start, end, D[n], b) of draft-ietf-plants-merkle-tree-certs §4.4.1; the proof is the one with b true. */
export function naiveSubtreeProof(start: number, end: number, leaves: readonly Uint8Array[], b = true): Uint8Array[] {
  const n = leaves.length
  if (start === 0 && end === n) return b ? [] : [naiveRoot(leaves)]
  const k = split(n)
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)]
  if (end <= k) return [...naiveSubtreeProof(start, end, left, b), naiveRoot(right)]
  if (start >= k) return [...naiveSubtreeProof(start - k, end - k, right, b), naiveRoot(left)]
  return [...naiveSubtreeProof(0, end - k, right, false), naiveRoot(left)]
}
