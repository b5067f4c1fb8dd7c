/**
 * Timestamp responses (RFC 3161 §2.4.2, with RFC 5816) as sigstore bundles carry them: a TimeStampResp whose token is a CMS
 * SignedData (RFC 5652 §5) with exactly one signer, read without copying.
 *
 * ```text
 * TimeStampResp { status granted, ContentInfo { id-signedData, SignedData { v3, TSTInfo, certificates?, SignerInfo } } }
 * ```
 *
 * Three things have to hold for a token to prove anything, and all are for `verify`: the imprint is over the right bytes,
 * `messageDigest` is the digest of `tstInfo`, and the signature over `signedAttributes` is by a trusted authority.
 */
import { equalBytes } from "../kernel/bytes.ts"
import type { Fault } from "../kernel/reasons.ts"
import { err, type Result } from "../kernel/result.ts"
import type { HashAlgorithm, PublicKey, SignatureScheme } from "../kernel/signature-scheme.ts"
import { readDigestAlgorithm, readSignatureAlgorithm, type SignatureAlgorithm } from "./algorithm-identifier.ts"
import { schemeFor } from "./algorithm-registry.ts"
import { readName } from "./certificate.ts"
import { contextPrimitive, contextTag, readDer, TAG, type DerReader } from "./der.ts"
import { LIMITS } from "./limits.ts"
import { OID } from "./oid.ts"
import { readSignedAttributes, type SignedAttributes } from "./signed-attributes.ts"
import { readTstInfo, type TstInfo } from "./tst-info.ts"

export type { EssCertId } from "./signed-attributes.ts"

/** How a token says which certificate verifies it: issuer's Name (DER) and serial (contents octets), or key identifier. */
export type SignerId =
  { readonly issuer: Uint8Array; readonly serial: Uint8Array } | { readonly subjectKeyId: Uint8Array }

/** A token that is well-formed; nothing in it is verified. */
export interface TimestampToken extends TstInfo, SignedAttributes {
  /** DER of the TSTInfo, which `messageDigest` must be the digest of. */
  readonly tstInfo: Uint8Array
  /** The signed attributes as the signature covers them: tagged SET OF (RFC 5652 §5.4). */
  readonly signedAttributes: Uint8Array
  /** The hash of `messageDigest`. */
  readonly digestAlgorithm: HashAlgorithm
  readonly signatureAlgorithm: SignatureAlgorithm
  readonly signature: Uint8Array
  readonly signer: SignerId
  /** DER of the certificates that travel along. Anybody could have put them there. */
  readonly certificates: readonly Uint8Array[]
  /** The scheme of the signature by this key, or undefined when key and algorithm do not go together. */
  schemeFor(key: PublicKey): SignatureScheme | undefined
}

type Signer = SignedAttributes &
  Pick<TimestampToken, "signer" | "digestAlgorithm" | "signedAttributes" | "signatureAlgorithm" | "signature"> & {
    /** DER of the digest's AlgorithmIdentifier. */
    readonly digestIdentifier: Uint8Array
  }

/**
 * RFC 3161 §2.4.2: only `granted` (0) and `grantedWithMods` (1) come with a token, and then failInfo is absent. Nothing
 * signs the status, so one value is taken: an authority that changed what it was asked has stamped something else.
 */
function readStatus(reader: DerReader): void {
  reader.sequence("status", r => {
    r.integer("status", 0)
    if (!r.more) return
    // PKIFreeText ::= SEQUENCE SIZE (1..MAX) OF UTF8String (RFC 3161 §2.4.2)
    let texts = 0
    r.list(TAG.sequence, "statusString", text => {
      text.utf8("statusString")
      texts++
    })
    if (texts === 0) r.fail("statusString")
  })
}

/** SignerIdentifier; the version of the SignerInfo says which it is (RFC 5652 §5.3). */
function readSignerId(reader: DerReader, version: number): SignerId {
  if (version === 3) return { subjectKeyId: reader.content(contextPrimitive(0), "sid") }
  return reader.sequence("sid", r => {
    const from = r.offset
    readName(r, "sid")
    const issuer = r.since(from)
    return { issuer, serial: r.unsigned("sid") }
  })
}

function readSigner(reader: DerReader): Signer {
  return reader.sequence("signerInfo", r => {
    const version = r.integer("signerInfo version", 3)
    if (version !== 1 && version !== 3) r.fail("signerInfo version")
    const signer = readSignerId(r, version)
    const start = r.offset
    const digestAlgorithm = readDigestAlgorithm(r, "digestAlgorithm")
    const digestIdentifier = r.since(start)
    const from = r.offset
    const attributes = readSignedAttributes(r, digestAlgorithm)
    // RFC 5652 §5.4: the signature covers the SET OF encoding, not the [0] that is transmitted.
    const signedAttributes = Uint8Array.from(r.since(from))
    signedAttributes[0] = TAG.set
    const signatureAlgorithm = readSignatureAlgorithm(r, "signatureAlgorithm", digestAlgorithm)
    // RFC 5754 §3: one digest for the attributes and the signature; two different ones are nobody's intention.
    if ("hash" in signatureAlgorithm && signatureAlgorithm.hash !== digestAlgorithm) r.fail("signatureAlgorithm")
    const signature = r.content(TAG.octetString, "signature")
    // Unsigned attributes prove nothing.
    if (r.has(contextTag(1))) r.any("unsignedAttrs")
    return {
      ...attributes,
      signer,
      digestAlgorithm,
      digestIdentifier,
      signedAttributes,
      signatureAlgorithm,
      signature,
    }
  })
}

/** CertificateSet: plain certificates are kept, the other choices (attribute certificates) passed over. */
function readCertificates(reader: DerReader): Uint8Array[] {
  const certificates: Uint8Array[] = []
  reader.list(contextTag(0), "certificates", r => {
    if (certificates.length === LIMITS.chainCertificates) r.fail("certificates", "too-large")
    if (r.has(TAG.sequence)) certificates.push(r.any("certificates"))
    else r.any("certificates")
  })
  return certificates
}

function readSignedData(reader: DerReader): TimestampToken {
  return reader.sequence("signedData", r => {
    // RFC 5652 §5.1: version 3, because the content is not id-data.
    if (r.integer("signedData version", 3) !== 3) r.fail("signedData version")
    // RFC 5652 §5.1: the digests of all signers, and there is one signer. Nothing signs this set or the signer's own
    // identifier, which may be spelled with NULL or without (RFC 5754 §2): one is held to the other, to the byte.
    const digest = r.within(TAG.set, "digestAlgorithms", d => {
      const start = d.offset
      readDigestAlgorithm(d, "digestAlgorithms")
      return d.since(start)
    })
    const tstInfo = r.sequence("encapContentInfo", e => {
      if (e.oid("eContentType") !== OID.tstInfo) e.fail("eContentType")
      return e.within(contextTag(0), "eContent", content => content.content(TAG.octetString, "eContent"))
    })
    const info = r.nested(tstInfo, "tstInfo", readTstInfo)
    const certificates = r.has(contextTag(0)) ? readCertificates(r) : []
    if (r.has(contextTag(1))) r.any("crls")
    // RFC 3161 §2.4.2: no signature but the authority's own.
    const { digestIdentifier, ...signer } = r.within(TAG.set, "signerInfos", readSigner)
    if (!equalBytes(digestIdentifier, digest)) r.fail("digestAlgorithms")
    const { signatureAlgorithm } = signer
    return { ...info, ...signer, tstInfo, certificates, schemeFor: key => schemeFor(signatureAlgorithm, key) }
  })
}

/**
 * Parses a TimeStampResp. A bare token without the response around it is not accepted.
 * @returns the token; `too-large`, `timestamp-malformed` (a refusal by the authority too), or `algorithm-unsupported` for
 * digests and signatures of a kind that is not used here
 */
export function parseTimestampResponse(der: Uint8Array): Result<TimestampToken, Fault> {
  if (der.length > LIMITS.timestampBytes) return err({ reason: "too-large", where: "timestamp" })
  return readDer(der, "timestamp-malformed", reader =>
    reader.sequence("timeStampResp", response => {
      readStatus(response)
      return response.sequence("timeStampToken", info => {
        if (info.oid("contentType") !== OID.signedData) info.fail("contentType")
        return info.within(contextTag(0), "content", readSignedData)
      })
    }),
  )
}
