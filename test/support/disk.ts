/**
 * An imaginary disk for crash tests. It tells what has reached stable storage from what has only been asked for: a
 * file's bytes are stable once `create` returns, names (creation, rename, removal) only after `syncDirectory` of their
 * directory, a batch only if it was itself written with sync. `survivors` are the disks a power cut may leave: everything
 * stable, with any number of the pending calls carried out in their order.
 *
 * `mortal` stops the program before or after its k-th durable call: that call and all later ones never return.
 */
import type { Database, OpenDatabase, SublevelChanges } from "../../appliance/store/database.ts"
import type { DurableFiles } from "../../appliance/store/durable-files.ts"
import { memoryDatabases } from "../../appliance/store/memory-key-value.ts"
import type { SitePorts } from "../../appliance/store/site.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, unwrap, type Result } from "../../src/kernel/result.ts"

/** What a durable call does to a disk. */
type Effect = (disk: DiskState) => void

/**
 * Files and directories by path. A database has a name, and its batches live under a number: they may be stable before
 * the name is.
 */
interface DiskState {
  readonly files: Map<string, { bytes: Uint8Array; mode: number }>
  readonly directories: Set<string>
  readonly databases: Map<string, number>
  readonly batches: Map<number, SublevelChanges[][]>
}

function copy(state: DiskState): DiskState {
  return {
    files: new Map(state.files),
    directories: new Set(state.directories),
    databases: new Map(state.databases),
    batches: new Map([...state.batches].map(([number, batches]) => [number, [...batches]])),
  }
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/"
}

export class ImaginaryDisk {
  readonly #stable: DiskState
  readonly #now: DiskState
  /** Calls that are carried out but not stable, with the directory whose sync makes them so. */
  #pending: { readonly directory: string; readonly effect: Effect }[] = []

  constructor(
    state: DiskState = { files: new Map(), directories: new Set(["/"]), databases: new Map(), batches: new Map() },
  ) {
    this.#stable = state
    this.#now = copy(state)
  }

  /** Every disk that a power cut may leave now. */
  survivors(): ImaginaryDisk[] {
    return Array.from({ length: this.#pending.length + 1 }, (_, carriedOut) => {
      const state = copy(this.#stable)
      for (const { effect } of this.#pending.slice(0, carriedOut)) effect(state)
      return new ImaginaryDisk(state)
    })
  }

  #do(directory: string, effect: Effect): void {
    effect(this.#now)
    this.#pending.push({ directory, effect })
  }

  #sync(directory: string): void {
    // In order, and nothing out of order: what comes later in the same directory depends on what came before.
    this.#pending = this.#pending.filter(({ directory: d, effect }) => {
      if (d !== directory) return true
      effect(this.#stable)
      return false
    })
  }

  readonly files: DurableFiles = {
    read: async (path, maxBytes) => {
      const bytes = this.#now.files.get(path)?.bytes
      if (bytes !== undefined && bytes.length > maxBytes) throw new StellaError("INPUT_UNREADABLE", "too long")
      return bytes
    },
    isPrivate: async path => {
      const file = this.#now.files.get(path)
      return file === undefined ? undefined : (file.mode & 0o077) === 0
    },
    list: async directory => {
      if (!this.#now.directories.has(directory)) return undefined
      const all = [...this.#now.files.keys(), ...this.#now.directories, ...this.#now.databases.keys()]
      return [
        ...new Set(all.filter(p => p !== "/" && parentOf(p) === directory).map(p => p.slice(directory.length + 1))),
      ].sort()
    },
    makeDirectory: async directory => {
      this.#now.directories.add(directory)
      this.#stable.directories.add(directory)
    },
    create: async (path, bytes, mode) => {
      if (this.#now.files.has(path)) throw new StellaError("INPUT_UNREADABLE", "exists")
      const file = { bytes: bytes.slice(), mode }
      this.#do(parentOf(path), disk => disk.files.set(path, file))
    },
    rename: async (from, to) => {
      if (!this.#now.files.has(from)) throw new StellaError("INPUT_UNREADABLE", "missing")
      this.#do(parentOf(to), disk => {
        const file = disk.files.get(from)
        if (file !== undefined) disk.files.set(to, file)
        disk.files.delete(from)
      })
    },
    remove: async path => {
      this.#do(parentOf(path), disk => {
        disk.files.delete(path)
        disk.databases.delete(path)
      })
    },
    syncDirectory: async directory => this.#sync(directory),
  }

  readonly database: OpenDatabase = async (directory, options) => {
    // The rows live in a memory database that is filled from the batches that are on the disk.
    const there = this.#now.databases.get(directory)
    const open = memoryDatabases()
    if (there === undefined && !options.create) return open(directory, options)
    const memory = unwrap(await open(directory, { create: true }))
    for (const batch of this.#now.batches.get(there ?? -1) ?? []) await memory.batch(batch, { sync: true })
    const number = there ?? this.#now.batches.size + 1
    if (there === undefined) {
      for (const state of [this.#now, this.#stable]) state.batches.set(number, [])
      this.#do(parentOf(directory), disk => disk.databases.set(directory, number))
    }
    return ok(this.#recording(number, memory))
  }

  #recording(number: number, memory: Database): Database {
    const batch: Database["batch"] = async (changes, options) => {
      await memory.batch(changes, options)
      const kept = structuredClone(changes) as SublevelChanges[]
      const effect: Effect = disk => disk.batches.get(number)?.push(kept)
      // A batch without sync may be lost although later ones are not: LevelDB begins a new log file now and then, and
      // does not bring the old one to the disk.
      const log = options.sync ? `${number}#synced` : `${number}#unsynced`
      this.#do(log, effect)
      if (options.sync) this.#sync(log)
    }
    return {
      batch,
      close: () => memory.close(),
      snapshot: () => memory.snapshot(),
      sublevel: name => ({
        ...memory.sublevel(name),
        batch: (changes, options) => batch([{ sublevel: name, changes }], options),
      }),
    }
  }
}

/** Thrown into the program at the instant of its death. Nothing may be believed that it does afterwards. */
export class Death extends Error {}

/** Where a program dies: before or after its k-th durable call, k counted from 1. */
export interface Instant {
  readonly call: number
  readonly when: "before" | "after"
}

/** Ports that count durable calls, list their names in `calls`, and die at the given instant. */
export function mortal(ports: SitePorts, at?: Instant): SitePorts & { readonly calls: string[] } {
  const calls: string[] = []
  let dead = false

  async function durable<T>(name: string, call: () => Promise<T>): Promise<T> {
    if (dead) throw new Death(name)
    calls.push(name)
    const mine = calls.length === at?.call
    dead = mine && at.when === "before"
    if (dead) throw new Death(name)
    const result = await call()
    dead ||= mine && at.when === "after"
    if (dead) throw new Death(name)
    return result
  }

  const { files } = ports
  return {
    ...ports,
    calls,
    files: {
      read: (path, maxBytes) => files.read(path, maxBytes),
      isPrivate: path => files.isPrivate(path),
      list: directory => files.list(directory),
      makeDirectory: (directory, mode) => durable("mkdir", () => files.makeDirectory(directory, mode)),
      create: (path, bytes, mode) => durable("create", () => files.create(path, bytes, mode)),
      rename: (from, to) => durable("rename", () => files.rename(from, to)),
      remove: path => durable("remove", () => files.remove(path)),
      syncDirectory: directory => durable("syncDirectory", () => files.syncDirectory(directory)),
    },
    async database(directory, options) {
      let opened = err(new StellaError("INTERNAL", "not opened")) as Result<Database>
      const open = async () => {
        opened = await ports.database(directory, options)
        return opened
      }
      try {
        opened = await (options.create ? durable("create database", open) : open())
      } catch (error) {
        // The kernel gives up the lock of a dead process.
        if (opened.ok) await opened.value.close()
        throw error
      }
      if (!opened.ok) return opened
      const database = opened.value
      const batch: Database["batch"] = (changes, how) =>
        durable(how.sync ? "batch, synced" : "batch", () => database.batch(changes, how))
      return ok({
        batch,
        close: () => database.close(),
        snapshot: () => database.snapshot(),
        sublevel: name => ({
          ...database.sublevel(name),
          batch: (changes, how) => batch([{ sublevel: name, changes }], how),
        }),
      })
    },
  }
}
