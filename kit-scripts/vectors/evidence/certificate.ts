/** X.509 certificates, put together so that every part can be left out or made wrong. */
import type { HashAlgorithm } from "../../../src/kernel/signature-scheme.ts"
import { bitString, integer, oid, sequence } from "../crypto/der.ts"
import { toNumber, utf8 } from "../crypto/derive.ts"
import { namedBits, octetString, primitive, tagged, time, TRUE, utf8String } from "./asn1.ts"
import { signatureAlgorithm, type Key } from "./keys.ts"
import { sha256 } from "./merkle.ts"

export interface CertificateSpec {
  /** What the serial number is derived from. */
  readonly serial: string
  /** Names in DER. */
  readonly issuer: Uint8Array
  readonly subject: Uint8Array
  /** Epoch seconds, both inclusive. */
  readonly notBefore: number
  readonly notAfter: number
  readonly spki: Uint8Array
  /** Extensions in DER, in order. */
  readonly extensions: readonly Uint8Array[]
  readonly signer: Key
  readonly hash?: HashAlgorithm
  /** The algorithm named outside, where it is not the one inside. */
  readonly outerAlgorithm?: Uint8Array
}

/** The TBSCertificate (RFC 5280 §4.1). */
export function tbsCertificate(spec: CertificateSpec): Uint8Array {
  return sequence(
    tagged(0, integer(2n)),
    integer(serialNumber(spec.serial)),
    signatureAlgorithm(spec.signer, spec.hash),
    spec.issuer,
    sequence(time(spec.notBefore), time(spec.notAfter)),
    spec.subject,
    spec.spki,
    tagged(3, sequence(...spec.extensions)),
  )
}

/** Positive, and always of 20 octets: its two top bits are 01. */
export function serialNumber(label: string): bigint {
  return (toNumber(sha256(utf8(label)).subarray(0, 20)) & (2n ** 158n - 1n)) | (1n << 158n)
}

export function certificate(spec: CertificateSpec): Uint8Array {
  const tbs = tbsCertificate(spec)
  const options = spec.hash === undefined ? {} : { hash: spec.hash }
  const algorithm = spec.outerAlgorithm ?? signatureAlgorithm(spec.signer, spec.hash)
  return sequence(tbs, algorithm, bitString(spec.signer.sign(tbs, options)))
}

export const CODE_SIGNING = "1.3.6.1.5.5.7.3.3"
export const TIME_STAMPING = "1.3.6.1.5.5.7.3.8"
export const SERVER_AUTH = "1.3.6.1.5.5.7.3.1"
export const ANY_USAGE = "2.5.29.37.0"
export const DIGITAL_SIGNATURE = 0
export const KEY_CERT_SIGN = 5
const CRL_SIGN = 6
const FULCIO = "1.3.6.1.4.1.57264.1."

/** Extension (RFC 5280 §4.1): critical has the default FALSE, which DER leaves away. */
export function extension(type: string, value: Uint8Array, critical = false): Uint8Array {
  return sequence(oid(type), critical ? TRUE : [], octetString(value))
}

export const basicConstraints = (ca: boolean, pathLength?: number, critical = true): Uint8Array =>
  extension(
    "2.5.29.19",
    sequence(ca ? TRUE : [], pathLength === undefined ? [] : integer(BigInt(pathLength))),
    critical,
  )
export const keyUsage = (...bits: readonly number[]): Uint8Array => extension("2.5.29.15", namedBits(...bits), true)
export const caKeyUsage = (): Uint8Array => keyUsage(KEY_CERT_SIGN, CRL_SIGN)
export const extendedKeyUsage = (usages: readonly string[], critical = false): Uint8Array =>
  extension("2.5.29.37", sequence(...usages.map(oid)), critical)
export const subjectKeyId = (spki: Uint8Array): Uint8Array =>
  extension("2.5.29.14", octetString(sha256(spki).subarray(0, 20)))
export const authorityKeyId = (spki: Uint8Array): Uint8Array =>
  extension("2.5.29.35", sequence(primitive(0, sha256(spki).subarray(0, 20))))

/** A name of a signer. */
export type San = { readonly type: "uri" | "email" | "dns" | "other"; readonly value: string }

function generalName({ type, value }: San): Uint8Array {
  if (type === "email") return primitive(1, utf8(value))
  if (type === "dns") return primitive(2, utf8(value))
  if (type === "uri") return primitive(6, utf8(value))
  return tagged(0, oid(`${FULCIO}7`), tagged(0, utf8String(value)))
}

export const subjectAltName = (names: readonly San[], critical = true): Uint8Array =>
  extension("2.5.29.17", sequence(...names.map(generalName)), critical)

/** Fulcio's extension with this number: the first six hold bare text, later ones a UTF8String. */
export const fulcio = (n: number, text: string): Uint8Array =>
  extension(`${FULCIO}${String(n)}`, n <= 6 ? utf8(text) : utf8String(text))

export const SCT_LIST = "1.3.6.1.4.1.11129.2.4.2"
