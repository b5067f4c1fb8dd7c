/**
 * The HEAD file: the newest commit, named outside the database, so that a database that was swapped for an older one,
 * or that lost its last writes, is noticed when it is opened. Written durably after each commit's synced batch.
 *
 * ```
 * {"audit":hex,"commit":7,"epoch":{"id":hex32,"n":1},"ledger":hex,"v":1}
 * ```
 *
 * `ledger` is the SHA-256 of the commit row (`ledger.ts`), `audit` that of the newest audit record.
 */
import { hexDigest, integer, oneOf, pattern, readDocument, record } from "../../src/formats/document.ts"
import type { Reader } from "../../src/formats/document.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import { canonicalJson } from "../../src/kernel/json.ts"

/** The life of a store: restoring a backup starts a new epoch. `id` is 128 random bits in hex. */
export interface Epoch {
  readonly n: number
  readonly id: string
}

export interface Head {
  readonly v: 1
  readonly commit: number
  readonly ledger: string
  readonly audit: string
  readonly epoch: Epoch
}

/** Longest HEAD or store.json in bytes. */
export const MAX_STATE_FILE_BYTES = 4096
export const HEAD_FILE = "HEAD"

/** 128 random bits in lowercase hex. */
export const readId: Reader<string> = pattern(/^[0-9a-f]{32}$/)
export const readEpoch: Reader<Epoch> = record({ n: integer(1), id: readId })

const readHead: Reader<Head> = record({
  v: oneOf(1),
  commit: integer(1),
  ledger: hexDigest,
  audit: hexDigest,
  epoch: readEpoch,
})

/** The bytes of the file. */
export function printHead(head: Head): Uint8Array {
  return utf8(canonicalJson(head))
}

/** Reads exactly what `printHead` prints; undefined for anything else. */
export function parseHead(bytes: Uint8Array): Head | undefined {
  const read = readDocument(bytes, readHead, { maxBytes: MAX_STATE_FILE_BYTES })
  return read.ok ? read.value : undefined
}
