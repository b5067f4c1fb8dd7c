/**
 * Making and opening a site. Order matters in both:
 *
 * - `initSite` writes a marker first and `store.json` last. A crash in between leaves a directory that is no store yet
 *   and says by its marker that nothing in it is worth keeping, so `init` may start over. Without the marker a directory
 *   that is not empty is never touched.
 * - `openSite` believes nothing: format, ownership, then HEAD against the newest commit row, then the row's own parts.
 */
import { equalBytes, toHex } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { unwrap, type Result } from "../../src/kernel/result.ts"
import { attempt } from "./attempt.ts"
import { AUDIT_SUBLEVEL, auditKey } from "./audit-log.ts"
import { NO_RECORD, parseRecord, type AuditInput } from "./audit-record.ts"
import { Commits, DATABASE_FOLDER, rawHash } from "./commit.ts"
import type { Database } from "./database.ts"
import { joinPath, replaceFile, temporaryName } from "./durable-files.ts"
import { HEAD_FILE, MAX_STATE_FILE_BYTES, parseHead, printHead, type Head } from "./head.ts"
import { EMPTY_INDEX, INDEX_SUBLEVEL, IndexReader } from "./index-reader.ts"
import {
  compareWithHead,
  headOf,
  LEDGER_KEY,
  LEDGER_SUBLEVEL,
  MOST_IN_COMMIT,
  NO_COMMIT,
  parseLedgerRow,
} from "./ledger.ts"
import type { LedgerRow } from "./ledger.ts"
import { openedSite } from "./opened-site.ts"
import type { Site, SitePorts } from "./site.ts"
import { parseStoreFile, printStoreFile, STORE_FILE, type StoreFile } from "./store-file.ts"

/** Says that `init` was at work here and what lies here is its unfinished work. */
const MARKER_FILE = "init.unfinished"

function corrupt(message: string): StellaError {
  return new StellaError("STORE_CORRUPT", message)
}

/** Clears the way for `init`: an empty or missing directory, or what an interrupted `init` left. */
async function prepareDirectory(directory: string, { files }: SitePorts): Promise<void> {
  const there = (await files.list(directory)) ?? []
  const names = there.filter(name => name !== temporaryName(MARKER_FILE))
  if (names.includes(STORE_FILE)) throw new StellaError("STORE_EXISTS", `${directory} holds a site`, { directory })
  if (names.length > 0 && !names.includes(MARKER_FILE)) {
    throw new StellaError("STORE_EXISTS", `${directory} is not empty`, { directory })
  }
  await files.makeDirectory(directory, 0o755)
  await replaceFile(files, directory, MARKER_FILE, new Uint8Array())
  for (const name of [DATABASE_FOLDER, HEAD_FILE]) await files.remove(joinPath(directory, name))
  await files.syncDirectory(directory)
}

/**
 * Makes a site: identities, an empty database, and commit 1 with the given audit record.
 * Failures: STORE_EXISTS when the directory is not empty, DISK_FULL, INPUT_UNREADABLE. A crash leaves no site, and the
 * same call then succeeds.
 */
export function initSite(directory: string, ports: SitePorts, audit: AuditInput): Promise<Result<Site>> {
  return attempt(async () => {
    const { files, random, crypto } = ports
    await prepareDirectory(directory, ports)
    const store: StoreFile = { v: 1, storeId: toHex(random.bytes(16)), siteId: toHex(random.bytes(16)), format: 1 }
    const root = crypto.hash("sha256", EMPTY_INDEX)
    const nothing: LedgerRow = {
      v: 1,
      commit: 0,
      previous: NO_COMMIT,
      index: toHex(root),
      records: 0,
      audit: NO_RECORD,
      epoch: { n: 1, id: toHex(random.bytes(16)) },
      storeId: store.storeId,
      siteId: store.siteId,
    }
    const database = unwrap(await ports.database(joinPath(directory, DATABASE_FOLDER), { create: true }))
    try {
      const node = { type: "put", key: root, value: EMPTY_INDEX } as const
      await database.batch([{ sublevel: INDEX_SUBLEVEL, changes: [node] }], { sync: true })
      const index = new IndexReader(database.sublevel(INDEX_SUBLEVEL), crypto)
      const commits = new Commits({ directory, database, files, crypto, index }, nothing, NO_COMMIT)
      unwrap(await commits.commit([], audit))
      await replaceFile(files, directory, STORE_FILE, printStoreFile(store))
      await files.remove(joinPath(directory, MARKER_FILE))
      await files.syncDirectory(directory)
      return openedSite(directory, ports, database, index, commits)
    } catch (error) {
      await database.close()
      throw error
    }
  })
}

/**
 * Opens a site and becomes its owner.
 * Failures: STORE_MISSING, STORE_TOO_NEW, STORE_LOCKED, STORE_CORRUPT, STORE_ROLLED_BACK, DISK_FULL, INPUT_UNREADABLE.
 * None of them changes anything in the directory.
 */
export function openSite(directory: string, ports: SitePorts): Promise<Result<Site>> {
  return attempt(async () => {
    const { files, crypto } = ports
    const store = await readStoreFile(directory, ports)
    const database = unwrap(await ports.database(joinPath(directory, DATABASE_FOLDER), { create: false }))
    try {
      const index = new IndexReader(database.sublevel(INDEX_SUBLEVEL), crypto)
      // HEAD is read by the owner only: before that another process may be in the middle of a commit.
      const head = await readHeadFile(directory, ports)
      const { row, ledger } = await newestCommit(database, ports, store)
      const ahead = unwrap(compareWithHead(head, row, ledger))
      await checkCommit(database, index, ports, row, ahead ? head : undefined)
      if (ahead) await replaceFile(files, directory, HEAD_FILE, printHead(headOf(row, ledger)))
      const commits = new Commits({ directory, database, files, crypto, index }, row, ledger)
      return openedSite(directory, ports, database, index, commits)
    } catch (error) {
      await database.close()
      throw error
    }
  })
}

/** @throws StellaError STORE_MISSING, STORE_TOO_NEW, STORE_CORRUPT */
export async function readStoreFile(directory: string, { files }: SitePorts): Promise<StoreFile> {
  const bytes = await files.read(joinPath(directory, STORE_FILE), MAX_STATE_FILE_BYTES)
  if (bytes === undefined) throw new StellaError("STORE_MISSING", `no site in ${directory}`, { directory })
  return unwrap(parseStoreFile(bytes))
}

/** @throws StellaError STORE_CORRUPT when the file is missing or malformed */
export async function readHeadFile(directory: string, { files }: SitePorts): Promise<Head> {
  const bytes = await files.read(joinPath(directory, HEAD_FILE), MAX_STATE_FILE_BYTES)
  if (bytes === undefined) throw corrupt(`the ${HEAD_FILE} file is missing`)
  const head = parseHead(bytes)
  if (head === undefined) throw corrupt(`the ${HEAD_FILE} file cannot be read`)
  return head
}

/** The newest commit row and its hash. `store` is what the row must belong to. @throws StellaError STORE_CORRUPT */
export async function newestCommit(
  database: Database,
  { crypto }: SitePorts,
  store: StoreFile | undefined,
): Promise<{ row: LedgerRow; ledger: string }> {
  const bytes = await database.sublevel(LEDGER_SUBLEVEL).get(LEDGER_KEY)
  if (bytes === undefined) throw corrupt("the newest commit is missing from the database")
  const row = parseLedgerRow(bytes)
  if (row === undefined) throw corrupt("the newest commit cannot be read")
  if (store !== undefined && (row.storeId !== store.storeId || row.siteId !== store.siteId)) {
    throw corrupt(`${STORE_FILE} and the database belong to different stores`)
  }
  return { row, ledger: toHex(crypto.hash("sha256", bytes)) }
}

/**
 * The parts that a commit row names must be there. For a commit that HEAD does not vouch for yet (`behind` is the HEAD
 * before it) its audit records must lead back to the one that HEAD names.
 * @throws StellaError STORE_CORRUPT
 */
async function checkCommit(
  database: Database,
  index: IndexReader,
  { crypto }: SitePorts,
  row: LedgerRow,
  behind: Head | undefined,
): Promise<void> {
  await index.node(rawHash(row.index))
  // Without HEAD's word nothing else says which record is right; with it the audit log names the broken one.
  if (behind === undefined) return
  const records = database.sublevel(AUDIT_SUBLEVEL)
  let sha256 = row.audit
  let n = row.records
  do {
    const bytes = n > row.records - MOST_IN_COMMIT ? await records.get(auditKey(n)) : undefined
    const record = bytes === undefined ? undefined : parseRecord(bytes)
    const intact = bytes !== undefined && equalBytes(crypto.hash("sha256", bytes), rawHash(sha256))
    if (record?.n !== n || !intact) throw corrupt("the newest audit records do not follow the one that HEAD names")
    sha256 = record.prev
    n--
  } while (sha256 !== behind.audit)
}
