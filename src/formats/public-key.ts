/**
 * Public keys: SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) and the raw forms that some formats use instead. A key that
 * comes out of here is one that every crypto provider reads the same way.
 *
 * ```text
 * 30 59 30 13 06 07 2a8648ce3d0201 06 08 2a8648ce3d030107 03 42 00 04 X Y      a P-256 key
 * ```
 *
 * RFC 5480 (EC: a named curve), RFC 8410 (Ed25519: no parameters), RFC 3279 §2.3.1 (RSA: parameters NULL), RFC 4055 §1.2
 * (RSASSA-PSS keys bound to one digest), RFC 9881 §4 (ML-DSA: no parameters).
 */
import type { Fault } from "../kernel/reasons.ts"
import { err, type Result } from "../kernel/result.ts"
import type { Curve, HashAlgorithm, MlDsa, PublicKey } from "../kernel/signature-scheme.ts"
import { mlDsaSet, readPssParameters } from "./algorithm-identifier.ts"
import { isCurvePoint } from "./curve.ts"
import { readDer, TAG, type DerReader } from "./der.ts"
import { derElement } from "./der-write.ts"
import { isEdwardsPoint } from "./edwards.ts"
import { OID, oidContent } from "./oid.ts"
import { readPem } from "./pem.ts"

/** Length of an ML-DSA public key in bytes (FIPS 204 table 2). */
const ML_DSA_KEY_BYTES: Readonly<Record<MlDsa, number>> = { "ML-DSA-44": 1312, "ML-DSA-65": 1952, "ML-DSA-87": 2592 }

const ML_DSA_OIDS: Readonly<Record<MlDsa, keyof typeof OID>> = {
  "ML-DSA-44": "mlDsa44",
  "ML-DSA-65": "mlDsa65",
  "ML-DSA-87": "mlDsa87",
}

const CURVE_OIDS: ReadonlyMap<string, Curve> = new Map([
  [OID.p256, "P-256"],
  [OID.p384, "P-384"],
  [OID.p521, "P-521"],
])

type KeyAlgorithm =
  | { readonly kind: "ec"; readonly curve: Curve }
  | { readonly kind: "ed25519" }
  | { readonly kind: "rsa"; readonly pss?: HashAlgorithm }
  | { readonly kind: "ml-dsa"; readonly set: MlDsa }

const NO_BYTES = new Uint8Array(0)

/** A kind or curve that is not used here, whatever its parameters are. */
function unsupported(reader: DerReader, where: string): KeyAlgorithm {
  reader.fail(where, "algorithm-unsupported")
  return { kind: "ed25519" }
}

function readKeyAlgorithm(reader: DerReader, where: string): KeyAlgorithm {
  const oid = reader.oid(where)
  switch (oid) {
    case OID.ecPublicKey: {
      // RFC 5480 §2.1.1: a named curve; explicit curve parameters are how CVE-2020-0601 forged a root.
      const curve = CURVE_OIDS.get(reader.oid(where))
      return curve === undefined ? unsupported(reader, where) : { kind: "ec", curve }
    }
    case OID.rsaEncryption:
      reader.null(where)
      return { kind: "rsa" }
    case OID.rsassaPss:
      return { kind: "rsa", pss: readPssParameters(reader, where) }
    case OID.ed25519:
      return { kind: "ed25519" }
    default: {
      const set = mlDsaSet(oid)
      return set === undefined ? unsupported(reader, where) : { kind: "ml-dsa", set }
    }
  }
}

/** Big-endian octets without the zero that keeps a DER INTEGER positive. */
function magnitude(integer: Uint8Array): Uint8Array {
  return integer[0] === 0 ? integer.subarray(1) : integer
}

/** RSAPublicKey (RFC 8017 §A.1.1): an odd modulus of 2048 to 8192 bits and an odd exponent of at least 3 and below 2^32. */
function readRsaKey(reader: DerReader, where: string): { bits: number; modulus: Uint8Array; exponent: Uint8Array } {
  return reader.sequence(where, inner => {
    const modulus = magnitude(inner.unsigned(where))
    const exponent = magnitude(inner.unsigned(where))
    const bits = 8 * modulus.length - (Math.clz32(modulus[0] ?? 0) - 24)
    const isOdd = (n: Uint8Array): boolean => ((n.at(-1) ?? 0) & 1) === 1
    const isOne = exponent.length === 1 && exponent[0] === 1
    if (!isOdd(modulus) || !isOdd(exponent) || isOne || exponent.length > 4) inner.fail(where)
    if (bits < 2048 || bits > 8192) inner.fail(where, "algorithm-unsupported")
    return { bits, modulus, exponent }
  })
}

/** The key in the BIT STRING `raw`, by the rules of its kind. */
function readKey(
  reader: DerReader,
  where: string,
  algorithm: KeyAlgorithm,
  spki: Uint8Array,
  raw: Uint8Array,
): PublicKey {
  switch (algorithm.kind) {
    case "ec":
      if (!isCurvePoint(algorithm.curve, raw)) reader.fail(where)
      return { kind: "ec", curve: algorithm.curve, spki, point: raw }
    case "ed25519":
      if (!isEdwardsPoint(raw)) reader.fail(where)
      return { kind: "ed25519", spki, raw }
    case "rsa":
      return { ...algorithm, spki, ...reader.nested(raw, where, r => readRsaKey(r, where)) }
    case "ml-dsa":
      if (raw.length !== ML_DSA_KEY_BYTES[algorithm.set]) reader.fail(where)
      return { kind: "ml-dsa", set: algorithm.set, spki, raw }
  }
}

/** Reads a SubjectPublicKeyInfo that is part of a larger structure. */
export function readPublicKey(reader: DerReader, where: string): PublicKey {
  const from = reader.offset
  const [algorithm, raw] = reader.sequence(where, inner => {
    const kind = inner.sequence(where, a => readKeyAlgorithm(a, where))
    return [kind, inner.bitString(where)] as const
  })
  return readKey(reader, where, algorithm, reader.since(from), raw)
}

/**
 * Parses the DER of a SubjectPublicKeyInfo. The key keeps that very array.
 * @returns the key; `public-key-malformed`, or `algorithm-unsupported` for kinds, curves and sizes that are not used here
 */
export function parsePublicKey(spki: Uint8Array): Result<PublicKey, Fault> {
  return readDer(spki, "public-key-malformed", reader => readPublicKey(reader, "publicKey"))
}

/** Parses a text of exactly one `PUBLIC KEY` block (RFC 7468 §13). */
export function parsePublicKeyPem(text: string): Result<PublicKey, Fault> {
  const [spki, second] = readPem(text, "PUBLIC KEY") ?? []
  if (spki === undefined || second !== undefined) return err({ reason: "public-key-malformed", where: "PEM" })
  return parsePublicKey(spki)
}

function wrap(oid: keyof typeof OID, parameters: Uint8Array, raw: Uint8Array): Uint8Array {
  const algorithm = derElement(TAG.sequence, derElement(TAG.oid, oidContent(OID[oid])), parameters)
  return derElement(TAG.sequence, algorithm, derElement(TAG.bitString, Uint8Array.of(0), raw))
}

/** The Ed25519 key with these 32 bytes (RFC 8032 §5.1.2), as signed notes and cosignatures carry it. */
export function ed25519Key(raw: Uint8Array): Result<PublicKey, Fault> {
  return parsePublicKey(wrap("ed25519", NO_BYTES, raw))
}

/** The ML-DSA key of a parameter set with these raw bytes (FIPS 204 §7.2). */
export function mlDsaKey(set: MlDsa, raw: Uint8Array): Result<PublicKey, Fault> {
  return parsePublicKey(wrap(ML_DSA_OIDS[set], NO_BYTES, raw))
}

/** The RSA key with this RSAPublicKey (RFC 8017 §A.1.1, "PKCS#1"), as some trusted roots carry it. */
export function rsaPkcs1Key(der: Uint8Array): Result<PublicKey, Fault> {
  return parsePublicKey(wrap("rsaEncryption", Uint8Array.of(TAG.null, 0), der))
}
