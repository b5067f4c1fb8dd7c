/**
 * A site: one store directory, opened and owned by this process. What a program may read and change is here; how it is
 * kept lives in the files beside this one.
 *
 * ```
 * <dir>/store.json   {"v":1,"storeId":hex32,"siteId":hex32,"format":1}
 * <dir>/HEAD         {"v":1,"commit":n,"ledger":hex,"audit":hex,"epoch":{"n":1,"id":hex32}}
 * <dir>/db/          sublevels: index audit evidence blobs reports facts policy trust generations log-<H(origin)> …
 * ```
 *
 * There are two kinds of rows. **Committed rows** change in `commit`, are named with their hashes by an index whose root
 * the HEAD file vouches for, and are read through `rows`: what comes back is right, or proven absent, or the read fails
 * with STORE_CORRUPT. **Content rows** are written beforehand with `write`, in any number, and are read through `kv` by
 * readers that check them against a hash of their own (blobs by their digest, tiles by the root above them).
 */
import type { Blobs, Crypto, KeyValue, Random } from "../../src/kernel/ports.ts"
import type { StellaError } from "../../src/kernel/errors.ts"
import type { Result } from "../../src/kernel/result.ts"
import type { AuditLog } from "./audit-log.ts"
import type { AuditInput, AuditRecord } from "./audit-record.ts"
import type { CommitChanges } from "./commit.ts"
import type { CommittedRows } from "./committed-rows.ts"
import type { OpenDatabase, SublevelChanges } from "./database.ts"
import type { DurableFiles } from "./durable-files.ts"
import type { EvidenceStore } from "./evidence-store.ts"
import type { FactsCache, FactsMac } from "./facts-cache.ts"
import type { GenerationStore } from "./generation-store.ts"
import type { Epoch } from "./head.ts"
import type { ReportStore } from "./report-store.ts"
import type { Stage } from "./stage.ts"

/** What a site needs from the world. `nodeSitePorts()` in `appliance/ports.node.ts` gives the real ones. */
export interface SitePorts {
  readonly random: Random
  readonly files: DurableFiles
  readonly database: OpenDatabase
  readonly crypto: Pick<Crypto, "hash">
  /** The MAC of the facts cache of that store; its key lives outside the store. */
  readonly factsMac: (storeId: string) => Promise<FactsMac>
}

/** An open site. Failures of its methods are Results; its row views reject with StellaError (STORE_CORRUPT). */
export interface Site extends AsyncDisposable {
  readonly directory: string
  /** 128 random bits in hex, made at `init`; names the local state outside the store. */
  readonly storeId: string
  /** 128 random bits in hex, made at `init`; names the site in transfers. */
  readonly siteId: string
  readonly epoch: Epoch
  /** Number of the newest commit; `init` is 1. */
  readonly commitNumber: number
  /** Why the site takes no commits until it is opened again; undefined while it takes them. */
  readonly failure: StellaError | undefined

  readonly evidence: EvidenceStore
  readonly reports: ReportStore
  readonly audit: AuditLog
  readonly generations: GenerationStore
  readonly facts: FactsCache
  /** Blobs by SHA-256, rehashed on every read: a row with other bytes rejects with STORE_CORRUPT. */
  readonly blobs: Blobs

  /** Committed rows, verified on every read. */
  rows(sublevel: string): CommittedRows
  /** Content rows, **unverified**: the reader checks them. Its `batch` is `write`. */
  kv(sublevel: string): KeyValue
  /** Writes content rows. What a later commit names must be written with `sync`. Reserved sublevels are INTERNAL. */
  write(changes: readonly SublevelChanges[], options: { readonly sync: boolean }): Promise<Result<void>>
  /** Collects a writer's batches for the next commit; see `stage.ts`. */
  stage(sublevel: string, isCommitted: (key: Uint8Array) => boolean): Stage
  /**
   * Commits the changes with an audit record: everything and the commit row in one synced batch, then HEAD. Commits run
   * one after another; callers that wait at the same time share one, in the order in which they came. Failures:
   * DISK_FULL, STORE_CORRUPT, INPUT_UNREADABLE; after one the site takes no further commits, and opening it again shows
   * either the state before or the state after, whole. Changes that depend on what is committed already may be given as a
   * function; it runs when all earlier changes are committed, and its failure commits nothing.
   */
  commit(changes: CommitChanges, audit: AuditInput): Promise<Result<AuditRecord>>
  /** Runs the work while no commit is under way; commits wait for its end. */
  between<T>(work: () => Promise<T>): Promise<T>
  /** Waits for a running commit and gives the store up. */
  close(): Promise<void>
}

export { initSite, openSite } from "./open-site.ts"
