/**
 * Whether two documents say the same: JSON white space, the order of members, proto3 JSON's ways to write absence (null,
 * an empty text, list or message) and integers, the base64 alphabet, and members that the format does not know. Told
 * without our parsers, so that a member they overlook shows.
 */
import { Buffer } from "node:buffer"

/** Members of the formats; all others are unknown to them. Below `publicKey` of a bundle there is a hint and nothing else. */
const KNOWN = new Set(
  (
    "mediaType verificationMaterial x509CertificateChain certificates rawBytes certificate publicKey hint tlogEntries " +
    "logIndex logId keyId kindVersion kind version integratedTime inclusionPromise signedEntryTimestamp inclusionProof " +
    "rootHash treeSize hashes checkpoint envelope canonicalizedBody timestampVerificationData rfc3161Timestamps " +
    "signedTimestamp messageSignature messageDigest algorithm digest signature dsseEnvelope payload payloadType " +
    // DSSE, npm, PEP 740
    "signatures keyid sig cert attestations bundle predicateType verification_material transparency_entries statement " +
    "attestation_bundles"
  ).split(" "),
)

const INT64 = new Set(["logIndex", "treeSize", "integratedTime"])
const BASE64 = /^[A-Za-z0-9+/_-]{4,}={0,2}$/

function normal(value: unknown, name: string): unknown {
  if (value === null || value === "") return undefined
  if (typeof value === "number") return INT64.has(name) ? (value === 0 ? undefined : String(value)) : value
  if (typeof value === "string") {
    // bundle specification: two spellings of one version
    if (name === "mediaType") return value.replace("bundle.v0.3+json", "bundle+json;version=0.3")
    if (INT64.has(name)) return value === "0" ? undefined : value
    return BASE64.test(value) ? value.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, "") : value
  }
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(item => normal(item, name) ?? null)
  if (typeof value !== "object") return value
  const members = Object.entries(value)
    .filter(([key]) => (name === "publicKey" ? key === "hint" : KNOWN.has(key)))
    .map(([key, member]) => [key, normal(member, key)] as const)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return members.length === 0 && name !== "publicKey" ? undefined : Object.fromEntries(members)
}

/** The item of a list of attestations, or the document itself. */
function itemOf(document: unknown, item: number): unknown {
  const list = (document as { attestations?: readonly unknown[] } | null)?.attestations
  return Array.isArray(list) ? list[item] : document
}

/** True when both texts are JSON and say the same of this item. */
export function sameDocument(a: Uint8Array, b: Uint8Array, item: number): boolean {
  const [x, y] = [a, b].map(bytes => {
    const document: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"))
    return JSON.stringify(normal(itemOf(document, item), ""))
  })
  return x === y
}
