/**
 * The evidence documents in files and folders: one a file, one a line in JSON Lines, several in a Google Cloud Build
 * description. Reading is streamed, so a file of many gigabytes of lines is no more than its longest line.
 */
import { splitJsonDocuments } from "../../src/formats/evidence.ts"
import { isGcbDocument, parseGcb } from "../../src/formats/gcb.ts"
import { LIMITS } from "../../src/formats/limits.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { Files } from "./files.ts"

/** One document with its place: the file, and its line or number in it when there are several. */
export interface EvidenceDocument {
  readonly file: string
  readonly line: number | null
  readonly bytes: Uint8Array
}

/** A place that could not be read. */
export interface UnreadableDocument {
  readonly file: string
  readonly line: number | null
  readonly error: StellaError
}

/** Names that evidence has in folders; a file that is named by itself may be called anything. */
const EVIDENCE_NAME = /\.(json|jsonl|sigstore|attestation)$/

async function* documentsOf(
  file: string,
  line: number | null,
  bytes: Uint8Array,
): AsyncGenerator<EvidenceDocument | UnreadableDocument> {
  if (!isGcbDocument(bytes)) {
    yield { file, line, bytes }
    return
  }
  const parsed = parseGcb(bytes)
  if (!parsed.ok) {
    const { reason, where } = parsed.error
    yield {
      file,
      line,
      error: new StellaError("EVIDENCE_MALFORMED", `${reason} at ${where}`, { reason, where }),
    }
    return
  }
  let number = 0
  for (const { envelope } of parsed.value) yield { file, line: ++number, bytes: envelope }
}

/** The documents of one file. */
export async function* documentsInFile(
  file: string,
  files: Files,
  signal: AbortSignal,
): AsyncGenerator<EvidenceDocument | UnreadableDocument> {
  if (file.endsWith(".jsonl")) {
    for await (const line of files.lines(file, LIMITS.evidenceBytes, signal))
      if (line.ok) yield* documentsOf(file, line.value.number, line.value.bytes)
      else yield { file, line: null, error: line.error }
    return
  }
  const read = await files.read(file, LIMITS.evidenceBytes)
  if (!read.ok) {
    yield { file, line: null, error: read.error }
    return
  }
  const documents = [...splitJsonDocuments(read.value)]
  let number = 0
  for (const bytes of documents) yield* documentsOf(file, documents.length === 1 ? null : ++number, bytes)
}

/** The documents of files and folders, in the order they are named; folders in byte order, by the names evidence has. */
export async function* evidenceDocuments(
  paths: readonly string[],
  files: Files,
  signal: AbortSignal,
): AsyncGenerator<EvidenceDocument | UnreadableDocument> {
  for (const path of paths) {
    signal.throwIfAborted()
    if ((await files.kind(path)) !== "folder") {
      yield* documentsInFile(path, files, signal)
      continue
    }
    for await (const file of files.walk(path, signal))
      if (!file.ok) yield { file: path, line: null, error: file.error }
      else if (EVIDENCE_NAME.test(file.value)) yield* documentsInFile(file.value, files, signal)
  }
}
