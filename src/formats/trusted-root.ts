/**
 * Sigstore trusted roots v0.1 and v0.2 (sigstore_trustroot.proto, proto3 JSON): the logs, certificate authorities and
 * timestamp authorities that are believed, each in a window of time. Old instances stay listed, windows may overlap or
 * lie in the future.
 *
 * ```json
 * {"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1",
 *  "tlogs":[{"baseUrl":"https://rekor.sigstore.dev","hashAlgorithm":"SHA2_256","publicKey":{"rawBytes":"MFkw…","keyDetails":"PKIX_ECDSA_P256_SHA_256","validFor":{"start":"2021-01-12T11:53:27Z"}},"logId":{"keyId":"wNI9…"}}],
 *  "certificateAuthorities":[{"subject":{"organization":"sigstore.dev","commonName":"sigstore"},"uri":"https://fulcio.sigstore.dev","certChain":{"certificates":[{"rawBytes":"MIIC…"}]},"validFor":{"start":"2022-04-13T20:06:15Z"}}],
 *  "ctlogs":[…],"timestampAuthorities":[…]}
 * ```
 *
 * One entry that cannot be used makes the whole root refused: an authority that is silently missing would turn up later
 * as evidence that cannot be proven, with nobody told why.
 */
import type { JsonObject, JsonValue } from "../kernel/json.ts"
import type { Fault } from "../kernel/reasons.ts"
import type { Result } from "../kernel/result.ts"
import type { PublicKey, SignatureScheme } from "../kernel/signature-scheme.ts"
import { registeredKey, registeredScheme } from "./algorithm-registry.ts"
import { parseCertificate, type Certificate } from "./certificate.ts"
import { parseInstant } from "./instant.ts"
import { splitJsonDocuments } from "./json-lines.ts"
import { LIMITS } from "./limits.ts"
import {
  listAt,
  nameAt,
  objectAt,
  optionalAt,
  optionalStringAt,
  readJsonBytes,
  readObject,
  someBytesAt,
} from "./members.ts"
import { at, attempt, refuse, taken } from "./refusal.ts"

/** A closed interval in epoch seconds, open-ended without `end`. Fractions of a second are kept, as near as a double is. */
export interface ValidFor {
  readonly start: number
  readonly end?: number | undefined
}

/** A transparency log or certificate transparency log. */
export interface TransparencyLog {
  readonly baseUrl: string
  /** `baseUrl` without scheme and trailing slashes, which is what checkpoints call the log. Empty when there is no URL. */
  readonly name: string
  /** Of the Merkle tree; no other is in use. */
  readonly hash: "sha256"
  readonly key: PublicKey
  /** The scheme's `PublicKeyDetails` name. */
  readonly keyDetails: string
  readonly scheme: SignatureScheme
  readonly validFor: ValidFor
  readonly logId: Uint8Array
  /** Where the checkpoints' key id is not `logId`. */
  readonly checkpointKeyId: Uint8Array | undefined
  /** Who runs the log: thresholds over logs count operators. */
  readonly operator?: string | undefined
}

/** A certificate authority, or a timestamp authority. */
export interface CertificateAuthority {
  readonly subject: { readonly organization: string; readonly commonName: string }
  readonly uri: string
  /**
   * At least one certificate; each is issued by the next. The last one is the trust anchor, which may be an
   * intermediate. In a timestamp authority's chain the first may be the signing certificate.
   */
  readonly chain: readonly [Certificate, ...Certificate[]]
  readonly validFor: ValidFor
  readonly operator?: string | undefined
}

/** A parsed trusted root. Every list may be empty: what it lacks cannot be proven. */
export interface TrustedRoot {
  readonly mediaType: string
  readonly tlogs: readonly TransparencyLog[]
  readonly certificateAuthorities: readonly CertificateAuthority[]
  readonly ctlogs: readonly TransparencyLog[]
  readonly timestampAuthorities: readonly CertificateAuthority[]
}

const MEDIA_TYPES: ReadonlySet<string> = new Set([
  "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
  "application/vnd.dev.sigstore.trustedroot.v0.1+json",
  "application/vnd.dev.sigstore.trustedroot+json;version=0.2",
  "application/vnd.dev.sigstore.trustedroot.v0.2+json",
])

/** Parses a trusted_root.json of at most `LIMITS.trustedRootBytes`. */
export function parseTrustedRoot(bytes: Uint8Array): Result<TrustedRoot, Fault> {
  return attempt(() => readTrustedRoot(bytes, ""))
}

/** Parses one trusted root, or several as JSON Lines (what `gh attestation trusted-root` prints). Paths begin with `[i]`. */
export function parseTrustedRoots(bytes: Uint8Array): Result<readonly TrustedRoot[], Fault> {
  return attempt(() => {
    const roots: TrustedRoot[] = []
    for (const document of splitJsonDocuments(bytes)) {
      const where = `[${String(roots.length)}]`
      if (roots.length === LIMITS.trustedRoots) return refuse("too-large", where)
      roots.push(readTrustedRoot(document, where))
    }
    return roots
  })
}

function readTrustedRoot(bytes: Uint8Array, where: string): TrustedRoot {
  const object = readObject(readJsonBytes(bytes, LIMITS.trustedRootBytes, where), where)
  const mediaType = nameAt(object, "mediaType", where)
  if (!MEDIA_TYPES.has(mediaType)) return refuse("media-type-unknown", at(where, "mediaType"))
  const list = <T>(name: string, read: (value: JsonValue, where: string) => T): T[] =>
    listAt(object, name, where, LIMITS.trustedRootEntries).map((v, i) => read(v, `${at(where, name)}[${String(i)}]`))
  return {
    mediaType,
    tlogs: list("tlogs", readLog),
    certificateAuthorities: list("certificateAuthorities", (value, path) => readAuthority(value, path, "ca")),
    ctlogs: list("ctlogs", readLog),
    timestampAuthorities: list("timestampAuthorities", (value, path) => readAuthority(value, path, "tsa")),
  }
}

function readLog(value: JsonValue, where: string): TransparencyLog {
  const object = readObject(value, where)
  const baseUrl = optionalStringAt(object, "baseUrl", where) ?? ""
  if (nameAt(object, "hashAlgorithm", where) !== "SHA2_256") return refuse("field-invalid", at(where, "hashAlgorithm"))
  const path = at(where, "publicKey")
  const publicKey = objectAt(object, "publicKey", where)
  const keyDetails = nameAt(publicKey, "keyDetails", path)
  const row = registeredScheme(keyDetails) ?? refuse("algorithm-unsupported", at(path, "keyDetails"))
  const rawBytes = someBytesAt(publicKey, "rawBytes", path, LIMITS.certificateBytes)
  return {
    baseUrl,
    name: baseUrl.replace(/^https?:\/\//, "").replace(/\/+$/, ""),
    hash: "sha256",
    key: taken(registeredKey(row, rawBytes), at(path, "rawBytes")),
    keyDetails,
    scheme: row.scheme,
    validFor: readValidFor(publicKey, path),
    logId: readKeyId(objectAt(object, "logId", where), at(where, "logId")),
    checkpointKeyId: readCheckpointKeyId(object, where),
    operator: optionalStringAt(object, "operator", where),
  }
}

function readCheckpointKeyId(object: JsonObject, where: string): Uint8Array | undefined {
  const value = optionalAt(object, "checkpointKeyId")
  const path = at(where, "checkpointKeyId")
  return value === undefined ? undefined : readKeyId(readObject(value, path), path)
}

function readKeyId(object: JsonObject, where: string): Uint8Array {
  return someBytesAt(object, "keyId", where, LIMITS.logIdBytes)
}

function readAuthority(value: JsonValue, where: string, kind: "ca" | "tsa"): CertificateAuthority {
  const object = readObject(value, where)
  const subject = readObject(optionalAt(object, "subject") ?? {}, at(where, "subject"))
  const path = at(where, "certChain")
  const raw = listAt(objectAt(object, "certChain", where), "certificates", path, LIMITS.chainCertificates)
  const [first, ...rest] = raw.map((item, i) => {
    const place = `${path}.certificates[${String(i)}]`
    const der = someBytesAt(readObject(item, place), "rawBytes", place, LIMITS.certificateBytes)
    const certificate = taken(parseCertificate(der), at(place, "rawBytes"))
    // Whoever issues must be allowed to (RFC 5280 §4.2.1.9), the anchor too. A timestamp authority's own certificate,
    // first in its chain and never the anchor, issues nothing.
    const issues = kind === "ca" || i > 0 || raw.length === 1
    if (issues && certificate.basicConstraints?.ca !== true) return refuse("certificate-profile", place)
    return certificate
  })
  if (first === undefined) return refuse("certificate-missing", at(path, "certificates"))
  return {
    subject: {
      organization: optionalStringAt(subject, "organization", at(where, "subject")) ?? "",
      commonName: optionalStringAt(subject, "commonName", at(where, "subject")) ?? "",
    },
    uri: optionalStringAt(object, "uri", where) ?? "",
    chain: [first, ...rest],
    validFor: readValidFor(object, where),
    operator: optionalStringAt(object, "operator", where),
  }
}

/** A window without a start would reach back for ever: it is required (client specification §Trusted root). */
function readValidFor(object: JsonObject, where: string): ValidFor {
  const path = at(where, "validFor")
  const window = objectAt(object, "validFor", where)
  const start = readTimestamp(nameAt(window, "start", path), at(path, "start"))
  const written = optionalStringAt(window, "end", path)
  if (written === undefined) return { start }
  const end = readTimestamp(written, at(path, "end"))
  return start <= end ? { start, end } : refuse("field-invalid", at(path, "end"))
}

/** proto3 JSON of a Timestamp: RFC 3339 in UTC with up to nine digits of a second. */
function readTimestamp(text: string, where: string): number {
  const [, whole, fraction] = /^([^.]{19})(\.[0-9]{1,9})?Z$/.exec(text) ?? []
  const seconds = parseInstant(`${whole ?? ""}Z`)
  return seconds === undefined ? refuse("field-invalid", where) : seconds + Number(`0${fraction ?? ""}`)
}
