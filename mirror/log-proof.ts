/**
 * The log proof that a Case references: a fresh inclusion proof of an entry to the checkpoint that the mirror holds, and,
 * where asked, the growth from an older tree (the one of a bundle's own checkpoint) to it.
 */
import type { LogProofDocument } from "../src/formats/log-proof.ts"
import { printNote } from "../src/formats/note.ts"
import { toHex } from "../src/kernel/bytes.ts"
import { StellaError } from "../src/kernel/errors.ts"
import { err, ok, type Result } from "../src/kernel/result.ts"
import { proveEntry, proveGrowth, type EntryName } from "./prove.ts"
import type { MirrorReader } from "./reader.ts"

/**
 * Makes the log proof of an entry.
 * @param from - size of an older tree to link with the checkpoint; left out of the document when it is 0 or the same
 * @returns the document for `printLogProof`; failures as for `proveEntry` and `proveGrowth`
 * @throws StellaError STORE_CORRUPT when rows are damaged
 */
export async function makeLogProof(
  reader: MirrorReader,
  entry: EntryName,
  from = 0n,
): Promise<Result<LogProofDocument>> {
  const proof = await proveEntry(reader, entry)
  if (!proof.ok) return proof
  const { head, index, leaf, size, hashes } = proof.value
  const kept = await reader.checkpoint()
  if (kept === undefined) return err(new StellaError("LOG_MISSING", "nothing has been ingested"))
  const growth = from === 0n || from === size ? undefined : await proveGrowth(reader, from)
  if (growth?.ok === false) return growth
  return ok({
    v: 1,
    kind: "log-proof",
    log: { origin: head.origin, vkey: head.vkey },
    checkpoint: printNote(kept.checkpoint.note),
    leaf: toHex(leaf),
    index: index.toString(),
    size: size.toString(),
    hashes: hashes.map(toHex),
    ...(growth === undefined
      ? {}
      : {
          consistency: {
            from: { size: from.toString(), root: toHex(growth.value.from.root) },
            hashes: growth.value.hashes.map(toHex),
          },
        }),
  })
}
