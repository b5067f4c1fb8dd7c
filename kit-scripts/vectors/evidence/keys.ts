/**
 * Keys from labels, and signatures that are the same every time: ECDSA nonces are derived from key and digest, so a
 * second run of the generator writes the same evidence. These keys are public by construction.
 */
import { createPrivateKey, createPublicKey, sign as nodeSign } from "node:crypto"
import { ed25519ph } from "@noble/curves/ed25519.js"
import type { Curve, HashAlgorithm } from "../../../src/kernel/signature-scheme.ts"
import { derSignature, digestOf, Signer } from "../crypto/curves.ts"
import { bitString, NULL, oid, sequence } from "../crypto/der.ts"
import { derive, fromHex, join, modulo, toBytes } from "../crypto/derive.ts"
import { digestInfo, pkcs1, RsaKey } from "../crypto/rsa-key.ts"

export type KeyKind = "p256" | "p384" | "p521" | "ed25519" | "rsa2048"

/** How a signature is to be made where the key leaves a choice. */
export interface SignOptions {
  /** The digest that is signed, where it is not the key's usual one. */
  readonly hash?: HashAlgorithm
  /** Ed25519ph, over the SHA-512 of the message. */
  readonly prehashed?: boolean
}

/** A key pair. */
export interface Key {
  readonly kind: KeyKind
  readonly label: string
  /** SubjectPublicKeyInfo. */
  readonly spki: Uint8Array
  /** The `PublicKeyDetails` name of its usual scheme. */
  readonly details: string
  /** The digest that goes with the key; for Ed25519 the one of its prehashed form. */
  readonly hash: HashAlgorithm
  /** Signs the message: DER for ECDSA, plain octets for the others. */
  sign(message: Uint8Array, options?: SignOptions): Uint8Array
}

/** A key on a curve, which can also sign in ways that no signer should. */
export interface EcKey extends Key {
  /** Signs a digest as it stands. */
  signDigest(digest: Uint8Array): Uint8Array
  /** The digest n - e beside a digest e: with a check that forgets the sign of y, a signature of one holds for the other. */
  mirroredDigest(digest: Uint8Array): Uint8Array
  /** r and s side by side, as IEEE P1363 writes them. */
  signP1363(message: Uint8Array): Uint8Array
  /** The other signature that holds, (r, n - s). */
  signNegated(message: Uint8Array): Uint8Array
}

const CURVE_OF: Readonly<Record<"p256" | "p384" | "p521", readonly [Curve, HashAlgorithm, string]>> = {
  p256: ["P-256", "sha256", "PKIX_ECDSA_P256_SHA_256"],
  p384: ["P-384", "sha384", "PKIX_ECDSA_P384_SHA_384"],
  p521: ["P-521", "sha512", "PKIX_ECDSA_P521_SHA_512"],
}

/** A key on a NIST curve. */
export function ecKey(kind: "p256" | "p384" | "p521", label: string): EcKey {
  const [curve, hash, details] = CURVE_OF[kind]
  const signer = new Signer(curve, hash, label)
  const nonceOf = (digest: Uint8Array): string => `${label} ${Buffer.from(digest).toString("hex")}`
  const pair = (digest: Uint8Array) => signer.signDigest(digest, nonceOf(digest))
  return {
    kind,
    label,
    details,
    hash,
    spki: signer.spki(),
    sign: (message, options = {}) => derSignature(pair(digestOf(options.hash ?? hash, message))),
    signDigest: digest => derSignature(pair(digest)),
    mirroredDigest: digest => toBytes(modulo(-signer.scalar(digest), signer.n), signer.size),
    signP1363: message => {
      const { r, s } = pair(digestOf(hash, message))
      return join(toBytes(r, signer.size), toBytes(s, signer.size))
    },
    signNegated: message => {
      const { r, s } = pair(digestOf(hash, message))
      return derSignature({ r, s: signer.n - s })
    },
  }
}

const ED25519 = sequence(oid("1.3.101.112"))

function ed25519Key(label: string): Key {
  const seed = derive(`ed25519 ${label}`, 32)
  const pkcs8 = join(fromHex("302e020100300506032b657004220420"), seed)
  const privateKey = createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" })
  const spki = new Uint8Array(createPublicKey(privateKey).export({ format: "der", type: "spki" }))
  return {
    kind: "ed25519",
    label,
    spki: sequence(ED25519, bitString(spki.subarray(-32))),
    details: "PKIX_ED25519",
    hash: "sha512",
    sign: (message, options = {}) =>
      options.prehashed === true ? ed25519ph.sign(message, seed) : new Uint8Array(nodeSign(null, message, privateKey)),
  }
}

function rsaKey(label: string): Key {
  const key = new RsaKey(label, 2048)
  const sign = (message: Uint8Array, { hash = "sha256" }: SignOptions = {}): Uint8Array =>
    key.raw(pkcs1(key.size, digestInfo(hash, digestOf(hash, message))))
  return { kind: "rsa2048", label, spki: key.spki(), details: "PKIX_RSA_PKCS1V15_2048_SHA256", hash: "sha256", sign }
}

/** A key of any kind. */
export function makeKey(kind: KeyKind, label: string): Key {
  if (kind === "ed25519") return ed25519Key(label)
  if (kind === "rsa2048") return rsaKey(label)
  return ecKey(kind, label)
}

const ECDSA_WITH: Readonly<Record<HashAlgorithm, string>> = {
  sha256: "1.2.840.10045.4.3.2",
  sha384: "1.2.840.10045.4.3.3",
  sha512: "1.2.840.10045.4.3.4",
}
const SHA256_WITH_RSA = "1.2.840.113549.1.1.11"

/** AlgorithmIdentifier of the key's signatures in certificates and tokens. */
export function signatureAlgorithm(key: Key, hash: HashAlgorithm = key.hash): Uint8Array {
  if (key.kind === "ed25519") return ED25519
  if (key.kind === "rsa2048") return sequence(oid(SHA256_WITH_RSA), NULL)
  return sequence(oid(ECDSA_WITH[hash]))
}
