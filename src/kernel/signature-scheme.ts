/**
 * The vocabulary of signatures shared by formats, checks and crypto providers: keys that have been parsed, schemes that
 * name curve, padding and digest, and the request a provider answers. A provider never sees an unparsed key, an
 * unchecked signature or a scheme with a digest left open.
 */

/** Named hash functions. Evidence may use any of them for digests; signature schemes use the SHA-2 ones. */
export type HashAlgorithm = "sha256" | "sha384" | "sha512"

/** Named elliptic curves (FIPS 186-5, SP 800-186). */
export type Curve = "P-256" | "P-384" | "P-521"

/** Parameter sets of ML-DSA (FIPS 204). */
export type MlDsa = "ML-DSA-44" | "ML-DSA-65" | "ML-DSA-87"

/**
 * A public key whose SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) has been parsed strictly: uncompressed point on a named
 * curve, canonical Ed25519 point that is not of small order, RSA modulus of 2048 to 8192 bits with odd exponent of at least 3.
 * `spki` is the exact DER. Providers may cache by object identity: the object and its bytes are never changed.
 */
export type PublicKey =
  | { readonly kind: "ec"; readonly curve: Curve; readonly spki: Uint8Array; readonly point: Uint8Array }
  | { readonly kind: "ed25519"; readonly spki: Uint8Array; readonly raw: Uint8Array }
  | {
      readonly kind: "rsa"
      readonly bits: number
      readonly spki: Uint8Array
      /** Big-endian, without leading zeros. */
      readonly modulus: Uint8Array
      readonly exponent: Uint8Array
      /** Set when the SubjectPublicKeyInfo is id-RSASSA-PSS: the key makes PSS signatures with this digest only. */
      readonly pss?: HashAlgorithm
    }
  | { readonly kind: "ml-dsa"; readonly set: MlDsa; readonly spki: Uint8Array; readonly raw: Uint8Array }

/** A signature scheme of the algorithm registry: everything but key and data. */
export type SignatureScheme =
  | { readonly kind: "ecdsa"; readonly curve: Curve; readonly hash: HashAlgorithm }
  | { readonly kind: "ed25519" }
  | { readonly kind: "ed25519ph" }
  | { readonly kind: "rsa-pkcs1"; readonly hash: HashAlgorithm }
  | { readonly kind: "rsa-pss"; readonly hash: HashAlgorithm }
  | { readonly kind: "ml-dsa"; readonly set: MlDsa }

/** What was signed: the message itself, or only its digest by the scheme's hash (for Ed25519ph: SHA-512). */
export type SignedData = { readonly message: Uint8Array } | { readonly digest: Uint8Array }

/**
 * One signature check, after the strict encoding checks. `signature` is: ECDSA strict DER with r and s in [1, n-1];
 * Ed25519 and Ed25519ph 64 bytes with S below L; RSA exactly the modulus length; ML-DSA the fixed length of its set.
 * Pure Ed25519 and ML-DSA come with `message` only.
 */
export interface VerifyRequest {
  readonly scheme: SignatureScheme
  readonly key: PublicKey
  readonly signature: Uint8Array
  readonly data: SignedData
}
