/**
 * The audit record: what an operation left behind. Records form a hash chain: `prev` is the SHA-256 of the canonical
 * JSON (RFC 8785) of the record before, 64 zeros for the first; `n` counts from 1.
 *
 * ```
 * {"actor":{"id":"0","kind":"os-user","name":"root","role":"owner"},"at":"2026-01-01T00:00:00Z","input":"…",
 *  "n":1,"operation":"init","outcome":"done","output":"…","prev":"0000…","v":1}
 * ```
 */
import { hexDigest, instant, integer, oneOf, readDocument, record, text } from "../../src/formats/document.ts"
import { printInstant } from "../../src/formats/instant.ts"
import type { Reader } from "../../src/formats/document.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import type { ErrorCode } from "../../src/kernel/errors.ts"
import { canonicalJson } from "../../src/kernel/json.ts"

/**
 * Who asked: `kind` is the way of authentication (`os-user`; `operator-key` and `one-time-code` of a session; `nobody`
 * for a login that failed), `id` is unique within it, `role` the roles with `+` between (ui/contract/roles.ts).
 */
export interface Actor {
  readonly kind: string
  readonly id: string
  readonly name: string
  readonly role: string
}

/** What a caller states about the operation it ran. */
export interface AuditInput {
  readonly actor: Actor
  /** Name of the operation, for example `attest.import`. */
  readonly operation: string
  /** The instant the operation started; the clock is read once, there. */
  readonly at: Date
  /** SHA-256 of the canonical JSON of the operation's input, lowercase hex. */
  readonly input: string
  readonly outcome: "done" | ErrorCode
  /** SHA-256 of the canonical JSON of the operation's output, lowercase hex. */
  readonly output: string
}

/** A record as stored and hashed. `at` is RFC 3339 in UTC with whole seconds. */
export interface AuditRecord {
  readonly v: 1
  readonly n: number
  readonly prev: string
  readonly at: string
  readonly actor: Actor
  readonly operation: string
  readonly input: string
  readonly outcome: string
  readonly output: string
}

/** `prev` of the first record. */
export const NO_RECORD = "0".repeat(64)

const MAX_BYTES = 64 * 1024

const readRecord: Reader<AuditRecord> = record({
  v: oneOf(1),
  n: integer(1),
  prev: hexDigest,
  at: instant,
  actor: record({ kind: text(), id: text(), name: text(), role: text() }),
  operation: text(256),
  input: hexDigest,
  outcome: text(256),
  output: hexDigest,
})

/** The record that follows the one whose hash is `prev`. */
export function nextRecord(n: number, prev: string, input: AuditInput): AuditRecord {
  const { actor, operation, outcome, output } = input
  const { kind, id, name, role } = actor
  const at = printInstant(Math.floor(input.at.getTime() / 1000))
  return { v: 1, n, prev, at, actor: { kind, id, name, role }, operation, input: input.input, outcome, output }
}

/** The bytes that are stored and hashed. */
export function printRecord(value: AuditRecord): Uint8Array {
  return utf8(canonicalJson(value))
}

/** Reads exactly what `printRecord` prints; undefined for anything else, also for the same record written otherwise. */
export function parseRecord(bytes: Uint8Array): AuditRecord | undefined {
  const read = readDocument(bytes, readRecord, { maxBytes: MAX_BYTES })
  return read.ok ? read.value : undefined
}
