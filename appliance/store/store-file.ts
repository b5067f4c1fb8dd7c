/**
 * `store.json`: says that a directory is a store, which one, and in which format. It is the last file that `init`
 * writes, so a directory without it never became a store.
 *
 * ```
 * {"format":1,"siteId":hex32,"storeId":hex32,"v":1}
 * ```
 */
import { oneOf, readDocument, record } from "../../src/formats/document.ts"
import type { Reader } from "../../src/formats/document.ts"
import { utf8 } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { canonicalJson, isObject, readJson } from "../../src/kernel/json.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import { MAX_STATE_FILE_BYTES, readId } from "./head.ts"

export interface StoreFile {
  readonly v: 1
  readonly storeId: string
  readonly siteId: string
  readonly format: 1
}

export const STORE_FILE = "store.json"
const FORMAT = 1

const readStoreFile: Reader<StoreFile> = record({ v: oneOf(1), storeId: readId, siteId: readId, format: oneOf(FORMAT) })

/** The bytes of the file. */
export function printStoreFile(file: StoreFile): Uint8Array {
  return utf8(canonicalJson(file))
}

/** Reads the file. Failures: STORE_TOO_NEW when its format is greater than ours, STORE_CORRUPT for anything else. */
export function parseStoreFile(bytes: Uint8Array): Result<StoreFile> {
  const read = readDocument(bytes, readStoreFile, { maxBytes: MAX_STATE_FILE_BYTES })
  if (read.ok) return ok(read.value)
  // A newer format may have other members and another `v`; its number is all that is looked at.
  const loose = readJson(bytes, { maxBytes: MAX_STATE_FILE_BYTES, maxDepth: 8 })
  const format = loose.ok && isObject(loose.value) ? loose.value["format"] : undefined
  if (typeof format === "number" && Number.isSafeInteger(format) && format > FORMAT) {
    const detail = { format, supported: FORMAT }
    return err(new StellaError("STORE_TOO_NEW", `the store has format ${format}, this program reads ${FORMAT}`, detail))
  }
  const { reason, where } = read.error
  return err(new StellaError("STORE_CORRUPT", `${STORE_FILE} cannot be read: ${reason} ${where}`.trimEnd()))
}
