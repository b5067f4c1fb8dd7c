/**
 * Equivocation: a log has signed two tree heads that no single append-only tree has. It is said of two checkpoints that
 * both verify under the log's trusted key, and only when the log's own signatures convict it:
 *
 * - equal sizes with different roots, or
 * - a consistency proof that rebuilds the greater signed root while it yields a root for the smaller size that is not the
 *   signed one. The hashes beneath a signed root are fixed by it, so such a proof cannot be made up.
 *
 * A proof that rebuilds nothing accuses nobody, or anyone could frame a log with garbage: such a pair is `unlinked`.
 */
import { equalBytes } from "../kernel/bytes.ts"
import { rootsFromConsistency, rootsFromSeeded, type ConsistencyRoots } from "./consistency.ts"
import { emptyRoot, type Hasher } from "./hashing.ts"

/** A signed tree head; the caller has verified its signature. */
export interface TreeHead {
  readonly size: bigint
  readonly root: Uint8Array
}

/** How two tree heads of one log stand to each other. */
export type Relation = "consistent" | "equivocation" | "unlinked"

function relate(given: ConsistencyRoots | undefined, smaller: TreeHead, greater: TreeHead): Relation {
  if (given === undefined || !equalBytes(given.root2, greater.root)) return "unlinked"
  return equalBytes(given.root1, smaller.root) ? "consistent" : "equivocation"
}

/**
 * Compares two tree heads of the same log. `proof` is a consistency proof between their sizes in the order of sizes;
 * where the smaller size is a power of two, it may name the node of that size as its first hash, which a conviction needs.
 * The empty tree is consistent with every other when its root is the hash of nothing.
 */
export function compareTreeHeads(crypto: Hasher, a: TreeHead, b: TreeHead, proof: readonly Uint8Array[]): Relation {
  if (a.size === b.size) return equalBytes(a.root, b.root) ? "consistent" : "equivocation"
  const [smaller, greater] = a.size < b.size ? [a, b] : [b, a]
  if (smaller.size === 0n) return equalBytes(smaller.root, emptyRoot(crypto)) ? "consistent" : "unlinked"
  const claim = { size1: smaller.size, size2: greater.size, proof }
  const standard = relate(rootsFromConsistency(crypto, claim, smaller.root), smaller, greater)
  return standard === "unlinked" ? relate(rootsFromSeeded(crypto, claim), smaller, greater) : standard
}
