/**
 * X.509 v3 certificates (RFC 5280 §4.1), read without copying: what was signed is kept as the very bytes.
 *
 * ```text
 * 30 82 … 30 82 … a0 03 02 01 02 …      Certificate { TBSCertificate { version v3, … }, AlgorithmIdentifier, BIT STRING }
 * ```
 *
 * Reading a certificate says nothing about trusting it: paths, times and usages are for `verify`.
 */
import { concatBytes, equalBytes } from "../kernel/bytes.ts"
import type { Fault } from "../kernel/reasons.ts"
import { err, type Result } from "../kernel/result.ts"
import type { PublicKey } from "../kernel/signature-scheme.ts"
import { readSignatureAlgorithm, type SignatureAlgorithm } from "./algorithm-identifier.ts"
import { readExtension, type Draft, type Extensions, type SubjectName } from "./certificate-extensions.ts"
import { contextTag, readDer, TAG, type DerReader } from "./der.ts"
import { readTime } from "./der-time.ts"
import { derHeader } from "./der-write.ts"
import { LIMITS } from "./limits.ts"
import { OID } from "./oid.ts"
import { readPublicKey } from "./public-key.ts"

export type { BasicConstraints, Extensions, KeyUsage, SubjectName } from "./certificate-extensions.ts"

/** A certificate that is well-formed; nothing in it is verified. Byte members are parts of `der`. */
export interface Certificate extends Extensions {
  readonly der: Uint8Array
  /** The TBSCertificate, which the signature covers. */
  readonly tbs: Uint8Array
  /** How the issuer signed; the curve comes from the issuer's key (`schemeFor`). */
  readonly scheme: SignatureAlgorithm
  readonly signature: Uint8Array
  /** Contents octets of the serial number: not negative, with the leading zero octet DER may ask for. */
  readonly serial: Uint8Array
  /** DER of the issuer's and the subject's Name; equal names have equal bytes. */
  readonly issuer: Uint8Array
  readonly subject: Uint8Array
  readonly subjectEmpty: boolean
  /** First and last second of validity, both inclusive, since 1970-01-01T00:00:00Z. */
  readonly notBefore: number
  readonly notAfter: number
  readonly publicKey: PublicKey
  /** The SubjectPublicKeyInfo. */
  readonly spki: Uint8Array
  /** The TBSCertificate without the SCT extension, which is what a CT log signed (RFC 6962 §3.2). */
  precertTbs(): Uint8Array
}

/**
 * Name ::= SEQUENCE OF RelativeDistinguishedName (RFC 5280 §4.1.2.4), for its shape and its bytes.
 * @returns the number of RDNs
 */
export function readName(reader: DerReader, where: string): number {
  return reader.list(TAG.sequence, where, name => {
    const attributes = name.setOf(TAG.set, where, rdn => {
      rdn.sequence(where, attribute => {
        attribute.oid(where)
        attribute.any(where)
      })
    })
    if (attributes.length === 0) name.fail(where)
  }).length
}

/** Offsets, in the certificate, of the parts that `precertTbs` cuts at. */
interface Cuts {
  /** Contents of the TBSCertificate up to the extensions. */
  readonly head: readonly [number, number]
  /** Contents of the extensions' SEQUENCE. */
  readonly extensions: readonly [number, number]
  /** The SCT extension. */
  readonly sct: readonly [number, number]
}

/**
 * RFC 6962 §3.2: the TBSCertificate with the SCT extension taken out and the three lengths around it adjusted. Everything
 * else stays the issuer's very bytes: encoding them again would be a guess about its encoder.
 */
function withoutSct(der: Uint8Array, cuts: Cuts): Uint8Array {
  const head = der.subarray(...cuts.head)
  const before = der.subarray(cuts.extensions[0], cuts.sct[0])
  const after = der.subarray(cuts.sct[1], cuts.extensions[1])
  const list = derHeader(TAG.sequence, before.length + after.length)
  const explicit = derHeader(contextTag(3), list.length + before.length + after.length)
  const tail = explicit.length + list.length + before.length + after.length
  return concatBytes(derHeader(TAG.sequence, head.length + tail), head, explicit, list, before, after)
}

function readExtensions(tbs: DerReader, draft: Draft, headFrom: number): Cuts | undefined {
  const head = [headFrom, tbs.offset] as const
  const seen = new Set<string>()
  return tbs.within(contextTag(3), "extensions", explicit =>
    explicit.sequence("extensions", list => {
      const start = list.offset
      let sct: Cuts["sct"] | undefined
      // §4.1: SIZE (1..MAX)
      do {
        const from = list.offset
        if (readExtension(list, seen, draft) === OID.sctList) sct = [from, list.offset]
      } while (list.more)
      return sct === undefined ? undefined : { head, extensions: [start, list.offset], sct }
    }),
  )
}

interface Body {
  readonly fields: Omit<Certificate, "der" | "tbs" | "signature" | "precertTbs">
  readonly algorithm: Uint8Array
  readonly cuts: Cuts | undefined
}

function readBody(tbs: DerReader): Body {
  const headFrom = tbs.offset
  tbs.within(contextTag(0), "version", r => {
    if (r.integer("version", 2) !== 2) r.fail("version")
  })
  const serial = tbs.unsigned("serialNumber")
  // §4.1.2.2: at most 20 octets long. Zero, which the RFC forbids CAs to use, occurs in old private roots and harms nobody.
  if (serial.length - (serial[0] === 0 ? 1 : 0) > 20) tbs.fail("serialNumber")

  const algorithmFrom = tbs.offset
  const scheme = readSignatureAlgorithm(tbs, "signature")
  const algorithm = tbs.since(algorithmFrom)

  const issuerFrom = tbs.offset
  if (readName(tbs, "issuer") === 0) tbs.fail("issuer")
  const issuer = tbs.since(issuerFrom)

  const [notBefore, notAfter] = tbs.sequence(
    "validity",
    r => [readTime(r, "notBefore"), readTime(r, "notAfter")] as const,
  )

  const subjectFrom = tbs.offset
  const subjectEmpty = readName(tbs, "subject") === 0
  const subject = tbs.since(subjectFrom)

  const publicKey = readPublicKey(tbs, "subjectPublicKeyInfo")
  // §4.1.2.8: the unique identifiers that may stand here are not to be made by anybody, and are refused.
  const draft: Draft = { fulcio: {}, unknownCritical: [] }
  const cuts = tbs.more ? readExtensions(tbs, draft, headFrom) : undefined
  const validity = { notBefore, notAfter }
  const names = { issuer, subject, subjectEmpty }
  const fields = { ...draft, scheme, serial, ...names, ...validity, publicKey, spki: publicKey.spki }
  return { fields, algorithm, cuts }
}

/**
 * Parses the DER of one certificate.
 * @returns the certificate; `too-large`, `certificate-malformed`, or `algorithm-unsupported` for a key or signature of a
 * kind that is not used here
 */
export function parseCertificate(der: Uint8Array): Result<Certificate, Fault> {
  if (der.length > LIMITS.certificateBytes) return err({ reason: "too-large", where: "certificate" })
  return readDer(der, "certificate-malformed", reader =>
    reader.sequence("certificate", c => {
      const from = c.offset
      const { fields, algorithm, cuts } = c.sequence("tbsCertificate", readBody)
      const tbs = c.since(from)
      // §4.1.1.2: the algorithm inside, which is signed, and the one outside, which is not, are the same.
      if (!equalBytes(c.any("signatureAlgorithm"), algorithm)) c.fail("signatureAlgorithm")
      const signature = c.bitString("signatureValue")
      const precertTbs = (): Uint8Array => (cuts === undefined ? tbs : withoutSct(der, cuts))
      return { ...fields, der, tbs, signature, precertTbs }
    }),
  )
}

/** Who a Fulcio certificate was issued to and on whose word, for comparing with the identity that was asked for. */
export interface Identity {
  /** The OIDC issuer: claim 8, or the older claim 1 where there is no 8. */
  readonly issuer: string | undefined
  /** The one subject name; undefined when there is none or more than one. */
  readonly san: SubjectName | undefined
}

/** The identity a certificate claims. Meaningful only after its path to a trusted authority was verified. */
export function identityOf(certificate: Certificate): Identity {
  const [san, second] = certificate.san?.names ?? []
  return {
    issuer: certificate.fulcio["8"] ?? certificate.fulcio["1"],
    san: second === undefined ? san : undefined,
  }
}
