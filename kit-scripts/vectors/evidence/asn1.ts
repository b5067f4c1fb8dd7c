/** The ASN.1 of certificates and timestamp tokens, over the DER writer of the signature vectors. */
import { oid, sequence, tlv } from "../crypto/der.ts"
import { utf8 } from "../crypto/derive.ts"

type Bytes = Uint8Array | readonly number[]

export const TRUE = Uint8Array.of(1, 1, 0xff)

export const octetString = (...parts: readonly Bytes[]): Uint8Array => tlv(0x04, ...parts)
export const set = (...parts: readonly Bytes[]): Uint8Array => tlv(0x31, ...parts)
export const utf8String = (text: string): Uint8Array => tlv(0x0c, utf8(text))
/** EXPLICIT, or IMPLICIT of a constructed type: `[n]`. */
export const tagged = (n: number, ...parts: readonly Bytes[]): Uint8Array => tlv(0xa0 | n, ...parts)
/** IMPLICIT of a primitive type: `[n]`. */
export const primitive = (n: number, ...parts: readonly Bytes[]): Uint8Array => tlv(0x80 | n, ...parts)

/** SET OF in DER: the encodings in ascending order (X.690 §11.6). */
export function setOf(tag: number, ...elements: readonly Uint8Array[]): Uint8Array {
  return tlv(tag, ...elements.toSorted((a, b) => Buffer.compare(a, b)))
}

/** `YYYYMMDDHHMMSSZ` of epoch seconds. */
function digits(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/[-:T]|\.\d{3}/g, "")
}

/** Time of a certificate: UTCTime, whose two-digit years reach to 2049 (RFC 5280 §4.1.2.5). */
export const time = (seconds: number): Uint8Array => tlv(0x17, utf8(digits(seconds).slice(2)))
export const generalizedTime = (seconds: number): Uint8Array => tlv(0x18, utf8(digits(seconds)))

const ORGANIZATION = "2.5.4.10"
const COMMON_NAME = "2.5.4.3"

/** Name with an organization and a common name; empty without either. */
export function name(organization?: string, commonName?: string): Uint8Array {
  const rdn = (type: string, text: string | undefined): Uint8Array =>
    text === undefined ? new Uint8Array() : set(sequence(oid(type), utf8String(text)))
  return sequence(rdn(ORGANIZATION, organization), rdn(COMMON_NAME, commonName))
}

/** BIT STRING of named bits (X.680 §22.7): bit 0 is the first, zeros at the end are left away. */
export function namedBits(...bits: readonly number[]): Uint8Array {
  const last = Math.max(...bits)
  const octets = new Uint8Array(Math.floor(last / 8) + 1)
  for (const bit of bits) octets[bit >> 3] = (octets[bit >> 3] ?? 0) | (0x80 >> (bit & 7))
  return tlv(0x03, [7 - (last & 7)], octets)
}
