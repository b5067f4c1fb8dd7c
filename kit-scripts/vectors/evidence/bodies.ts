/** Bodies of Rekor entries: what was logged, in the canonical JSON of the log. */
import type { HashAlgorithm } from "../../../src/kernel/signature-scheme.ts"
import { utf8 } from "../crypto/derive.ts"
import { digestOf } from "../crypto/curves.ts"
import { base64, hex, pem, type Json } from "./json.ts"
import { sha256 } from "./merkle.ts"

/** Who signed, as an entry names it. */
export interface Verifier {
  readonly kind: "certificate" | "public-key"
  readonly der: Uint8Array
  /** The `PublicKeyDetails` name of the key. */
  readonly details: string
}

/** What goes into a body. */
export interface BodyParts {
  readonly signature: Uint8Array
  readonly verifier: Verifier
  /** What was signed: an artifact, or the pre-authentication encoding of an envelope. */
  readonly signed: Uint8Array
  readonly hash: HashAlgorithm
  /** The digest to log, where it is not that of `signed`. */
  readonly digest?: Uint8Array
  /** Only of envelopes. */
  readonly payload: Uint8Array
  readonly payloadType: string
}

export type EntryKind = "hashedrekord" | "dsse" | "intoto"

const text = (value: Json): Uint8Array => utf8(JSON.stringify(value))
const digest = (parts: BodyParts): Uint8Array => parts.digest ?? digestOf(parts.hash, parts.signed)
const plain = (hash: string, value: Uint8Array): Json => ({ algorithm: hash, value: hex(value) })

function pemOf({ kind, der }: Verifier): string {
  return base64(utf8(pem(kind === "certificate" ? "CERTIFICATE" : "PUBLIC KEY", der)))
}

/** The digest of the envelope as it was uploaded, which nobody keeps. */
const uploaded = (parts: BodyParts): Json => plain("sha256", sha256(parts.payload, parts.signature))

/** Members of a body that a case adds or replaces. */
export type Extra = Readonly<Record<string, Json>>

export function hashedrekord1(parts: BodyParts, extra: Extra = {}): Uint8Array {
  const signature = { content: base64(parts.signature), publicKey: { content: pemOf(parts.verifier) } }
  const data = { hash: plain(parts.hash, digest(parts)) }
  return text({ apiVersion: "0.0.1", kind: "hashedrekord", spec: { data, signature }, ...extra })
}

export function dsse1(parts: BodyParts, extra: Extra = {}): Uint8Array {
  const signatures = [{ signature: base64(parts.signature), verifier: pemOf(parts.verifier) }]
  const payloadHash = plain("sha256", parts.digest ?? sha256(parts.payload))
  const spec = { envelopeHash: uploaded(parts), payloadHash, signatures }
  return text({ apiVersion: "0.0.1", kind: "dsse", spec, ...extra })
}

export function intoto2(parts: BodyParts, extra: Extra = {}): Uint8Array {
  const sig = base64(utf8(base64(parts.signature)))
  const signatures = [{ publicKey: pemOf(parts.verifier), sig }]
  const envelope = { payloadType: parts.payloadType, signatures }
  const payloadHash = plain("sha256", parts.digest ?? sha256(parts.payload))
  const spec = { content: { envelope, hash: uploaded(parts), payloadHash } }
  return text({ apiVersion: "0.0.2", kind: "intoto", spec, ...extra })
}

const PROTO_HASH: Readonly<Record<HashAlgorithm, string>> = {
  sha256: "SHA2_256",
  sha384: "SHA2_384",
  sha512: "SHA2_512",
}

function signature2({ signature, verifier }: BodyParts): Json {
  const rawBytes = { rawBytes: base64(verifier.der) }
  const named = verifier.kind === "certificate" ? { x509Certificate: rawBytes } : { publicKey: rawBytes }
  return { content: base64(signature), verifier: { keyDetails: verifier.details, ...named } }
}

export function hashedrekord2(parts: BodyParts, extra: Extra = {}): Uint8Array {
  const data = { algorithm: PROTO_HASH[parts.hash], digest: base64(digest(parts)) }
  const spec = { hashedRekordV002: { data, signature: signature2(parts) } }
  return text({ apiVersion: "0.0.2", kind: "hashedrekord", spec, ...extra })
}

/** The kind that Rekor v2 no longer takes. */
export function dsse2(parts: BodyParts): Uint8Array {
  const payloadHash = { algorithm: "SHA2_256", digest: base64(sha256(parts.payload)) }
  const spec = { dsseV002: { payloadHash, signatures: [signature2(parts)] } }
  return text({ apiVersion: "0.0.2", kind: "dsse", spec })
}

/** The body that a log of this version makes of an entry of this kind, and the version that the kind then has. */
export function standardBody(
  kind: EntryKind,
  logVersion: 1 | 2,
  parts: BodyParts,
): { readonly body: Uint8Array; readonly kindVersion: string } {
  if (logVersion === 2) return { body: hashedrekord2(parts), kindVersion: "0.0.2" }
  if (kind === "hashedrekord") return { body: hashedrekord1(parts), kindVersion: "0.0.1" }
  if (kind === "dsse") return { body: dsse1(parts), kindVersion: "0.0.1" }
  return { body: intoto2(parts), kindVersion: "0.0.2" }
}
