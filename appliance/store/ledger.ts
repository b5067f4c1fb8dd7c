/**
 * The commit row: one row in the database, replaced by every commit, that names everything the commit stands for. The
 * rows form a hash chain (`previous` is the SHA-256 of the row before) and the HEAD file holds the hash of the newest, so
 * HEAD and database can be compared when a store is opened:
 *
 * | database | meaning |
 * | --- | --- |
 * | the commit that HEAD names | as it should be |
 * | exactly one commit ahead, chained to HEAD | stopped between batch and HEAD: HEAD is rolled forward |
 * | further ahead, or not chained | STORE_CORRUPT |
 * | behind HEAD | STORE_ROLLED_BACK |
 */
import { hexDigest, integer, oneOf, readDocument, record } from "../../src/formats/document.ts"
import type { Reader } from "../../src/formats/document.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { canonicalJson } from "../../src/kernel/json.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import { readEpoch, readId, type Epoch, type Head } from "./head.ts"

export interface LedgerRow {
  readonly v: 1
  readonly commit: number
  /** SHA-256 of the row before; 64 zeros in the first. */
  readonly previous: string
  /** Root of the index of committed rows (`row-index.ts`). */
  readonly index: string
  /** Number of the newest audit record; a commit adds at least one and at most `MOST_IN_COMMIT`. */
  readonly records: number
  /** SHA-256 of the newest audit record. */
  readonly audit: string
  readonly epoch: Epoch
  readonly storeId: string
  readonly siteId: string
}

/** Where the row lives. */
export const LEDGER_SUBLEVEL = "ledger"
export const LEDGER_KEY: Uint8Array = utf8("newest")
/** Most audit records that one commit adds. */
export const MOST_IN_COMMIT = 256
/** `previous` of the first row. */
export const NO_COMMIT = "0".repeat(64)

const readRow: Reader<LedgerRow> = record({
  v: oneOf(1),
  commit: integer(1),
  previous: hexDigest,
  index: hexDigest,
  records: integer(1),
  audit: hexDigest,
  epoch: readEpoch,
  storeId: readId,
  siteId: readId,
})

/** The bytes that are stored and hashed. */
export function printLedgerRow(row: LedgerRow): Uint8Array {
  return utf8(canonicalJson(row))
}

/** Reads exactly what `printLedgerRow` prints; undefined for anything else. */
export function parseLedgerRow(bytes: Uint8Array): LedgerRow | undefined {
  const read = readDocument(bytes, readRow, { maxBytes: 4096 })
  return read.ok ? read.value : undefined
}

/** The HEAD file that goes with a row. */
export function headOf(row: LedgerRow, ledger: string): Head {
  return { v: 1, commit: row.commit, ledger, audit: row.audit, epoch: row.epoch }
}

function corrupt(message: string, head: Head, row: LedgerRow): Result<never> {
  return err(new StellaError("STORE_CORRUPT", message, { head: head.commit, commit: row.commit }))
}

/** Compares HEAD with the newest commit row, whose hash is `ledger`. `true`: HEAD has to be rolled forward. */
export function compareWithHead(head: Head, row: LedgerRow, ledger: string): Result<boolean> {
  if (row.commit < head.commit) {
    const message = `the database is at commit ${row.commit}, HEAD is at ${head.commit}`
    return err(new StellaError("STORE_ROLLED_BACK", message, { head: head.commit, commit: row.commit }))
  }
  if (row.commit > head.commit + 1) return corrupt("the database is more than one commit ahead of HEAD", head, row)
  const ahead = row.commit === head.commit + 1
  if (ahead && row.previous !== head.ledger) return corrupt("the newest commit does not follow HEAD", head, row)
  if (!ahead && ledger !== head.ledger) return corrupt("HEAD names another commit than the database holds", head, row)
  // In the same commit HEAD repeats two members of the row; in the next one both must have moved on from HEAD's.
  if (!ahead && row.audit !== head.audit)
    return corrupt("HEAD and the newest commit name other audit records", head, row)
  if (row.epoch.n !== head.epoch.n || row.epoch.id !== head.epoch.id) {
    return corrupt("HEAD and the newest commit are of other epochs", head, row)
  }
  return ok(ahead)
}
