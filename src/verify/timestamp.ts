/**
 * RFC 3161 timestamp tokens: a timestamp authority's word that a signature existed at a time. The token's imprint must
 * be over the evidence's raw signature bytes; the authority must be one of the trusted root's, and every certificate
 * from its signer to the anchor valid at that time (not today: an expired authority's tokens keep their worth).
 */
import { equalBytes, toHex } from "../kernel/bytes.ts"
import type { Crypto } from "../kernel/ports.ts"
import { parseCertificate, type Certificate } from "../formats/certificate.ts"
import { printInstant } from "../formats/instant.ts"
import { fail, pass, type Check } from "../formats/check.ts"
import { checkSignature } from "../formats/signature.ts"
import { parseTimestampResponse, type EssCertId, type TimestampToken } from "../formats/timestamp-token.ts"
import { authorityProfileFault, isIssuedBy, TIME_STAMPING } from "./certificate-path.ts"
import type { CountingCrypto } from "./counting-crypto.ts"
import type { TrustedAuthority } from "./prepared-trust.ts"
import { sha1 } from "./sha1.ts"
import { contains } from "./window.ts"

/** A token's check and, when it passed, what it says. */
export interface TimestampResult {
  readonly check: Check
  readonly atSeconds: number | undefined
  /** Who said what: equal for two tokens that differ only in parts that nobody signed, or in the signature itself. */
  readonly stated: string | undefined
}

/** Checks one token over the raw signature bytes. */
export async function checkTimestamp(
  key: string,
  response: Uint8Array,
  signature: Uint8Array,
  authorities: readonly TrustedAuthority[],
  crypto: CountingCrypto,
): Promise<TimestampResult> {
  const refused = (check: Check): TimestampResult => ({ check, atSeconds: undefined, stated: undefined })
  const parsed = parseTimestampResponse(response)
  if (!parsed.ok) return refused(fail(key, "timestamp-malformed", { where: parsed.error.where }))
  const token = parsed.value
  const evidence = { at: printInstant(token.genTimeSeconds), policy: token.policy }
  if (!equalBytes(crypto.hash(token.imprint.hash, signature), token.imprint.digest)) {
    return refused(fail(key, "timestamp-imprint", evidence))
  }
  // RFC 5652 §5.4: the signed attributes stand for the content through its digest.
  if (!equalBytes(crypto.hash(token.digestAlgorithm, token.tstInfo), token.messageDigest)) {
    return refused(fail(key, "timestamp-signature", { ...evidence, differs: "messageDigest" }))
  }
  const candidates = await findSigner(token, authorities, crypto)
  if (candidates.length === 0) return refused(fail(key, "timestamp-untrusted", evidence))
  let worst: Check = fail(key, "timestamp-untrusted", evidence)
  for (const { signer, authority } of candidates) {
    const check = await checkSigner(key, token, signer, authority, evidence, crypto)
    if (check.outcome === "pass") {
      const stated = [signer.spki, token.tstInfo].map(part => toHex(crypto.hash("sha256", part))).join()
      return { check, atSeconds: token.genTimeSeconds, stated }
    }
    worst = check
  }
  return refused(worst)
}

interface SignerCandidate {
  readonly signer: Certificate
  readonly authority: TrustedAuthority
}

/**
 * The certificates that may have signed the token, each under a trusted authority: a certificate of the authority's own
 * chain, or one embedded in the token that the chain issued. What is embedded is untrusted until then.
 */
async function findSigner(
  token: TimestampToken,
  authorities: readonly TrustedAuthority[],
  crypto: CountingCrypto,
): Promise<SignerCandidate[]> {
  let embedded: readonly Certificate[] | undefined
  const found: SignerCandidate[] = []
  for (const authority of authorities) {
    const own = authority.chain[0]
    if (isSignerOf(token, own)) {
      if (await crypto.linked(authority)) found.push({ signer: own, authority })
      continue
    }
    if (own.basicConstraints?.ca !== true) continue
    embedded ??= embeddedSigners(token)
    for (const signer of embedded) {
      const issued = await isIssuedBy(signer, own, crypto)
      if (issued && (await crypto.linked(authority))) found.push({ signer, authority })
    }
  }
  return found
}

function embeddedSigners(token: TimestampToken): readonly Certificate[] {
  return token.certificates.flatMap(der => {
    const parsed = parseCertificate(der)
    return parsed.ok && isSignerOf(token, parsed.value) ? [parsed.value] : []
  })
}

function isSignerOf(token: TimestampToken, certificate: Certificate): boolean {
  if ("subjectKeyId" in token.signer) {
    const { subjectKeyId } = certificate
    return subjectKeyId !== undefined && equalBytes(subjectKeyId, token.signer.subjectKeyId)
  }
  return equalBytes(token.signer.issuer, certificate.issuer) && equalBytes(token.signer.serial, certificate.serial)
}

async function checkSigner(
  key: string,
  token: TimestampToken,
  signer: Certificate,
  authority: TrustedAuthority,
  evidence: { readonly at: string; readonly policy: string },
  crypto: Crypto,
): Promise<Check> {
  const at = token.genTimeSeconds
  const fault = signerFault(signer, authority)
  if (fault !== undefined) return fail(key, "timestamp-untrusted", { ...evidence, fault })
  // RFC 5816 §2.2.1: the token names its signer's certificate by hash, so another certificate of the same key is refused.
  if (!token.essCertIds.every(id => namesCertificate(id, signer, crypto))) {
    return fail(key, "timestamp-signature", { ...evidence, differs: "signing certificate" })
  }
  const scheme = token.schemeFor(signer.publicKey)
  const valid =
    scheme !== undefined &&
    (await checkSignature(crypto, {
      scheme,
      key: signer.publicKey,
      signature: token.signature,
      data: { message: token.signedAttributes },
    })) === "valid"
  if (!valid) return fail(key, "timestamp-signature", evidence)
  const windows = [signer, ...authority.chain].map(c => ({ start: c.notBefore, end: c.notAfter }))
  if (!contains(authority.validFor, at) || !windows.every(w => contains(w, at))) {
    return fail(key, "time-outside-authority", evidence)
  }
  return pass(key, { at: evidence.at, authority: toHex(crypto.hash("sha256", signer.spki)), policy: evidence.policy })
}

/** What is wrong with the signer's certificate or with those above it, or undefined. */
function signerFault(signer: Certificate, authority: TrustedAuthority): string | undefined {
  // RFC 3161 §2.3: the extended key usage is critical and timeStamping alone.
  const eku = signer.extendedKeyUsage
  if (eku === undefined || !eku.critical || eku.oids.length !== 1 || eku.oids[0] !== TIME_STAMPING) {
    return "extended key usage is not timeStamping alone"
  }
  if (signer.unknownCritical.length > 0) return "unknown critical extension"
  if (signer.keyUsage !== undefined && !signer.keyUsage.digitalSignature) return "key usage lacks digitalSignature"
  const above = authority.chain.filter(c => c !== signer)
  return above.map((c, i) => authorityProfileFault(c, i)).find(f => f !== undefined)
}

/** Whether an identifier of the token (old or new form) is this certificate's: by hash and, where given, issuer and serial. */
function namesCertificate(id: EssCertId, certificate: Certificate, crypto: Crypto): boolean {
  const hash = id.hash === "sha1" ? sha1(certificate.der) : crypto.hash(id.hash, certificate.der)
  if (!equalBytes(hash, id.certHash)) return false
  const { issuerSerial } = id
  return (
    issuerSerial === undefined ||
    (equalBytes(issuerSerial.issuer, certificate.issuer) && equalBytes(issuerSerial.serial, certificate.serial))
  )
}
