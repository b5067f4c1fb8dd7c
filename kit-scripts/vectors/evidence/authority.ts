/** A certificate authority like Fulcio with a certificate transparency log beside it. */

import { join } from "../crypto/derive.ts"
import { name, octetString } from "./asn1.ts"
import {
  authorityKeyId,
  basicConstraints,
  caKeyUsage,
  certificate,
  CODE_SIGNING,
  DIGITAL_SIGNATURE,
  extendedKeyUsage,
  extension,
  fulcio,
  keyUsage,
  SCT_LIST,
  subjectAltName,
  subjectKeyId,
  tbsCertificate,
  type CertificateSpec,
  type San,
} from "./certificate.ts"
import { makeKey, type Key } from "./keys.ts"
import { sha256 } from "./merkle.ts"

/** How an SCT is made; every member has a good default. */
export interface SctOptions {
  /** Milliseconds since the epoch. */
  readonly atMs?: number
  readonly extensions?: Uint8Array
  readonly logId?: Uint8Array
  readonly version?: number
  /** TLS HashAlgorithm and SignatureAlgorithm. */
  readonly algorithm?: readonly [number, number]
  /** What is signed, instead of what RFC 6962 §3.2 says. */
  readonly over?: { readonly tbs?: Uint8Array; readonly issuerSpki?: Uint8Array; readonly entryType?: number }
}

const u16 = (n: number): number[] => [n >> 8, n & 0xff]
const u24 = (n: number): number[] => [n >> 16, (n >> 8) & 0xff, n & 0xff]

function u64(n: number): Uint8Array {
  const out = Buffer.alloc(8)
  out.writeBigUInt64BE(BigInt(n))
  return out
}

/** A certificate transparency log; its id is the SHA-256 of its key. */
export class CtLog {
  readonly key: Key
  readonly url: string

  constructor(label: string, url: string) {
    this.key = makeKey("p256", label)
    this.url = url
  }

  /** An SCT over a precertificate. */
  sct(tbs: Uint8Array, issuerSpki: Uint8Array, atMs: number, options: SctOptions = {}): Uint8Array {
    const { extensions = new Uint8Array(), over = {}, version = 0, algorithm = [4, 3] } = options
    const at = u64(options.atMs ?? atMs)
    const signedTbs = over.tbs ?? tbs
    const message = join(
      [0, 0],
      at,
      u16(over.entryType ?? 1),
      over.entryType === 0 ? [] : sha256(over.issuerSpki ?? issuerSpki),
      u24(signedTbs.length),
      signedTbs,
      u16(extensions.length),
      extensions,
    )
    const signature = this.key.sign(message)
    const logId = options.logId ?? sha256(this.key.spki)
    return join([version], logId, at, u16(extensions.length), extensions, algorithm, u16(signature.length), signature)
  }
}

/** SignedCertificateTimestampList (RFC 6962 §3.3). */
export function sctList(scts: readonly Uint8Array[]): Uint8Array {
  const body = join(...scts.flatMap(s => [u16(s.length), s]))
  return join(u16(body.length), body)
}

/** The extensions of a leaf by name, in their order; a case may change, drop or add some before they are signed. */
export type LeafExtensions = Map<string, Uint8Array>

/** How a leaf is issued; every member but the first four has a good default. */
export interface LeafSpec {
  readonly key: Key
  readonly san: San
  readonly issuer: string
  /** When it was asked for, epoch seconds. */
  readonly at: number
  /** Seconds of validity after `at`, by default 600. */
  readonly lifetime?: number
  readonly subject?: Uint8Array
  readonly edit?: (extensions: LeafExtensions) => void
  /** SCTs to put in, given what the log signs. */
  readonly scts?: (tbs: Uint8Array, issuerSpki: Uint8Array) => readonly Uint8Array[]
  /** The octets of the SCT extension, instead of the list of `scts`. */
  readonly sctOctets?: (list: Uint8Array) => Uint8Array
  readonly outerAlgorithm?: Uint8Array
}

export interface CaOptions {
  readonly from: number
  readonly until: number
  /** The extensions of the intermediate, where they are not the usual ones. */
  readonly intermediate?: readonly Uint8Array[]
  /** How many authorities may stand between the root and a leaf. */
  readonly rootPathLength?: number
  /** The name under which the authority issues; two authorities may bear one name. */
  readonly commonName?: string
}

/** A root and an intermediate on P-384, and the leaves they issue. */
export class CertificateAuthority {
  readonly rootKey: Key
  readonly key: Key
  readonly rootDer: Uint8Array
  readonly intermediateDer: Uint8Array
  readonly from: number
  readonly until: number
  readonly ctLog: CtLog
  readonly #name: Uint8Array
  readonly #label: string

  constructor(label: string, ctLog: CtLog, options: CaOptions) {
    const { from, until, rootPathLength = 1, commonName = "vectors intermediate" } = options
    this.#label = label
    this.ctLog = ctLog
    this.from = from
    this.until = until
    this.rootKey = makeKey("p384", `${label} root`)
    this.key = makeKey("p384", `${label} intermediate`)
    const rootName = name("vectors.example", "vectors root")
    this.#name = name("vectors.example", commonName)
    const common = { notBefore: from, notAfter: until, signer: this.rootKey, issuer: rootName }
    this.rootDer = certificate({
      ...common,
      serial: `${label} root`,
      subject: rootName,
      spki: this.rootKey.spki,
      extensions: [caKeyUsage(), basicConstraints(true, rootPathLength), subjectKeyId(this.rootKey.spki)],
    })
    this.intermediateDer = certificate({
      ...common,
      serial: `${label} intermediate`,
      subject: this.#name,
      spki: this.key.spki,
      extensions: options.intermediate ?? [
        caKeyUsage(),
        extendedKeyUsage([CODE_SIGNING]),
        basicConstraints(true, 0),
        subjectKeyId(this.key.spki),
        authorityKeyId(this.rootKey.spki),
      ],
    })
  }

  /** Issues a leaf for code signing; its serial number is derived from what it says. */
  issue(spec: LeafSpec): Uint8Array {
    const { key, san, issuer, at, lifetime = 600, subject = name() } = spec
    const extensions: LeafExtensions = new Map([
      ["keyUsage", keyUsage(DIGITAL_SIGNATURE)],
      ["extendedKeyUsage", extendedKeyUsage([CODE_SIGNING])],
      ["subjectKeyId", subjectKeyId(key.spki)],
      ["authorityKeyId", authorityKeyId(this.key.spki)],
      ["san", subjectAltName([san])],
      ["issuer", fulcio(1, issuer)],
      ["issuerV2", fulcio(8, issuer)],
    ])
    spec.edit?.(extensions)
    const draft: CertificateSpec = {
      serial: `${this.#label} ${key.label} ${san.value} ${issuer} ${String(at)}`,
      issuer: this.#name,
      subject,
      notBefore: at,
      notAfter: at + lifetime,
      spki: key.spki,
      extensions: [...extensions.values()],
      signer: this.key,
      ...(spec.outerAlgorithm === undefined ? {} : { outerAlgorithm: spec.outerAlgorithm }),
    }
    const makeScts = spec.scts ?? ((tbs, issuerSpki) => [this.ctLog.sct(tbs, issuerSpki, at * 1000)])
    const scts = makeScts(tbsCertificate(draft), this.key.spki)
    if (scts.length === 0 && spec.sctOctets === undefined) return certificate(draft)
    const octets = (spec.sctOctets ?? (list => list))(sctList(scts))
    const sct = extension(SCT_LIST, octetString(octets))
    return certificate({ ...draft, extensions: [...draft.extensions, sct] })
  }

  /** A self-signed certificate with the profile of a leaf: what an attacker without any authority can make. */
  selfSigned(spec: LeafSpec): Uint8Array {
    const own = name("vectors.example", "vectors leaf")
    return certificate({
      serial: `${spec.key.label} alone`,
      issuer: own,
      subject: own,
      notBefore: spec.at,
      notAfter: spec.at + 600,
      spki: spec.key.spki,
      signer: spec.key,
      extensions: [
        keyUsage(DIGITAL_SIGNATURE),
        extendedKeyUsage([CODE_SIGNING]),
        subjectAltName([spec.san]),
        fulcio(8, spec.issuer),
      ],
    })
  }
}
