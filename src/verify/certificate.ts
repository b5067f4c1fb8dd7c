/**
 * The certificate of certificate-signed evidence: profile and path, its SCTs, and validity at every verified time.
 */
import { toHex } from "../kernel/bytes.ts"
import type { Crypto } from "../kernel/ports.ts"
import type { Certificate } from "../formats/certificate.ts"
import { printInstant } from "../formats/instant.ts"
import { fail, pass, skip, type Check } from "../formats/report.ts"
import { findPath, leafProfileFault, validityAt } from "./certificate-path.ts"
import type { PreparedRoot } from "./prepared-trust.ts"
import { checkScts } from "./sct.ts"
import type { VerifiedTime } from "./window.ts"

/** The checks, and whether profile and path hold (times are separate checks). */
export interface CertificateResult {
  readonly checks: readonly Check[]
  readonly trusted: boolean
}

/** Checks the leaf under one trusted root; `root` is undefined when there is none. */
export async function checkCertificate(
  leaf: Certificate,
  root: PreparedRoot | undefined,
  times: readonly VerifiedTime[],
  crypto: Crypto,
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
  else own = pass("certificate", { serial: toHex(leaf.serial) })
  const checks = [
    own,
    ...(await checkScts(leaf, issuer, root?.ctLogs ?? [], crypto)),
    ...(validity.length === 0 ? [skip("validity", "time-missing")] : validity),
  ]
  return { checks, trusted: own.outcome === "pass" }
}
