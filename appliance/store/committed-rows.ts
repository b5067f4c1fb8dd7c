/**
 * Committed rows as their readers see them. The database is not asked what there is: the index says which keys exist
 * and which value each has, and the database only supplies the values. So a row comes back right or the read fails.
 *
 * A commit may land while a reader is under way. Rows and index then belong to different commits for an instant, which
 * looks like damage; a reader therefore tries again when the root has moved, and believes in damage only when it has not.
 * Where commits follow one another without a pause, the last try has the commits wait.
 */
import { concatBytes, equalBytes, toHex, utf8 } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { Crypto, KeyRange } from "../../src/kernel/ports.ts"
import type { ReadableRows } from "./database.ts"
import type { IndexReader } from "./index-reader.ts"

/** Committed rows of one sublevel. Methods reject with STORE_CORRUPT, naming sublevel and key. */
export interface CommittedRows extends ReadableRows {
  /** Number of rows in the range, without reading them. */
  count(range: Pick<KeyRange, "from" | "to">): Promise<number>
}

/** The root to read under. */
export interface CurrentRoot {
  readonly root: Uint8Array
  /** Resolves when no commit is between its batch and its new root. */
  settled(): Promise<void>
  /** Runs the work while no commit is under way. */
  between<T>(work: () => Promise<T>): Promise<T>
}

/** The key of a row in the index: the sublevel's name, a zero byte, the key. Names have no zero byte, so order is kept. */
export function indexKey(sublevel: string, key: Uint8Array): Uint8Array {
  return concatBytes(utf8(sublevel), Uint8Array.of(0), key)
}

/** A row that is not what its commit wrote. */
export function damagedRow(sublevel: string, key: Uint8Array, what: string): StellaError {
  return new StellaError("STORE_CORRUPT", `a row of "${sublevel}" ${what}`, { sublevel, key: toHex(key) })
}

/** Reads that go on beside commits, before one that has them wait. */
const TRIES_BESIDE_COMMITS = 3

/** Repeats a read until it succeeds or fails under a root that has not moved meanwhile. */
async function underRoot<T>(current: CurrentRoot, read: (root: Uint8Array) => Promise<T>): Promise<T> {
  for (let tries = 0; tries < TRIES_BESIDE_COMMITS; tries++) {
    const { root } = current
    try {
      return await read(root)
    } catch (error) {
      await current.settled()
      if (equalBytes(root, current.root)) throw error
    }
  }
  // Never from inside a commit, which would wait for itself: there the root does not move.
  return current.between(() => read(current.root))
}

/** The verified view of one sublevel. */
export function committedRows(
  sublevel: string,
  content: ReadableRows,
  index: IndexReader,
  crypto: Pick<Crypto, "hash">,
  current: CurrentRoot,
): CommittedRows {
  function checked(key: Uint8Array, hash: Uint8Array, value: Uint8Array | undefined): Uint8Array {
    if (value === undefined) throw damagedRow(sublevel, key, "is missing")
    if (!equalBytes(crypto.hash("sha256", value), hash)) throw damagedRow(sublevel, key, "is altered")
    return value
  }

  async function getMany(keys: readonly Uint8Array[]): Promise<(Uint8Array | undefined)[]> {
    return underRoot(current, async root => {
      const hashes = await Promise.all(keys.map(key => index.find(root, indexKey(sublevel, key))))
      const values = await content.getMany(keys.filter((_, i) => hashes[i] !== undefined))
      let next = 0
      return keys.map((key, i) => {
        const hash = hashes[i]
        return hash === undefined ? undefined : checked(key, hash, values[next++])
      })
    })
  }

  const prefix = indexKey(sublevel, new Uint8Array())
  const end = concatBytes(utf8(sublevel), Uint8Array.of(1))

  const inIndex = ({ from, to }: KeyRange): { from: Uint8Array; to: Uint8Array } => ({
    from: from === undefined ? prefix : indexKey(sublevel, from),
    to: to === undefined ? end : indexKey(sublevel, to),
  })

  return {
    getMany,
    count: range => underRoot(current, root => index.count(root, inIndex(range))),
    async get(key) {
      const [value] = await getMany([key])
      return value
    },
    async *entries({ reverse = false, limit = Infinity, ...range }) {
      let { from: low, to: high } = inIndex(range)
      for (let given = 0; given < limit;) {
        const left: KeyRange = { from: low, to: high, reverse }
        const rows = await underRoot(current, async root => {
          const page = (await index.page(root, left)).slice(0, limit - given)
          const keys = page.map(e => e.key.subarray(prefix.length))
          const values = await content.getMany(keys)
          return page.map((e, i) => {
            const key = e.key.subarray(prefix.length)
            return { indexKey: e.key, key, value: checked(key, e.hash, values[i]) }
          })
        })
        const last = rows.at(-1)
        if (last === undefined) return
        for (const row of rows) yield [row.key, row.value] as const
        given += rows.length
        // Go on after (or, in reverse, before) the last row, under whatever root there is by then.
        if (reverse) high = last.indexKey
        else low = concatBytes(last.indexKey, Uint8Array.of(0))
      }
    },
  }
}
