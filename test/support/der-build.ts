/**
 * DER written down piece by piece, for tests: it takes any tag and any contents, so that every fault can be spelled. It
 * shares nothing with the product's reader.
 */
import { generateKeyPairSync, sign, type KeyObject } from "node:crypto"

export type Piece = Uint8Array

/** Hexadecimal with optional spaces. */
export function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replaceAll(/\s/g, ""), "hex"))
}

export function join(...parts: readonly Piece[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}

/** One element with the shortest length form. */
export function tlv(tag: number, ...contents: readonly Piece[]): Uint8Array {
  const body = join(...contents)
  const digits: number[] = []
  for (let n = body.length; n > 0; n >>= 8) digits.unshift(n & 0xff)
  const length = body.length < 0x80 ? [body.length] : [0x80 | digits.length, ...digits]
  return join(Uint8Array.of(tag, ...length), body)
}

export const seq = (...items: readonly Piece[]): Uint8Array => tlv(0x30, ...items)
/** SET OF, in the order given. */
export const set = (...items: readonly Piece[]): Uint8Array => tlv(0x31, ...items)
/** SET OF in DER order. */
export const sortedSet = (...items: readonly Piece[]): Uint8Array =>
  tlv(0x31, ...[...items].sort((a, b) => Buffer.compare(a, b)))
/** `[n]` around elements. */
export const ctx = (n: number, ...items: readonly Piece[]): Uint8Array => tlv(0xa0 | n, ...items)
/** `[n]` IMPLICIT of a primitive type. */
export const prim = (n: number, content: Piece): Uint8Array => tlv(0x80 | n, content)
export const nul = (): Uint8Array => tlv(0x05)
export const bool = (value: boolean): Uint8Array => tlv(0x01, Uint8Array.of(value ? 0xff : 0))
export const octets = (content: Piece): Uint8Array => tlv(0x04, content)
export const bits = (content: Piece, unused = 0): Uint8Array => tlv(0x03, Uint8Array.of(unused), content)
export const text = (tag: number, value: string): Uint8Array => tlv(tag, new Uint8Array(Buffer.from(value, "utf8")))
export const utf8String = (value: string): Uint8Array => text(0x0c, value)

/** INTEGER of any size and sign. */
export function int(value: bigint | number): Uint8Array {
  let n = BigInt(value)
  const body: number[] = []
  do {
    body.unshift(Number(BigInt.asUintN(8, n)))
    n >>= 8n
  } while (!((n === 0n && (body[0] as number) < 0x80) || (n === -1n && (body[0] as number) >= 0x80)))
  return tlv(0x02, Uint8Array.from(body))
}

/** OBJECT IDENTIFIER of dotted text. */
export function oid(dotted: string): Uint8Array {
  const [first = 0n, second = 0n, ...rest] = dotted.split(".").map(BigInt)
  const body: number[] = []
  for (const arc of [first * 40n + second, ...rest]) {
    const groups: number[] = []
    let n = arc
    do {
      groups.unshift(Number(n & 0x7fn) | (groups.length > 0 ? 0x80 : 0))
      n >>= 7n
    } while (n > 0n)
    body.push(...groups)
  }
  return tlv(0x06, Uint8Array.from(body))
}

export interface TestKey {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly spki: Uint8Array
}

function withSpki(pair: { privateKey: KeyObject; publicKey: KeyObject }): TestKey {
  return { ...pair, spki: new Uint8Array(pair.publicKey.export({ type: "spki", format: "der" })) }
}

export function ecKey(namedCurve: "P-256" | "P-384" | "P-521" | "secp256k1"): TestKey {
  return withSpki(generateKeyPairSync("ec", { namedCurve }))
}

export function rsaKey(modulusLength: number): TestKey {
  return withSpki(generateKeyPairSync("rsa", { modulusLength }))
}

/** A key bound to PSS and one digest, whose parameters may be anything. */
export function rsaPssKey(digest: string, maskDigest: string, saltLength: number): TestKey {
  const options = { modulusLength: 2048, hashAlgorithm: digest, mgf1HashAlgorithm: maskDigest, saltLength }
  // Node takes the salt length as a number only; its type declarations say string.
  return withSpki(generateKeyPairSync("rsa-pss", options as unknown as { modulusLength: number }))
}

export function ed25519TestKey(): TestKey {
  return withSpki(generateKeyPairSync("ed25519"))
}

/** AlgorithmIdentifier with the given parameters, absent by default. */
export const algorithm = (id: string, ...parameters: readonly Piece[]): Uint8Array => seq(oid(id), ...parameters)

export const ECDSA_SHA256 = algorithm("1.2.840.10045.4.3.2")

/** Name with one common name. */
export const name = (commonName: string): Uint8Array => seq(set(seq(oid("2.5.4.3"), utf8String(commonName))))

/** An extension; `critical` writes the BOOLEAN. */
export const extension = (id: string, value: Piece, critical = false): Uint8Array =>
  seq(oid(id), ...(critical ? [bool(true)] : []), octets(value))

/** The parts of a certificate, each replaceable by any bytes. */
export interface CertificateParts {
  readonly version: Piece
  readonly serial: Piece
  readonly inner: Piece
  readonly outer: Piece
  readonly issuer: Piece
  readonly validity: Piece
  readonly subject: Piece
  readonly spki: Piece
  /** Between key and extensions. */
  readonly between: Piece
  readonly extensions: readonly Piece[] | undefined
}

const EMPTY = new Uint8Array(0)

/** A certificate signed with a P-256 key and SHA-256, whatever its parts say. */
export function buildCertificate(key: TestKey, parts: Partial<CertificateParts> = {}): Uint8Array {
  const inner = parts.inner ?? ECDSA_SHA256
  const extensions = "extensions" in parts ? parts.extensions : [extension("2.5.29.15", hex("03 02 07 80"), true)]
  const tbs = seq(
    parts.version ?? ctx(0, int(2)),
    parts.serial ?? int(0x1234),
    inner,
    parts.issuer ?? name("issuer"),
    parts.validity ?? seq(text(0x17, "260101000000Z"), text(0x17, "260101001000Z")),
    parts.subject ?? seq(),
    parts.spki ?? key.spki,
    parts.between ?? EMPTY,
    extensions === undefined ? EMPTY : ctx(3, seq(...extensions)),
  )
  return seq(tbs, parts.outer ?? inner, bits(new Uint8Array(sign("sha256", tbs, key.privateKey))))
}
