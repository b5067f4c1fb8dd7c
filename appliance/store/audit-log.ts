/**
 * The audit log of a store: its records and the check of the whole chain. Each commit adds records, its row names number
 * and hash of the newest, and the HEAD file repeats the hash, so a record that was cut out, changed, moved or removed
 * from the end is found and named.
 */
import { equalBytes, toHex, u64be } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { Crypto, KeyRange } from "../../src/kernel/ports.ts"
import type { Result } from "../../src/kernel/result.ts"
import { attempt } from "./attempt.ts"
import { NO_RECORD, parseRecord, type AuditRecord } from "./audit-record.ts"
import { damagedRow } from "./committed-rows.ts"
import type { ReadableRows } from "./database.ts"

/** Number of records and hash of the newest. */
export interface AuditHead {
  readonly n: number
  readonly sha256: string
}

export interface AuditLog {
  readonly head: AuditHead
  /** Record `n`, or undefined beyond the newest. Failure: STORE_CORRUPT. */
  get(n: number): Promise<Result<AuditRecord | undefined>>
  /** Records from `after` + 1 on (from 1 when absent), at most `limit`. Failure: STORE_CORRUPT. */
  list(page: { readonly after?: number; readonly limit: number }): Promise<Result<readonly AuditRecord[]>>
  /** Records before `below`, newest first, at most `limit`. Failure: STORE_CORRUPT. */
  newest(page: { readonly below: number; readonly limit: number }): Promise<Result<readonly AuditRecord[]>>
  /** Checks every record and link. Failure: AUDIT_BROKEN, whose detail `n` is the first broken record. */
  verify(): Promise<Result<AuditHead>>
}

export const AUDIT_SUBLEVEL = "audit"

/** The row key of a record. */
export function auditKey(n: number): Uint8Array {
  return u64be(BigInt(n))
}

function broken(n: number, what: string): StellaError {
  return new StellaError("AUDIT_BROKEN", `audit record ${n} ${what}`, { n })
}

/**
 * Checks a chain of records that should end in `head`. `expected` gives the hash of record n where something besides
 * the chain vouches for it (a store's index); it tells a changed record from a changed link to it.
 * @throws StellaError AUDIT_BROKEN with the first broken record as `n`
 */
export async function verifyChain(
  records: AsyncIterable<readonly [key: Uint8Array, value: Uint8Array]>,
  head: AuditHead,
  crypto: Pick<Crypto, "hash">,
  expected?: (n: number) => Promise<Uint8Array | undefined>,
): Promise<void> {
  let n = 0
  let prev = NO_RECORD
  for await (const [key, value] of records) {
    n++
    if (n > head.n) throw broken(n, "is not covered by the head of the chain")
    if (!equalBytes(key, auditKey(n))) throw broken(n, "is not at its place")
    const hash = crypto.hash("sha256", value)
    const vouched = await expected?.(n)
    if (vouched !== undefined && !equalBytes(hash, vouched)) throw broken(n, "was changed")
    const record = parseRecord(value)
    if (record === undefined) throw broken(n, "cannot be read")
    if (record.n !== n) throw broken(n, `says that it is number ${record.n}`)
    if (record.prev !== prev) throw broken(n, "does not follow the one before it")
    prev = toHex(hash)
  }
  if (n < head.n) throw broken(n + 1, "is missing")
  if (prev !== head.sha256) throw broken(n, "is not the newest record that the head names")
}

/** The records as of one commit, whatever is committed later. */
export interface FrozenAudit {
  readonly head: AuditHead
  /** The records as the database holds them. */
  readonly content: ReadableRows
  /** The hash that the index has for a record. */
  expected(n: number): Promise<Uint8Array | undefined>
  close(): Promise<void>
}

/** The audit log over committed rows. A check of all records takes long and goes over what `freeze` gives. */
export function auditLog(
  rows: ReadableRows,
  crypto: Pick<Crypto, "hash">,
  freeze: () => Promise<FrozenAudit>,
  head: () => AuditHead,
): AuditLog {
  function parse(key: Uint8Array, value: Uint8Array): AuditRecord {
    const record = parseRecord(value)
    if (record === undefined) throw damagedRow(AUDIT_SUBLEVEL, key, "cannot be read")
    return record
  }

  async function found(range: KeyRange): Promise<AuditRecord[]> {
    const records: AuditRecord[] = []
    for await (const [key, value] of rows.entries(range)) records.push(parse(key, value))
    return records
  }

  return {
    get head() {
      return head()
    },
    get: n =>
      attempt(async () => {
        const key = auditKey(n)
        const value = await rows.get(key)
        return value === undefined ? undefined : parse(key, value)
      }),
    list: ({ after = 0, limit }) => attempt(async () => found({ from: auditKey(after + 1), limit })),
    newest: ({ below, limit }) => attempt(async () => found({ to: auditKey(below), reverse: true, limit })),
    verify: () =>
      attempt(async () => {
        const then = await freeze()
        try {
          await verifyChain(then.content.entries({}), then.head, crypto, n => then.expected(n))
          return then.head
        } finally {
          await then.close()
        }
      }),
  }
}
