/** A KeyValue and a Database in memory: the fakes of the contract suites, and the store of programs that keep nothing. */
import { compareBytes, copyBytes, fromHex, toHex } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { KeyRange, KeyValue, KeyValueChange } from "../../src/kernel/ports.ts"
import { err, ok } from "../../src/kernel/result.ts"
import { isSublevelName, type Database, type OpenDatabase } from "./database.ts"

/** Rows by the hexadecimal form of their key; its order is the order of the bytes. */
type Rows = Map<string, Uint8Array>

function apply(rows: Rows, changes: readonly KeyValueChange[]): void {
  for (const change of changes) {
    if (change.type === "put") rows.set(toHex(change.key), copyBytes(change.value))
    else rows.delete(toHex(change.key))
  }
}

function select(rows: Rows, { from, to, reverse = false, limit = Infinity }: KeyRange): [Uint8Array, Uint8Array][] {
  const found: [Uint8Array, Uint8Array][] = []
  for (const [name, value] of rows) {
    const key = fromHex(name) ?? new Uint8Array()
    if (from !== undefined && compareBytes(key, from) < 0) continue
    if (to !== undefined && compareBytes(key, to) >= 0) continue
    found.push([key, copyBytes(value)])
  }
  found.sort(([a], [b]) => (reverse ? compareBytes(b, a) : compareBytes(a, b)))
  return found.slice(0, limit)
}

function keyValueOver(rows: Rows): KeyValue {
  return {
    get: async key => rows.get(toHex(key))?.slice(),
    getMany: async keys => keys.map(key => rows.get(toHex(key))?.slice()),
    batch: async changes => apply(rows, changes),
    async *entries(range) {
      yield* select(rows, range)
    },
  }
}

/** An empty KeyValue in memory. */
export function memoryKeyValue(): KeyValue {
  return keyValueOver(new Map())
}

/** The databases of one imaginary disk, by directory. */
export function memoryDatabases(): OpenDatabase {
  const disk = new Map<string, Map<string, Rows>>()
  const open = new Set<string>()
  return async (directory, { create }) => {
    if (open.has(directory)) return err(new StellaError("STORE_LOCKED", `${directory} is open`, { directory }))
    const there = disk.get(directory)
    if (create && there !== undefined)
      return err(new StellaError("STORE_EXISTS", `${directory} is there`, { directory }))
    if (!create && there === undefined) return err(new StellaError("STORE_CORRUPT", `no database in ${directory}`))
    const sublevels = there ?? new Map<string, Rows>()
    disk.set(directory, sublevels)
    open.add(directory)
    return ok(databaseOver(sublevels, () => open.delete(directory)))
  }
}

function databaseOver(sublevels: Map<string, Rows>, release: () => void): Database {
  let closed = false

  function rowsOf(name: string): Rows {
    if (closed) throw new StellaError("INTERNAL", "the database is closed")
    if (!isSublevelName(name)) throw new StellaError("INTERNAL", `malformed name of a sublevel: ${name}`)
    const rows = sublevels.get(name) ?? new Map<string, Uint8Array>()
    sublevels.set(name, rows)
    return rows
  }

  return {
    sublevel(name) {
      rowsOf(name)
      const now = () => keyValueOver(rowsOf(name))
      return {
        get: async key => now().get(key),
        getMany: async keys => now().getMany(keys),
        batch: async (changes, options) => now().batch(changes, options),
        async *entries(range) {
          yield* now().entries(range)
        },
      }
    },
    async batch(changes) {
      for (const { sublevel, changes: list } of changes) apply(rowsOf(sublevel), list)
    },
    snapshot() {
      if (closed) throw new StellaError("INTERNAL", "the database is closed")
      const now = new Map([...sublevels].map(([name, rows]) => [name, new Map(rows)]))
      return databaseOver(now, () => undefined)
    },
    async close() {
      if (closed) return
      closed = true
      release()
    },
  }
}
