/**
 * The key file of an operator: a PKCS#8 private key (RFC 5958) under a passphrase, in PEM (RFC 7468 §11). The encryption
 * is PBES2 (RFC 8018 §6.2) with PBKDF2-HMAC-SHA256 and AES-256-CBC, because a browser's WebCrypto and OpenSSL can both do
 * that one:
 *
 * ```text
 * -----BEGIN ENCRYPTED PRIVATE KEY-----
 * SEQUENCE { SEQUENCE { PBES2, SEQUENCE { SEQUENCE { PBKDF2, SEQUENCE { salt, iterations, SEQUENCE { hmacWithSHA256, NULL } } },
 *                                         SEQUENCE { aes256-CBC, iv } } }, OCTET STRING }
 * ```
 *
 * This file reads and writes that structure; what is inside is opened by `operator-key.ts`.
 */
import { readDer, TAG, type DerReader } from "../../src/formats/der.ts"
import { derElement } from "../../src/formats/der-write.ts"
import { readPem } from "../../src/formats/pem.ts"
import { fromHex, toBase64 } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, type Result } from "../../src/kernel/result.ts"

/** What is needed, beside the passphrase, to open the private key. */
export interface LockedKey {
  readonly salt: Uint8Array
  readonly iterations: number
  /** The initialisation vector: 16 bytes. */
  readonly iv: Uint8Array
  /** The encrypted PKCS#8 PrivateKeyInfo. */
  readonly encrypted: Uint8Array
}

/** Iterations of new key files (OWASP 2023 for PBKDF2-HMAC-SHA256). */
export const ITERATIONS = 600_000

/** Longest key file in characters; one with a P-256 key has about 500. */
const MAX_LENGTH = 8192
/** Most iterations that are done for a file; more would only be there to keep somebody waiting. */
const MAX_ITERATIONS = 10_000_000

const OIDS = {
  pbes2: ["1.2.840.113549.1.5.13", "2a864886f70d01050d"],
  pbkdf2: ["1.2.840.113549.1.5.12", "2a864886f70d01050c"],
  hmacSha256: ["1.2.840.113549.2.9", "2a864886f70d0209"],
  aes256Cbc: ["2.16.840.1.101.3.4.1.42", "60864801650304012a"],
} as const

function expectOid(reader: DerReader, name: keyof typeof OIDS): void {
  if (reader.oid(name) !== OIDS[name][0]) reader.fail(name)
}

function readKeyDerivation(reader: DerReader): { salt: Uint8Array; iterations: number } {
  return reader.sequence("keyDerivationFunc", kdf => {
    expectOid(kdf, "pbkdf2")
    return kdf.sequence("PBKDF2-params", params => {
      const salt = params.content(TAG.octetString, "salt")
      const iterations = params.integer("iterationCount", MAX_ITERATIONS)
      // RFC 8018 §A.2: the length is optional and can only be that of the cipher's key.
      if (params.has(TAG.integer) && params.integer("keyLength", 32) !== 32) params.fail("keyLength")
      params.sequence("prf", prf => {
        expectOid(prf, "hmacSha256")
        prf.null("prf")
      })
      if (salt.length < 8 || salt.length > 64 || iterations === 0) params.fail("PBKDF2-params")
      return { salt, iterations }
    })
  })
}

function readLocked(reader: DerReader): LockedKey {
  return reader.sequence("EncryptedPrivateKeyInfo", outer => {
    const how = outer.sequence("encryptionAlgorithm", algorithm => {
      expectOid(algorithm, "pbes2")
      return algorithm.sequence("PBES2-params", params => {
        const derivation = readKeyDerivation(params)
        const iv = params.sequence("encryptionScheme", scheme => {
          expectOid(scheme, "aes256Cbc")
          return scheme.content(TAG.octetString, "iv")
        })
        if (iv.length !== 16) params.fail("iv")
        return { ...derivation, iv }
      })
    })
    const encrypted = outer.content(TAG.octetString, "encryptedData")
    if (encrypted.length === 0 || encrypted.length % 16 !== 0) outer.fail("encryptedData")
    return { ...how, encrypted }
  })
}

/** Reads a key file. Fails with KEY_MALFORMED, also for a private key that is not encrypted. */
export function parseKeyFile(text: string): Result<LockedKey> {
  const [der, second] = text.length > MAX_LENGTH ? [] : (readPem(text, "ENCRYPTED PRIVATE KEY") ?? [])
  const read = der === undefined || second !== undefined ? undefined : readDer(der, "field-invalid", readLocked)
  if (read?.ok === true) return read
  const where = read === undefined ? "not one PEM block ENCRYPTED PRIVATE KEY" : `another form at ${read.error.where}`
  return err(
    new StellaError("KEY_MALFORMED", `no key file of an operator (PBES2, PBKDF2-SHA256, AES-256-CBC): ${where}`),
  )
}

function oid(name: keyof typeof OIDS): Uint8Array {
  return derElement(TAG.oid, fromHex(OIDS[name][1]) ?? new Uint8Array())
}

function unsigned(value: number): Uint8Array {
  const octets: number[] = []
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256)
  if ((octets[0] ?? 0x80) >= 0x80) octets.unshift(0)
  return derElement(TAG.integer, Uint8Array.from(octets))
}

/** One PEM block: lines of 64 characters (RFC 7468 §2). */
export function printPem(label: string, der: Uint8Array): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n")
}

/** The text of a key file. */
export function printKeyFile({ salt, iterations, iv, encrypted }: LockedKey): string {
  const prf = derElement(TAG.sequence, oid("hmacSha256"), derElement(TAG.null))
  const params = derElement(TAG.sequence, derElement(TAG.octetString, salt), unsigned(iterations), prf)
  const derivation = derElement(TAG.sequence, oid("pbkdf2"), params)
  const scheme = derElement(TAG.sequence, oid("aes256Cbc"), derElement(TAG.octetString, iv))
  const algorithm = derElement(TAG.sequence, oid("pbes2"), derElement(TAG.sequence, derivation, scheme))
  const whole = derElement(TAG.sequence, algorithm, derElement(TAG.octetString, encrypted))
  return printPem("ENCRYPTED PRIVATE KEY", whole)
}
