/**
 * The Trust document of a Case: which trusted roots and which bare keys signers are measured against, and how old that
 * knowledge is. Roots are the exact bytes of `trusted_root.json` documents; a verdict uses one of them.
 */
import { canonicalJson } from "../kernel/json.ts"
import type { Result } from "../kernel/result.ts"
import type { Fault } from "../kernel/reasons.ts"
import { ref, type Ref } from "./case.ts"
import {
  instant,
  list,
  nullable,
  oneOf,
  optional,
  pattern,
  readDocument,
  record,
  text,
  type Reader,
} from "./document.ts"
import { LIMITS } from "./limits.ts"

/** A closed interval of time; `end` absent: open. RFC 3339 UTC. */
export interface Validity {
  readonly start: string
  readonly end?: string
}

/** A key trusted by itself. */
export interface TrustedKey {
  /** Base64 of the SubjectPublicKeyInfo. */
  readonly spki: string
  /** A PublicKeyDetails name: names the one scheme this key signs with. */
  readonly algorithm: string
  /**
   * How ECDSA signatures of this key are written. `der` unless somebody said otherwise. `webauthn`, signatures wrapped
   * in the client data of FIDO2, is reserved and refused: this version cannot check it.
   */
  readonly encoding: "der" | "p1363"
  /** When the key may have signed; null: at any time. */
  readonly validFor: Validity | null
}

/** A Trust document: everything that signers, logs, witnesses and timestamp authorities are measured against. */
export interface Trust {
  readonly v: 1
  /** Trusted roots in order of preference, at most `LIMITS.trustedRoots`. */
  readonly roots: readonly Ref[]
  readonly keys: readonly TrustedKey[]
  /** vkeys of witnesses whose cosignatures count (c2sp.org/signed-note). */
  readonly witnesses: readonly string[]
  /** When the roots were taken from their source, and when that source says they expire; null: unknown. */
  readonly takenAt: string | null
  readonly expires: string | null
  /** Where the trust came from: carried by the program, named by a flag, pinned, out of TUF, or signed by an authority. */
  readonly basis: "builtin" | "argument" | "pinned" | "tuf" | "authority"
}

const readTrust: Reader<Trust> = record({
  v: oneOf(1),
  roots: list(ref, LIMITS.trustedRoots),
  keys: list(
    record({
      spki: pattern(/^[A-Za-z0-9+/]{4,16384}={0,2}$/),
      algorithm: pattern(/^[A-Z0-9_]{1,64}$/),
      encoding: oneOf("der", "p1363"),
      validFor: nullable(record({ start: instant, end: optional(instant) })),
    }),
    LIMITS.trustedRootEntries,
  ),
  witnesses: list(text(4096), LIMITS.trustedRootEntries),
  takenAt: nullable(instant),
  expires: nullable(instant),
  basis: oneOf("builtin", "argument", "pinned", "tuf", "authority"),
})

/** Parses a Trust document. */
export function parseTrust(bytes: Uint8Array): Result<Trust, Fault> {
  return readDocument(bytes, readTrust, { maxBytes: LIMITS.trustedRootBytes })
}

/** The canonical text of a Trust document. */
export function printTrust(value: Trust): string {
  return canonicalJson(value)
}
