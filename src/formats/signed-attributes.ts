/**
 * The signed attributes of a timestamp token's signer (RFC 5652 §5.3, §11; RFC 3161 §2.4.1; RFC 5816 §2.2). They are what
 * the signature covers: the content through messageDigest, its kind through contentType, and the signer's certificate
 * through signingCertificate (SHA-1) or signingCertificateV2.
 */
import type { HashAlgorithm } from "../kernel/signature-scheme.ts"
import { HASH_BYTES, readDigestAlgorithm } from "./algorithm-identifier.ts"
import { readName } from "./certificate.ts"
import { contextTag, TAG, type DerReader } from "./der.ts"
import { OID } from "./oid.ts"

/** By what a token names the certificate of its signer (RFC 2634 §5.4.1, RFC 5035 §4). */
export interface EssCertId {
  /** SHA-1 for the old form (ESSCertID), which no provider here computes. */
  readonly hash: HashAlgorithm | "sha1"
  /** Digest of the certificate's DER. */
  readonly certHash: Uint8Array
  /** DER of the issuer's Name, and the contents octets of the serial number. */
  readonly issuerSerial?: { readonly issuer: Uint8Array; readonly serial: Uint8Array }
}

/** What the attributes say. */
export interface SignedAttributes {
  readonly messageDigest: Uint8Array
  /** The signer's certificate: one identifier for each form used, one or two. */
  readonly essCertIds: readonly EssCertId[]
}

interface Draft {
  contentType: string | undefined
  messageDigest: Uint8Array | undefined
  readonly essCertIds: EssCertId[]
}

const SHA1_BYTES = 20

/** IssuerSerial: for a certificate the issuer is exactly one directoryName (RFC 5035 §4). */
function readIssuerSerial(reader: DerReader, where: string): EssCertId["issuerSerial"] & object {
  return reader.sequence(where, r => {
    const issuer = r.sequence(where, names =>
      names.within(contextTag(4), where, choice => {
        const from = choice.offset
        readName(choice, where)
        return choice.since(from)
      }),
    )
    return { issuer, serial: r.unsigned(where) }
  })
}

function readCertId(reader: DerReader, where: string, form: "v1" | "v2"): EssCertId {
  return reader.sequence(where, r => {
    let hash: EssCertId["hash"] = "sha1"
    // RFC 5035 §4: DEFAULT SHA-256, which authorities often write out although DER would leave it away.
    if (form === "v2") hash = r.has(TAG.sequence) ? readDigestAlgorithm(r, where) : "sha256"
    const certHash = r.content(TAG.octetString, where)
    if (certHash.length !== (hash === "sha1" ? SHA1_BYTES : HASH_BYTES[hash])) r.fail(where)
    return r.more ? { hash, certHash, issuerSerial: readIssuerSerial(r, where) } : { hash, certHash }
  })
}

/** SigningCertificate and SigningCertificateV2: the first certificate is the signer's (RFC 2634 §5.4, RFC 5035 §3). */
function readSigningCertificate(reader: DerReader, where: string, form: "v1" | "v2"): EssCertId {
  return reader.sequence(where, r => {
    const first = r.sequence(where, ids => {
      const id = readCertId(ids, where, form)
      while (ids.more) readCertId(ids, where, form)
      return id
    })
    if (r.more) r.list(TAG.sequence, where, policy => policy.any(where))
    return first
  })
}

function readValue(values: DerReader, oid: string, draft: Draft): void {
  switch (oid) {
    case OID.contentType:
      draft.contentType = values.oid("contentType")
      return
    case OID.messageDigest:
      draft.messageDigest = values.content(TAG.octetString, "messageDigest")
      return
    case OID.signingCertificate:
      draft.essCertIds.push(readSigningCertificate(values, "signingCertificate", "v1"))
      return
    case OID.signingCertificateV2:
      draft.essCertIds.push(readSigningCertificate(values, "signingCertificateV2", "v2"))
      return
    default:
      // signingTime and whatever else is signed along; nothing here depends on it.
      while (values.more) values.any("signedAttrs")
  }
}

/**
 * Reads the signed attributes, tag `[0]`, of a SignerInfo whose digest algorithm is `hash`. RFC 5652 §5.3: a DER SET, each
 * type once; §11.1, §11.2: contentType and messageDigest with one value.
 */
export function readSignedAttributes(reader: DerReader, hash: HashAlgorithm): SignedAttributes {
  const where = "signedAttrs"
  const seen = new Set<string>()
  const draft: Draft = { contentType: undefined, messageDigest: undefined, essCertIds: [] }
  reader.setOf(contextTag(0), where, set => {
    set.sequence(where, attribute => {
      const oid = attribute.oid(where)
      if (seen.has(oid)) attribute.fail(where)
      seen.add(oid)
      attribute.within(TAG.set, where, values => {
        readValue(values, oid, draft)
      })
    })
  })
  const { contentType, messageDigest, essCertIds } = draft
  if (contentType !== OID.tstInfo) reader.fail("contentType")
  if (messageDigest?.length !== HASH_BYTES[hash]) reader.fail("messageDigest")
  if (essCertIds.length === 0) reader.fail("signingCertificate")
  return { messageDigest: messageDigest ?? new Uint8Array(0), essCertIds }
}
