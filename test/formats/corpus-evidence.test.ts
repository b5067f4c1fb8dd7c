/**
 * Every document of the corpus that is evidence parses, or is refused with the reason that its case is about. The list
 * of refusals is written by hand from each case's `why` and bytes.
 */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { Bundle as Reference } from "@sigstore/protobuf-specs"
import { detectForm, parseEvidence, type Evidence } from "../../src/formats/evidence.ts"
import { isGcbDocument, parseGcb } from "../../src/formats/gcb.ts"
import { splitJsonLines } from "../../src/formats/json-lines.ts"
import { parseEntryBody } from "../../src/formats/rekor-entry.ts"
import { isStatementPayloadType, parseStatement } from "../../src/formats/statement.ts"
import { shared } from "../support/shared.ts"
import { bytesOf } from "../support/documents.ts"

const corpus = join(shared ?? ".", "corpus")
const EVIDENCE = /^(attestation|bundle|envelope|npm-attestations|provenance)\b.*\.json$/

/** Cases whose document, or item of it, is refused: the reason and the place. */
const REFUSED: Readonly<Record<string, string>> = {
  "conformance/bundle-invalid-base64-signature_fail#0": "base64-invalid at messageSignature.signature",
  "conformance/bundle-malformed-json_fail#0": "json-invalid at ",
  "conformance/intoto-missing-inclusion-proof_fail#0":
    "proof-missing at verificationMaterial.tlogEntries[0].inclusionProof",
  "conformance/invalid-inclusion-proof_fail#0":
    "checkpoint-missing at verificationMaterial.tlogEntries[0].inclusionProof.checkpoint",
  "conformance/rekor2-no-inclusion-proof_fail#0": "proof-missing at verificationMaterial.tlogEntries[0].inclusionProof",
  // Base64 with line feeds; the case is about the time in the token behind them.
  "conformance/rekor2-timestamp-with-incorrect-time_fail#0":
    "base64-invalid at verificationMaterial.timestampVerificationData.rfc3161Timestamps[0].signedTimestamp",
  "sigstore-java/bundle.v2.no.inclusion.sigstore#0":
    "proof-missing at verificationMaterial.tlogEntries[0].inclusionProof",
  "sigstore-java/bundle.v3_1.no.inclusion.sigstore#0":
    "proof-missing at verificationMaterial.tlogEntries[0].inclusionProof",
  "sigstore-python/bundle_invalid_version.txt.sigstore#0": "media-type-unknown at mediaType",
  "sigstore-python/bundle_no_cert_v1.txt.sigstore#0":
    "certificate-missing at verificationMaterial.x509CertificateChain.certificates",
  "sigstore-python/bundle_no_checkpoint.txt.sigstore#0":
    "checkpoint-missing at verificationMaterial.tlogEntries[0].inclusionProof.checkpoint",
  "sigstore-python/tsa__bundle.duplicate.sigstore#0":
    "timestamp-duplicate at verificationMaterial.timestampVerificationData.rfc3161Timestamps[2]",
  "sigstore-go/dsse-2sigs#0": "signature-count at dsseEnvelope.signatures",
  "gh-cli/github_provenance_demo-missing-verification-material#0": "field-missing at verificationMaterial",
  // Both have base64 whose last bits belong to no byte; a decoder that drops them reads a valid signature in the second.
  "slsa-verifier/invalid-set.intoto.sigstore#0":
    "base64-invalid at verificationMaterial.tlogEntries[0].inclusionPromise.signedEntryTimestamp",
  "slsa-verifier/invalid-dsse-sig.intoto.sigstore#0": "base64-invalid at dsseEnvelope.signatures[0].sig",
  "npm-mutations/npm-att-mismatch-prov-predicatetype.intoto.sigstore#0":
    "predicate-mismatch at attestations[0].predicateType",
  "npm-mutations/npm-att-mismatch-pub-predicatetype.intoto.sigstore#1":
    "predicate-mismatch at attestations[1].predicateType",
  "gcb/gcloud-container-invalid-signature-encoding.json#0": "base64-invalid at signatures[0].sig",
  "model-signing/v0.2.0-certificate#0": "chain-not-allowed at verificationMaterial.x509CertificateChain",
  "model-signing/v1.0.0-certificate#0": "chain-not-allowed at verificationMaterial.x509CertificateChain",
  "model-signing/v1.0.1-certificate#0": "chain-not-allowed at verificationMaterial.x509CertificateChain",
  "model-signing/v1.1.0-certificate#0": "chain-not-allowed at verificationMaterial.x509CertificateChain",
}

/** Cases whose statement is refused, in documents that parse. */
const STATEMENT_REFUSED: Readonly<Record<string, string>> = {
  "npm-mutations/npm-att-publish-invalid-signature.intoto.sigstore#1": "subject[0].digest",
  "npm-mutations/npm-stmt-mismatch-pub-type.intoto.sigstore#1": "_type",
}

interface Item {
  readonly id: string
  readonly outcome: string
  readonly result: ReturnType<typeof parseEvidence>
  readonly bytes: Uint8Array
}

function itemsOf(id: string, outcome: string, bytes: Uint8Array): Item[] {
  if (isGcbDocument(bytes)) {
    const found = parseGcb(bytes)
    if (!found.ok) throw new Error(`${id}: ${found.error.reason}`)
    return found.value.map(({ envelope }, i) => ({
      id: `${id}#${String(i)}`,
      outcome,
      result: parseEvidence("envelope", 0, envelope),
      bytes: envelope,
    }))
  }
  const detected = detectForm(bytes)
  if (!detected.ok) return [{ id: `${id}#0`, outcome, result: detected, bytes }]
  const { form, items } = detected.value
  return Array.from({ length: items }, (_, i) => ({
    id: `${id}#${String(i)}`,
    outcome,
    result: parseEvidence(form, i, bytes),
    bytes,
  }))
}

function allItems(): Item[] {
  if (shared === undefined) return []
  const index = JSON.parse(readFileSync(join(corpus, "index.json"), "utf8")) as { id: string; outcome: string }[]
  return index.flatMap(({ id, outcome }) =>
    readdirSync(join(corpus, id))
      .filter(file => EVIDENCE.test(file))
      .flatMap(file => itemsOf(id, outcome, new Uint8Array(readFileSync(join(corpus, id, file))))),
  )
}

describe.skipIf(!shared)("the corpus", () => {
  const items = allItems()
  const parsed = items.flatMap(({ id, result }) => (result.ok ? [{ id, evidence: result.value }] : []))

  it("parses, except for the listed refusals", () => {
    const refused = items.flatMap(({ id, result }) =>
      result.ok ? [] : [[id, `${result.error.reason} at ${result.error.where}`]],
    )
    expect(Object.fromEntries(refused)).toEqual(REFUSED)
    expect(items.length).toBe(166)
  })

  it("refuses nothing that should pass", () => {
    expect(items.filter(i => i.outcome === "pass" && !i.result.ok)).toEqual([])
  })

  it("has log entries whose bodies are read, with the kind and version that the bundle says", () => {
    const unread: string[] = []
    for (const { id, evidence } of parsed) {
      for (const entry of evidence.entries) {
        const body = parseEntryBody(entry.body)
        if (body.ok) expect([body.value.kind, body.value.version], id).toEqual([entry.kind, entry.version])
        else unread.push(`${id}: ${body.error.reason}`)
      }
    }
    expect(unread).toEqual([])
  })

  it("has statements in its envelopes, except for the listed refusals", () => {
    const refused: Record<string, string> = {}
    for (const { id, evidence } of parsed) {
      if (evidence.content.kind !== "dsse") continue
      const { payload, payloadType } = evidence.content.envelope
      if (!isStatementPayloadType(payloadType)) continue
      const statement = parseStatement(payload)
      if (!statement.ok) refused[id] = statement.error.where
    }
    expect(refused).toEqual(STATEMENT_REFUSED)
  })

  it("gives the bytes that the reference implementation decodes", () => {
    let compared = 0
    for (const { id, result, bytes } of items) {
      if (!result.ok || result.value.form !== "bundle") continue
      const evidence: Evidence = result.value
      const { content, verificationMaterial: material } = Reference.fromJSON(JSON.parse(Buffer.from(bytes).toString()))
      const same = (ours: Uint8Array | undefined, theirs: Uint8Array | undefined) => {
        expect(Buffer.from(ours ?? []).toString("hex"), id).toBe(Buffer.from(theirs ?? []).toString("hex"))
      }
      if (content?.$case === "dsseEnvelope" && evidence.content.kind === "dsse") {
        same(evidence.content.envelope.payload, content.dsseEnvelope.payload)
        same(evidence.content.envelope.signatures[0].sig, content.dsseEnvelope.signatures[0]?.sig)
        expect(evidence.content.envelope.payloadType).toBe(content.dsseEnvelope.payloadType)
      } else if (content?.$case === "messageSignature" && evidence.content.kind === "message") {
        same(evidence.content.signature, content.messageSignature.signature)
        same(evidence.content.digest?.digest, content.messageSignature.messageDigest?.digest)
      } else throw new Error(`${id}: another content`)
      const key = material?.content
      if (evidence.material.kind === "certificates") {
        const theirs =
          key?.$case === "x509CertificateChain"
            ? key.x509CertificateChain.certificates
            : key?.$case === "certificate"
              ? [key.certificate]
              : []
        expect(evidence.material.chain.length).toBe(theirs.length)
        evidence.material.chain.forEach((c, i) => same(c, theirs[i]?.rawBytes))
      } else {
        expect(evidence.material).toMatchObject({ kind: "public-key" })
      }
      expect(evidence.entries.length).toBe((material?.tlogEntries ?? []).length)
      evidence.entries.forEach((entry, i) => {
        const theirs = (material?.tlogEntries ?? [])[i]
        same(entry.body, theirs?.canonicalizedBody)
        same(entry.logId, theirs?.logId?.keyId)
        same(entry.promise, theirs?.inclusionPromise?.signedEntryTimestamp)
        expect(String(entry.index)).toBe(theirs?.logIndex)
        expect(String(entry.integratedTime)).toBe(theirs?.integratedTime || "0")
        expect(entry.proof?.checkpoint).toBe(theirs?.inclusionProof?.checkpoint?.envelope)
        same(entry.proof?.root, theirs?.inclusionProof?.rootHash)
        expect(String(entry.proof?.index ?? "0")).toBe(theirs?.inclusionProof?.logIndex ?? "0")
        entry.proof?.hashes.forEach((hash, j) => same(hash, theirs?.inclusionProof?.hashes[j]))
      })
      const tokens = material?.timestampVerificationData?.rfc3161Timestamps ?? []
      expect(evidence.timestamps.length).toBe(tokens.length)
      evidence.timestamps.forEach((t, i) => same(t, tokens[i]?.signedTimestamp))
      compared++
    }
    expect(compared).toBeGreaterThan(100)
  })

  it("of CPython parses whole, bodies included", () => {
    const lines = Array.from(splitJsonLines(new Uint8Array(readFileSync(join(corpus, "bulk-cpython/bundles.jsonl")))))
    expect(lines.length).toBe(600)
    for (const line of lines) {
      const { bundle, url } = JSON.parse(Buffer.from(line).toString()) as { bundle: unknown; url: string }
      const r = parseEvidence("bundle", 0, bytesOf(bundle))
      if (!r.ok) throw new Error(`${url}: ${r.error.reason}`)
      for (const entry of r.value.entries) expect(parseEntryBody(entry.body).ok, url).toBe(true)
    }
  })
})
