/**
 * The facts cache: the result of the cryptography of a Core, kept so that deciding again costs no signature checks. The
 * store is not trusted with it: each entry carries a tag under a key that is kept outside the store, and an entry whose
 * tag does not match is as good as absent: the facts are computed again.
 *
 * ```
 * key   = SHA-256(JCS({core, judgeVersion}))
 * tag   = HMAC-SHA256(k, "stella-facts/1\0" || key || SHA-256(facts))
 * value = tag (32 bytes) || facts
 * ```
 */
import { concatBytes, equalBytes, fromHex, toHex, utf8 } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { canonicalJson } from "../../src/kernel/json.ts"
import type { Crypto, KeyValue } from "../../src/kernel/ports.ts"

/** HMAC-SHA256 under the facts key, which never leaves its owner. */
export interface FactsMac {
  /** Whether the key outlives this process; when not, nothing is kept between two runs. */
  readonly persistent: boolean
  /** 32 bytes. */
  tag(message: Uint8Array): Uint8Array
}

/** How the look-ups went since the cache was opened. `rejected` ones were unreadable or had a wrong tag. */
export interface FactsCounts {
  readonly hits: number
  readonly misses: number
  readonly rejected: number
}

/** Facts by the key of their Core. */
export interface FactsCache {
  readonly counts: FactsCounts
  /** The facts' exact bytes, or undefined: absent, unreadable, or not written by this installation. */
  get(key: string): Promise<Uint8Array | undefined>
  /** As `get`, in the order of the keys; several times faster than one by one. */
  getMany(keys: readonly string[]): Promise<(Uint8Array | undefined)[]>
  /** Keeps facts. Not synced: what a crash loses is computed again. */
  put(entries: readonly { readonly key: string; readonly facts: Uint8Array }[]): Promise<void>
}

/** The cache key of a Core under a judge version, lowercase hex. `core` is the Case's `core` member. */
export function factsKey(crypto: Pick<Crypto, "hash">, core: unknown, judgeVersion: string): string {
  return toHex(crypto.hash("sha256", utf8(canonicalJson({ core, judgeVersion }))))
}

export const FACTS_SUBLEVEL = "facts"

const LABEL = utf8("stella-facts/1\0")
const TAG_BYTES = 32
/** Shorter than a tag, so that no tag matches it. */
const UNREADABLE = new Uint8Array()

function rawKey(key: string): Uint8Array {
  const raw = fromHex(key)
  if (raw?.length !== 32) throw new StellaError("INTERNAL", "a facts key is 64 hexadecimal digits")
  return raw
}

/** A cache on any KeyValue. The key is fetched at the first use, so that commands without facts never touch it. */
export function factsCache(rows: KeyValue, crypto: Pick<Crypto, "hash">, openMac: () => Promise<FactsMac>): FactsCache {
  const counts = { hits: 0, misses: 0, rejected: 0 }
  let opened: Promise<FactsMac> | undefined
  const mac = () => (opened ??= openMac())

  function tagOf(by: FactsMac, key: Uint8Array, facts: Uint8Array): Uint8Array {
    return by.tag(concatBytes(LABEL, key, crypto.hash("sha256", facts)))
  }

  /** Rows that LevelDB cannot read are as good as altered. */
  async function readable(raw: readonly Uint8Array[]): Promise<readonly (Uint8Array | undefined)[]> {
    try {
      return await rows.getMany(raw)
    } catch (error) {
      if (!(error instanceof StellaError) || error.code !== "STORE_CORRUPT") throw error
      return raw.map(() => UNREADABLE)
    }
  }

  function accept(by: FactsMac, key: Uint8Array, value: Uint8Array | undefined): Uint8Array | undefined {
    if (value === undefined) {
      counts.misses++
      return undefined
    }
    const facts = value.subarray(TAG_BYTES)
    // The tag is no secret to whoever can write the store, and a guess cannot be tried against it at a distance: an
    // ordinary comparison is enough.
    if (!equalBytes(value.subarray(0, TAG_BYTES), tagOf(by, key, facts))) {
      counts.rejected++
      return undefined
    }
    counts.hits++
    return facts
  }

  return {
    counts,
    async get(key) {
      const raw = rawKey(key)
      const by = await mac()
      const [value] = await readable([raw])
      return accept(by, raw, value)
    },
    async getMany(keys) {
      const raw = keys.map(rawKey)
      const by = await mac()
      const values = await readable(raw)
      return raw.map((key, i) => accept(by, key, values[i]))
    },
    async put(entries) {
      const by = await mac()
      const changes = entries.map(({ key, facts }) => {
        const raw = rawKey(key)
        return { type: "put" as const, key: raw, value: concatBytes(tagOf(by, raw, facts), facts) }
      })
      await rows.batch(changes, { sync: false })
    },
  }
}

/** A cache for one process that keeps nothing: what only its own memory holds needs no tag. */
export function memoryFactsCache(): FactsCache {
  const held = new Map<string, Uint8Array>()
  const counts = { hits: 0, misses: 0, rejected: 0 }

  function find(key: string): Uint8Array | undefined {
    rawKey(key)
    const facts = held.get(key)
    if (facts === undefined) counts.misses++
    else counts.hits++
    return facts
  }

  return {
    counts,
    get: async key => find(key),
    getMany: async keys => keys.map(find),
    async put(entries) {
      for (const { key, facts } of entries) {
        rawKey(key)
        held.set(key, facts)
      }
    },
  }
}
