/** Mirrors for tests: of the third-party logs, in memory, with rows that can be damaged and writes that can fail. */
import { createHash } from "node:crypto"
import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { parseKey } from "../../mirror/rows.ts"
import { zstdCodec } from "../../mirror/entry-codec.node.ts"
import { fsckMirror } from "../../mirror/fsck.ts"
import { ingest, type IngestEvent, type IngestOptions } from "../../mirror/ingest.ts"
import { MirrorReader } from "../../mirror/reader.ts"
import type { LogFiles } from "../../mirror/sources/log-files.ts"
import { tiledLog } from "../../mirror/sources/tiled-log.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import type { KeyRange, KeyValue, KeyValueChange } from "../../src/kernel/ports.ts"
import { vectorFiles, vectorJson, vectorText, vkeyOf, withFiles } from "./logs.ts"

/** Where the tests' checkpoints come from. */
export const SOURCE = { kind: "medium", id: "stick 1", at: "2026-01-02T03:04:05Z" }
/** Origin of the generated log. */
export const GENERATED = "vectors.example/log"

/** The keys of the generated log and its witnesses. */
export function generatedKeys(): IngestOptions["keys"] {
  const keys = vectorJson("generated-log/keys.json") as Record<string, string>
  const [log, w1, pq1] = ["log", "witness", "witnessMlDsa44"].map(name => vkeyOf(keys[name] ?? ""))
  if (log === undefined || w1 === undefined || pq1 === undefined) throw new Error("keys")
  return { origin: GENERATED, vkeys: [log], witnesses: [w1, pq1] }
}

/** The generated log as it was at one of its checkpoints. */
export function generatedLog(size = 70_000): LogFiles {
  const checkpoint = utf8(vectorText(`generated-log/checkpoints/${size}`))
  return withFiles(vectorFiles("generated-log/log"), { checkpoint })
}

/** The 15-entry log at one of its sizes, and its keys. */
export function tesseraLog(size = 15): LogFiles {
  const checkpoint = utf8(vectorText(`tiled-log-tessera/checkpoint.${size}`))
  return withFiles(vectorFiles("tiled-log-tessera"), { checkpoint })
}

export function tesseraKeys(): IngestOptions["keys"] {
  return { origin: "example.com/log/testdata", vkeys: [vkeyOf(vectorText("tiled-log-tessera/vkey.txt"))] }
}

/** Files without their entry bundles. */
export function hashesOnly(files: LogFiles): LogFiles {
  return {
    read: (path, maxBytes) =>
      path.startsWith("tile/entries/") ? Promise.resolve(undefined) : files.read(path, maxBytes),
  }
}

/** Everything that comes. */
export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of source) all.push(item)
  return all
}

/** Rows in memory, fast enough to be copied for each case of a log with tens of thousands of leaves. */
export class MemoryRows implements KeyValue {
  readonly #rows: Map<string, Uint8Array>
  #sorted: string[] | undefined

  constructor(rows = new Map<string, Uint8Array>(), sorted?: string[]) {
    this.#rows = rows
    this.#sorted = sorted
  }

  static #name(key: Uint8Array): string {
    return Buffer.from(key).toString("latin1")
  }

  copy(): MemoryRows {
    return new MemoryRows(new Map(this.#rows), this.#sorted)
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#rows.get(MemoryRows.#name(key))
  }

  async getMany(keys: readonly Uint8Array[]): Promise<(Uint8Array | undefined)[]> {
    return keys.map(key => this.#rows.get(MemoryRows.#name(key)))
  }

  async batch(changes: readonly KeyValueChange[], options: { readonly sync: boolean }): Promise<void> {
    // A mirror's rows are named by a head or a commit: they must be on stable storage before.
    if (!options.sync) throw new Error("a batch without sync")
    for (const change of changes) {
      const name = MemoryRows.#name(change.key)
      if (change.type === "del" || !this.#rows.has(name)) this.#sorted = undefined
      if (change.type === "put") this.#rows.set(name, change.value.slice())
      else this.#rows.delete(name)
    }
  }

  async *entries(range: KeyRange): AsyncGenerator<readonly [Uint8Array, Uint8Array]> {
    const names = (this.#sorted ??= [...this.#rows.keys()].sort())
    const at = (bound: Uint8Array): number => {
      const name = MemoryRows.#name(bound)
      let [low, high] = [0, names.length]
      while (low < high) {
        const mid = (low + high) >> 1
        if ((names[mid] as string) < name) low = mid + 1
        else high = mid
      }
      return low
    }
    const from = range.from === undefined ? 0 : at(range.from)
    const to = range.to === undefined ? names.length : at(range.to)
    for (const name of names.slice(from, Math.min(to, from + (range.limit ?? Infinity)))) {
      const value = this.#rows.get(name)
      if (value !== undefined) yield [new Uint8Array(Buffer.from(name, "latin1")), value]
    }
  }
}

/** Ingests and gives all events. */
export async function ingestAll(
  rows: KeyValue,
  files: LogFiles,
  more: Partial<IngestOptions> = {},
): Promise<IngestEvent[]> {
  const source = tiledLog(files)
  const options = { rows, source, crypto: nodeCrypto(), codec: zstdCodec, keys: generatedKeys(), seen: SOURCE }
  return collect(ingest({ ...options, ...more }))
}

/** A reader over rows. */
export function readerOf(rows: KeyValue): MirrorReader {
  return new MirrorReader({ rows, crypto: nodeCrypto(), codec: zstdCodec })
}

/** The damaged rows that fsck names, and its last event. */
export async function fsckAll(rows: KeyValue, keys: IngestOptions["keys"] = generatedKeys()) {
  const events = await collect(fsckMirror({ rows, crypto: nodeCrypto(), codec: zstdCodec, keys }))
  const done = events.at(-1)
  if (done?.type !== "done") throw new Error("fsck did not end")
  return { damage: events.filter(e => e.type === "damage").map(e => `${e.row}: ${e.what}`), done }
}

/** How many rows there are of each kind. */
export async function kindsOf(rows: KeyValue): Promise<Record<string, number>> {
  const kinds: Record<string, number> = {}
  for await (const [key] of rows.entries({})) {
    const kind = parseKey(key)?.kind ?? "none"
    kinds[kind] = (kinds[kind] ?? 0) + 1
  }
  return kinds
}

/**
 * One digest of all rows but the kept checkpoints: what a refusal must not touch. How the index is cut into runs depends on
 * how the log came, so it is left out.
 */
export async function provenRows(rows: KeyValue): Promise<string> {
  const hash = createHash("sha256")
  for await (const [key, value] of rows.entries({})) {
    const kind = parseKey(key)?.kind
    if (kind !== "checkpoint" && kind !== "run" && kind !== "block")
      hash.update(key).update(`${value.length} `).update(value)
  }
  return hash.digest("hex")
}

/** Rows whose batches succeed `budget` times and then fail for ever, like a process that was killed. */
export function failingAfter(rows: KeyValue, budget: number): KeyValue {
  let left = budget
  return {
    get: key => rows.get(key),
    getMany: keys => rows.getMany(keys),
    entries: range => rows.entries(range),
    async batch(changes, options) {
      if (left-- <= 0) throw new Error("killed")
      await rows.batch(changes, options)
    },
  }
}
