/** What a piece of evidence says about itself, for `attest inspect` and for the store's index. Nothing is verified. */
import { parseCertificate } from "../../src/formats/certificate.ts"
import { printInstant } from "../../src/formats/instant.ts"
import { detectForm, parseEvidence, type Evidence, type EvidenceForm } from "../../src/formats/evidence.ts"
import { LIMITS } from "../../src/formats/limits.ts"
import { isStatementPayloadType, parseStatement, type Statement } from "../../src/formats/statement.ts"
import { toHex } from "../../src/kernel/bytes.ts"
import { isObject, readJson } from "../../src/kernel/json.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import type { Fault } from "../../src/kernel/reasons.ts"
import { ok, type Result } from "../../src/kernel/result.ts"
import type { InspectedItem } from "../../ui/contract/operations/attest.ts"

/** A document and its attestations, each well-formed by the rules of its form. */
export interface ReadEvidence {
  readonly form: EvidenceForm
  readonly items: readonly Evidence[]
}

/** Reads every attestation of a document; the first fault refuses the whole. */
export function readEvidence(bytes: Uint8Array): Result<ReadEvidence, Fault> {
  const detected = detectForm(bytes)
  if (!detected.ok) return detected
  const { form } = detected.value
  const items: Evidence[] = []
  for (let item = 0; item < detected.value.items; item++) {
    const parsed = parseEvidence(form, item, bytes)
    if (!parsed.ok) return parsed
    items.push(parsed.value)
  }
  return ok({ form, items })
}

/** The media type that a bundle gives itself; null for the forms that have none. */
export function mediaTypeOf(form: EvidenceForm, bytes: Uint8Array): string | null {
  if (form !== "bundle") return null
  const parsed = readJson(bytes, { maxBytes: LIMITS.evidenceBytes, maxDepth: LIMITS.jsonDepth })
  const mediaType = parsed.ok && isObject(parsed.value) ? parsed.value["mediaType"] : undefined
  return typeof mediaType === "string" ? mediaType : null
}

/** The statement inside, when there is one and it is well-formed. */
export function statementOf({ content }: Evidence): Result<Statement, Fault> | undefined {
  if (content.kind !== "dsse" || !isStatementPayloadType(content.envelope.payloadType)) return undefined
  return parseStatement(content.envelope.payload)
}

/** What the digests of a subject are called everywhere: `sha256:<hex>`. */
export function digestNames(digest: Readonly<Record<string, string>>): string[] {
  return Object.entries(digest).map(([algorithm, value]) => `${algorithm}:${value}`)
}

function signerOf(evidence: Evidence, crypto: Crypto): InspectedItem["signer"] {
  const { material, content } = evidence
  switch (material.kind) {
    case "public-key":
      return { kind: "key", hint: material.hint }
    case "envelope":
      return { kind: "envelope", keyIds: content.kind === "dsse" ? content.envelope.signatures.map(s => s.keyid) : [] }
    case "certificates": {
      const [leaf] = material.chain
      const parsed = parseCertificate(leaf)
      if (!parsed.ok) return { kind: "malformed", ...parsed.error }
      const { san, fulcio, notBefore, notAfter } = parsed.value
      return {
        kind: "certificate",
        sha256: toHex(crypto.hash("sha256", leaf)),
        names: (san?.names ?? []).map(({ type, value }) => ({ type, value })),
        issuer: fulcio["8"] ?? fulcio["1"] ?? null,
        notBefore: printInstant(notBefore),
        notAfter: printInstant(notAfter),
        chain: material.chain.length,
      }
    }
  }
}

function contentOf(evidence: Evidence): InspectedItem["content"] {
  const { content } = evidence
  if (content.kind === "message") {
    const { digest } = content
    return { kind: "message", digest: digest === undefined ? null : `${digest.hash}:${toHex(digest.digest)}` }
  }
  const { payloadType, payload } = content.envelope
  const statement = statementOf(evidence)
  if (statement === undefined) return { kind: "payload", payloadType, bytes: payload.length }
  if (!statement.ok) return { kind: "malformed", ...statement.error }
  const { predicateType, subjects } = statement.value
  const shown = subjects.map(s => ({ name: s.name ?? s.uri ?? null, digests: digestNames(s.digest) }))
  return { kind: "statement", payloadType, predicateType, subjects: shown }
}

/** One attestation as `attest inspect` answers it. */
export function inspectItem(evidence: Evidence, crypto: Crypto): InspectedItem {
  const { content, entries, timestamps, bundleVersion } = evidence
  return {
    bundleVersion: bundleVersion ?? null,
    signer: signerOf(evidence, crypto),
    content: contentOf(evidence),
    signatures: content.kind === "dsse" ? content.envelope.signatures.length : 1,
    entries: entries.map(entry => ({
      kind: entry.kind,
      version: entry.version,
      index: String(entry.index),
      logId: toHex(entry.logId),
      integratedTime: printableTime(entry.integratedTime),
      promise: entry.promise !== undefined,
      proofOfSize: entry.proof === undefined ? null : String(entry.proof.size),
    })),
    timestamps: timestamps.length,
  }
}

/** Seconds beyond the year 9999 have no RFC 3339 form; zero stands for "not said". */
function printableTime(seconds: bigint): string | null {
  return seconds > 0n && seconds < 253_402_300_800n ? printInstant(Number(seconds)) : null
}
