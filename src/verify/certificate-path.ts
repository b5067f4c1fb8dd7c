/**
 * The path from a leaf certificate to a trusted authority (RFC 5280, with the code-signing profile of sigstore's client
 * specification), and its validity at every verified time. The model is hybrid: leaf, intermediates and the
 * authority's own window must all contain the time at which the signature is known to have existed; today plays no part.
 */
import { equalBytes } from "../kernel/bytes.ts"
import type { Crypto } from "../kernel/ports.ts"
import type { Reason } from "../kernel/reasons.ts"
import { schemeFor } from "../formats/algorithm-registry.ts"
import type { Certificate } from "../formats/certificate.ts"
import { checkSignature } from "../formats/signature.ts"
import type { CountingCrypto } from "./counting-crypto.ts"
import type { TrustedAuthority } from "./prepared-trust.ts"
import { contains } from "./window.ts"

/** Extended key usages (RFC 5280 §4.2.1.12). */
export const CODE_SIGNING = "1.3.6.1.5.5.7.3.3"
export const TIME_STAMPING = "1.3.6.1.5.5.7.3.8"

/** Kinds of alternative names that name a signer; a DNS name of the same text is another identity. */
const SIGNER_NAMES: ReadonlySet<string> = new Set(["email", "uri", "other"])

/** True when the issuer's name and key are those that signed the certificate. */
export async function isIssuedBy(certificate: Certificate, issuer: Certificate, crypto: Crypto): Promise<boolean> {
  if (!equalBytes(certificate.issuer, issuer.subject)) return false
  const scheme = schemeFor(certificate.scheme, issuer.publicKey)
  if (scheme === undefined) return false
  const data = { message: certificate.tbs }
  const outcome = await checkSignature(crypto, {
    scheme,
    key: issuer.publicKey,
    signature: certificate.signature,
    data,
  })
  return outcome === "valid"
}

/** What is wrong with a code-signing leaf, or undefined: the profile is checked whoever issued it. */
export function leafProfileFault(leaf: Certificate): string | undefined {
  if (leaf.basicConstraints?.ca === true) return "is a certificate authority"
  if (leaf.keyUsage?.digitalSignature !== true) return "key usage lacks digitalSignature"
  if (leaf.keyUsage.keyCertSign) return "key usage has keyCertSign"
  if (leaf.extendedKeyUsage?.oids.includes(CODE_SIGNING) !== true) return "extended key usage lacks codeSigning"
  if (leaf.san === undefined) return "has no subject alternative name"
  const [name, second] = leaf.san.names
  if (name === undefined || second !== undefined) return "has not exactly one subject alternative name"
  if (!SIGNER_NAMES.has(name.type)) return "subject alternative name is not a signer's"
  // RFC 5280 §4.2.1.6: with an empty subject the alternative name is all there is, so it must be critical.
  if (leaf.subjectEmpty && !leaf.san.critical) return "subject alternative name is not critical"
  if (leaf.unknownCritical.length > 0) return `unknown critical extension ${leaf.unknownCritical.join(", ")}`
  return undefined
}

/** What is wrong with a certificate that issues others, or undefined. `below` counts the issuing certificates under it. */
export function authorityProfileFault(certificate: Certificate, below: number): string | undefined {
  const { basicConstraints, keyUsage } = certificate
  if (basicConstraints?.ca !== true) return "is not a certificate authority"
  if (!basicConstraints.critical) return "basic constraints are not critical"
  if (keyUsage?.keyCertSign !== true) return "key usage lacks keyCertSign"
  if (basicConstraints.pathLength !== undefined && basicConstraints.pathLength < below) return "path is too long"
  if (certificate.unknownCritical.length > 0) return "unknown critical extension"
  return undefined
}

/** A path that holds: the authority it ends in, or why there is none. */
export type PathResult =
  | { readonly ok: true; readonly authorities: readonly TrustedAuthority[] }
  | { readonly ok: false; readonly reason: Reason; readonly detail: string }

/**
 * Names and, where both certificates have them, key identifiers are compared first (RFC 5280 §4.2.1.1), so unrelated
 * keys cost nothing: authorities that rotate their keys keep their name.
 */
function mayHaveIssued(issuer: Certificate, certificate: Certificate): boolean {
  if (!equalBytes(certificate.issuer, issuer.subject)) return false
  const { authorityKeyId } = certificate
  const { subjectKeyId } = issuer
  return authorityKeyId === undefined || subjectKeyId === undefined || equalBytes(authorityKeyId, subjectKeyId)
}

/** Finds the trusted authorities that issued the leaf. */
export async function findPath(
  leaf: Certificate,
  authorities: readonly TrustedAuthority[],
  crypto: CountingCrypto,
): Promise<PathResult> {
  const found: TrustedAuthority[] = []
  let fault: string | undefined
  const issuers = new Map<Certificate["publicKey"], boolean>()
  for (const authority of authorities) {
    const [issuer] = authority.chain
    if (!mayHaveIssued(issuer, leaf)) continue
    const profile = authority.chain.map((c, i) => authorityProfileFault(c, i)).find(f => f !== undefined)
    if (profile !== undefined) {
      fault = profile
      continue
    }
    // Instances of one authority often share their issuing key; one check of the leaf serves them all.
    const known = [...issuers].find(([key]) => equalBytes(key.spki, issuer.publicKey.spki))
    const issued = known === undefined ? await isIssuedBy(leaf, issuer, crypto) : known[1]
    issuers.set(issuer.publicKey, issued)
    if (issued && (await crypto.linked(authority))) found.push(authority)
  }
  if (found.length > 0) return { ok: true, authorities: found }
  return fault === undefined
    ? { ok: false, reason: "certificate-untrusted", detail: "no trusted authority issued this certificate" }
    : { ok: false, reason: "certificate-profile", detail: `authority ${fault}` }
}

/** Whether leaf and some path are valid at a time (epoch seconds); otherwise whose window does not contain it. */
export function validityAt(
  leaf: Certificate,
  authorities: readonly TrustedAuthority[],
  atSeconds: number,
): Extract<Reason, "time-outside-certificate" | "time-outside-authority"> | undefined {
  if (!contains({ start: leaf.notBefore, end: leaf.notAfter }, atSeconds)) return "time-outside-certificate"
  const valid = authorities.some(
    a =>
      contains(a.validFor, atSeconds) &&
      a.chain.every(c => contains({ start: c.notBefore, end: c.notAfter }, atSeconds)),
  )
  return valid ? undefined : "time-outside-authority"
}
