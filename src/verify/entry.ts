/**
 * Does a log entry record this very evidence? Its signature, its digest **and** its certificate or key must be the
 * bundle's (client specification, "Verifying the log entry"): an entry made for another certificate proves that
 * somebody else logged something, and known verifiers leave exactly that comparison out.
 */
import { equalBytes, fromHex, toHex } from "../kernel/bytes.ts"
import type { Reason } from "../kernel/reasons.ts"
import { parseCertificate } from "../formats/certificate.ts"
import { parseEntryBody, type EntryBody, type EntryVerifier } from "../formats/rekor-entry.ts"
import { fail, pass, skip, type Check } from "../formats/check.ts"
import type { TlogEntry } from "../formats/tlog-entry.ts"
import type { SignedContent } from "./signature.ts"

/** Who signed the evidence: the leaf certificate in DER, or only a key. */
export interface EvidenceSigner {
  readonly certificate: Uint8Array | undefined
  readonly spki: Uint8Array
}

/** The evidence that entries are compared with. */
export interface LoggedEvidence {
  readonly signature: Uint8Array
  readonly content: SignedContent
  readonly payloadType: string | undefined
  /** Undefined when no key is known for the evidence's signature. */
  readonly signer: EvidenceSigner | undefined
}

/** Compares entry `i` with the evidence. */
export function checkEntry(i: number, entry: TlogEntry, logged: LoggedEvidence): Check {
  const { signature, content, payloadType, signer } = logged
  const key = `entry/${String(i)}`
  const evidence = { kind: entry.kind, version: entry.version }
  const parsed = parseEntryBody(entry.body)
  if (!parsed.ok) return fail(key, parsed.error.reason, { ...evidence, where: parsed.error.where })
  const body = parsed.value
  if (body.kind !== entry.kind || body.version !== entry.version) {
    return fail(key, "entry-mismatch", { ...evidence, differs: "kind" })
  }
  // DSSE entries of Rekor v2 were dropped by the log; the client specification does not ask for them.
  if (body.legacy) return fail(key, "entry-kind-unsupported", evidence)

  const sameSignature = body.signatures.filter(s => equalBytes(s.signature, signature))
  if (sameSignature.length === 0) return fail(key, "entry-mismatch", { ...evidence, differs: "signature" })
  const digest = compareDigest(body, content, payloadType)
  if (digest === "differs") return fail(key, "entry-mismatch", { ...evidence, differs: "digest" })
  if (signer === undefined) return skip(key, "key-missing", evidence)
  if (!sameSignature.some(s => isSigner(s.verifier, signer))) {
    return fail(key, "entry-mismatch", { ...evidence, differs: "certificate or key" })
  }
  if (digest !== "same") return skip(key, digest, evidence)
  return pass(key, { digest: `${body.digest.hash}:${toHex(body.digest.digest)}`, ...evidence })
}

function compareDigest(
  body: EntryBody,
  content: SignedContent,
  payloadType: string | undefined,
): "same" | "differs" | Reason {
  const { hash, digest } = body.digest
  if (content.kind === "dsse") {
    if (body.payloadType !== undefined && body.payloadType !== payloadType) return "differs"
    const own = content.digest(body.digestOf === "payload" ? "payload" : "pae", hash)
    return equalBytes(own, digest) ? "same" : "differs"
  }
  if (body.digestOf === "payload") return "differs"
  const written = content.digests[hash]
  if (written === undefined) {
    return Object.keys(content.digests).length === 0 ? "artifact-missing" : "digest-algorithm-missing"
  }
  const known = fromHex(written)
  return known !== undefined && equalBytes(known, digest) ? "same" : "differs"
}

function isSigner(verifier: EntryVerifier, signer: EvidenceSigner): boolean {
  if (signer.certificate !== undefined) {
    return verifier.kind === "certificate" && equalBytes(verifier.der, signer.certificate)
  }
  if (verifier.kind === "public-key") return equalBytes(verifier.der, signer.spki)
  const certificate = parseCertificate(verifier.der)
  return certificate.ok && equalBytes(certificate.value.spki, signer.spki)
}
