/**
 * The small documents of a Case's context: what this site knew when it judged. A `Head` is the newest checkpoint held
 * for a log, verified when it was taken in; `Revocations` lists keys that no longer count from an instant on.
 */
import { canonicalJson } from "../kernel/json.ts"
import type { Result } from "../kernel/result.ts"
import type { Fault } from "../kernel/reasons.ts"
import { decimal, hexDigest, instant, list, oneOf, readDocument, record, text, type Reader } from "./document.ts"

/** The newest tree a site holds of a log: name as in the trusted root, when it was obtained. */
export interface Head {
  readonly v: 1
  readonly log: string
  readonly size: string
  readonly root: string
  readonly at: string
}

const readHead: Reader<Head> = record({ v: oneOf(1), log: text(), size: decimal, root: hexDigest, at: instant })

/** Parses a Head. */
export function parseHead(bytes: Uint8Array): Result<Head, Fault> {
  return readDocument(bytes, readHead)
}

/** A revoked key by the SHA-256 of its SPKI. Signatures proven to be older than `effective` keep their standing. */
export interface Revocation {
  readonly spki: string
  /** RFC 3339 UTC. */
  readonly effective: string
  readonly reason: string
}

/** A list of revoked keys. */
export interface Revocations {
  readonly v: 1
  readonly keys: readonly Revocation[]
}

const readRevocations: Reader<Revocations> = record({
  v: oneOf(1),
  keys: list(record({ spki: hexDigest, effective: instant, reason: text(256) })),
})

/** Parses a revocation list. */
export function parseRevocations(bytes: Uint8Array): Result<Revocations, Fault> {
  return readDocument(bytes, readRevocations)
}

/** The canonical text of a Head or a revocation list. */
export function printSiteDocument(value: Head | Revocations): string {
  return canonicalJson(value)
}
