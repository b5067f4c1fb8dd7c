/**
 * The data tiles of the Go checksum database (golang.org/x/mod/sumdb): the texts of the records, each ending with a
 * newline, separated by an empty line. No record has one inside.
 *
 * ```text
 * golang.org/x/text v0.3.0 h1:…=⏎
 * golang.org/x/text v0.3.0/go.mod h1:…=⏎
 * ⏎
 * golang.org/x/text v0.3.1 h1:…=⏎
 * ```
 */
import { LIMITS } from "../../src/formats/limits.ts"
import { printEntryBundle } from "../../src/formats/tile.ts"

const NEWLINE = 0x0a

/**
 * The records of a data tile as an entry bundle; undefined for a record that a bundle cannot hold. The empty line behind
 * the last record may be missing.
 */
export function bundleOfRecords(bytes: Uint8Array): Uint8Array | undefined {
  const records: Uint8Array[] = []
  let start = 0
  for (let at = 0; at < bytes.length; at++) {
    const isEnd = bytes[at] === NEWLINE && (bytes[at + 1] === NEWLINE || at + 1 === bytes.length)
    if (!isEnd) continue
    records.push(bytes.subarray(start, at + 1))
    // Over the newline of the empty line; the loop steps over that of the text.
    at += 1
    start = at + 1
  }
  if (start < bytes.length) records.push(bytes.subarray(start))
  return records.some(record => record.length > LIMITS.entryBytes) ? undefined : printEntryBundle(records)
}
