/**
 * Certificate extensions (RFC 5280 §4.2, RFC 6962 §3.3, Fulcio's own). Each is taken apart into what checks ask for; a
 * critical one that is not understood here is reported, and the certificate is then of no use to anybody (§4.2: "MUST
 * reject the certificate if it encounters a critical extension it does not recognize").
 */
import { toHex } from "../kernel/bytes.ts"
import { contextPrimitive, contextTag, TAG, type DerReader } from "./der.ts"
import { FULCIO_ARC, OID } from "./oid.ts"

/** A name in subjectAltName. `other` is Fulcio's own name form; `unsupported` is any kind not used for signers, in hex. */
export interface SubjectName {
  readonly type: "email" | "uri" | "dns" | "other" | "unsupported"
  readonly value: string
}

/** Whether a certificate may issue others (RFC 5280 §4.2.1.9). */
export interface BasicConstraints {
  readonly critical: boolean
  readonly ca: boolean
  /** How many further intermediate CAs may follow below this one; absent: any number. */
  readonly pathLength?: number
}

/** What a certified key may be used for (RFC 5280 §4.2.1.3). */
export interface KeyUsage {
  readonly critical: boolean
  readonly digitalSignature: boolean
  readonly keyCertSign: boolean
  /** All named bits of RFC 5280 §4.2.1.3: bit n of this number is bit n there. */
  readonly bits: number
}

/** What the extensions of a certificate say; absent members were not in the certificate. */
export interface Extensions {
  readonly basicConstraints?: BasicConstraints
  readonly keyUsage?: KeyUsage
  readonly extendedKeyUsage?: { readonly critical: boolean; readonly oids: readonly string[] }
  readonly san?: { readonly critical: boolean; readonly names: readonly SubjectName[] }
  readonly subjectKeyId?: Uint8Array
  readonly authorityKeyId?: Uint8Array
  /** Fulcio's claims by the last number of their OID: "1" to "6" and "8" to "24" (fulcio, docs/oid-info.md). */
  readonly fulcio: Readonly<Record<string, string>>
  /** The serialized SignedCertificateTimestampList (RFC 6962 §3.3). */
  readonly sctList?: Uint8Array
  /** OIDs of critical extensions that are not understood. */
  readonly unknownCritical: readonly string[]
}

/** What is being collected: `Extensions` while it is still written to. */
export type Draft = {
  -readonly [K in keyof Extensions]: Extensions[K]
} & { fulcio: Record<string, string>; unknownCritical: string[] }

/** Understands one extension's value. */
type ReadValue = (value: DerReader, critical: boolean, draft: Draft) => void

/** Fulcio's own form of SubjectAltName, for signers that are neither an e-mail address nor a URI. */
const FULCIO_OTHER_NAME = FULCIO_ARC + "7"

function readBasicConstraints(value: DerReader, critical: boolean, draft: Draft): void {
  const where = "basicConstraints"
  draft.basicConstraints = value.sequence(where, r => {
    const ca = r.flag(where)
    // RFC 5280 §4.2.1.9: a path length says something about CAs only.
    return ca && r.more ? { critical, ca, pathLength: r.integer(where, 255) } : { critical, ca }
  })
}

function readKeyUsage(value: DerReader, critical: boolean, draft: Draft): void {
  const bits = value.namedBits("keyUsage")
  draft.keyUsage = { critical, digitalSignature: (bits & 1) !== 0, keyCertSign: (bits & (1 << 5)) !== 0, bits }
}

function readExtendedKeyUsage(value: DerReader, critical: boolean, draft: Draft): void {
  const where = "extendedKeyUsage"
  const oids = value.list(TAG.sequence, where, r => r.oid(where))
  if (oids.length === 0) value.fail(where)
  draft.extendedKeyUsage = { critical, oids }
}

function readOtherName(reader: DerReader, where: string): SubjectName {
  const from = reader.offset
  const text = reader.within(contextTag(0), where, r => {
    const type = r.oid(where)
    return r.within(contextTag(0), where, v => {
      if (type === FULCIO_OTHER_NAME) return v.utf8(where)
      v.any(where)
      return undefined
    })
  })
  return text === undefined ? { type: "unsupported", value: toHex(reader.since(from)) } : { type: "other", value: text }
}

/** GeneralName (RFC 5280 §4.2.1.6). */
function readGeneralName(reader: DerReader, where: string): SubjectName {
  if (reader.has(contextPrimitive(6))) return { type: "uri", value: reader.ascii(where, contextPrimitive(6)) }
  if (reader.has(contextPrimitive(1))) return { type: "email", value: reader.ascii(where, contextPrimitive(1)) }
  if (reader.has(contextPrimitive(2))) return { type: "dns", value: reader.ascii(where, contextPrimitive(2)) }
  if (reader.has(contextTag(0))) return readOtherName(reader, where)
  return { type: "unsupported", value: toHex(reader.any(where)) }
}

function readSubjectAltName(value: DerReader, critical: boolean, draft: Draft): void {
  const where = "subjectAltName"
  const names = value.list(TAG.sequence, where, r => readGeneralName(r, where))
  // §4.2.1.6: at least one name, and no empty ones.
  if (names.length === 0 || names.some(name => name.value === "")) value.fail(where)
  draft.san = { critical, names }
}

function readAuthorityKeyId(value: DerReader, _critical: boolean, draft: Draft): void {
  const where = "authorityKeyIdentifier"
  value.sequence(where, r => {
    if (r.has(contextPrimitive(0))) draft.authorityKeyId = r.content(contextPrimitive(0), where)
    if (r.has(contextTag(1))) {
      r.any(where)
      r.unsigned(where, contextPrimitive(2))
    }
  })
}

const READERS = new Map<string, ReadValue>([
  [OID.basicConstraints, readBasicConstraints],
  [OID.keyUsage, readKeyUsage],
  [OID.extendedKeyUsage, readExtendedKeyUsage],
  [OID.subjectAltName, readSubjectAltName],
  [OID.authorityKeyIdentifier, readAuthorityKeyId],
  [
    OID.subjectKeyIdentifier,
    (value, _critical, draft) => {
      draft.subjectKeyId = value.content(TAG.octetString, "subjectKeyIdentifier")
    },
  ],
  [
    OID.sctList,
    (value, _critical, draft) => {
      draft.sctList = value.content(TAG.octetString, "sctList")
    },
  ],
])

/** Fulcio's first six claims are the bare text, the others a DER UTF8String; 7 is a name form and no extension. */
const RAW_CLAIMS = 6
const CLAIMS = 24
const rawClaims = new Map<string, string>()
for (let n = 1; n <= CLAIMS; n++) {
  const name = String(n)
  if (n <= RAW_CLAIMS) rawClaims.set(FULCIO_ARC + name, name)
  else if (FULCIO_ARC + name !== FULCIO_OTHER_NAME) {
    READERS.set(FULCIO_ARC + name, (value, _critical, draft) => {
      draft.fulcio[name] = value.utf8(`fulcio ${name}`)
    })
  }
}

/** Reads one Extension into the draft. */
export function readExtension(reader: DerReader, seen: Set<string>, draft: Draft): string {
  return reader.sequence("extension", r => {
    const oid = r.oid("extension")
    // RFC 5280 §4.2: no more than one instance of an extension; two readers could believe two different ones.
    if (seen.has(oid)) r.fail("extension")
    seen.add(oid)
    const critical = r.flag("extension")
    const raw = rawClaims.get(oid)
    if (raw !== undefined) {
      draft.fulcio[raw] = r.utf8(`fulcio ${raw}`, TAG.octetString)
      return oid
    }
    const read = READERS.get(oid)
    if (read !== undefined) {
      r.within(TAG.octetString, oid, value => {
        read(value, critical, draft)
      })
      return oid
    }
    r.content(TAG.octetString, oid)
    if (critical) draft.unknownCritical.push(oid)
    return oid
  })
}
