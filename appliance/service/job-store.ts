/**
 * Jobs as rows of the site's database, beside what is committed: content, of which nothing else depends. Every value
 * carries its own SHA-256 in front, because the database returns a damaged row as if it were data.
 *
 * ```
 * jobs: "j" | id -> SHA-256 | job · "e" | id | n u64 -> SHA-256 | event · "f" | id -> SHA-256 | files
 *       "k" | SHA-256(identity, key) -> SHA-256 | {"job","request"}
 * ```
 */
import { concatBytes, equalBytes, fromHex, toHex, utf8 } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { canonicalJson, readJson } from "../../src/kernel/json.ts"
import type { Crypto, KeyValueChange } from "../../src/kernel/ports.ts"
import { unwrap } from "../../src/kernel/result.ts"
import type { OperationEvent } from "../../ui/contract/operation.ts"
import type { Job } from "../../ui/contract/service.ts"
import { identityOf } from "../access/identity.ts"
import type { Site } from "../store/site.ts"
import type { NumberedEvent } from "./answers.ts"
import type { Written } from "./request-files.node.ts"

const SUBLEVEL = "jobs"
const MAX_BYTES = 512 * 1024 * 1024
const HASH_BYTES = 32

const [JOB, EVENT, FILES, KEY] = [utf8("j"), utf8("e"), utf8("f"), utf8("k")]

function rawId(id: string): Uint8Array {
  const raw = fromHex(id)
  if (raw === undefined) throw new StellaError("INTERNAL", "malformed id of a job")
  return raw
}

function number64(n: number): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(n))
  return bytes
}

/** The first key after all that begin with the prefix. */
function after(prefix: Uint8Array): Uint8Array {
  return concatBytes(prefix, new Uint8Array(33).fill(255))
}

/** What an idempotency key has led to. */
export interface KeyedRequest {
  readonly job: string
  /** SHA-256 of the request, hexadecimal. */
  readonly request: string
}

/** The rows of jobs. Methods reject with StellaError: STORE_CORRUPT, DISK_FULL. */
export class JobStore {
  readonly #site: Site
  readonly #crypto: Pick<Crypto, "hash">

  constructor(site: Site, crypto: Pick<Crypto, "hash">) {
    this.#site = site
    this.#crypto = crypto
  }

  #value(text: string): Uint8Array {
    const bytes = utf8(text)
    return concatBytes(this.#crypto.hash("sha256", bytes), bytes)
  }

  #read(value: Uint8Array): unknown {
    const bytes = value.subarray(HASH_BYTES)
    const read = readJson(bytes, { maxBytes: MAX_BYTES, maxDepth: 128 })
    if (!read.ok || !equalBytes(value.subarray(0, HASH_BYTES), this.#crypto.hash("sha256", bytes)))
      throw new StellaError(
        "STORE_CORRUPT",
        "a row of a job is altered; remove the job, or use another Idempotency-Key",
      )
    return read.value
  }

  async #write(changes: readonly KeyValueChange[], sync: boolean): Promise<void> {
    unwrap(await this.#site.write([{ sublevel: SUBLEVEL, changes }], { sync }))
  }

  #jobRow(job: Job): KeyValueChange {
    return { type: "put", key: concatBytes(JOB, rawId(job.id)), value: this.#value(canonicalJson(job)) }
  }

  /** Writes a job, and what its idempotency key has led to. */
  async put(job: Job, keyed?: { readonly key: Uint8Array; readonly request: string }): Promise<void> {
    const changes = [this.#jobRow(job)]
    if (keyed !== undefined) {
      const value = this.#value(canonicalJson({ job: job.id, request: keyed.request }))
      changes.push({ type: "put", key: concatBytes(KEY, keyed.key), value })
    }
    await this.#write(changes, true)
  }

  /** Adds events, the first of which has the number `from`. With a job, that is written with them, durably. */
  async add(id: string, from: number, events: readonly string[], job?: Job): Promise<void> {
    const changes = events.map((text, i): KeyValueChange => {
      return { type: "put", key: concatBytes(EVENT, rawId(id), number64(from + i)), value: this.#value(text) }
    })
    if (job !== undefined) changes.push(this.#jobRow(job))
    await this.#write(changes, job !== undefined)
  }

  async get(id: string): Promise<Job | undefined> {
    const value = await this.#site.kv(SUBLEVEL).get(concatBytes(JOB, rawId(id)))
    return value === undefined ? undefined : (this.#read(value) as Job)
  }

  /** Whether there is a row of this job, also when it is damaged. */
  async has(id: string): Promise<boolean> {
    return (await this.#site.kv(SUBLEVEL).get(concatBytes(JOB, rawId(id)))) !== undefined
  }

  /** What a row says; undefined when it is damaged. */
  #readIfWhole(value: Uint8Array): unknown {
    try {
      return this.#read(value)
    } catch (error) {
      if (error instanceof StellaError && error.code === "STORE_CORRUPT") return undefined
      throw error
    }
  }

  /** Jobs, newest first, older than `before`. A job whose row is damaged is left out: it cannot be shown. */
  async *list(before?: string): AsyncGenerator<Job, void, undefined> {
    const to = before === undefined ? after(JOB) : concatBytes(JOB, rawId(before))
    for await (const [, value] of this.#site.kv(SUBLEVEL).entries({ from: JOB, to, reverse: true })) {
      const job = this.#readIfWhole(value) as Job | undefined
      if (job !== undefined) yield job
    }
  }

  async #damagedIn(from: Uint8Array, to: Uint8Array): Promise<number> {
    let damaged = 0
    for await (const [, value] of this.#site.kv(SUBLEVEL).entries({ from, to }))
      if (this.#readIfWhole(value) === undefined) damaged++
    return damaged
  }

  /** How many rows of jobs, of what they wrote and of idempotency keys are damaged. */
  damaged(): Promise<number> {
    return this.#damagedIn(FILES, after(KEY))
  }

  /** How many events of a job are damaged. */
  damagedEvents(id: string): Promise<number> {
    const prefix = concatBytes(EVENT, rawId(id))
    return this.#damagedIn(prefix, after(prefix))
  }

  /** The number of a job's last event, which is in its key: damage to an event does not change it. */
  async lastEvent(id: string): Promise<number> {
    const prefix = concatBytes(EVENT, rawId(id))
    const range = { from: prefix, to: after(prefix), reverse: true }
    for await (const [key] of this.#site.kv(SUBLEVEL).entries(range))
      return Number(new DataView(key.buffer, key.byteOffset).getBigUint64(prefix.length))
    return 0
  }

  /** Events after the one with the number `n`. */
  async *events(id: string, n: number): AsyncGenerator<NumberedEvent, void, undefined> {
    const prefix = concatBytes(EVENT, rawId(id))
    let number = n
    const range = { from: concatBytes(prefix, number64(n + 1)), to: after(prefix) }
    for await (const [, value] of this.#site.kv(SUBLEVEL).entries(range))
      yield { n: ++number, event: this.#read(value) as OperationEvent }
  }

  async keyed(key: Uint8Array): Promise<KeyedRequest | undefined> {
    const value = await this.#site.kv(SUBLEVEL).get(concatBytes(KEY, key))
    return value === undefined ? undefined : (this.#read(value) as KeyedRequest)
  }

  async putFiles(id: string, files: readonly Written[]): Promise<void> {
    const value = this.#value(canonicalJson(files))
    await this.#write([{ type: "put", key: concatBytes(FILES, rawId(id)), value }], true)
  }

  async files(id: string): Promise<readonly Written[]> {
    const value = await this.#site.kv(SUBLEVEL).get(concatBytes(FILES, rawId(id)))
    return value === undefined ? [] : (this.#read(value) as readonly Written[])
  }

  /** Removes a job and what belongs to it. */
  async remove(id: string): Promise<void> {
    const rows = this.#site.kv(SUBLEVEL)
    const keys = [concatBytes(JOB, rawId(id)), concatBytes(FILES, rawId(id))]
    const prefix = concatBytes(EVENT, rawId(id))
    for await (const [key] of rows.entries({ from: prefix, to: after(prefix) })) keys.push(key)
    // Of a damaged key nobody knows whose it is. It stays, so that its request is refused and not done again.
    for await (const [key, value] of rows.entries({ from: KEY, to: after(KEY) }))
      if ((this.#readIfWhole(value) as KeyedRequest | undefined)?.job === id) keys.push(key)
    await this.#write(
      keys.map(key => ({ type: "del", key })),
      false,
    )
  }

  /** The name of an idempotency key of one person. */
  nameOf(actor: Job["actor"], key: string): Uint8Array {
    return this.#crypto.hash("sha256", utf8(canonicalJson([identityOf(actor), key])))
  }

  /** SHA-256 of a document, hexadecimal. */
  digest(document: unknown): string {
    return toHex(this.#crypto.hash("sha256", utf8(canonicalJson(document))))
  }
}
