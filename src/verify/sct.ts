/**
 * Signed certificate timestamps (RFC 6962 §3.2, embedded form): a certificate transparency log's word that it saw this
 * certificate before it was issued. Signed is the certificate's TBS without the SCT extension, with the issuer's key
 * hash; the log's key must be valid at the SCT's own time.
 */
import { equalBytes, toHex } from "../kernel/bytes.ts"
import type { Crypto } from "../kernel/ports.ts"
import type { Certificate } from "../formats/certificate.ts"
import { fail, skip, pass, type Check } from "../formats/check.ts"
import { parseSctList, sctScheme, sctSignedBytes, type SignedCertificateTimestamp } from "../formats/sct.ts"
import { checkSignature } from "../formats/signature.ts"
import type { TrustedLog } from "./prepared-trust.ts"
import { contains } from "./window.ts"

/** Checks every SCT of a leaf. `issuer` is the certificate that issued it, undefined when no path was found. */
export async function checkScts(
  leaf: Certificate,
  issuer: Certificate | undefined,
  logs: readonly TrustedLog[],
  crypto: Crypto,
): Promise<Check[]> {
  if (leaf.sctList === undefined) return [skip("sct", "sct-missing")]
  const parsed = parseSctList(leaf.sctList)
  if (!parsed.ok) return [fail("sct", "sct-invalid", { fault: parsed.error.reason })]
  if (issuer === undefined) return parsed.value.map((_, i) => skip(`sct/${String(i)}`, "depends-on-failed"))
  const issuerKeyHash = crypto.hash("sha256", issuer.spki)
  const precert = leaf.precertTbs()
  const checks: Check[] = []
  for (const [i, sct] of parsed.value.entries()) {
    checks.push(await checkSct(`sct/${String(i)}`, sct, issuerKeyHash, precert, logs, crypto))
  }
  return checks
}

async function checkSct(
  key: string,
  sct: SignedCertificateTimestamp,
  issuerKeyHash: Uint8Array,
  precert: Uint8Array,
  logs: readonly TrustedLog[],
  crypto: Crypto,
): Promise<Check> {
  // Whole seconds are enough: windows are given in seconds.
  const atSeconds = Number(sct.timestampMs / 1000n)
  const evidence = { log: toHex(sct.logId), timestampMs: String(sct.timestampMs) }
  const known = logs.filter(l => equalBytes(l.logId, sct.logId))
  // A log that is not trusted here says nothing, neither for nor against the certificate.
  if (known.length === 0) return skip(key, "sct-log-unknown", evidence)
  const log = known.find(l => contains(l.validFor, atSeconds))
  if (log === undefined) return fail(key, "time-outside-authority", evidence)
  const scheme = sctScheme(sct, log.key)
  if (scheme === undefined) return fail(key, "sct-invalid", evidence)
  const message = sctSignedBytes(sct, issuerKeyHash, precert)
  const outcome = await checkSignature(crypto, { scheme, key: log.key, signature: sct.signature, data: { message } })
  return outcome === "valid" ? pass(key, evidence) : fail(key, "sct-invalid", evidence)
}
