/**
 * Timestamp responses put together piece by piece and really signed, for tests: every piece can be replaced, so that a
 * token has exactly the fault that is wanted.
 */
import { createHash, sign } from "node:crypto"
import {
  algorithm,
  buildCertificate,
  ctx,
  ecKey,
  ECDSA_SHA256,
  hex,
  int,
  join,
  name,
  octets,
  oid,
  seq,
  set,
  sortedSet,
  text,
  tlv,
  type Piece,
  type TestKey,
} from "./der-build.ts"

export const TSA_KEY: TestKey = ecKey("P-256")
export const TSA_CERTIFICATE = buildCertificate(TSA_KEY, { issuer: name("tsa ca"), serial: int(77) })

export const SHA256 = algorithm("2.16.840.1.101.3.4.2.1")
export const TST_INFO = "1.2.840.113549.1.9.16.1.4"
export const attribute = (id: string, ...values: readonly Piece[]): Uint8Array => seq(oid(id), set(...values))

const sha256 = (bytes: Piece): Uint8Array => new Uint8Array(createHash("sha256").update(bytes).digest())
export const IMPRINT = sha256(Buffer.from("what existed"))

/** The parts of a TSTInfo, in order. */
export interface InfoParts {
  readonly version: Piece
  readonly policy: Piece
  readonly imprint: Piece
  readonly serial: Piece
  readonly genTime: Piece
  /** accuracy, ordering, nonce, tsa, extensions */
  readonly rest: readonly Piece[]
}

export function tstInfo(parts: Partial<InfoParts> = {}): Uint8Array {
  return seq(
    parts.version ?? int(1),
    parts.policy ?? oid("1.2.3.4"),
    parts.imprint ?? seq(SHA256, octets(IMPRINT)),
    parts.serial ?? int(0x0102),
    parts.genTime ?? text(0x18, "20260102030405Z"),
    ...(parts.rest ?? []),
  )
}

/** The attributes a signer signs for this content, as they ought to be. */
export interface AttributeParts {
  readonly contentType: Piece
  readonly messageDigest: Piece
  readonly signingCertificate: Piece
}

export function attributes(content: Piece, parts: Partial<AttributeParts> = {}): Uint8Array[] {
  const issuerSerial = seq(seq(ctx(4, name("tsa ca"))), int(77))
  return [
    parts.contentType ?? attribute("1.2.840.113549.1.9.3", oid(TST_INFO)),
    parts.messageDigest ?? attribute("1.2.840.113549.1.9.4", octets(sha256(content))),
    parts.signingCertificate ??
      attribute("1.2.840.113549.1.9.16.2.47", seq(seq(seq(octets(sha256(TSA_CERTIFICATE)), issuerSerial)))),
  ].filter(piece => piece.length > 0)
}

/** The parts of a response, each replaceable. */
export interface TokenParts {
  readonly status: Piece
  readonly responseContentType: Piece
  readonly version: Piece
  readonly digestAlgorithms: Piece
  readonly contentType: Piece
  readonly info: Piece
  readonly attributes: readonly Piece[]
  /** `[0]` of the attributes, when it is not simply the sorted attributes. */
  readonly signedAttrs: Piece
  readonly certificates: Piece
  readonly signerVersion: Piece
  readonly sid: Piece
  readonly digestAlgorithm: Piece
  readonly signatureAlgorithm: Piece
  readonly signature: Piece
  readonly afterSignature: Piece
  readonly signerInfos: (signer: Uint8Array) => Uint8Array
}

const NOTHING = hex("")

export function buildResponse(parts: Partial<TokenParts> = {}): Uint8Array {
  const info = parts.info ?? tstInfo()
  const signedSet = sortedSet(...(parts.attributes ?? attributes(info)))
  const signature = new Uint8Array(sign("sha256", signedSet, TSA_KEY.privateKey))
  const signer = seq(
    parts.signerVersion ?? int(1),
    parts.sid ?? seq(name("tsa ca"), int(77)),
    parts.digestAlgorithm ?? SHA256,
    parts.signedAttrs ?? join(Uint8Array.of(0xa0), signedSet.subarray(1)),
    parts.signatureAlgorithm ?? ECDSA_SHA256,
    parts.signature ?? octets(signature),
    parts.afterSignature ?? NOTHING,
  )
  const signedData = seq(
    parts.version ?? int(3),
    parts.digestAlgorithms ?? set(parts.digestAlgorithm ?? SHA256),
    seq(parts.contentType ?? oid(TST_INFO), ctx(0, octets(info))),
    parts.certificates ?? NOTHING,
    parts.signerInfos?.(signer) ?? set(signer),
  )
  return seq(
    parts.status ?? seq(int(0)),
    seq(parts.responseContentType ?? oid("1.2.840.113549.1.7.2"), ctx(0, signedData)),
  )
}

/** The same, of which only the outer tag is another. */
export const retag = (tag: number, element: Piece): Uint8Array => join(Uint8Array.of(tag), element.subarray(1))
export { tlv }
