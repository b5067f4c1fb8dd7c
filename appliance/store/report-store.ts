/**
 * Saved Reports, addressed by the SHA-256 of their bytes, each with the closure of its Case, so that it can be replayed.
 * Report, Case and closure are blobs; the committed row names every one of them.
 *
 * ```
 * r | report (32)                                          -> row, canonical JSON
 * a | "sha256:<hex of the artifact>" | 0 | report (32)     -> (empty)
 * e | evidence (32) | report (32)                          -> (empty)
 * ```
 */
import { hexDigest, instant, list, nullable, oneOf, readDocument, record, text } from "../../src/formats/document.ts"
import type { Reader } from "../../src/formats/document.ts"
import { printInstant } from "../../src/formats/instant.ts"
import { concatBytes, fromHex, toHex, utf8 } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { canonicalJson } from "../../src/kernel/json.ts"
import type { KeyRange, KeyValueChange } from "../../src/kernel/ports.ts"
import type { Result } from "../../src/kernel/result.ts"
import { attempt } from "./attempt.ts"
import type { BlobStore } from "./blob-store.ts"
import { damagedRow } from "./committed-rows.ts"
import type { ReadableRows, SublevelChanges } from "./database.ts"
import { pageOf, type Page, type PageRequest } from "./page.ts"

/** A Report to keep, with everything that its replay needs. */
export interface ReportInput {
  readonly report: Uint8Array
  readonly case: Uint8Array
  /** The blobs that the Case names, transitively. */
  readonly closure: readonly Uint8Array[]
  readonly verdict: "proven" | "failed" | "unproven"
  /** Code of the Report; null when proven. */
  readonly code: string | null
  /** SHA-256 of the evidence, hex. */
  readonly evidence: string
  /** SHA-256 of the artifact, hex, or null when the Case knows it by another digest only. */
  readonly artifact: string | null
  readonly savedAt: Date
}

/** The committed row. Digests are SHA-256 in hex; `closure` is sorted. */
export interface ReportRow {
  readonly v: 1
  readonly report: string
  readonly case: string
  readonly closure: readonly string[]
  readonly verdict: "proven" | "failed" | "unproven"
  readonly code: string | null
  readonly evidence: string
  readonly artifact: string | null
  readonly savedAt: string
}

/** A saved Report with its Case. The closure's blobs are read one by one from `Site.blobs`. */
export interface SavedReport {
  readonly row: ReportRow
  readonly report: Uint8Array
  readonly case: Uint8Array
}

export interface StagedReports {
  readonly changes: readonly SublevelChanges[]
  /** SHA-256 of each Report in the order of the inputs, hex. */
  readonly reports: readonly string[]
}

export interface ReportStore {
  /** Writes the blobs (durably, in batches) and prepares the rows for `Site.commit`. Idempotent. */
  stage(inputs: Iterable<ReportInput> | AsyncIterable<ReportInput>): Promise<Result<StagedReports>>
  /** The saved Report, or undefined when there is none of that digest. Failure: STORE_CORRUPT. */
  get(sha256: string): Promise<Result<SavedReport | undefined>>
  /** Rows in the order of the Reports' SHA-256. */
  list(page: PageRequest): Promise<Result<Page<ReportRow>>>
  /** Rows about an artifact by its SHA-256 (hex), in the order of the Reports' SHA-256. */
  byArtifact(sha256: string, page: PageRequest): Promise<Result<Page<ReportRow>>>
  /** Rows about evidence by its SHA-256 (hex), in the order of the Reports' SHA-256. */
  byEvidence(sha256: string, page: PageRequest): Promise<Result<Page<ReportRow>>>
}

export const REPORT_SUBLEVEL = "reports"

const readRow: Reader<ReportRow> = record({
  v: oneOf(1),
  report: hexDigest,
  case: hexDigest,
  closure: list(hexDigest),
  verdict: oneOf("proven", "failed", "unproven"),
  code: nullable(text(64)),
  evidence: hexDigest,
  artifact: nullable(hexDigest),
  savedAt: instant,
})

const ROW = utf8("r")
const ARTIFACT = utf8("a")
const EVIDENCE = utf8("e")

function digestOf(sha256: string): Uint8Array {
  const raw = fromHex(sha256)
  if (raw?.length !== 32) throw new StellaError("USAGE", "a SHA-256 has 64 lowercase hexadecimal digits")
  return raw
}

function artifactKey(sha256: string): Uint8Array {
  return concatBytes(ARTIFACT, utf8(`sha256:${sha256}`), Uint8Array.of(0))
}

function evidenceKey(sha256: string): Uint8Array {
  return concatBytes(EVIDENCE, digestOf(sha256))
}

function pageRange(prefix: Uint8Array, { after, limit }: PageRequest): KeyRange {
  const from = after === undefined ? prefix : concatBytes(prefix, digestOf(after), Uint8Array.of(0))
  return { from, to: concatBytes(prefix, new Uint8Array(33).fill(255)), limit: limit + 1 }
}

/** The Reports of a store over its committed rows and blobs. */
export function reportStore(rows: ReadableRows, blobs: BlobStore): ReportStore {
  function parse(key: Uint8Array, value: Uint8Array): ReportRow {
    const read = readDocument(value, readRow)
    if (!read.ok) throw damagedRow(REPORT_SUBLEVEL, key, `cannot be read: ${read.error.reason} ${read.error.where}`)
    return read.value
  }

  async function find(sha256: string): Promise<ReportRow | undefined> {
    const key = concatBytes(ROW, digestOf(sha256))
    const value = await rows.get(key)
    return value === undefined ? undefined : parse(key, value)
  }

  async function put(input: ReportInput): Promise<ReportRow> {
    const writer = blobs.writer()
    const closure: string[] = []
    for (const blob of input.closure) closure.push(await writer.put(blob))
    const row: ReportRow = {
      v: 1,
      report: await writer.put(input.report),
      case: await writer.put(input.case),
      closure: [...new Set(closure)].sort(),
      verdict: input.verdict,
      code: input.code,
      evidence: input.evidence,
      artifact: input.artifact,
      savedAt: printInstant(Math.floor(input.savedAt.getTime() / 1000)),
    }
    await writer.flush()
    return row
  }

  async function byPrefix(prefix: Uint8Array, page: PageRequest): Promise<Page<ReportRow>> {
    const found: ReportRow[] = []
    for await (const [key] of rows.entries(pageRange(prefix, page))) {
      const row = await find(toHex(key.subarray(prefix.length)))
      if (row === undefined) throw damagedRow(REPORT_SUBLEVEL, key, "names a Report that is not there")
      found.push(row)
    }
    return pageOf(found, page.limit, r => r.report)
  }

  return {
    stage: inputs =>
      attempt(async () => {
        const changes: KeyValueChange[] = []
        const reports: string[] = []
        for await (const input of inputs) {
          const row = await put(input)
          reports.push(row.report)
          const raw = digestOf(row.report)
          const nothing = new Uint8Array()
          changes.push({ type: "put", key: concatBytes(ROW, raw), value: utf8(canonicalJson(row)) })
          changes.push({ type: "put", key: concatBytes(evidenceKey(row.evidence), raw), value: nothing })
          if (row.artifact !== null) {
            changes.push({ type: "put", key: concatBytes(artifactKey(row.artifact), raw), value: nothing })
          }
        }
        return { changes: [{ sublevel: REPORT_SUBLEVEL, changes }], reports }
      }),
    get: sha256 =>
      attempt(async () => {
        const row = await find(sha256)
        if (row === undefined) return undefined
        return { row, report: await blobs.require(row.report), case: await blobs.require(row.case) }
      }),
    list: page =>
      attempt(async () => {
        const found: ReportRow[] = []
        for await (const [key, value] of rows.entries(pageRange(ROW, page))) found.push(parse(key, value))
        return pageOf(found, page.limit, r => r.report)
      }),
    byArtifact: (sha256, page) => attempt(() => byPrefix(artifactKey(sha256), page)),
    byEvidence: (sha256, page) => attempt(() => byPrefix(evidenceKey(sha256), page)),
  }
}
