/** trusted_root.json (sigstore_trustroot.proto): who is trusted for what, and when. */
import type { CertificateAuthority, CtLog } from "./authority.ts"
import { base64, type Json, type JsonObject } from "./json.ts"
import type { Key } from "./keys.ts"
import type { Log } from "./rekor.ts"
import type { TimestampAuthority } from "./timestamp.ts"
import { sha256 } from "./merkle.ts"

/** A closed interval in epoch seconds; open without an end. */
export interface Window {
  readonly from: number
  readonly until?: number
}

/** RFC 3339 of epoch seconds. */
export function rfc3339(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z")
}

function validFor({ from, until }: Window): JsonObject {
  return { start: rfc3339(from), ...(until === undefined ? {} : { end: rfc3339(until) }) }
}

function logEntry(url: string, key: Key, logId: Uint8Array, window: Window): JsonObject {
  return {
    baseUrl: url,
    hashAlgorithm: "SHA2_256",
    publicKey: { rawBytes: base64(key.spki), keyDetails: key.details, validFor: validFor(window) },
    logId: { keyId: base64(logId) },
  }
}

export const tlog = (log: Log, window: Window): JsonObject => logEntry(log.url, log.key, log.logId, window)
export const ctlog = (log: CtLog, window: Window): JsonObject =>
  logEntry(log.url, log.key, sha256(log.key.spki), window)

const chain = (...certificates: readonly Uint8Array[]): JsonObject => ({
  certificates: certificates.map(der => ({ rawBytes: base64(der) })),
})

export function certificateAuthority(ca: CertificateAuthority, window: Window): JsonObject {
  return {
    subject: { organization: "vectors.example", commonName: "vectors" },
    uri: "https://fulcio.vectors.example",
    certChain: chain(ca.intermediateDer, ca.rootDer),
    validFor: validFor(window),
  }
}

export function timestampAuthority(tsa: TimestampAuthority, window: Window, signer = true): JsonObject {
  return {
    subject: { organization: "vectors.example", commonName: "vectors timestamps" },
    uri: "https://timestamp.vectors.example/api/v1/timestamp",
    certChain: signer ? chain(tsa.der, tsa.rootDer) : chain(tsa.rootDer),
    validFor: validFor(window),
  }
}

/** The lists of a trusted root. */
export interface RootLists {
  readonly tlogs: Json[]
  readonly certificateAuthorities: Json[]
  readonly ctlogs: Json[]
  readonly timestampAuthorities: Json[]
}

export function trustedRoot(lists: RootLists, version: "0.1" | "0.2" = "0.1"): JsonObject {
  return { mediaType: `application/vnd.dev.sigstore.trustedroot+json;version=${version}`, ...lists }
}
