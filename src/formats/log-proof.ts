/**
 * The log proof that a mirror makes for a Case: inclusion of one leaf in the tree of a checkpoint the mirror holds, and,
 * where asked, the consistency of an older tree with it. Canonical JSON; nothing in it is verified by reading it.
 *
 * ```json
 * {"checkpoint":"<signed note>","hashes":["<hex>",…],"index":"5","kind":"log-proof","leaf":"<hex>",
 *  "log":{"origin":"example.com/log","vkey":"example.com/log+3c9f…"},"size":"12","v":1}
 * ```
 */
import { fromHex } from "../kernel/bytes.ts"
import { canonicalJson } from "../kernel/json.ts"
import type { Fault } from "../kernel/reasons.ts"
import { ok, type Result } from "../kernel/result.ts"
import { decimal, hexDigest, list, oneOf, optional, readDocument, record, text, type Reader } from "./document.ts"
import { LIMITS } from "./limits.ts"

/** Consistency of the tree at `from` with the checkpoint's tree. */
export interface LogProofConsistency {
  readonly from: { readonly size: string; readonly root: string }
  readonly hashes: readonly string[]
}

/** The document as it is written: hashes in hex, sizes and indexes decimal. */
export interface LogProofDocument {
  readonly v: 1
  readonly kind: "log-proof"
  /** Which log, in the mirror's words; a verifier goes by its own trusted keys. */
  readonly log: { readonly origin: string; readonly vkey: string }
  readonly checkpoint: string
  readonly leaf: string
  readonly index: string
  readonly size: string
  readonly hashes: readonly string[]
  readonly consistency?: LogProofConsistency
}

/** A log proof ready for checks. */
export interface LogProof {
  readonly document: LogProofDocument
  readonly checkpoint: string
  readonly leaf: string
  readonly leafHash: Uint8Array
  readonly index: bigint
  readonly hashes: readonly Uint8Array[]
}

const hashes = list(hexDigest, LIMITS.proofHashes)

const readLogProof: Reader<LogProofDocument> = record({
  v: oneOf(1),
  kind: oneOf("log-proof"),
  log: record({ origin: text(), vkey: text(8192) }),
  checkpoint: text(LIMITS.noteBytes),
  leaf: hexDigest,
  index: decimal,
  size: decimal,
  hashes,
  consistency: optional(record({ from: record({ size: decimal, root: hexDigest }), hashes })),
})

function fromHexDigest(hex: string): Uint8Array {
  return fromHex(hex) as Uint8Array
}

/** Parses a log proof. */
export function parseLogProof(bytes: Uint8Array): Result<LogProof, Fault> {
  const parsed = readDocument(bytes, readLogProof, { maxBytes: 2 * LIMITS.noteBytes })
  if (!parsed.ok) return parsed
  const document = parsed.value
  return ok({
    document,
    checkpoint: document.checkpoint,
    leaf: document.leaf,
    leafHash: fromHexDigest(document.leaf),
    index: BigInt(document.index),
    hashes: document.hashes.map(fromHexDigest),
  })
}

/** The canonical text of a log proof. */
export function printLogProof(document: LogProofDocument): string {
  return canonicalJson(document)
}
