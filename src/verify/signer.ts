/**
 * Who signed, as far as the evidence and the trust go: the leaf certificate that travels with it, or keys trusted by
 * themselves. Trusted keys replace signer trust altogether; a certificate beside them is then refused.
 */
import { equalBytes, toHex } from "../kernel/bytes.ts"
import type { Crypto } from "../kernel/ports.ts"
import { identityOf, parseCertificate, type Certificate } from "../formats/certificate.ts"
import type { Evidence } from "../formats/evidence.ts"
import { readPem } from "../formats/pem.ts"
import { fail, type Check } from "../formats/check.ts"
import type { SignerFact } from "../formats/facts.ts"

/** The evidence's certificate, the fault that makes it unusable, or neither when a key must be known. */
export type CarriedSigner =
  /** `issuers` are the certificates after the leaf, in their order. */
  | { readonly kind: "certificate"; readonly leaf: Certificate; readonly issuers: readonly Certificate[] }
  | { readonly kind: "malformed"; readonly check: Check }
  | { readonly kind: "key" }

/** Finds the leaf certificate that the evidence carries and refuses chains that break the rules of their format. */
export function carriedSigner(evidence: Evidence): CarriedSigner {
  const { material } = evidence
  if (material.kind === "public-key") return { kind: "key" }
  const chain = material.kind === "certificates" ? material.chain : pemOf(evidence)
  if (chain === undefined) return { kind: "key" }
  const certificates: Certificate[] = []
  for (const [i, der] of chain.entries()) {
    const parsed = parseCertificate(der)
    if (!parsed.ok) {
      const where = `certificate ${String(i)}: ${parsed.error.where}`
      return {
        kind: "malformed",
        check: fail("certificate", "certificate-malformed", { where, fault: parsed.error.reason }),
      }
    }
    certificates.push(parsed.value)
  }
  // One for each in the chain, which has at least one.
  const [leaf, ...issuers] = certificates as [Certificate, ...Certificate[]]
  const root = certificates.findIndex(isSelfIssued)
  // Bundle specification: a chain carries no root, for trust must not come from the evidence. The first clients wrote
  // v0.1 bundles with the whole chain; a root that ends a chain in issuing order is ignored like every other issuer.
  const inOrder = certificates.every(
    (c, i) => i === 0 || equalBytes(c.subject, (certificates[i - 1] as Certificate).issuer),
  )
  const tolerated = evidence.bundleVersion === "0.1" && inOrder && root > 0 && root === certificates.length - 1
  if (root >= 0 && !tolerated)
    return { kind: "malformed", check: fail("certificate", "chain-has-root", { index: root }) }
  return { kind: "certificate", leaf, issuers }
}

function isSelfIssued(certificate: Certificate): boolean {
  return equalBytes(certificate.issuer, certificate.subject)
}

/** The certificate that SLSA's generator puts into the one signature of a bare envelope. */
function pemOf({ content }: Evidence): readonly Uint8Array[] | undefined {
  // Evidence without material of its own is a bare envelope.
  const { envelope } = content as Extract<Evidence["content"], { kind: "dsse" }>
  const [signature, ...others] = envelope.signatures
  if (signature.certificatePem === undefined || others.length > 0) return undefined
  return readPem(signature.certificatePem, "CERTIFICATE") ?? [new Uint8Array()]
}

/** The signer that a verified leaf certificate names. */
export function certificateSigner(leaf: Certificate, crypto: Crypto): SignerFact {
  const { issuer, san } = identityOf(leaf)
  return {
    issuer: issuer ?? null,
    san: san === undefined ? null : { type: san.type, value: san.value },
    spki: toHex(crypto.hash("sha256", leaf.spki)),
  }
}
