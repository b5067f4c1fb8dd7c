/** A timestamp authority (RFC 3161), whose tokens can be wrong in every part. */
import type { HashAlgorithm } from "../../../src/kernel/signature-scheme.ts"
import { digestOf } from "../crypto/curves.ts"
import { integer, oid, sequence } from "../crypto/der.ts"
import { HASH_OIDS } from "../crypto/rsa-key.ts"
import { generalizedTime, name, octetString, setOf, tagged } from "./asn1.ts"
import {
  basicConstraints,
  caKeyUsage,
  certificate,
  DIGITAL_SIGNATURE,
  extendedKeyUsage,
  keyUsage,
  serialNumber,
  subjectKeyId,
  TIME_STAMPING,
} from "./certificate.ts"
import { makeKey, signatureAlgorithm, type Key } from "./keys.ts"

const SIGNED_DATA = "1.2.840.113549.1.7.2"
const DATA = "1.2.840.113549.1.7.1"
const TST_INFO = "1.2.840.113549.1.9.16.1.4"
const CONTENT_TYPE = "1.2.840.113549.1.9.3"
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
const SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
const POLICY = "1.3.6.1.4.1.57264.2"

export interface TsaOptions {
  readonly from: number
  readonly until: number
  /** The last second of the signing certificate, by default `until`. */
  readonly signerUntil?: number
  /** The extended key usage extension of the signing certificate. */
  readonly usage?: Uint8Array
}

/** How a token is made; every member has a good default. */
export interface TokenOptions {
  readonly at: number
  /** Distinguishes tokens that are alike in everything else. */
  readonly serial?: string
  /** The hash of the imprint. */
  readonly hash?: HashAlgorithm
  /** PKIStatus. */
  readonly status?: number
  readonly eContentType?: string
  /** Certificates that travel with the token; by default the signing one. */
  readonly certificates?: readonly Uint8Array[]
  /** Who signs, where it is not the authority. */
  readonly signer?: Key
  /** The certificate that signingCertificateV2 names; null leaves the attribute away. */
  readonly named?: Uint8Array | null
  /** The content that messageDigest is of. */
  readonly digested?: Uint8Array
  /** SignerInfo twice. */
  readonly twice?: boolean
  /** Unsigned attributes of the signer, in DER. */
  readonly unsigned?: Uint8Array
}

const algorithm = (hash: HashAlgorithm): Uint8Array => sequence(oid(HASH_OIDS[hash]))
const attribute = (type: string, value: Uint8Array): Uint8Array => sequence(oid(type), setOf(0x31, value))

/** An unsigned attribute that says nothing. */
export const emptyAttribute = (): Uint8Array => tagged(1, attribute("1.3.6.1.4.1.57264.99", octetString([1])))

/** A root and a signing certificate on P-384. */
export class TimestampAuthority {
  readonly key: Key
  readonly rootDer: Uint8Array
  readonly der: Uint8Array
  readonly from: number
  readonly until: number
  readonly #issuer: Uint8Array
  readonly #serial: bigint

  constructor(label: string, options: TsaOptions) {
    const { from, until, signerUntil = until } = options
    const usage = options.usage ?? extendedKeyUsage([TIME_STAMPING], true)
    this.from = from
    this.until = until
    this.key = makeKey("p384", label)
    const rootKey = makeKey("p384", `${label} root`)
    this.#issuer = name("vectors.example", `${label} root`)
    this.#serial = serialNumber(label)
    const common = { notBefore: from, signer: rootKey, issuer: this.#issuer }
    this.rootDer = certificate({
      ...common,
      serial: `${label} root`,
      notAfter: until,
      subject: this.#issuer,
      spki: rootKey.spki,
      extensions: [caKeyUsage(), basicConstraints(true, 0), subjectKeyId(rootKey.spki)],
    })
    this.der = certificate({
      ...common,
      serial: label,
      notAfter: signerUntil,
      subject: name("vectors.example", label),
      spki: this.key.spki,
      extensions: [keyUsage(DIGITAL_SIGNATURE), usage, subjectKeyId(this.key.spki)],
    })
  }

  /** A TimeStampResp over a message. */
  token(message: Uint8Array, options: TokenOptions): Uint8Array {
    const { at, hash = "sha256", status = 0, eContentType = TST_INFO, certificates = [this.der] } = options
    const { signer = this.key, named = this.der } = options
    const tstInfo = sequence(
      integer(1n),
      oid(POLICY),
      sequence(algorithm(hash), octetString(digestOf(hash, message))),
      integer(serialNumber(`token ${options.serial ?? ""} ${String(at)}`)),
      generalizedTime(at),
    )
    const attributes = [
      attribute(CONTENT_TYPE, oid(TST_INFO)),
      attribute(MESSAGE_DIGEST, octetString(digestOf("sha256", options.digested ?? tstInfo))),
      ...(named === null ? [] : [attribute(SIGNING_CERTIFICATE_V2, essCertIdV2(named))]),
    ]
    const signerInfo = sequence(
      integer(1n),
      sequence(this.#issuer, integer(this.#serial)),
      algorithm("sha256"),
      setOf(0xa0, ...attributes),
      signatureAlgorithm(signer, "sha256"),
      octetString(signer.sign(setOf(0x31, ...attributes), { hash: "sha256" })),
      options.unsigned ?? [],
    )
    const signedData = sequence(
      integer(3n),
      setOf(0x31, algorithm("sha256")),
      sequence(oid(eContentType), tagged(0, octetString(tstInfo))),
      certificates.length === 0 ? [] : setOf(0xa0, ...certificates),
      setOf(0x31, signerInfo, ...(options.twice === true ? [signerInfo] : [])),
    )
    return sequence(sequence(integer(BigInt(status))), sequence(oid(SIGNED_DATA), tagged(0, signedData)))
  }
}

/** SigningCertificateV2 with its default hash, SHA-256 (RFC 5035 §3). */
function essCertIdV2(der: Uint8Array): Uint8Array {
  return sequence(sequence(sequence(octetString(digestOf("sha256", der)))))
}

export const OTHER_CONTENT_TYPE = DATA
