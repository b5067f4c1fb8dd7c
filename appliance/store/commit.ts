/**
 * Commits, one after another: content first, then one synced batch with the changed rows, the audit records, the index
 * and the commit row; then the database's directory and the HEAD file are brought to stable storage. A kill at any
 * instant leaves the state before or the state after.
 *
 * Bringing a commit to the disk takes far longer than making it, so those who ask while one is under way share the next
 * one: each leaves its own audit record, and all are told when the whole commit is on the disk.
 */
import { fromHex, toHex } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { ok, unwrap, type Result } from "../../src/kernel/result.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import { attempt } from "./attempt.ts"
import { AUDIT_SUBLEVEL, auditKey } from "./audit-log.ts"
import { nextRecord, parseRecord, printRecord, type AuditInput, type AuditRecord } from "./audit-record.ts"
import { BLOB_SUBLEVEL } from "./blob-store.ts"
import { indexKey, type CurrentRoot } from "./committed-rows.ts"
import { isSublevelName, type Database, type SublevelChanges } from "./database.ts"
import { joinPath, replaceFile, type DurableFiles } from "./durable-files.ts"
import { EVIDENCE_SUBLEVEL } from "./evidence-store.ts"
import { FACTS_SUBLEVEL } from "./facts-cache.ts"
import { GENERATION_SUBLEVEL } from "./generation-store.ts"
import { HEAD_FILE, printHead } from "./head.ts"
import { INDEX_SUBLEVEL, type IndexReader } from "./index-reader.ts"
import { updateIndex, type IndexChange } from "./index-update.ts"
import { headOf, LEDGER_KEY, LEDGER_SUBLEVEL, MOST_IN_COMMIT, printLedgerRow, type LedgerRow } from "./ledger.ts"
import { REPORT_SUBLEVEL } from "./report-store.ts"
import { Turns } from "../../mirror/turns.ts"

/** The database's folder in a store directory. */
export const DATABASE_FOLDER = "db"

/** Sublevels that only commits write. Log sublevels hold both kinds of rows and are not among them. */
export const COMMITTED_SUBLEVELS: ReadonlySet<string> = new Set([
  AUDIT_SUBLEVEL,
  EVIDENCE_SUBLEVEL,
  REPORT_SUBLEVEL,
  GENERATION_SUBLEVEL,
  "operators",
  "policy",
  "sessions",
  "trust",
])
/** Sublevels that no caller of `commit` names: the store writes them itself, or they are content. */
const NOT_FOR_COMMIT: ReadonlySet<string> = new Set([
  AUDIT_SUBLEVEL,
  INDEX_SUBLEVEL,
  LEDGER_SUBLEVEL,
  BLOB_SUBLEVEL,
  FACTS_SUBLEVEL,
])

/** The changes of a commit, or how to find them when its turn has come. */
export type CommitChanges = readonly SublevelChanges[] | (() => Promise<Result<readonly SublevelChanges[]>>)

/** What commits need of an open store. */
export interface CommitPorts {
  readonly directory: string
  readonly database: Database
  readonly files: DurableFiles
  readonly crypto: Pick<Crypto, "hash">
  readonly index: IndexReader
}

function refuseName(sublevel: string, forbidden: boolean): void {
  if (forbidden || !isSublevelName(sublevel)) {
    throw new StellaError("INTERNAL", `the sublevel "${sublevel}" cannot be written this way`)
  }
}

/** Refuses what is not content. @throws StellaError INTERNAL */
export function assertContent(sublevel: string): void {
  const reserved = sublevel === INDEX_SUBLEVEL || sublevel === LEDGER_SUBLEVEL
  refuseName(sublevel, reserved || COMMITTED_SUBLEVELS.has(sublevel))
}

/** What one caller wants committed, and how it is told. */
interface Asked {
  readonly changes: CommitChanges
  readonly audit: AuditInput
  readonly told: PromiseWithResolvers<Result<AuditRecord>>
}

/** One caller's part of the commit that is being made. */
interface Member {
  /** What it asks for, found out. */
  readonly asked: Asked
  readonly record: AuditRecord
  /** SHA-256 of the record, hex. */
  readonly sha256: string
  readonly changes: readonly SublevelChanges[]
}

/** The newest commit of an open store and the way to the next one. */
export class Commits implements CurrentRoot {
  readonly #ports: CommitPorts
  readonly #turns = new Turns()
  readonly #waiting: Asked[] = []
  #row: LedgerRow
  #ledger: string
  #root: Uint8Array
  #failure: StellaError | undefined
  /** The commit that is on its way to the disk. Those that are still being gathered may read, and so may wait for it. */
  #writing: Promise<unknown> = Promise.resolve()

  constructor(ports: CommitPorts, row: LedgerRow, ledger: string) {
    this.#ports = ports
    this.#row = row
    this.#ledger = ledger
    this.#root = rawHash(row.index)
  }

  get row(): LedgerRow {
    return this.#row
  }

  get root(): Uint8Array {
    return this.#root
  }

  /** Why no further commit is taken; undefined while they are. */
  get failure(): StellaError | undefined {
    return this.#failure
  }

  async settled(): Promise<void> {
    await this.#writing
  }

  /** Runs the work while no commit is under way; commits wait for its end. */
  between<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.run(work)
  }

  /** Makes no commit any more; resolves when a running one is done. */
  async stop(): Promise<void> {
    this.#failure ??= new StellaError("INTERNAL", "the store is closed")
    await this.between(() => Promise.resolve())
  }

  /** Queues a commit; see `Site.commit`. */
  commit(changes: CommitChanges, audit: AuditInput): Promise<Result<AuditRecord>> {
    const told = Promise.withResolvers<Result<AuditRecord>>()
    this.#waiting.push({ changes, audit, told })
    // The first that waits asks for a turn; who comes before it is given shares the commit.
    if (this.#waiting.length === 1) this.#queue()
    return told.promise
  }

  #queue(): void {
    void this.#turns.run(async () => {
      const members = await this.#gather()
      if (this.#waiting.length > 0) this.#queue()
      if (members.length > 0) await this.#conclude(members)
    })
  }

  /** Writes the commit and tells its members. */
  async #conclude(members: readonly Member[]): Promise<void> {
    const writing = attempt(() => this.#write(members))
    this.#writing = writing.catch(() => undefined)
    try {
      const written = await writing
      if (written.ok || this.#failure !== undefined || members.length === 1)
        for (const { asked, record } of members) asked.told.resolve(written.ok ? ok(record) : written)
      // Nothing was written: one of them cannot be, and only that one has to fail.
      else for (const { asked } of members) await this.#alone(asked)
    } catch (error) {
      // `attempt` lets bugs through; those are for the callers, not for the next in the queue.
      for (const { asked } of members) asked.told.reject(error)
    }
  }

  async #alone(asked: Asked): Promise<void> {
    const member = await attempt(() => this.#member(asked, undefined))
    if (member.ok) await this.#conclude([member.value])
    else asked.told.resolve(member)
  }

  /**
   * The next commit: those that wait, in the order in which they came, until one has to see what an earlier one changes.
   * A member that fails here is told so and leaves nothing behind.
   */
  async #gather(): Promise<readonly Member[]> {
    const members: Member[] = []
    let changed = false
    for (;;) {
      const next = this.#waiting[0]
      if (next === undefined || members.length === MOST_IN_COMMIT) return members
      if (changed && typeof next.changes === "function") return members
      this.#waiting.shift()
      const last = members.at(-1)
      try {
        const member = await attempt(() => this.#member(next, last))
        if (!member.ok) next.told.resolve(member)
        else {
          members.push(member.value)
          changed ||= member.value.changes.length > 1
        }
      } catch (error) {
        next.told.reject(error)
      }
    }
  }

  /** @throws StellaError, among them the failure of the changes themselves */
  async #member({ changes, audit, told }: Asked, last: Member | undefined): Promise<Member> {
    if (this.#failure !== undefined) throw this.#failure
    const rows = typeof changes === "function" ? unwrap(await changes()) : changes
    for (const { sublevel } of rows) refuseName(sublevel, NOT_FOR_COMMIT.has(sublevel))
    const n = (last?.record.n ?? this.#row.records) + 1
    const record = nextRecord(n, last?.sha256 ?? this.#row.audit, audit)
    const bytes = printRecord(record)
    if (parseRecord(bytes) === undefined) throw new StellaError("INTERNAL", "malformed audit record")
    const sha256 = toHex(this.#ports.crypto.hash("sha256", bytes))
    const recordChange = { type: "put", key: auditKey(n), value: bytes } as const
    const asked = { changes: rows, audit, told }
    return { asked, record, sha256, changes: [...rows, { sublevel: AUDIT_SUBLEVEL, changes: [recordChange] }] }
  }

  async #write(members: readonly Member[]): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    const { crypto, index, database, files, directory } = this.#ports
    const all = members.flatMap(member => member.changes)
    const indexChanges = all.flatMap(({ sublevel, changes }) =>
      changes.map((c): IndexChange => {
        const hash = c.type === "put" ? crypto.hash("sha256", c.value) : undefined
        return { key: indexKey(sublevel, c.key), hash }
      }),
    )
    const update = await updateIndex(index, crypto, this.#root, indexChanges)
    const newest = members.at(-1)
    const row: LedgerRow = {
      ...this.#row,
      commit: this.#row.commit + 1,
      previous: this.#ledger,
      index: toHex(update.root),
      records: newest?.record.n ?? this.#row.records,
      audit: newest?.sha256 ?? this.#row.audit,
    }
    const rowBytes = printLedgerRow(row)
    const ledger = toHex(crypto.hash("sha256", rowBytes))
    const rowChange = { type: "put", key: LEDGER_KEY, value: rowBytes } as const

    try {
      const batch = [...all, update.changes, { sublevel: LEDGER_SUBLEVEL, changes: [rowChange] }]
      await database.batch(batch, { sync: true })
      this.#row = row
      this.#ledger = ledger
      this.#root = update.root
      // The database syncs its files but not the names of new ones; without their names they are lost.
      await files.syncDirectory(joinPath(directory, DATABASE_FOLDER))
      await replaceFile(files, directory, HEAD_FILE, printHead(headOf(row, ledger)))
    } catch (error) {
      // Whether the batch or HEAD is on the disk is not known now. A second commit on top could leave the database two
      // commits ahead of HEAD, so the next one has to wait until the store has been opened again.
      const cause = error instanceof StellaError ? error : undefined
      const message = "a commit failed; the store takes no more until it is opened again"
      this.#failure = new StellaError(cause?.code ?? "INTERNAL", message, cause?.detail ?? {}, error)
      throw error
    }
  }
}

/** The bytes of a hash that a reader has checked to be 64 hexadecimal digits. */
export function rawHash(hex: string): Uint8Array {
  const raw = fromHex(hex)
  if (raw === undefined) throw new StellaError("INTERNAL", "malformed hash")
  return raw
}
