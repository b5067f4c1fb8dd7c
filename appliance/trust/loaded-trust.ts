/** A Trust document with the bytes it names: what a Case needs of trust. */
import type { Ref } from "../../src/formats/case.ts"
import { splitJsonDocuments } from "../../src/formats/json-lines.ts"
import { printTrust, type Trust } from "../../src/formats/trust.ts"
import { parseTrustedRoots } from "../../src/formats/trusted-root.ts"
import { copyBytes, toHex, utf8 } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"

export interface LoadedTrust {
  readonly trust: Trust
  /** The canonical Trust document: its digest and its bytes. */
  readonly ref: Ref
  readonly document: Uint8Array
  /** The exact bytes of the trusted roots, in the document's order. */
  readonly roots: readonly Uint8Array[]
  /** The document and every trusted root it names, by SHA-256 in hex. */
  readonly blobs: ReadonlyMap<string, Uint8Array>
}

type Hash = Pick<Crypto, "hash">

/** Names bytes by their digest. */
export function refOf(bytes: Uint8Array, crypto: Hash): Ref {
  return { sha256: toHex(crypto.hash("sha256", bytes)), bytes: bytes.length }
}

/** Everything of a Trust document but the roots, which are given as bytes. */
export type TrustFields = Omit<Trust, "v" | "roots">

/** Makes the document over trusted roots that have been parsed already. */
export function trustOver(roots: readonly Uint8Array[], fields: TrustFields, crypto: Hash): LoadedTrust {
  const refs = roots.map(bytes => refOf(bytes, crypto))
  const trust: Trust = { ...fields, v: 1, roots: refs }
  const document = utf8(printTrust(trust))
  const ref = refOf(document, crypto)
  const blobs = new Map([...refs.map((r, i) => [r.sha256, roots[i] as Uint8Array] as const), [ref.sha256, document]])
  return { trust, ref, document, roots, blobs }
}

/** The same trust with other keys; roots and dates stay. */
export function withKeys(loaded: LoadedTrust, keys: Trust["keys"], crypto: Hash): LoadedTrust {
  return trustOver(loaded.roots, { ...loaded.trust, keys }, crypto)
}

/**
 * The documents of a trusted_root.json, or of JSON Lines of several, each with its exact bytes. A document given twice
 * counts once. Fails with TRUST_MALFORMED; `name` says in the message which file.
 */
export function rootDocuments(name: string, bytes: Uint8Array): Result<readonly Uint8Array[]> {
  const parsed = parseTrustedRoots(bytes)
  if (parsed.ok) return ok(distinct(splitJsonDocuments(bytes)))
  const { reason, where } = parsed.error
  return err(new StellaError("TRUST_MALFORMED", `${name}: ${reason} at ${where}`, { path: name, reason, where }))
}

function distinct(documents: Iterable<Uint8Array>): readonly Uint8Array[] {
  const seen = new Map<string, Uint8Array>()
  for (const document of documents) {
    const key = toHex(document)
    if (!seen.has(key)) seen.set(key, copyBytes(document))
  }
  return [...seen.values()]
}
