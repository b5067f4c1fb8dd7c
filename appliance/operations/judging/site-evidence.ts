/**
 * What a site adds to a Case: the heads of its mirrored logs, and proofs out of the mirror for the entries that the
 * evidence records. They help evidence whose own proof is missing or older.
 */
import { CASE_LIMITS } from "../../../src/formats/case.ts"
import type { Evidence } from "../../../src/formats/evidence.ts"
import { parseCheckpoint } from "../../../src/formats/checkpoint.ts"
import { printLogProof } from "../../../src/formats/log-proof.ts"
import type { Head } from "../../../src/formats/site-documents.ts"
import type { TlogEntry } from "../../../src/formats/tlog-entry.ts"
import { utf8 } from "../../../src/kernel/bytes.ts"
import type { Crypto } from "../../../src/kernel/ports.ts"
import { leafHash } from "../../../src/tlog/hashing.ts"
import { makeLogProof } from "../../../mirror/log-proof.ts"
import type { Context } from "../context.ts"
import { headDocument, mirroredLogs, type MirroredLog } from "../site-logs.ts"

/** The mirrored logs of a run, read once. */
export class SiteEvidence {
  readonly #logs: readonly MirroredLog[]
  readonly #crypto: Crypto

  private constructor(logs: readonly MirroredLog[], crypto: Crypto) {
    this.#logs = logs
    this.#crypto = crypto
  }

  /** Of the site, or of none. @throws StellaError STORE_CORRUPT */
  static async open({ site, crypto }: Context): Promise<SiteEvidence> {
    return new SiteEvidence(site === undefined ? [] : await mirroredLogs(site, crypto), crypto)
  }

  /** The newest tree of every mirrored log, by its origin. */
  heads(): Head[] {
    return this.#logs.map(headDocument)
  }

  /** Log proofs for the entries of a piece of evidence, as far as the mirror knows them and a Case can hold them. */
  async proofsFor(evidence: Evidence): Promise<Uint8Array[]> {
    const proofs: Uint8Array[] = []
    for (const entry of evidence.entries)
      for (const log of this.#logs) {
        const leaf = leafHash(this.#crypto, entry.body)
        const index = await log.reader.indexOf(leaf)
        if (index === undefined) continue
        const made = await makeLogProof(log.reader, { index }, olderSize(entry, log))
        if (made.ok) proofs.push(utf8(printLogProof(made.value)))
        if (proofs.length === CASE_LIMITS.logProofs) return proofs
      }
    return proofs
  }
}

/** The size of the evidence's own tree, to be linked with the mirror's; 0 where there is none or it is not older. */
function olderSize({ proof }: TlogEntry, { head }: MirroredLog): bigint {
  const checkpoint = proof?.checkpoint === undefined ? undefined : parseCheckpoint(proof.checkpoint)
  if (checkpoint?.ok !== true || checkpoint.value.origin !== head.origin) return 0n
  return checkpoint.value.size < head.size ? checkpoint.value.size : 0n
}
