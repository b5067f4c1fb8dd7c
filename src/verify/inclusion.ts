/**
 * Inclusion of an entry's exact bytes in the tree of its checkpoint (RFC 6962 §2.1.1). Index and hashes are the
 * proof's, size and root the checkpoint's: what stands beside the proof is redundant, and where Rekor v1 repeats it, it
 * must agree.
 */
import { equalBytes, toHex } from "../kernel/bytes.ts"
import type { Crypto } from "../kernel/ports.ts"
import type { Checkpoint } from "../formats/checkpoint.ts"
import { fail, pass, skip, type Check } from "../formats/check.ts"
import type { InclusionProof, TlogEntry } from "../formats/tlog-entry.ts"
import { leafHash } from "../tlog/hashing.ts"
import { rootFromInclusion } from "../tlog/inclusion.ts"

/** Checks the inclusion proof of entry `i` against its parsed checkpoint, or against nothing when there is none. */
export function checkInclusion(
  i: number,
  entry: TlogEntry,
  proof: InclusionProof,
  checkpoint: Checkpoint | undefined,
  crypto: Crypto,
): Check {
  const key = `inclusion/${String(i)}`
  const leaf = leafHash(crypto, entry.body)
  const size = checkpoint?.size ?? proof.size
  const evidence = { index: String(proof.index), leaf: toHex(leaf), size: String(size) }
  const root = rootFromInclusion(crypto, { index: proof.index, size, leaf, proof: proof.hashes })
  const expected = checkpoint?.root ?? proof.root
  if (root === undefined || expected === undefined || !equalBytes(root, expected)) {
    return fail(key, "inclusion-mismatch", evidence)
  }
  const redundant = entry.version !== "0.0.2" || entry.kind === "intoto"
  if (redundant && proof.root !== undefined && !equalBytes(proof.root, expected)) {
    return fail(key, "inclusion-mismatch", evidence)
  }
  return checkpoint === undefined
    ? skip(key, "checkpoint-missing", evidence)
    : pass(key, { index: evidence.index, leaf: evidence.leaf, root: toHex(root), size: evidence.size })
}
