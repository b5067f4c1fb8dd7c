/**
 * Sigstore bundles v0.1, v0.2 and v0.3 (sigstore_bundle.proto, proto3 JSON): a signature or DSSE envelope with what is
 * needed to check it without asking anybody.
 *
 * ```json
 * {"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json",
 *  "verificationMaterial":{"certificate":{"rawBytes":"MIIC…"},"tlogEntries":[…],"timestampVerificationData":{"rfc3161Timestamps":[…]}},
 *  "messageSignature":{"messageDigest":{"algorithm":"SHA2_256","digest":"oM/H…"},"signature":"MEUC…"}}
 * ```
 *
 * Each version's own rules are checked here (client specification §Bundle): v0.1 entries carry a promise; v0.2 and
 * later a proof with its checkpoint; v0.3 the leaf certificate alone. Whether a root travels in the chain is for the
 * certificate check, since telling one takes DER.
 */
import { equalBytes } from "../kernel/bytes.ts"
import type { JsonObject, JsonValue } from "../kernel/json.ts"
import type { Fault } from "../kernel/reasons.ts"
import type { Result } from "../kernel/result.ts"
import { readEnvelope, type Envelope } from "./dsse.ts"
import { DIGEST_BYTES, hashOfProtoName, type Digest } from "./hash-names.ts"
import { LIMITS } from "./limits.ts"
import {
  listAt,
  nameAt,
  objectAt,
  optionalAt,
  optionalStringAt,
  readFixedBytes,
  readJsonBytes,
  readObject,
  someBytesAt,
} from "./members.ts"
import { at, attempt, refuse } from "./refusal.ts"
import { readTlogEntries, type TlogEntry } from "./tlog-entry.ts"

export type { InclusionProof, TlogEntry } from "./tlog-entry.ts"

/** The versions of the bundle format, by the rules that differ (sigstore_bundle.proto). */
export type BundleVersion = "0.1" | "0.2" | "0.3"

/** The media types there are, exactly (sigstore_bundle.proto): anything else, later versions included, is refused. */
const MEDIA_TYPES: ReadonlyMap<string, BundleVersion> = new Map([
  ["application/vnd.dev.sigstore.bundle+json;version=0.1", "0.1"],
  ["application/vnd.dev.sigstore.bundle+json;version=0.2", "0.2"],
  ["application/vnd.dev.sigstore.bundle+json;version=0.3", "0.3"],
  ["application/vnd.dev.sigstore.bundle.v0.3+json", "0.3"],
])

/** What the signature is checked with: certificates in DER, leaf first and at least one, or a hint to a known key. */
export type BundleMaterial =
  | { readonly kind: "certificates"; readonly chain: readonly [Uint8Array, ...Uint8Array[]] }
  | { readonly kind: "public-key"; readonly hint: string }

/** What was signed: an artifact's bytes, of which the bundle may name the digest (a hint), or a DSSE envelope. */
export type BundleContent =
  | { readonly kind: "message"; readonly signature: Uint8Array; readonly digest?: Digest | undefined }
  | { readonly kind: "dsse"; readonly envelope: Envelope }

/** A bundle that keeps the rules of its version. Nothing in it is verified. */
export interface Bundle {
  readonly version: BundleVersion
  readonly material: BundleMaterial
  readonly entries: readonly TlogEntry[]
  /** RFC 3161 responses in DER, no two alike. */
  readonly timestamps: readonly Uint8Array[]
  readonly content: BundleContent
}

/** Parses a bundle of at most `LIMITS.evidenceBytes`. */
export function parseBundle(bytes: Uint8Array): Result<Bundle, Fault> {
  return attempt(() => readBundle(readJsonBytes(bytes, LIMITS.evidenceBytes), ""))
}

/** Reads a bundle out of an already parsed document. For parsers of this folder: throws the fault. */
export function readBundle(value: JsonValue | undefined, where: string): Bundle {
  const object = readObject(value, where)
  const mediaType = nameAt(object, "mediaType", where)
  const version = MEDIA_TYPES.get(mediaType) ?? refuse("media-type-unknown", at(where, "mediaType"))
  const path = at(where, "verificationMaterial")
  const verification = objectAt(object, "verificationMaterial", where)
  const material = readMaterial(verification, path, version)
  const entries = readTlogEntries(verification, "tlogEntries", path, version === "0.1" ? "promise" : "proof")
  const timestamps = readTimestamps(verification, path)
  const content = readContent(object, where)
  if (content.kind === "dsse") checkEnvelope(content.envelope, material, at(where, "dsseEnvelope"))
  return { version, material, entries, timestamps, content }
}

function readMaterial(object: JsonObject, where: string, version: BundleVersion): BundleMaterial {
  const chain = optionalAt(object, "x509CertificateChain")
  const certificate = optionalAt(object, "certificate")
  const key = optionalAt(object, "publicKey")
  const given = [chain, certificate, key].filter(m => m !== undefined).length
  if (given === 0) return refuse("certificate-missing", where)
  if (given > 1) return refuse("field-invalid", where)
  if (key !== undefined) {
    const path = at(where, "publicKey")
    return { kind: "public-key", hint: optionalStringAt(readObject(key, path), "hint", path) ?? "" }
  }
  if (chain === undefined) {
    // v0.3 brought this member; a reader of v0.1 or v0.2 looks for the chain and would see no certificate at all.
    if (version !== "0.3") return refuse("field-invalid", at(where, "certificate"))
    return { kind: "certificates", chain: [readCertificate(certificate, at(where, "certificate"))] }
  }
  const path = at(where, "x509CertificateChain")
  const certificates = listAt(readObject(chain, path), "certificates", path, LIMITS.chainCertificates)
  // v0.3 has `certificate` for this. A list of one says the same thing and is met in the wild; a real chain is refused.
  if (version === "0.3" && certificates.length > 1) return refuse("chain-not-allowed", path)
  const [leaf, ...others] = certificates.map((c, i) => readCertificate(c, `${path}.certificates[${String(i)}]`))
  if (leaf === undefined) return refuse("certificate-missing", at(path, "certificates"))
  return { kind: "certificates", chain: [leaf, ...others] }
}

function readCertificate(value: JsonValue | undefined, where: string): Uint8Array {
  return someBytesAt(readObject(value, where), "rawBytes", where, LIMITS.certificateBytes)
}

/** Equal tokens are refused: each would count towards a threshold of timestamps. */
function readTimestamps(object: JsonObject, where: string): Uint8Array[] {
  const data = optionalAt(object, "timestampVerificationData")
  if (data === undefined) return []
  const path = at(where, "timestampVerificationData")
  const tokens: Uint8Array[] = []
  for (const value of listAt(readObject(data, path), "rfc3161Timestamps", path, LIMITS.timestamps)) {
    const item = `${path}.rfc3161Timestamps[${String(tokens.length)}]`
    const token = someBytesAt(readObject(value, item), "signedTimestamp", item, LIMITS.timestampBytes)
    if (tokens.some(t => equalBytes(t, token))) return refuse("timestamp-duplicate", item)
    tokens.push(token)
  }
  return tokens
}

function readContent(object: JsonObject, where: string): BundleContent {
  const message = optionalAt(object, "messageSignature")
  const envelope = optionalAt(object, "dsseEnvelope")
  if (message === undefined) {
    return { kind: "dsse", envelope: readEnvelope(envelope, at(where, "dsseEnvelope")) }
  }
  if (envelope !== undefined) return refuse("field-invalid", at(where, "dsseEnvelope"))
  const path = at(where, "messageSignature")
  const signed = readObject(message, path)
  return {
    kind: "message",
    signature: someBytesAt(signed, "signature", path, LIMITS.signatureBytes),
    digest: readMessageDigest(signed, path),
  }
}

function readMessageDigest(object: JsonObject, where: string): Digest | undefined {
  const value = optionalAt(object, "messageDigest")
  if (value === undefined) return undefined
  const path = at(where, "messageDigest")
  const digest = readObject(value, path)
  const hash = hashOfProtoName(nameAt(digest, "algorithm", path)) ?? refuse("field-invalid", at(path, "algorithm"))
  return { hash, digest: readFixedBytes(nameAt(digest, "digest", path), at(path, "digest"), DIGEST_BYTES[hash]) }
}

/** The rules that a bundle adds to DSSE: one signature, and a key hint that agrees with the key id where both are set. */
function checkEnvelope(envelope: Envelope, material: BundleMaterial, where: string): void {
  const [signature, second] = envelope.signatures
  if (second !== undefined) return refuse("signature-count", at(where, "signatures"))
  if (material.kind !== "public-key" || material.hint === "" || signature.keyid === "") return
  if (material.hint !== signature.keyid) refuse("key-hint-mismatch", `${where}.signatures[0].keyid`)
}
