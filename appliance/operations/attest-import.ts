/**
 * `attest import`: brings evidence into a store, byte for byte. What no parser accepts is named and left out; the rest
 * is committed at once, with the audit record.
 */
import { LIMITS } from "../../src/formats/limits.ts"
import { toHex } from "../../src/kernel/bytes.ts"
import { unwrap } from "../../src/kernel/result.ts"
import type { Import } from "../../ui/contract/operations/attest.ts"
import type { EvidenceInput } from "../store/evidence-store.ts"
import type { SiteContext, StreamHandler } from "./context.ts"
import { evidenceDocuments, type EvidenceDocument } from "./evidence-documents.ts"
import { digestNames, mediaTypeOf, readEvidence, statementOf } from "./evidence-view.ts"

type Output = Import["output"]
type ResultOf = Extract<Output, { type: "result" }>

/** The bytes of a batch before it is written; it bounds the memory of an import. */
const BATCH_BYTES = LIMITS.evidenceBytes

/** What the store's index says of a document, or the fault for which it is left out. */
function toInput(document: EvidenceDocument, importedAt: Date): EvidenceInput | { readonly refused: string } {
  const read = readEvidence(document.bytes)
  if (!read.ok) return { refused: `${read.error.reason}${read.error.where === "" ? "" : ` at ${read.error.where}`}` }
  const { form, items } = read.value
  const subjects: string[] = []
  const predicateTypes: string[] = []
  for (const item of items) {
    const statement = statementOf(item)
    if (statement?.ok === true) {
      predicateTypes.push(statement.value.predicateType)
      for (const subject of statement.value.subjects) subjects.push(...digestNames(subject.digest))
    }
    const { content } = item
    if (content.kind === "message" && content.digest !== undefined)
      subjects.push(`${content.digest.hash}:${toHex(content.digest.digest)}`)
  }
  return {
    bytes: document.bytes,
    form,
    items: items.length,
    mediaType: mediaTypeOf(form, document.bytes),
    subjects,
    predicateTypes,
    importedAt,
    source: document.file,
  }
}

export const attestImport: StreamHandler<Import["input"], Output, SiteContext> = async function* (input, context) {
  const { site, crypto, files, signal, now } = context
  const seen = new Set<string>()
  const counts = { added: 0, known: 0, rejected: 0, total: 0 }
  let batch: EvidenceInput[] = []
  let batchBytes = 0
  const flush = async (): Promise<void> => {
    const staged = unwrap(await site.evidence.stage(batch))
    context.stage(staged.changes)
    batch = []
    batchBytes = 0
  }
  const isKnown = async (sha256: string): Promise<boolean> => {
    if (seen.has(sha256)) return true
    seen.add(sha256)
    const record = await site.evidence.record(sha256)
    if (!record.ok && record.error.code !== "EVIDENCE_MISSING") throw record.error
    return record.ok
  }
  for await (const document of evidenceDocuments(input.files, files, signal)) {
    counts.total++
    const { file, line } = document
    const base: ResultOf = {
      v: 1,
      type: "result",
      code: null,
      message: null,
      file,
      line,
      sha256: null,
      form: null,
      known: false,
    }
    if ("error" in document) {
      counts.rejected++
      yield { ...base, code: document.error.code, message: document.error.message }
      continue
    }
    const read = toInput(document, now)
    if ("refused" in read) {
      counts.rejected++
      yield { ...base, code: "EVIDENCE_MALFORMED", message: read.refused }
      continue
    }
    const sha256 = toHex(crypto.hash("sha256", read.bytes))
    const known = await isKnown(sha256)
    if (known) counts.known++
    else {
      counts.added++
      batch.push(read)
      batchBytes += read.bytes.length
      if (batchBytes >= BATCH_BYTES) await flush()
    }
    yield { ...base, sha256, form: read.form, known }
    yield { v: 1, type: "progress", done: counts.total, unit: "items" }
  }
  await flush()
  const { rejected, total } = counts
  const message = rejected === 0 ? null : `${String(rejected)} of ${String(total)} documents were rejected`
  yield { v: 1, type: "summary", code: rejected === 0 ? null : "FINDINGS", message, ...counts }
}
