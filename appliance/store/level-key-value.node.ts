/**
 * The database on LevelDB. What LevelDB does not do by itself is done here or above: a database is only created when
 * that is said aloud (a missing CURRENT file would otherwise make it delete its tables), a failed write ends all
 * writing (the log may hold half a record, and what follows it would be lost on the next open), a full disk is told by
 * its name. That a flipped byte comes back as data is answered above, by the index of committed rows.
 */
import { access, constants, statfs } from "node:fs/promises"
import { join } from "node:path"
import { Level } from "level"
import { StellaError } from "../../src/kernel/errors.ts"
import type { KeyRange, KeyValue } from "../../src/kernel/ports.ts"
import { err, ok } from "../../src/kernel/result.ts"
import { isSublevelName, type Database, type OpenDatabase, type SublevelChanges } from "./database.ts"

type Bytes = Uint8Array
type LevelDatabase = Level<Bytes, Bytes>
type Snapshot = ReturnType<LevelDatabase["snapshot"]>

/**
 * Measured on random 32-byte keys: with LevelDB's defaults (4 MiB, 2 MiB) writing stalls for seconds; with these it runs
 * two to three times as fast and stalls for a tenth of a second. A greater buffer is no faster, and all of it has to be
 * replayed when a store is opened again. Rows are hashes, compressed bundles and base64, on which Snappy gains little.
 */
const TUNING = { writeBufferSize: 16 * 1024 * 1024, maxFileSize: 32 * 1024 * 1024, compression: false }
const ENCODING = { keyEncoding: "view", valueEncoding: "view" }
/** Rows fetched at once by a scan, and their most bytes: 646,000 rows/s against 237,000 one by one. */
const SCAN_ROWS = 1000
const SCAN_BYTES = 1024 * 1024
/** Free space below which a failed write is put down to a full disk. */
const FULL_BELOW_BYTES = 1024 * 1024

/** The codes and texts of an error and of all its causes. */
function describe(error: unknown): string {
  const parts: string[] = []
  for (let at = error; at instanceof Error; at = at.cause) {
    parts.push(`${"code" in at ? String(at.code) : at.name}: ${at.message}`)
  }
  return parts.join("; ")
}

async function isFull(directory: string, neededBytes: number): Promise<boolean> {
  try {
    const { bavail, bsize, files, ffree } = await statfs(directory)
    return bavail * bsize < Math.max(neededBytes, FULL_BELOW_BYTES) || (files > 0 && ffree === 0)
  } catch {
    // The directory itself is out of reach; the caller's own error says more than this one would.
    return false
  }
}

/** What LevelDB hands out is a Buffer, which prints and slices differently from what our code expects. */
function plain(value: Bytes): Bytes
function plain(value: Bytes | undefined): Bytes | undefined
function plain(value: Bytes | undefined): Bytes | undefined {
  return value === undefined ? undefined : new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
}

async function mayUse(directory: string): Promise<boolean> {
  try {
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK)
    return true
  } catch (error) {
    return !/\b(EACCES|EPERM|EROFS)\b/.test(describe(error))
  }
}

/** Turns LevelDB's error into ours. LevelDB itself reports a full disk as any other failed write. */
async function named(error: unknown, directory: string, doing: string, neededBytes = 0): Promise<StellaError> {
  if (error instanceof StellaError) return error
  const what = describe(error)
  const detail = { directory }
  if (/LEVEL_LOCKED/.test(what)) {
    return new StellaError("STORE_LOCKED", `${directory} is open in another process`, detail, error)
  }
  if (/No space left on device|quota exceeded/i.test(what) || (await isFull(directory, neededBytes))) {
    return new StellaError("DISK_FULL", `no space left while ${doing} ${directory}`, detail, error)
  }
  if (!(await mayUse(directory))) {
    return new StellaError("INPUT_UNREADABLE", `no permission to use ${directory}`, detail, error)
  }
  return new StellaError("STORE_CORRUPT", `failure while ${doing} ${directory}: ${what}`, detail, error)
}

function rangeOptions({ from, to, reverse = false, limit = Infinity }: KeyRange) {
  return {
    ...(from === undefined ? {} : { gte: from }),
    ...(to === undefined ? {} : { lt: to }),
    reverse,
    limit: limit === Infinity ? -1 : limit,
    highWaterMarkBytes: SCAN_BYTES,
  }
}

/** Opens LevelDB databases on this machine's disks. */
export const levelDatabase: OpenDatabase = async (directory, { create }) => {
  if (!create) {
    // LevelDB would make the folder and files in it before it finds out that there is no database.
    try {
      await access(join(directory, "CURRENT"), constants.R_OK)
    } catch (error) {
      return err(await named(error, directory, "opening"))
    }
  }
  const level: LevelDatabase = new Level(directory, { ...TUNING, ...ENCODING })
  try {
    await level.open({ createIfMissing: create, errorIfExists: create })
  } catch (error) {
    if (create && /exists \(error_if_exists/.test(describe(error))) {
      return err(new StellaError("STORE_EXISTS", `${directory} holds a database`, { directory }, error))
    }
    return err(await named(error, directory, "opening"))
  }
  return ok(databaseOver(level, directory))
}

function databaseOver(level: LevelDatabase, directory: string): Database {
  const sublevels = new Map<string, ReturnType<typeof sublevelOf>>()
  let failure: StellaError | undefined

  function sublevelOf(name: string) {
    if (!isSublevelName(name)) throw new StellaError("INTERNAL", `malformed name of a sublevel: ${name}`)
    return level.sublevel<Bytes, Bytes>(name, ENCODING)
  }

  function existing(name: string) {
    const there = sublevels.get(name) ?? sublevelOf(name)
    sublevels.set(name, there)
    return there
  }

  /** Reads; an error is ours when the database was closed before or meanwhile. */
  async function reading<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read()
    } catch (error) {
      throw closedError(error) ?? (await named(error, directory, "reading"))
    }
  }

  function closedError(error?: unknown): StellaError | undefined {
    return level.status === "open" ? undefined : new StellaError("INTERNAL", "the database is closed", {}, error)
  }

  async function batch(changes: readonly SublevelChanges[], { sync }: { readonly sync: boolean }): Promise<void> {
    const refusal = failure ?? closedError()
    if (refusal !== undefined) throw refusal
    let bytes = 0
    const operations = changes.flatMap(({ sublevel: name, changes: list }) => {
      const sublevel = existing(name)
      return list.map(change => {
        bytes += change.key.length + (change.type === "put" ? change.value.length : 0)
        return { ...change, sublevel }
      })
    })
    try {
      await level.batch<Bytes, Bytes>(operations, { sync })
    } catch (error) {
      failure = await named(error, directory, "writing", bytes)
      throw failure
    }
  }

  /** The ordered map of a name: as it is, or as it was when the snapshot was taken. */
  function rowsOf(name: string, at: { readonly snapshot?: Snapshot } = {}): KeyValue {
    const sublevel = existing(name)
    return {
      get: key => reading(async () => plain(await sublevel.get(key, at))),
      getMany: keys => reading(async () => (await sublevel.getMany([...keys], at)).map(plain)),
      batch: (changes, options) => batch([{ sublevel: name, changes }], options),
      async *entries(range) {
        const iterator = await reading(async () => sublevel.iterator({ ...rangeOptions(range), ...at }))
        try {
          for (;;) {
            const rows = await reading(() => iterator.nextv(SCAN_ROWS))
            if (rows.length === 0) return
            for (const [key, value] of rows) yield [plain(key), plain(value)] as const
          }
        } finally {
          await iterator.close()
        }
      },
    }
  }

  return {
    batch,
    sublevel: name => rowsOf(name),
    snapshot() {
      const snapshot = level.snapshot()
      return {
        sublevel: name => rowsOf(name, { snapshot }),
        batch: () => Promise.reject(new StellaError("INTERNAL", "a snapshot is not written to")),
        snapshot: () => {
          throw new StellaError("INTERNAL", "a snapshot of a snapshot")
        },
        close: () => snapshot.close(),
      }
    },
    close: () => level.close(),
  }
}
