/**
 * AlgorithmIdentifier (RFC 5280 §4.1.1.2) of digests and signatures, with exactly the parameters its RFC allows. What an
 * identifier leaves open (the curve of ECDSA, the digest of `rsaEncryption` in CMS) comes from the key and from the other
 * identifiers of the same structure, never from a default of a crypto provider.
 *
 * ```text
 * 30 0a 06 08 2a8648ce3d040302          ecdsa-with-SHA256: no parameters
 * ```
 */
import type { HashAlgorithm, MlDsa } from "../kernel/signature-scheme.ts"
import { contextTag, type DerReader } from "./der.ts"
import { OID } from "./oid.ts"

/** How something was signed, as far as the identifier says: a scheme without the curve, which belongs to the key. */
export type SignatureAlgorithm =
  | { readonly kind: "ecdsa"; readonly hash: HashAlgorithm }
  | { readonly kind: "ed25519" }
  | { readonly kind: "rsa-pkcs1"; readonly hash: HashAlgorithm }
  | { readonly kind: "rsa-pss"; readonly hash: HashAlgorithm }
  | { readonly kind: "ml-dsa"; readonly set: MlDsa }

const DIGESTS: ReadonlyMap<string, HashAlgorithm> = new Map([
  [OID.sha256, "sha256"],
  [OID.sha384, "sha384"],
  [OID.sha512, "sha512"],
])

/** Length of a digest in bytes. */
export const HASH_BYTES: Readonly<Record<HashAlgorithm, number>> = { sha256: 32, sha384: 48, sha512: 64 }

const ML_DSA: ReadonlyMap<string, MlDsa> = new Map([
  [OID.mlDsa44, "ML-DSA-44"],
  [OID.mlDsa65, "ML-DSA-65"],
  [OID.mlDsa87, "ML-DSA-87"],
])

/** The ML-DSA parameter set an identifier names (RFC 9881 §2), if it does. */
export function mlDsaSet(oid: string): MlDsa | undefined {
  return ML_DSA.get(oid)
}

const SIGNATURES: ReadonlyMap<string, SignatureAlgorithm> = new Map<string, SignatureAlgorithm>([
  [OID.ecdsaSha256, { kind: "ecdsa", hash: "sha256" }],
  [OID.ecdsaSha384, { kind: "ecdsa", hash: "sha384" }],
  [OID.ecdsaSha512, { kind: "ecdsa", hash: "sha512" }],
  [OID.rsaSha256, { kind: "rsa-pkcs1", hash: "sha256" }],
  [OID.rsaSha384, { kind: "rsa-pkcs1", hash: "sha384" }],
  [OID.rsaSha512, { kind: "rsa-pkcs1", hash: "sha512" }],
  [OID.ed25519, { kind: "ed25519" }],
  ...Array.from(ML_DSA, ([oid, set]) => [oid, { kind: "ml-dsa", set }] as const),
])

/** Parameters that may be NULL or absent (RFC 5754 §2, RFC 4055 §2.1). */
function optionalNull(reader: DerReader, where: string): void {
  if (reader.more) reader.null(where)
}

/** The AlgorithmIdentifier of a digest; only the SHA-2 functions are known. */
export function readDigestAlgorithm(reader: DerReader, where: string): HashAlgorithm {
  return reader.sequence(where, inner => {
    const hash = DIGESTS.get(inner.oid(where))
    if (hash === undefined) inner.fail(where, "algorithm-unsupported")
    optionalNull(inner, where)
    return hash ?? "sha256"
  })
}

/**
 * RSASSA-PSS-params (RFC 4055 §3.1): digest, MGF1 with the same digest, and a salt as long as the digest. Other choices
 * exist on paper only, and providers treat them differently. All three defaults are SHA-1's, so all three are written.
 */
export function readPssParameters(reader: DerReader, where: string): HashAlgorithm {
  return reader.sequence(where, inner => {
    const hash = inner.within(contextTag(0), where, r => readDigestAlgorithm(r, where))
    const mask = inner.within(contextTag(1), where, r =>
      r.sequence(where, s => {
        if (s.oid(where) !== OID.mgf1) s.fail(where, "algorithm-unsupported")
        return readDigestAlgorithm(s, where)
      }),
    )
    const salt = inner.within(contextTag(2), where, r => r.integer(where, 64))
    if (mask !== hash || salt !== HASH_BYTES[hash]) inner.fail(where, "algorithm-unsupported")
    return hash
  })
}

/**
 * The AlgorithmIdentifier of a signature. Parameters of ECDSA, EdDSA and ML-DSA are absent (RFC 5758 §3.2, RFC 8410 §3,
 * RFC 9881 §2), those of RSA NULL (RFC 8017 §A.2.4). A certificate signs its identifier and may leave NULL away (RFC 4055
 * §5: must be accepted); CMS does not sign it, so it has one spelling there. CMS signers may name `rsaEncryption` and leave the digest to `digest`, the SignerInfo's digestAlgorithm (RFC 5754 §3.2),
 * which all others must agree with.
 */
export function readSignatureAlgorithm(reader: DerReader, where: string, digest?: HashAlgorithm): SignatureAlgorithm {
  return reader.sequence(where, inner => {
    const oid = inner.oid(where)
    if (oid === OID.rsassaPss) return { kind: "rsa-pss", hash: readPssParameters(inner, where) }
    const algorithm: SignatureAlgorithm | undefined =
      oid === OID.rsaEncryption && digest !== undefined ? { kind: "rsa-pkcs1", hash: digest } : SIGNATURES.get(oid)
    if (algorithm === undefined) inner.fail(where, "algorithm-unsupported")
    else if (algorithm.kind === "rsa-pkcs1" && (digest !== undefined || inner.more)) inner.null(where)
    return algorithm ?? { kind: "ed25519" }
  })
}
