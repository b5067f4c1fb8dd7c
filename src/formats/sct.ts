/**
 * Signed certificate timestamps (RFC 6962 §3.2, §3.3) as a certificate carries them: a TLS-encoded list, each element
 *
 * ```text
 * 00 | log id (32) | timestamp ms (8) | extensions length (2) … | hash (1) | signature algorithm (1) | length (2) …
 * ```
 *
 * Extensions are kept and signed over: a static CT log puts the leaf index there.
 */
import { concatBytes } from "../kernel/bytes.ts"
import type { Fault } from "../kernel/reasons.ts"
import { err, ok, type Result } from "../kernel/result.ts"
import type { PublicKey, SignatureScheme } from "../kernel/signature-scheme.ts"
import { schemeFor } from "./algorithm-registry.ts"
import { LIMITS } from "./limits.ts"

/** One SCT of version 1. Nothing in it is verified. */
export interface SignedCertificateTimestamp {
  /** SHA-256 of the log's SubjectPublicKeyInfo. */
  readonly logId: Uint8Array
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly timestampMs: bigint
  readonly extensions: Uint8Array
  /** TLS HashAlgorithm and SignatureAlgorithm (RFC 5246 §7.4.1.4.1). */
  readonly hash: number
  readonly signatureAlgorithm: number
  readonly signature: Uint8Array
}

const HEADER_BYTES = 1 + 32 + 8
const TLS_SHA256 = 4
const TLS_RSA = 1
const TLS_ECDSA = 3

/** An element that starts with its 16-bit length, or undefined when there is not all of it. */
function vector(bytes: Uint8Array, at: number): Uint8Array | undefined {
  const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
  return at + 2 + length <= bytes.length ? bytes.subarray(at + 2, at + 2 + length) : undefined
}

function parseSct(bytes: Uint8Array): SignedCertificateTimestamp | undefined {
  // sct_version v1 is 0; a later version would have a layout of its own.
  if (bytes[0] !== 0) return undefined
  const extensions = vector(bytes, HEADER_BYTES)
  if (extensions === undefined) return undefined
  const at = HEADER_BYTES + 2 + extensions.length
  const signature = vector(bytes, at + 2)
  if (signature === undefined || at + 4 + signature.length !== bytes.length) return undefined
  return {
    logId: bytes.subarray(1, 33),
    timestampMs: new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getBigUint64(33),
    extensions,
    hash: bytes[at] as number,
    signatureAlgorithm: bytes[at + 1] as number,
    signature,
  }
}

/**
 * Parses the content of a certificate's SCT extension (`Certificate.sctList`).
 * @returns the SCTs in order, at least one; `sct-invalid`, or `too-large` for more than `LIMITS.scts`
 */
export function parseSctList(list: Uint8Array): Result<readonly SignedCertificateTimestamp[], Fault> {
  const body = vector(list, 0)
  if (body?.length !== list.length - 2 || body.length === 0) return err({ reason: "sct-invalid", where: "sctList" })
  const scts: SignedCertificateTimestamp[] = []
  for (let at = 0; at < body.length;) {
    const where = `sct/${String(scts.length)}`
    if (scts.length === LIMITS.scts) return err({ reason: "too-large", where })
    const bytes = vector(body, at)
    const sct = bytes === undefined ? undefined : parseSct(bytes)
    if (bytes === undefined || sct === undefined) return err({ reason: "sct-invalid", where })
    scts.push(sct)
    at += 2 + bytes.length
  }
  return ok(scts)
}

/** The scheme of the SCT's signature by this log key; undefined for anything but SHA-256 with the key's own algorithm. */
export function sctScheme(sct: SignedCertificateTimestamp, key: PublicKey): SignatureScheme | undefined {
  if (sct.hash !== TLS_SHA256) return undefined
  if (sct.signatureAlgorithm === TLS_ECDSA) return schemeFor({ kind: "ecdsa", hash: "sha256" }, key)
  if (sct.signatureAlgorithm === TLS_RSA) return schemeFor({ kind: "rsa-pkcs1", hash: "sha256" }, key)
  return undefined
}

/**
 * The bytes a log signed for a precertificate (RFC 6962 §3.2, entry type precert_entry).
 * @param issuerKeyHash - SHA-256 of the issuing CA's SubjectPublicKeyInfo
 * @param precertTbs - what `Certificate.precertTbs` gives
 */
export function sctSignedBytes(
  sct: SignedCertificateTimestamp,
  issuerKeyHash: Uint8Array,
  precertTbs: Uint8Array,
): Uint8Array {
  // version v1 · signature_type certificate_timestamp · timestamp · entry_type precert_entry
  const header = new Uint8Array(12)
  new DataView(header.buffer).setBigUint64(2, sct.timestampMs)
  header[11] = 1
  const n = precertTbs.length
  const e = sct.extensions.length
  return concatBytes(
    header,
    issuerKeyHash,
    Uint8Array.of(n >> 16, n >> 8, n),
    precertTbs,
    Uint8Array.of(e >> 8, e),
    sct.extensions,
  )
}
