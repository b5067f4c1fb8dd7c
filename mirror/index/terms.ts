/**
 * What an entry can be found by, besides its leaf hash: what its body says, as the parsers of `src/formats` read it.
 *
 * | term       | is                                                                                     |
 * | ---------- | -------------------------------------------------------------------------------------- |
 * | `digest`   | of the signed bytes: an artifact, or the pre-authentication encoding of an envelope    |
 * | `payload`  | digest of an envelope's payload, of entries that name it                               |
 * | `identity` | a subject alternative name of a certificate                                            |
 * | `issuer`   | who vouched for that identity: Fulcio's claim 8, or the older claim 1                  |
 * | `key`      | SHA-256 of a SubjectPublicKeyInfo, bare or of a certificate                            |
 *
 * An entry that no parser takes has no terms. Nothing here is verified but that the log holds these bytes.
 */
import { parseCertificate } from "../../src/formats/certificate.ts"
import type { Digest } from "../../src/formats/hash-names.ts"
import { parseEntryBody, type EntryBody, type EntryVerifier } from "../../src/formats/rekor-entry.ts"
import { concatBytes, toHex, utf8 } from "../../src/kernel/bytes.ts"
import type { Crypto } from "../../src/kernel/ports.ts"

/** The kinds of terms; the number is what separates their hashes, and stays. */
export const TERM_KINDS = { digest: 1, payload: 2, identity: 3, issuer: 4, key: 5 } as const
/** The name of a kind. */
export type TermKind = keyof typeof TERM_KINDS

/** A term: digests are `sha256:<hex>` and so on, keys 64 hexadecimal digits, the others text as it stands in a certificate. */
export interface Term {
  readonly kind: TermKind
  readonly value: string
}

/** What an entry is, and what it can be found by. */
export interface EntryTerms {
  /** `hashedrekord 0.0.2`; undefined for an entry that no parser takes. */
  readonly kind: string | undefined
  readonly terms: readonly Term[]
}

/** SHA-256 over the kind's number and the value: a posting begins with its first 8 bytes. */
export function termHash(crypto: Pick<Crypto, "hash">, { kind, value }: Term): Uint8Array {
  return crypto.hash("sha256", concatBytes(Uint8Array.of(TERM_KINDS[kind]), utf8(value)))
}

/** The value of a `digest` or `payload` term. */
export function digestTerm({ hash, digest }: Digest): string {
  return `${hash}:${toHex(digest)}`
}

function termsOfVerifier(crypto: Pick<Crypto, "hash">, { kind, der }: EntryVerifier): Term[] {
  const key = (spki: Uint8Array): Term => ({ kind: "key", value: toHex(crypto.hash("sha256", spki)) })
  if (kind === "public-key") return [key(der)]
  const certificate = parseCertificate(der)
  if (!certificate.ok) return []
  const { san, fulcio, spki } = certificate.value
  const issuer = fulcio["8"] ?? fulcio["1"]
  return [
    ...(san?.names ?? []).map((name): Term => ({ kind: "identity", value: name.value })),
    ...(issuer === undefined ? [] : [{ kind: "issuer", value: issuer } as const]),
    key(spki),
  ]
}

function termsOfBody(crypto: Pick<Crypto, "hash">, body: EntryBody): Term[] {
  const digest: Term = { kind: body.digestOf === "payload" ? "payload" : "digest", value: digestTerm(body.digest) }
  return [digest, ...body.signatures.flatMap(signature => termsOfVerifier(crypto, signature.verifier))]
}

const NO_TERMS: EntryTerms = { kind: undefined, terms: [] }
const BRACE = 0x7b

/** Most terms of an entry: a certificate may name thousands, and an index must not be filled by one. */
export const MOST_TERMS = 1024

/** The terms of an entry, without repetitions; the first `MOST_TERMS` of them. */
export function termsOfEntry(crypto: Pick<Crypto, "hash">, entry: Uint8Array): EntryTerms {
  // Rekor logs canonical JSON; entries of other logs are told by their first byte.
  if (entry[0] !== BRACE) return NO_TERMS
  const body = parseEntryBody(entry)
  if (!body.ok) return NO_TERMS
  const terms = new Map(termsOfBody(crypto, body.value).map(term => [`${term.kind} ${term.value}`, term]))
  return { kind: `${body.value.kind} ${body.value.version}`, terms: [...terms.values()].slice(0, MOST_TERMS) }
}
