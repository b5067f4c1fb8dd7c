/**
 * A saved Case: the folder that `attest replay` and the kit read.
 *
 * ```
 * case.json     the Case, canonical
 * report.json   the Report it gave, canonical
 * blobs/<hex>   every blob that the Case names, transitively, by its SHA-256
 * ```
 */
import { utf8 } from "../../../src/kernel/bytes.ts"
import type { Crypto } from "../../../src/kernel/ports.ts"
import { ok, type Result } from "../../../src/kernel/result.ts"
import { assembleCase, createBasis } from "../../../src/judge/assemble.ts"
import type { Files } from "../files.ts"
import type { Basis } from "./basis.ts"
import type { JudgedTask } from "./judging.ts"

/** Names of the parts. */
export const CASE_FILE = "case.json"
export const REPORT_FILE = "report.json"
export const BLOBS_FOLDER = "blobs"

/** Writes the Case of a judgement into a folder. Failures: OUTPUT_REFUSED when it was used before, DISK_FULL. */
export async function saveCase(
  folder: string,
  judged: JudgedTask,
  basis: Basis,
  { files, crypto }: { readonly files: Files; readonly crypto: Crypto },
): Promise<Result<void>> {
  const closure = assembleCase(judged.task.input, createBasis(basis, crypto), crypto)
  const made = await files.makeFolder(`${folder}/${BLOBS_FOLDER}`)
  if (!made.ok) return made
  const parts: (readonly [name: string, bytes: Uint8Array])[] = [[CASE_FILE, closure.case]]
  for (const [sha256, bytes] of closure.blobs.entries()) parts.push([`${BLOBS_FOLDER}/${sha256}`, bytes])
  // Last, so that a folder with a Report is whole.
  parts.push([REPORT_FILE, utf8(judged.text)])
  for (const [name, bytes] of parts) {
    const written = await files.create(`${folder}/${name}`, bytes)
    if (!written.ok) return written
  }
  return ok(undefined)
}
