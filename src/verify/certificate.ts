/**
 * The certificate of certificate-signed evidence: profile and path, its SCTs, and validity at every verified time.
 */
import { equalBytes, toHex } from "../kernel/bytes.ts"
import type { Certificate } from "../formats/certificate.ts"
import { printInstant } from "../formats/instant.ts"
import { fail, pass, skip, type Check } from "../formats/check.ts"
import { findPath, leafProfileFault, validityAt } from "./certificate-path.ts"
import type { CountingCrypto } from "./counting-crypto.ts"
import type { PreparedRoot, TrustedAuthority } from "./prepared-trust.ts"
import { checkScts } from "./sct.ts"
import type { VerifiedTime } from "./window.ts"

/** The checks, and whether profile and path hold (times are separate checks). */
export interface CertificateResult {
  readonly checks: readonly Check[]
  readonly trusted: boolean
}

/** Checks the leaf, and what came after it, under one trusted root; `root` is undefined when there is none. */
export async function checkCertificate(
  leaf: Certificate,
  issuers: readonly Certificate[],
  root: PreparedRoot | undefined,
  times: readonly VerifiedTime[],
  crypto: CountingCrypto,
): Promise<CertificateResult> {
  const fault = leafProfileFault(leaf)
  const path = await findPath(leaf, root?.authorities ?? [], crypto)
  const authorities = path.ok ? path.authorities : []
  const issuer = authorities[0]?.chain[0]
  const validity = times.map(({ key, atSeconds }) => {
    const name = `validity/${key}`
    const evidence = { at: printInstant(atSeconds) }
    if (!path.ok) return skip(name, "depends-on-failed", evidence)
    const outside = validityAt(leaf, authorities, atSeconds)
    return outside === undefined ? pass(name, evidence) : fail(name, outside, evidence)
  })
  let own: Check
  if (fault !== undefined) own = fail("certificate", "certificate-profile", { fault: `leaf ${fault}` })
  else if (!path.ok) own = fail("certificate", path.reason, { fault: path.detail })
  else if (!authorities.some(a => isChainOf(a, issuers))) {
    own = fail("certificate", "certificate-untrusted", { fault: "the chain is not that of the trusted authority" })
  } else own = pass("certificate", { serial: toHex(leaf.serial) })
  const checks = [
    own,
    ...(await checkScts(leaf, issuer, root?.ctLogs ?? [], crypto)),
    ...(validity.length === 0 ? [skip("validity", "time-missing")] : validity),
  ]
  return { checks, trusted: own.outcome === "pass" }
}

/**
 * Trust comes from the root alone, so certificates after the leaf are not needed. Those that are there have to be the
 * authority's own, none above its anchor: nothing else would notice a change of them.
 */
function isChainOf({ chain }: TrustedAuthority, issuers: readonly Certificate[]): boolean {
  return issuers.every((carried, i) => {
    const certificate = chain[i]
    return certificate !== undefined && equalBytes(carried.der, certificate.der)
  })
}
