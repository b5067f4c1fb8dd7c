/**
 * TSTInfo (RFC 3161 §2.4.2): what a timestamp authority says.
 *
 * ```text
 * SEQUENCE { version 1, policy, messageImprint { hash, digest }, serialNumber, genTime, accuracy?, ordering?, nonce?, … }
 * ```
 */
import type { HashAlgorithm } from "../kernel/signature-scheme.ts"
import { HASH_BYTES, readDigestAlgorithm } from "./algorithm-identifier.ts"
import { contextPrimitive, contextTag, TAG, type DerReader } from "./der.ts"
import { readFineTime } from "./der-time.ts"

/** The content of a timestamp token. */
export interface TstInfo {
  /** The authority's policy, an OID. */
  readonly policy: string
  /** The digest of what existed at `genTime`; as long as its hash makes it. */
  readonly imprint: { readonly hash: HashAlgorithm; readonly digest: Uint8Array }
  /** Contents octets of the token's serial number. */
  readonly serial: Uint8Array
  /** Whole seconds of genTime since 1970-01-01T00:00:00Z, rounded down. */
  readonly genTimeSeconds: number
  /** Whole milliseconds of that second, rounded down: the instant is less than a millisecond after the two together. */
  readonly genTimeMilliseconds: number
  /** How far genTime may be off to either side; absent: not said. */
  readonly accuracyMicroseconds?: number
  /** Contents octets of the requester's nonce. */
  readonly nonce?: Uint8Array
}

const where = "tstInfo"

/** Accuracy: seconds, and milliseconds and microseconds of 1 to 999. Answers microseconds. */
function readAccuracy(reader: DerReader): number {
  return reader.sequence("accuracy", r => {
    const part = (tag: number, max: number): number => (r.has(tag) ? r.integer("accuracy", max, tag) : 0)
    const seconds = part(TAG.integer, 0x7fffffff)
    return seconds * 1_000_000 + part(contextPrimitive(0), 999) * 1_000 + part(contextPrimitive(1), 999)
  })
}

function readImprint(reader: DerReader): TstInfo["imprint"] {
  return reader.sequence("messageImprint", r => {
    const hash = readDigestAlgorithm(r, "messageImprint")
    const digest = r.content(TAG.octetString, "messageImprint")
    if (digest.length !== HASH_BYTES[hash]) r.fail("messageImprint")
    return { hash, digest }
  })
}

/** Reads a TSTInfo. */
export function readTstInfo(reader: DerReader): TstInfo {
  return reader.sequence(where, r => {
    if (r.integer(where, 1) !== 1) r.fail("tstInfo version")
    const policy = r.oid("policy")
    const imprint = readImprint(r)
    const serial = r.unsigned("serialNumber")
    const { seconds, milliseconds } = readFineTime(r, "genTime")
    const accuracy = r.has(TAG.sequence) ? { accuracyMicroseconds: readAccuracy(r) } : {}
    r.flag("ordering")
    const nonce = r.has(TAG.integer) ? { nonce: r.signed("nonce") } : {}
    // The authority's own name, a hint (§2.4.2: "the actual identification … occurs through the use of the certificate").
    if (r.has(contextTag(0))) r.any("tsa")
    if (r.has(contextTag(1))) r.list(contextTag(1), "extensions", readExtension)
    return {
      policy,
      imprint,
      serial,
      genTimeSeconds: seconds,
      genTimeMilliseconds: milliseconds,
      ...accuracy,
      ...nonce,
    }
  })
}

/** No extension of TSTInfo is understood here, so a critical one is refused (RFC 5280 §4.2). */
function readExtension(list: DerReader): void {
  list.sequence("extensions", r => {
    r.oid("extensions")
    if (r.flag("extensions")) r.fail("extensions")
    r.content(TAG.octetString, "extensions")
  })
}
