/**
 * The algorithm registry of sigstore (architecture-docs/algorithm-registry.md; `PublicKeyDetails` in protobuf-specs): which
 * key signs with which digest. A digest is never picked by a crypto provider and never guessed from a signature.
 *
 * Absent on purpose: PKIX_ECDSA_P256_HMAC_SHA_256 (deterministic nonces are the signer's business; no verifier can tell),
 * LMS and LMOTS (deprecated and nowhere in use).
 */
import type { Fault } from "../kernel/reasons.ts"
import { err, type Result } from "../kernel/result.ts"
import type { Curve, HashAlgorithm, PublicKey, SignatureScheme } from "../kernel/signature-scheme.ts"
import type { SignatureAlgorithm } from "./algorithm-identifier.ts"
import { parsePublicKey, rsaPkcs1Key } from "./public-key.ts"

/** One row of the registry. */
export interface RegisteredScheme {
  /** Name in `PublicKeyDetails`. */
  readonly name: string
  /** Number in `PublicKeyDetails`. */
  readonly number: number
  readonly scheme: SignatureScheme
  /** For RSA: the one size of modulus the row is about; absent in the old rows that name none. */
  readonly rsaBits?: number
  /** How raw bytes of such a key are encoded: SubjectPublicKeyInfo, or RSAPublicKey in the oldest rows. */
  readonly encoding: "spki" | "pkcs1"
  /** True for rows that are verified but no longer to be used for signing. */
  readonly deprecated: boolean
}

const SHA256 = "sha256"
const ecdsa = (curve: Curve, hash: HashAlgorithm): SignatureScheme => ({ kind: "ecdsa", curve, hash })
const PKCS1: SignatureScheme = { kind: "rsa-pkcs1", hash: SHA256 }
const PSS: SignatureScheme = { kind: "rsa-pss", hash: SHA256 }
const ED25519: SignatureScheme = { kind: "ed25519" }
const ED25519PH: SignatureScheme = { kind: "ed25519ph" }

const spki = { encoding: "spki", deprecated: false } as const
const old = { encoding: "spki", deprecated: true } as const
const oldPkcs1 = { encoding: "pkcs1", deprecated: true } as const

/** All rows. Where one key has several, the one to use by default comes first. */
// prettier-ignore
export const REGISTRY: readonly RegisteredScheme[] = [
  { ...spki,     number: 5,  name: "PKIX_ECDSA_P256_SHA_256",       scheme: ecdsa("P-256", SHA256) },
  { ...spki,     number: 12, name: "PKIX_ECDSA_P384_SHA_384",       scheme: ecdsa("P-384", "sha384") },
  { ...spki,     number: 13, name: "PKIX_ECDSA_P521_SHA_512",       scheme: ecdsa("P-521", "sha512") },
  { ...old,      number: 19, name: "PKIX_ECDSA_P384_SHA_256",       scheme: ecdsa("P-384", SHA256) },
  { ...old,      number: 20, name: "PKIX_ECDSA_P521_SHA_256",       scheme: ecdsa("P-521", SHA256) },
  { ...spki,     number: 7,  name: "PKIX_ED25519",                  scheme: ED25519 },
  { ...spki,     number: 8,  name: "PKIX_ED25519_PH",               scheme: ED25519PH },
  { ...spki,     number: 9,  name: "PKIX_RSA_PKCS1V15_2048_SHA256", scheme: PKCS1, rsaBits: 2048 },
  { ...spki,     number: 10, name: "PKIX_RSA_PKCS1V15_3072_SHA256", scheme: PKCS1, rsaBits: 3072 },
  { ...spki,     number: 11, name: "PKIX_RSA_PKCS1V15_4096_SHA256", scheme: PKCS1, rsaBits: 4096 },
  { ...spki,     number: 16, name: "PKIX_RSA_PSS_2048_SHA256",      scheme: PSS,   rsaBits: 2048 },
  { ...spki,     number: 17, name: "PKIX_RSA_PSS_3072_SHA256",      scheme: PSS,   rsaBits: 3072 },
  { ...spki,     number: 18, name: "PKIX_RSA_PSS_4096_SHA256",      scheme: PSS,   rsaBits: 4096 },
  { ...spki,     number: 21, name: "ML_DSA_65",                     scheme: { kind: "ml-dsa", set: "ML-DSA-65" } },
  { ...spki,     number: 22, name: "ML_DSA_87",                     scheme: { kind: "ml-dsa", set: "ML-DSA-87" } },
  { ...spki,     number: 23, name: "ML_DSA_44",                     scheme: { kind: "ml-dsa", set: "ML-DSA-44" } },
  { ...oldPkcs1, number: 1,  name: "PKCS1_RSA_PKCS1V5",             scheme: PKCS1 },
  { ...oldPkcs1, number: 2,  name: "PKCS1_RSA_PSS",                 scheme: PSS },
  { ...old,      number: 3,  name: "PKIX_RSA_PKCS1V5",              scheme: PKCS1 },
  { ...old,      number: 4,  name: "PKIX_RSA_PSS",                  scheme: PSS },
]

const BY_NAME: ReadonlyMap<string, RegisteredScheme> = new Map(REGISTRY.map(row => [row.name, row]))

/** The row of a `PublicKeyDetails` name, or undefined for names that are not verified here. */
export function registeredScheme(name: string): RegisteredScheme | undefined {
  return BY_NAME.get(name)
}

/** True when signatures of this scheme can be made with this key at all: kind, curve and parameter set go together. */
export function schemeFitsKey(scheme: SignatureScheme, key: PublicKey): boolean {
  switch (scheme.kind) {
    case "ecdsa":
      return key.kind === "ec" && key.curve === scheme.curve
    case "ed25519":
    case "ed25519ph":
      return key.kind === "ed25519"
    case "rsa-pkcs1":
      return key.kind === "rsa" && key.pss === undefined
    case "rsa-pss":
      return key.kind === "rsa" && (key.pss ?? scheme.hash) === scheme.hash
    case "ml-dsa":
      return key.kind === "ml-dsa" && key.set === scheme.set
  }
}

/** The full scheme of a signature by this key, or undefined when key and algorithm do not go together. */
export function schemeFor(algorithm: SignatureAlgorithm, key: PublicKey): SignatureScheme | undefined {
  if (algorithm.kind === "ecdsa") return key.kind === "ec" ? { ...algorithm, curve: key.curve } : undefined
  return schemeFitsKey(algorithm, key) ? algorithm : undefined
}

/**
 * Parses the key of a registry row, as trusted roots carry it.
 * @returns the key; `algorithm-unsupported` when the key is not of the row's kind, curve or size
 */
export function registeredKey(row: RegisteredScheme, bytes: Uint8Array): Result<PublicKey, Fault> {
  const parsed = row.encoding === "pkcs1" ? rsaPkcs1Key(bytes) : parsePublicKey(bytes)
  if (!parsed.ok) return parsed
  const key = parsed.value
  const fits = schemeFitsKey(row.scheme, key) && (key.kind !== "rsa" || (row.rsaBits ?? key.bits) === key.bits)
  return fits ? parsed : err({ reason: "algorithm-unsupported", where: row.name })
}

/**
 * The registry's schemes for message signatures of this key, the default first; P-384 and P-521 with SHA-256 are the two
 * deprecated rows. Empty for RSA sizes the registry does not name (such keys still sign certificates and timestamps).
 */
export function allowedSchemes(key: PublicKey): readonly SignatureScheme[] {
  return REGISTRY.filter(
    row => schemeFitsKey(row.scheme, key) && row.rsaBits === (key.kind === "rsa" ? key.bits : undefined),
  ).map(row => row.scheme)
}

/** The scheme to assume when nothing else is said, or undefined when the registry has none for the key. */
export function defaultScheme(key: PublicKey): SignatureScheme | undefined {
  return allowedSchemes(key)[0]
}

/** The scheme of this key that signs a digest by this hash (Ed25519ph for SHA-512), or undefined when it has none. */
export function schemeForDigest(key: PublicKey, hash: HashAlgorithm): SignatureScheme | undefined {
  return allowedSchemes(key).find(scheme => prehashOf(scheme) === hash)
}

/** The hash that is applied to a message before this scheme signs it, or undefined for schemes over the message itself. */
export function prehashOf(scheme: SignatureScheme): HashAlgorithm | undefined {
  switch (scheme.kind) {
    case "ed25519":
    case "ml-dsa":
      return undefined
    case "ed25519ph":
      return "sha512"
    case "ecdsa":
    case "rsa-pkcs1":
    case "rsa-pss":
      return scheme.hash
  }
}
