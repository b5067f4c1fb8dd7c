/**
 * Evidence in the one shape that checks work on, whichever of the four forms it came in: a sigstore bundle, a bare DSSE
 * envelope, a PEP 740 document or an npm attestation list. The last two hold several items.
 */
import type { Fault } from "../kernel/reasons.ts"
import { err, ok, type Result } from "../kernel/result.ts"
import { parseBundle, type Bundle, type BundleContent, type BundleMaterial, type BundleVersion } from "./bundle.ts"
import { parseEnvelopeDocument } from "./dsse.ts"
import { outlineObject } from "./json-lines.ts"
import { LIMITS } from "./limits.ts"
import { countNpmAttestations, parseNpmAttestation } from "./npm-attestations.ts"
import { countPep740, parsePep740 } from "./pep740.ts"
import type { TlogEntry } from "./tlog-entry.ts"

export { splitJsonDocuments, splitJsonLines } from "./json-lines.ts"

/** The forms in which evidence is judged; `docs/formats/evidence.md` describes each. */
export type EvidenceForm = "bundle" | "envelope" | "pep740" | "npm"

/** One piece of evidence. Nothing in it is verified. */
export interface Evidence {
  readonly form: EvidenceForm
  /** The version whose rules were applied; undefined for an envelope, "0.3" for PEP 740. */
  readonly bundleVersion: BundleVersion | undefined
  /** `envelope`: nothing but the envelope itself, whose signatures may carry a key id or a certificate. */
  readonly material: BundleMaterial | { readonly kind: "envelope" }
  readonly entries: readonly TlogEntry[]
  readonly timestamps: readonly Uint8Array[]
  readonly content: BundleContent
}

/**
 * Parses item `item` of a document.
 * @param item - number of the item, from 0; the only one in a bundle or envelope
 */
export function parseEvidence(form: EvidenceForm, item: number, bytes: Uint8Array): Result<Evidence, Fault> {
  switch (form) {
    case "bundle":
      return item === 0 ? fromBundle(form, parseBundle(bytes)) : noItem(item)
    case "envelope":
      return item === 0 ? fromEnvelope(bytes) : noItem(item)
    case "pep740":
      return fromBundle(form, parsePep740(bytes, item))
    case "npm":
      return fromBundle(form, parseNpmAttestation(bytes, item))
  }
}

/** What a document is and how many items it holds. */
export interface DetectedForm {
  readonly form: EvidenceForm
  readonly items: number
}

/**
 * Tells the form of a document by the members it has. Bundles and envelopes are told by one pass over the bytes, without
 * parsing; nothing is promised about their being well-formed, which is for `parseEvidence`.
 * @returns the form; `too-large`, `json-invalid` when no JSON object begins the text or the text ends within it, `field-missing`
 *   when it is none of the forms
 */
export function detectForm(bytes: Uint8Array): Result<DetectedForm, Fault> {
  if (bytes.length > LIMITS.evidenceBytes) return err({ reason: "too-large", where: "" })
  const names = outlineObject(bytes)?.names
  if (names === undefined) return err({ reason: "json-invalid", where: "" })
  const has = (...any: readonly string[]): boolean => any.some(name => names.has(name))
  if (has("verificationMaterial", "messageSignature", "dsseEnvelope")) return ok({ form: "bundle", items: 1 })
  if (has("payload", "payloadType")) return ok({ form: "envelope", items: 1 })
  if (has("attestation_bundles", "verification_material")) return counted("pep740", countPep740(bytes))
  if (has("attestations")) return counted("npm", countNpmAttestations(bytes))
  return err({ reason: "field-missing", where: "" })
}

function counted(form: EvidenceForm, items: Result<number, Fault>): Result<DetectedForm, Fault> {
  return items.ok ? ok({ form, items: items.value }) : items
}

function fromBundle(form: EvidenceForm, bundle: Result<Bundle, Fault>): Result<Evidence, Fault> {
  if (!bundle.ok) return bundle
  const { version, material, entries, timestamps, content } = bundle.value
  return ok({ form, bundleVersion: version, material, entries, timestamps, content })
}

function fromEnvelope(bytes: Uint8Array): Result<Evidence, Fault> {
  const envelope = parseEnvelopeDocument(bytes)
  if (!envelope.ok) return envelope
  return ok({
    form: "envelope",
    bundleVersion: undefined,
    material: { kind: "envelope" },
    entries: [],
    timestamps: [],
    content: { kind: "dsse", envelope: envelope.value },
  })
}

function noItem(item: number): Result<never, Fault> {
  return err({ reason: "field-missing", where: `[${String(item)}]` })
}
