/**
 * The check of a whole store: every byte that a hash vouches for is read and hashed again, and each damaged row is named.
 * It opens the database itself and goes on after each finding, also where `openSite` refuses. It changes nothing; a
 * store that is one commit ahead of HEAD (a crash between the two) is intact.
 *
 * Facts are left out: they carry a tag of their own, and damaged ones are simply computed again. Log sublevels are
 * checked as far as they are committed; their tiles are for the mirror's own fsck.
 */
import { equalBytes, fromHex, fromUtf8, toHex } from "../../src/kernel/bytes.ts"
import type { StellaError, ErrorCode } from "../../src/kernel/errors.ts"
import { isObject, readJson } from "../../src/kernel/json.ts"
import { AUDIT_SUBLEVEL, verifyChain } from "./audit-log.ts"
import { attempt } from "./attempt.ts"
import { BLOB_SUBLEVEL } from "./blob-store.ts"
import { COMMITTED_SUBLEVELS, DATABASE_FOLDER, rawHash } from "./commit.ts"
import { indexKey } from "./committed-rows.ts"
import type { Database } from "./database.ts"
import { joinPath } from "./durable-files.ts"
import { EVIDENCE_SUBLEVEL } from "./evidence-store.ts"
import { GENERATION_SUBLEVEL } from "./generation-store.ts"
import { rowsUnder } from "./index-node.ts"
import { INDEX_SUBLEVEL, IndexReader } from "./index-reader.ts"
import { compareWithHead, LEDGER_SUBLEVEL, type LedgerRow } from "./ledger.ts"
import { newestCommit, readHeadFile, readStoreFile } from "./open-site.ts"
import { REPORT_SUBLEVEL } from "./report-store.ts"
import type { SitePorts } from "./site.ts"

/** Something that is not as it was written. `sublevel` and `key` (hex) name the row; null where it is not about a row. */
export interface FsckDamage {
  readonly type: "damage"
  readonly code: ErrorCode
  readonly sublevel: string | null
  readonly key: string | null
  readonly what: string
}

/** Every so many rows, and at the end of each part. */
export interface FsckProgress {
  readonly type: "progress"
  readonly part: "rows" | "blobs" | "audit"
  readonly checked: number
}

/** The last event. */
export interface FsckSummary {
  readonly type: "summary"
  readonly rows: number
  readonly blobs: number
  readonly damaged: number
}

export type FsckEvent = FsckDamage | FsckProgress | FsckSummary

const PROGRESS_EVERY = 10_000

function damage(sublevel: string | null, key: Uint8Array | null, what: string): FsckDamage {
  return { type: "damage", code: "STORE_CORRUPT", sublevel, key: key === null ? null : toHex(key), what }
}

function damageOf({ code, message, detail }: StellaError): FsckDamage {
  const text = (value: unknown) => (typeof value === "string" ? value : null)
  return { type: "damage", code, sublevel: text(detail["sublevel"]), key: text(detail["key"]), what: message }
}

/** The digests that a committed row names as blobs it needs. */
function blobsNamedBy(sublevel: string, value: Uint8Array): string[] {
  if (sublevel !== EVIDENCE_SUBLEVEL && sublevel !== REPORT_SUBLEVEL && sublevel !== GENERATION_SUBLEVEL) return []
  const parsed = readJson(value, { maxBytes: value.length, maxDepth: 8 })
  // Index rows of a subject or an artifact are empty and name nothing.
  if (!parsed.ok || !isObject(parsed.value)) return []
  const { sha256, report, closure } = parsed.value
  const names = [sha256, report, parsed.value["case"], ...(Array.isArray(closure) ? closure : [])]
  return names.filter(name => typeof name === "string")
}

/** Checks one open database under the index of one commit. */
class Check {
  readonly #database: Database
  readonly #ports: SitePorts
  readonly #row: LedgerRow
  readonly #index: IndexReader
  readonly #signal: AbortSignal | undefined
  rows = 0
  blobs = 0

  constructor(database: Database, ports: SitePorts, row: LedgerRow, signal: AbortSignal | undefined) {
    this.#database = database
    this.#ports = ports
    this.#row = row
    this.#signal = signal
    this.#index = new IndexReader(database.sublevel(INDEX_SUBLEVEL), ports.crypto)
  }

  async *all(): AsyncGenerator<FsckEvent> {
    yield* this.#committed(rawHash(this.#row.index))
    yield { type: "progress", part: "rows", checked: this.rows }
    for (const sublevel of COMMITTED_SUBLEVELS) yield* this.#uncommitted(sublevel)
    yield* this.#contents()
    yield { type: "progress", part: "blobs", checked: this.blobs }
    yield* this.#audit()
    yield { type: "progress", part: "audit", checked: this.#row.records }
  }

  /** Every node of the index under this one, and every row it names. `rows` is what the node above says of their number. */
  async *#committed(hash: Uint8Array, rows?: number): AsyncGenerator<FsckEvent> {
    this.#signal?.throwIfAborted()
    const node = await attempt(() => this.#index.node(hash))
    if (!node.ok) {
      yield damageOf(node.error)
      return
    }
    const { leaf, entries } = node.value
    if (rows !== undefined && rows !== rowsUnder(entries))
      yield damage(INDEX_SUBLEVEL, hash, "has another number of rows")
    for (const entry of entries) {
      if (!leaf) yield* this.#committed(entry.hash, entry.rows)
      else {
        const zero = entry.key.indexOf(0)
        const sublevel = fromUtf8(entry.key.subarray(0, zero)) ?? ""
        yield* this.#namedRow(sublevel, entry.key.subarray(zero + 1), entry.hash)
      }
    }
  }

  async *#namedRow(sublevel: string, key: Uint8Array, hash: Uint8Array): AsyncGenerator<FsckEvent> {
    if (++this.rows % PROGRESS_EVERY === 0) yield { type: "progress", part: "rows", checked: this.rows }
    const read = await attempt(() => this.#database.sublevel(sublevel).get(key))
    if (!read.ok) yield damage(sublevel, key, `cannot be read: ${read.error.message}`)
    else if (read.value === undefined) yield damage(sublevel, key, "is missing")
    else if (!equalBytes(this.#ports.crypto.hash("sha256", read.value), hash)) yield damage(sublevel, key, "is altered")
    else {
      for (const name of blobsNamedBy(sublevel, read.value)) {
        const blob = await attempt(() => this.#database.sublevel(BLOB_SUBLEVEL).get(fromHex(name) ?? new Uint8Array()))
        if (blob.ok && blob.value === undefined) yield damage(BLOB_SUBLEVEL, fromHex(name) ?? null, "is missing")
      }
    }
  }

  /** Rows that no commit wrote, in sublevels that only commits write. */
  async *#uncommitted(sublevel: string): AsyncGenerator<FsckEvent> {
    const root = rawHash(this.#row.index)
    yield* this.#scan(sublevel, async key => {
      // A damaged part of the index is reported by the walk over it.
      const found = await attempt(() => this.#index.find(root, indexKey(sublevel, key)))
      return found.ok && found.value === undefined ? "was written by no commit" : undefined
    })
  }

  async *#contents(): AsyncGenerator<FsckEvent> {
    yield* this.#scan(BLOB_SUBLEVEL, async (key, value) => {
      this.blobs++
      return equalBytes(this.#ports.crypto.hash("sha256", value), key) ? undefined : "is altered"
    })
  }

  async *#scan(
    sublevel: string,
    fault: (key: Uint8Array, value: Uint8Array) => Promise<string | undefined>,
  ): AsyncGenerator<FsckEvent> {
    const rows = this.#database.sublevel(sublevel).entries({})[Symbol.asyncIterator]()
    for (;;) {
      this.#signal?.throwIfAborted()
      const next = await attempt(() => rows.next())
      if (!next.ok) {
        yield damageOf(next.error)
        return
      }
      if (next.value.done === true) return
      const [key, value] = next.value.value
      const what = await fault(key, value)
      if (what !== undefined) yield damage(sublevel, key, what)
    }
  }

  async *#audit(): AsyncGenerator<FsckEvent> {
    const { records: n, audit: sha256 } = this.#row
    const records = this.#database.sublevel(AUDIT_SUBLEVEL).entries({})
    const chain = await attempt(() => verifyChain(records, { n, sha256 }, this.#ports.crypto))
    if (!chain.ok) yield damageOf(chain.error)
  }
}

/**
 * Checks the store in `directory`, which no other process may have open. Damage comes as events; the iteration itself
 * rejects only when it is aborted. A store that another process owns is reported as damage with code STORE_LOCKED.
 */
export async function* fsckStore(directory: string, ports: SitePorts, signal?: AbortSignal): AsyncGenerator<FsckEvent> {
  let damaged = 0
  let rows = 0
  let blobs = 0
  for await (const event of checkStore(directory, ports, signal)) {
    if (event.type === "damage") damaged++
    if (event.type === "progress" && event.part === "rows") rows = event.checked
    if (event.type === "progress" && event.part === "blobs") blobs = event.checked
    yield event
  }
  yield { type: "summary", rows, blobs, damaged }
}

async function* checkStore(directory: string, ports: SitePorts, signal?: AbortSignal): AsyncGenerator<FsckEvent> {
  const store = await attempt(() => readStoreFile(directory, ports))
  if (!store.ok) yield damageOf(store.error)
  const opened = await attempt(() => ports.database(joinPath(directory, DATABASE_FOLDER), { create: false }))
  const database = opened.ok ? opened.value : opened
  if (!database.ok) {
    yield damageOf(database.error)
    return
  }
  try {
    const newest = await attempt(() => newestCommit(database.value, ports, store.ok ? store.value : undefined))
    if (!newest.ok) {
      yield { ...damageOf(newest.error), sublevel: LEDGER_SUBLEVEL }
      return
    }
    const { row, ledger } = newest.value
    const head = await attempt(() => readHeadFile(directory, ports))
    const compared = head.ok ? compareWithHead(head.value, row, ledger) : head
    if (!compared.ok) yield damageOf(compared.error)
    yield* new Check(database.value, ports, row, signal).all()
  } finally {
    await database.value.close()
  }
}
