/**
 * Does the signature hold over what it is said to be over? For an envelope that is the DSSE pre-authentication encoding
 * of the exact payload bytes; for a message bundle the artifact, known by its digests and, where pure Ed25519 or speed
 * ask for it, by its bytes. Schemes come from the algorithm registry; a provider never picks a digest.
 */
import { fromHex } from "../kernel/bytes.ts"
import type { Crypto } from "../kernel/ports.ts"
import type { Reason } from "../kernel/reasons.ts"
import type { HashAlgorithm, PublicKey, SignatureScheme, SignedData } from "../kernel/signature-scheme.ts"
import { HASH_BYTES } from "../formats/algorithm-identifier.ts"
import { allowedSchemes, prehashOf } from "../formats/algorithm-registry.ts"
import { checkSignature, p1363ToDer } from "../formats/signature.ts"
import type { TrustedKey } from "./prepared-trust.ts"

/** What was signed: the bytes themselves, or an artifact by its digests (and bytes, where they are embedded). */
export type SignedContent =
  | {
      readonly kind: "dsse"
      readonly pae: Uint8Array
      readonly payload: Uint8Array
      /** Digest of either, computed once however many log entries ask for it. */
      digest(of: "pae" | "payload", hash: HashAlgorithm): Uint8Array
    }
  | {
      readonly kind: "message"
      readonly digests: Readonly<Record<string, string>>
      readonly bytes: Uint8Array | undefined
      /** The hash that the bundle or its log entry says was signed; undefined: nothing says. */
      readonly hash: HashAlgorithm | undefined
    }

/** A signature that holds, with the scheme it holds under, or the reason why none was found to. */
export type SignatureResult =
  | { readonly outcome: "valid"; readonly scheme: SignatureScheme }
  | { readonly outcome: "fail" | "skip"; readonly reason: Reason }

/** Checks a signature under one key, trying the schemes given in order. */
export async function checkContent(
  content: SignedContent,
  signature: Uint8Array,
  key: PublicKey,
  schemes: readonly SignatureScheme[],
  crypto: Crypto,
): Promise<SignatureResult> {
  let encoding = false
  let mismatch = false
  let missing: Reason | undefined
  for (const scheme of schemes) {
    const data = dataFor(content, scheme)
    if (typeof data === "string") {
      missing ??= data
      continue
    }
    const outcome = await checkSignature(crypto, { scheme, key, signature, data })
    if (outcome === "valid") return { outcome: "valid", scheme }
    if (outcome === "encoding") encoding = true
    if (outcome === "mismatch") mismatch = true
  }
  // A scheme that could not be tried may be the one that was signed with: nothing is known against the signature.
  if (missing !== undefined) return { outcome: "skip", reason: missing }
  if (mismatch) return { outcome: "fail", reason: "signature-mismatch" }
  return { outcome: "fail", reason: encoding ? "signature-encoding" : "algorithm-unsupported" }
}

/** The registry's schemes for a certificate's key that go with what the evidence says about the hash. */
export function schemesFor(key: PublicKey, content: SignedContent): readonly SignatureScheme[] {
  const allowed = allowedSchemes(key)
  if (content.kind === "dsse" || content.hash === undefined) return allowed
  // Pure Ed25519 names no hash: a log entry of it states a digest all the same.
  return allowed.filter(scheme => (prehashOf(scheme) ?? content.hash) === content.hash)
}

/** The data a scheme needs, or the reason why it cannot be had. */
function dataFor(content: SignedContent, scheme: SignatureScheme): SignedData | Reason {
  if (content.kind === "dsse") return { message: content.pae }
  if (content.bytes !== undefined) return { message: content.bytes }
  const hash = prehashOf(scheme)
  if (hash === undefined) return "artifact-bytes-needed"
  const written = content.digests[hash]
  const digest = written === undefined ? undefined : fromHex(written)
  if (digest?.length !== HASH_BYTES[hash])
    return Object.keys(content.digests).length === 0 ? "artifact-missing" : "digest-algorithm-missing"
  return { digest }
}

/** Checks a signature under the keys trusted by themselves; each signs with the one scheme its entry names. */
export async function checkUnderKeys(
  content: SignedContent,
  signature: Uint8Array,
  keys: readonly TrustedKey[],
  crypto: Crypto,
): Promise<{ readonly result: SignatureResult; readonly key?: TrustedKey }> {
  if (keys.length === 0) return { result: { outcome: "skip", reason: "key-missing" } }
  let worst: SignatureResult = { outcome: "fail", reason: "signature-encoding" }
  for (const key of keys) {
    const encoded = inDer(signature, key)
    if (encoded === undefined) continue
    const result = await checkContent(content, encoded, key.key, key.schemes, crypto)
    if (result.outcome === "valid") return { result, key }
    if (result.outcome === "skip" || worst.reason === "signature-encoding") worst = result
  }
  return { result: worst }
}

/** IEEE P1363 signatures are read only for keys whose entry says that this key writes them. */
function inDer(signature: Uint8Array, key: TrustedKey): Uint8Array | undefined {
  if (key.encoding === "der" || key.key.kind !== "ec") return signature
  return p1363ToDer(key.key.curve, signature)
}

/**
 * Old Google Cloud Build keys signed the payload instead of the DSSE encoding. Such a signature says nothing about the
 * payload type, so it is refused; it is recognised only to tell the operator what is wrong.
 */
export async function signsRawPayload(
  payload: Uint8Array,
  signature: Uint8Array,
  keys: readonly TrustedKey[],
  crypto: Crypto,
): Promise<boolean> {
  for (const key of keys) {
    const encoded = inDer(signature, key)
    for (const scheme of encoded === undefined ? [] : key.schemes) {
      const request = { scheme, key: key.key, signature: encoded as Uint8Array, data: { message: payload } }
      if ((await checkSignature(crypto, request)) === "valid") return true
    }
  }
  return false
}
