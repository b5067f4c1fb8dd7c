/**
 * Transparency log proofs (c2sp.org/tlog-proof), the files called `.tlog-proof`:
 *
 * ```text
 * c2sp.org/tlog-proof@v1\n
 * extra YWdlLXYxLjIuMS1…\n          optional, opaque and not authenticated by anything
 * index 73894\n
 * gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=\n     inclusion proof, leaf's sibling first
 * \n
 * example.com/fancylog\n109482\n…    the checkpoint, verbatim
 * ```
 *
 * The checkpoint is kept as text here; `parseCheckpoint` reads it.
 */
import { fromBase64, fromUtf8, toBase64 } from "../kernel/bytes.ts"
import type { Fault, Reason } from "../kernel/reasons.ts"
import { err, ok, type Result } from "../kernel/result.ts"
import { parseTreeSize } from "./checkpoint.ts"
import { LIMITS } from "./limits.ts"

/** A parsed proof. */
export interface TlogProof {
  /** Opaque data of the application. Nothing authenticates it. */
  readonly extra?: Uint8Array
  /** Index of the entry, at most 2^63 - 1. */
  readonly index: bigint
  /** Inclusion proof, 32 bytes each. */
  readonly hashes: readonly Uint8Array[]
  /** The checkpoint, verbatim and not yet parsed. */
  readonly checkpoint: string
}

const HEADER = "c2sp.org/tlog-proof@v1"

function fault(reason: Reason, where: string): { readonly ok: false; readonly error: Fault } {
  return err({ reason, where })
}

/** Parses a proof. Faults: `too-large`, `utf8-invalid`, `field-missing`, `field-invalid`, `base64-invalid`. */
export function parseTlogProof(input: string | Uint8Array): Result<TlogProof, Fault> {
  if (input.length > LIMITS.noteBytes) return fault("too-large", "tlogProof")
  const text = typeof input === "string" ? input : fromUtf8(input)
  if (text?.isWellFormed() !== true) return fault("utf8-invalid", "tlogProof")
  const end = text.indexOf("\n\n")
  if (end < 0) return fault("field-missing", "tlogProof.checkpoint")
  const lines = text.slice(0, end).split("\n")
  if (lines.shift() !== HEADER) return fault("field-invalid", "tlogProof.header")
  let extra: Uint8Array | undefined
  if (lines[0]?.startsWith("extra ") === true) {
    extra = fromBase64(lines[0].slice("extra ".length))
    if (extra === undefined) return fault("base64-invalid", "tlogProof.extra")
    lines.shift()
  }
  const index = lines.shift()
  if (index?.startsWith("index ") !== true) return fault("field-missing", "tlogProof.index")
  const parsedIndex = parseTreeSize(index.slice("index ".length))
  if (parsedIndex === undefined) return fault("field-invalid", "tlogProof.index")
  if (lines.length > LIMITS.proofHashes) return fault("too-large", "tlogProof.hashes")
  const hashes: Uint8Array[] = []
  for (const [i, line] of lines.entries()) {
    const hash = fromBase64(line)
    if (hash?.length !== 32) return fault("base64-invalid", `tlogProof.hashes[${i}]`)
    hashes.push(hash)
  }
  const checkpoint = text.slice(end + 2)
  return ok({ ...(extra === undefined ? {} : { extra }), index: parsedIndex, hashes, checkpoint })
}

/** Prints a proof: the exact inverse of `parseTlogProof`. */
export function printTlogProof(proof: TlogProof): string {
  const lines = [
    HEADER,
    ...(proof.extra === undefined ? [] : [`extra ${toBase64(proof.extra)}`]),
    `index ${proof.index.toString()}`,
    ...proof.hashes.map(toBase64),
  ]
  return `${lines.join("\n")}\n\n${proof.checkpoint}`
}
