/**
 * Evidence: stored envelopes, bundles and attestation lists, addressed by the SHA-256 of their exact bytes. The bytes
 * are a blob; a committed record says what they are, and committed index rows lead from subjects to evidence.
 *
 * ```
 * e | sha256 (32 bytes)                    -> record, canonical JSON
 * s | "sha256:<hex>" | 0 | sha256 (32)     -> (empty)      one row for each digest of each subject
 * ```
 */
import {
  hexDigest,
  instant,
  integer,
  list,
  nullable,
  oneOf,
  readDocument,
  record,
  text,
} from "../../src/formats/document.ts"
import type { Reader } from "../../src/formats/document.ts"
import { printInstant } from "../../src/formats/instant.ts"
import { digestName, type Core } from "../../src/formats/case.ts"
import { concatBytes, fromHex, toHex, utf8 } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { canonicalJson } from "../../src/kernel/json.ts"
import type { KeyRange, KeyValueChange } from "../../src/kernel/ports.ts"
import type { Result } from "../../src/kernel/result.ts"
import { attempt } from "./attempt.ts"
import type { BlobStore } from "./blob-store.ts"
import { damagedRow, type CommittedRows } from "./committed-rows.ts"
import type { SublevelChanges } from "./database.ts"
import { pageOf, type Page, type PageRequest } from "./page.ts"

/** What a reader of the evidence found in it. */
export interface EvidenceInput {
  readonly bytes: Uint8Array
  readonly form: Core["form"]
  /** Number of attestations in it: 1, or the length of a list. */
  readonly items: number
  /** The bundle's own media type, or null for forms that have none. */
  readonly mediaType: string | null
  /** `<algorithm>:<hex>` for each digest of each subject. */
  readonly subjects: readonly string[]
  readonly predicateTypes: readonly string[]
  readonly importedAt: Date
  /** Where it came from: a path, a medium, a peer. Text for people. */
  readonly source: string
}

/** The committed record. Lists are sorted and free of repeats; `importedAt` is RFC 3339 UTC, whole seconds. */
export interface EvidenceRecord {
  readonly v: 1
  readonly sha256: string
  readonly bytes: number
  readonly form: Core["form"]
  readonly items: number
  readonly mediaType: string | null
  readonly subjects: readonly string[]
  readonly predicateTypes: readonly string[]
  readonly importedAt: string
  readonly source: string
}

/** Evidence whose bytes are in the store and whose records wait for the commit. */
export interface StagedEvidence {
  readonly changes: readonly SublevelChanges[]
  /** SHA-256 of each input in its order, hex. */
  readonly sha256: readonly string[]
  readonly added: number
  /** Inputs that the store held already; their first record stays. */
  readonly known: number
}

export interface EvidenceStore {
  /** Writes the bytes (durably, in batches) and prepares the records for `Site.commit`. Idempotent. */
  stage(inputs: Iterable<EvidenceInput> | AsyncIterable<EvidenceInput>): Promise<Result<StagedEvidence>>
  /** Record and exact bytes. Failures: EVIDENCE_MISSING, STORE_CORRUPT. */
  get(sha256: string): Promise<Result<{ readonly record: EvidenceRecord; readonly bytes: Uint8Array }>>
  /** The record alone. Failures: EVIDENCE_MISSING, STORE_CORRUPT. */
  record(sha256: string): Promise<Result<EvidenceRecord>>
  /** Pieces of evidence in the store. */
  count(): Promise<Result<number>>
  /** Records in the order of their SHA-256. */
  list(page: PageRequest): Promise<Result<Page<EvidenceRecord>>>
  /** Records about a subject digest, given as `<algorithm>:<hex>`, in the order of their SHA-256. */
  bySubject(digest: string, page: PageRequest): Promise<Result<Page<EvidenceRecord>>>
}

export const EVIDENCE_SUBLEVEL = "evidence"

/** 16,384 subjects of up to 32 digests; a record of that size is about 40 MB. */
const MAX_DIGESTS = 524_288
const MAX_RECORD_BYTES = 64 * 1024 * 1024

const readRecord: Reader<EvidenceRecord> = record({
  v: oneOf(1),
  sha256: hexDigest,
  bytes: integer(),
  form: oneOf("bundle", "envelope", "pep740", "npm"),
  items: integer(1),
  mediaType: nullable(text()),
  subjects: list(text(), MAX_DIGESTS),
  predicateTypes: list(text()),
  importedAt: instant,
  source: text(),
})

const RECORD = utf8("e")
const SUBJECT = utf8("s")

function digestOf(sha256: string): Uint8Array {
  const raw = fromHex(sha256)
  if (raw?.length !== 32)
    throw new StellaError("USAGE", "evidence is named by its SHA-256: 64 lowercase hexadecimal digits")
  return raw
}

/** The keys with that prefix, or those after `after`. */
function digestRange(prefix: Uint8Array, after?: string): { readonly from: Uint8Array; readonly to: Uint8Array } {
  const from = after === undefined ? prefix : concatBytes(prefix, digestOf(after), Uint8Array.of(0))
  // Keys go on with a digest of 32 bytes, so nothing of this prefix sorts after 33 bytes of 255.
  return { from, to: concatBytes(prefix, new Uint8Array(33).fill(255)) }
}

function pageRange(prefix: Uint8Array, after: string | undefined, limit: number): KeyRange {
  return { ...digestRange(prefix, after), limit: limit + 1 }
}

/** Subjects of another shape are recorded but not indexed: nobody can ask for them, and a zero byte would break the key. */
function isAskable(subject: string): boolean {
  const colon = subject.indexOf(":")
  return digestName.test(subject.slice(0, colon)) && /^[\x21-\x7e]{1,256}$/.test(subject.slice(colon + 1))
}

function sortedSet(values: readonly string[]): string[] {
  return [...new Set(values)].sort()
}

/** The evidence of a store over its committed rows and blobs. */
export function evidenceStore(rows: CommittedRows, blobs: BlobStore): EvidenceStore {
  function parse(key: Uint8Array, value: Uint8Array): EvidenceRecord {
    const read = readDocument(value, readRecord, { maxBytes: MAX_RECORD_BYTES })
    if (!read.ok) throw damagedRow(EVIDENCE_SUBLEVEL, key, `cannot be read: ${read.error.reason} ${read.error.where}`)
    return read.value
  }

  async function find(sha256: string): Promise<EvidenceRecord> {
    const key = concatBytes(RECORD, digestOf(sha256))
    const value = await rows.get(key)
    if (value !== undefined) return parse(key, value)
    throw new StellaError("EVIDENCE_MISSING", `no evidence with SHA-256 ${sha256}`, { sha256 })
  }

  function toRecord(input: EvidenceInput, sha256: string): EvidenceRecord {
    return {
      v: 1,
      sha256,
      bytes: input.bytes.length,
      form: input.form,
      items: input.items,
      mediaType: input.mediaType,
      subjects: sortedSet(input.subjects),
      predicateTypes: sortedSet(input.predicateTypes),
      importedAt: printInstant(Math.floor(input.importedAt.getTime() / 1000)),
      source: input.source,
    }
  }

  return {
    stage: inputs =>
      attempt(async () => {
        const writer = blobs.writer()
        const changes: KeyValueChange[] = []
        const sha256: string[] = []
        const staged = new Set<string>()
        for await (const input of inputs) {
          const name = await writer.put(input.bytes)
          sha256.push(name)
          const raw = digestOf(name)
          const key = concatBytes(RECORD, raw)
          if (staged.has(name) || (await rows.get(key)) !== undefined) continue
          staged.add(name)
          const made = toRecord(input, name)
          const value = utf8(canonicalJson(made))
          // What is written must be readable: the texts in it come from the evidence, which is anybody's.
          const readable = readDocument(value, readRecord, { maxBytes: MAX_RECORD_BYTES })
          if (!readable.ok) {
            const { reason, where } = readable.error
            throw new StellaError("EVIDENCE_MALFORMED", `evidence ${name} cannot be recorded: ${where}`, {
              reason,
              where,
            })
          }
          changes.push({ type: "put", key, value })
          for (const subject of made.subjects.filter(isAskable)) {
            const subjectKey = concatBytes(SUBJECT, utf8(subject), Uint8Array.of(0), raw)
            changes.push({ type: "put", key: subjectKey, value: new Uint8Array() })
          }
        }
        await writer.flush()
        return {
          changes: [{ sublevel: EVIDENCE_SUBLEVEL, changes }],
          sha256,
          added: staged.size,
          known: sha256.length - staged.size,
        }
      }),
    record: sha256 => attempt(() => find(sha256)),
    get: sha256 =>
      attempt(async () => {
        const found = await find(sha256)
        return { record: found, bytes: await blobs.require(sha256) }
      }),
    count: () => attempt(() => rows.count(digestRange(RECORD))),
    list: ({ after, limit }) =>
      attempt(async () => {
        const found: EvidenceRecord[] = []
        for await (const [key, value] of rows.entries(pageRange(RECORD, after, limit))) found.push(parse(key, value))
        return pageOf(found, limit, r => r.sha256)
      }),
    bySubject: (digest, { after, limit }) =>
      attempt(async () => {
        const prefix = concatBytes(SUBJECT, utf8(digest), Uint8Array.of(0))
        const found: EvidenceRecord[] = []
        for await (const [key] of rows.entries(pageRange(prefix, after, limit))) {
          found.push(await find(toHex(key.subarray(prefix.length))))
        }
        return pageOf(found, limit, r => r.sha256)
      }),
  }
}
