/**
 * The database under a store: ordered maps of byte strings by name ("sublevels"), changed together in atomic batches.
 * One process owns it at a time. LevelDB is the implementation; the memory fake passes the same contract suite.
 */
import type { KeyValue, KeyValueChange } from "../../src/kernel/ports.ts"
import type { Result } from "../../src/kernel/result.ts"

/** The read side of a KeyValue. Its methods reject with a StellaError (STORE_CORRUPT) when rows cannot be read. */
export type ReadableRows = Pick<KeyValue, "get" | "getMany" | "entries">

/** Changes of one sublevel inside a batch over several. */
export interface SublevelChanges {
  readonly sublevel: string
  readonly changes: readonly KeyValueChange[]
}

/** An open database. Methods reject with StellaError: STORE_CORRUPT, DISK_FULL, or INTERNAL after `close`. */
export interface Database {
  /**
   * The ordered map of that name; it need not exist beforehand. Names are 1 to 80 characters of `a-z`, `0-9` and `-`.
   */
  sublevel(name: string): KeyValue
  /**
   * Applies all changes or none; with `sync` they are on stable storage when it resolves. Of several changes of one key
   * the last one counts. After a failed batch every later one fails too, because the state on disk is unknown until
   * the database is opened again.
   */
  batch(changes: readonly SublevelChanges[], options: { readonly sync: boolean }): Promise<void>
  /** The database as it is now, for reading only, whatever is written to it later. Close it when it has been read. */
  snapshot(): Database
  /** Releases ownership. Closing twice is allowed. */
  close(): Promise<void>
}

/**
 * Opens the database in `directory`: an existing one, or with `create` a new one where none may exist yet.
 * Failures: STORE_LOCKED when another owner has it open; STORE_CORRUPT when it is missing or cannot be opened;
 * STORE_EXISTS when `create` meets a database; DISK_FULL; INPUT_UNREADABLE when permissions forbid it.
 */
export type OpenDatabase = (directory: string, options: { readonly create: boolean }) => Promise<Result<Database>>

/** True for a name that `Database.sublevel` accepts. */
export function isSublevelName(name: string): boolean {
  return /^[a-z0-9-]{1,80}$/.test(name)
}
