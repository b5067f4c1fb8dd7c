/**
 * The signatures of a piece of evidence, under the certificate it carries or under the trusted keys. Trusted keys come
 * first: where some are given they are the only signers that count.
 */
import { equalBytes } from "../kernel/bytes.ts"
import type { Crypto } from "../kernel/ports.ts"
import type { HashAlgorithm, SignatureScheme } from "../kernel/signature-scheme.ts"
import type { Certificate } from "../formats/certificate.ts"
import { pae } from "../formats/dsse.ts"
import type { Evidence } from "../formats/evidence.ts"
import { parseEntryBody } from "../formats/rekor-entry.ts"
import { fail, pass, skip, type Check } from "../formats/check.ts"
import type { EvidenceSigner } from "./entry.ts"
import type { TrustedKey } from "./prepared-trust.ts"
import {
  checkContent,
  checkUnderKeys,
  schemesFor,
  signsRawPayload,
  type SignatureResult,
  type SignedContent,
} from "./signature.ts"
import { carriedSigner, type CarriedSigner } from "./signer.ts"

/** The artifact of a Core, as far as it is known. */
export interface KnownArtifact {
  readonly digests: Readonly<Record<string, string>>
  readonly bytes: Uint8Array | undefined
}

/** What the signatures of the evidence are over. */
export function signedContent(evidence: Evidence, artifact: KnownArtifact, crypto: Crypto): SignedContent {
  if (evidence.content.kind === "dsse") {
    const { payloadType, payload } = evidence.content.envelope
    const bytes = { pae: pae(payloadType, payload), payload }
    const digests = new Map<string, Uint8Array>()
    const digest = (of: "pae" | "payload", hash: HashAlgorithm): Uint8Array => {
      const known = digests.get(of + hash) ?? crypto.hash(hash, bytes[of])
      digests.set(of + hash, known)
      return known
    }
    return { kind: "dsse", ...bytes, digest }
  }
  return { kind: "message", ...artifact, hash: messageHash(evidence) }
}

/** The raw signatures, in the order of the evidence; at least one. */
export function rawSignatures(evidence: Evidence): readonly [Uint8Array, ...Uint8Array[]] {
  if (evidence.content.kind === "message") return [evidence.content.signature]
  const [first, ...others] = evidence.content.envelope.signatures
  return [first.sig, ...others.map(s => s.sig)]
}

/** The hash that a message was signed with, as the bundle says or, failing that, its first readable log entry. */
function messageHash(evidence: Evidence): HashAlgorithm | undefined {
  if (evidence.content.kind === "message" && evidence.content.digest !== undefined) return evidence.content.digest.hash
  for (const entry of evidence.entries) {
    const body = parseEntryBody(entry.body)
    if (body.ok) return body.value.digest.hash
  }
  return undefined
}

/** Whose signatures hold. Exactly one of `leaf` and `keys` can say something: `signedBy` tells which. */
export interface SignaturesResult {
  readonly checks: readonly Check[]
  readonly signedBy: "certificate" | "key"
  /** At least one signature holds. */
  readonly valid: boolean
  /** The scheme of the first signature that holds. */
  readonly scheme: SignatureScheme | undefined
  /** The carried certificate, whether or not it is trusted. */
  readonly leaf: Certificate | undefined
  /** The certificates that came after it. */
  readonly issuers: readonly Certificate[]
  /** Distinct trusted keys whose signatures hold. */
  readonly keys: readonly TrustedKey[]
  /** What a log entry must have been made for; undefined when no key is known. */
  readonly identity: EvidenceSigner | undefined
}

/** Checks every signature of the evidence. */
export async function checkSignatures(
  evidence: Evidence,
  content: SignedContent,
  trustedKeys: readonly TrustedKey[],
  crypto: Crypto,
): Promise<SignaturesResult> {
  const signatures = rawSignatures(evidence)
  const carried = trustedKeys.length > 0 ? { kind: "key" as const } : carriedSigner(evidence)
  switch (carried.kind) {
    case "malformed": {
      const checks = [...signatures.map((_, i) => skip(`signature/${String(i)}`, "depends-on-failed")), carried.check]
      return {
        checks,
        signedBy: "certificate",
        valid: false,
        scheme: undefined,
        leaf: undefined,
        issuers: [],
        keys: [],
        identity: undefined,
      }
    }
    case "certificate":
      return underCertificate(carried, content, signatures[0], crypto)
    case "key":
      return underKeys(evidence, content, signatures, trustedKeys, crypto)
  }
}

async function underCertificate(
  { leaf, issuers }: Extract<CarriedSigner, { kind: "certificate" }>,
  content: SignedContent,
  signature: Uint8Array,
  crypto: Crypto,
): Promise<SignaturesResult> {
  const result = await checkContent(content, signature, leaf.publicKey, schemesFor(leaf.publicKey, content), crypto)
  return {
    checks: [signatureCheck(0, result)],
    signedBy: "certificate",
    valid: result.outcome === "valid",
    scheme: result.outcome === "valid" ? result.scheme : undefined,
    leaf,
    issuers,
    keys: [],
    identity: { certificate: leaf.der, spki: leaf.spki },
  }
}

async function underKeys(
  evidence: Evidence,
  content: SignedContent,
  signatures: readonly Uint8Array[],
  trustedKeys: readonly TrustedKey[],
  crypto: Crypto,
): Promise<SignaturesResult> {
  const hints = keyHints(evidence)
  const results: { result: SignatureResult; key?: TrustedKey }[] = []
  const keys: TrustedKey[] = []
  for (const [i, signature] of signatures.entries()) {
    // A key id only orders the attempts; and a key that has signed already is the least likely to have signed again.
    const rank = (k: TrustedKey) => (k.id === hints[i] ? 0 : keys.includes(k) ? 2 : 1)
    const attempts = trustedKeys.toSorted((a, b) => rank(a) - rank(b))
    const found = await checkUnderKeys(content, signature, attempts, crypto)
    // A copy of a good signature is nobody's intention, and nothing else would tell it from the envelope that was made.
    if (found.key !== undefined && signatures.slice(0, i).some(earlier => equalBytes(earlier, signature))) {
      results.push({ result: { outcome: "fail", reason: "signature-duplicate" } })
      continue
    }
    results.push(found)
    // (t, n) of DSSE counts keys, not signatures: a second signature of one key adds nothing.
    if (found.key !== undefined && !keys.some(k => k.id === found.key?.id)) keys.push(found.key)
  }
  // Why no signature holds is worth further checks; beside one that holds, the others do not matter.
  if (content.kind === "dsse" && keys.length === 0) {
    for (const [i, { result }] of results.entries()) {
      const signature = signatures[i] as Uint8Array
      if (result.outcome === "fail" && (await signsRawPayload(content.payload, signature, trustedKeys, crypto))) {
        results[i] = { result: { outcome: "fail", reason: "signature-unsigned-pae" } }
      }
    }
  }
  const [first] = keys
  const carried = evidence.material.kind === "certificates" || carriesPem(evidence, results)
  return {
    checks: [
      ...results.map(({ result, key }, i) => signatureCheck(i, result, key)),
      // Nothing here would vouch for its names and dates, and a reader of the evidence could believe them.
      ...(carried ? [fail("certificate", "certificate-untrusted", { fault: "only keys are trusted" })] : []),
    ],
    signedBy: "key",
    valid: keys.length > 0,
    scheme: results.map(r => r.result).find(r => r.outcome === "valid")?.scheme,
    leaf: undefined,
    issuers: [],
    keys,
    identity: first === undefined ? undefined : { certificate: undefined, spki: first.key.spki },
  }
}

/** Whether a signature that holds comes with a certificate (a member that SLSA's generator adds to the envelope). */
function carriesPem({ content }: Evidence, results: readonly { readonly key?: TrustedKey }[]): boolean {
  const pems = content.kind === "dsse" ? content.envelope.signatures.map(s => s.certificatePem) : []
  return pems.some((pem, i) => pem !== undefined && results[i]?.key !== undefined)
}

/** What the evidence calls its keys, signature by signature; nothing authenticates it. */
function keyHints(evidence: Evidence): readonly string[] {
  return evidence.content.kind === "dsse" ? evidence.content.envelope.signatures.map(s => s.keyid) : []
}

function signatureCheck(i: number, result: SignatureResult, key?: TrustedKey): Check {
  const name = `signature/${String(i)}`
  if (result.outcome !== "valid") {
    return result.outcome === "fail" ? fail(name, result.reason) : skip(name, result.reason)
  }
  const { scheme } = result
  const algorithm = [scheme.kind, "curve" in scheme ? scheme.curve : "", "hash" in scheme ? scheme.hash : ""]
    .filter(part => part !== "")
    .join(" ")
  return pass(name, { algorithm, ...(key === undefined ? {} : { key: key.id }) })
}
