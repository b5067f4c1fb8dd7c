/** Checks a proof of equivocation: both notes under the log's own trusted keys, then the proof between them. */
import type { Equivocation } from "../formats/equivocation.ts"
import type { Vkey } from "../formats/vkey.ts"
import type { Crypto } from "../kernel/ports.ts"
import { compareTreeHeads, type Relation } from "./equivocation.ts"
import { isSigned, verifyCheckpoint } from "./verify-note.ts"

/**
 * How two checkpoints stand to each other when both are of this log and signed by it; `unsigned` when one is another
 * log's, or not signed by a trusted key: such a pair says nothing about the log.
 * @param vkeys - the trusted keys of the log `origin`
 */
export async function verifyEquivocation(
  crypto: Crypto,
  pair: Pick<Equivocation, "smaller" | "greater" | "proof">,
  origin: string,
  vkeys: readonly Vkey[],
): Promise<Relation | "unsigned"> {
  for (const checkpoint of [pair.smaller, pair.greater]) {
    if (checkpoint.origin !== origin) return "unsigned"
    if (!isSigned(await verifyCheckpoint(crypto, checkpoint, vkeys))) return "unsigned"
  }
  return compareTreeHeads(crypto, pair.smaller, pair.greater, pair.proof)
}
