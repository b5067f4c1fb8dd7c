/**
 * Generations: what this site went by, and from when on. Each change of the active policy, the active trusted root or a
 * log's head appends one row, so that a question can be asked "as held then".
 *
 * ```
 * kind | 0 | id | 0 | n (u64 big-endian) -> {"at":t,"n":n,"sha256":hex|null,"v":1}
 * ```
 */
import { hexDigest, instant, integer, nullable, oneOf, readDocument, record } from "../../src/formats/document.ts"
import type { Reader } from "../../src/formats/document.ts"
import { printInstant } from "../../src/formats/instant.ts"
import { concatBytes, u64be, utf8 } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { canonicalJson } from "../../src/kernel/json.ts"
import type { Result } from "../../src/kernel/result.ts"
import { attempt } from "./attempt.ts"
import type { BlobStore } from "./blob-store.ts"
import { damagedRow } from "./committed-rows.ts"
import type { ReadableRows, SublevelChanges } from "./database.ts"

/** What changes over time. */
export type GenerationKind = "policy" | "trust" | "head"

/** One generation: active from `at` until the next one. `sha256` names a blob; null: nothing is active since then. */
export interface Generation {
  readonly v: 1
  readonly n: number
  readonly at: string
  readonly sha256: string | null
}

export interface GenerationStore {
  /** Writes the blob and prepares the next generation for `Site.commit`. `bytes` undefined ends the last one. */
  stage(
    kind: GenerationKind,
    id: string,
    bytes: Uint8Array | undefined,
    at: Date,
  ): Promise<Result<{ readonly generation: Generation; readonly changes: readonly SublevelChanges[] }>>
  /** The newest generation, or undefined when there never was one. */
  current(kind: GenerationKind, id: string): Promise<Result<Generation | undefined>>
  /** The generation that was active at that instant: the newest whose `at` is not after it. */
  asOf(kind: GenerationKind, id: string, instant: Date): Promise<Result<Generation | undefined>>
  /** The blob of the newest generation with its record, or undefined when nothing is active. */
  active(
    kind: GenerationKind,
    id: string,
  ): Promise<Result<{ readonly generation: Generation; readonly bytes: Uint8Array } | undefined>>
  /** All generations, oldest first. */
  history(kind: GenerationKind, id: string): Promise<Result<readonly Generation[]>>
}

export const GENERATION_SUBLEVEL = "generations"

const readGeneration: Reader<Generation> = record({
  v: oneOf(1),
  n: integer(1),
  at: instant,
  sha256: nullable(hexDigest),
})

function prefixOf(kind: GenerationKind, id: string): Uint8Array {
  if (id.includes("\0")) throw new StellaError("INTERNAL", "an id has no zero byte")
  return concatBytes(utf8(kind), Uint8Array.of(0), utf8(id), Uint8Array.of(0))
}

function wholeSeconds(at: Date): string {
  return printInstant(Math.floor(at.getTime() / 1000))
}

/** The generations of a store over its committed rows and blobs. */
export function generationStore(rows: ReadableRows, blobs: BlobStore): GenerationStore {
  /** Newest first. */
  async function* newestFirst(kind: GenerationKind, id: string): AsyncGenerator<Generation> {
    const prefix = prefixOf(kind, id)
    const to = concatBytes(prefix, new Uint8Array(9).fill(255))
    for await (const [key, value] of rows.entries({ from: prefix, to, reverse: true })) {
      const read = readDocument(value, readGeneration)
      if (!read.ok)
        throw damagedRow(GENERATION_SUBLEVEL, key, `cannot be read: ${read.error.reason} ${read.error.where}`)
      yield read.value
    }
  }

  async function newest(kind: GenerationKind, id: string): Promise<Generation | undefined> {
    for await (const generation of newestFirst(kind, id)) return generation
    return undefined
  }

  return {
    stage: (kind, id, bytes, at) =>
      attempt(async () => {
        const n = ((await newest(kind, id))?.n ?? 0) + 1
        let sha256: string | null = null
        if (bytes !== undefined) {
          const writer = blobs.writer()
          sha256 = await writer.put(bytes)
          await writer.flush()
        }
        const generation: Generation = { v: 1, n, at: wholeSeconds(at), sha256 }
        const key = concatBytes(prefixOf(kind, id), u64be(BigInt(n)))
        const change = { type: "put", key, value: utf8(canonicalJson(generation)) } as const
        return { generation, changes: [{ sublevel: GENERATION_SUBLEVEL, changes: [change] }] }
      }),
    current: (kind, id) => attempt(() => newest(kind, id)),
    asOf: (kind, id, at) =>
      attempt(async () => {
        const then = wholeSeconds(at)
        // Instants are fixed-width text, so their order is the order of time.
        for await (const generation of newestFirst(kind, id)) if (generation.at <= then) return generation
        return undefined
      }),
    active: (kind, id) =>
      attempt(async () => {
        const generation = await newest(kind, id)
        if (generation === undefined || generation.sha256 === null) return undefined
        return { generation, bytes: await blobs.require(generation.sha256) }
      }),
    history: (kind, id) =>
      attempt(async () => {
        const found: Generation[] = []
        for await (const generation of newestFirst(kind, id)) found.push(generation)
        return found.reverse()
      }),
  }
}
