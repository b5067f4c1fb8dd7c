/**
 * A Case: everything a verdict depends on, by digest. `core` is what cryptography can say and does not change with the
 * day; `context` is what today and this site say. Shared blobs are named by `Ref`; the Case and every blob it names,
 * transitively, are the Case's closure.
 *
 * ```json
 * {"context":{"heads":[],"moment":{"basis":[],"earliest":"2026-01-01T00:00:00Z","latest":"2026-01-01T00:00:00Z"},"policy":{…},"revocations":[]},
 *  "core":{"artifact":{"digests":{"sha256":"…"}},"evidence":{"bytes":5120,"sha256":"…"},"form":"bundle","item":0,"logProofs":[],"signerRecords":[],"trust":{…}},
 *  "judgeVersion":"1","v":1}
 * ```
 */
import { canonicalJson } from "../kernel/json.ts"
import type { Result } from "../kernel/result.ts"
import type { Fault } from "../kernel/reasons.ts"
import {
  hexDigest,
  instant,
  integer,
  list,
  mapOf,
  nullable,
  oneOf,
  optional,
  pattern,
  readDocument,
  record,
  text,
  type Reader,
} from "./document.ts"
import { refuse } from "./refusal.ts"

/** A blob by digest and length in bytes. */
export interface Ref {
  readonly sha256: string
  readonly bytes: number
}

/** The reader of a `Ref` member. */
export const ref: Reader<Ref> = record({ bytes: integer(), sha256: hexDigest })

/** Why the moment is believed: a clock, an operator, a timestamp token, a witness quorum, a medium. */
export interface MomentBasis {
  readonly kind: "site-clock" | "operator" | "timestamp" | "witness" | "media"
  readonly id: string
  readonly sha256: string | null
}

/** The time of the verification as an interval; checks must hold at both ends. RFC 3339 UTC, whole seconds. */
export interface Moment {
  readonly earliest: string
  readonly latest: string
  readonly basis: readonly MomentBasis[]
}

// The members of what is printed again stand in canonical order, so that it prints as it was read.
const interval = record({
  basis: list(
    record({
      id: text(256),
      kind: oneOf("site-clock", "operator", "timestamp", "witness", "media"),
      sha256: nullable(hexDigest),
    }),
    16,
  ),
  earliest: instant,
  latest: instant,
})

/** The reader of a moment; `earliest` may not be after `latest`. */
export const moment: Reader<Moment> = (value, where) => {
  const read = interval(value, where)
  // Instants in one form and zone sort as their times do.
  return read.earliest <= read.latest ? read : refuse("field-invalid", where)
}

/** Digest algorithm names as in-toto writes them; values are compared as text. */
export const digestName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/
const digestValue = /^[\x21-\x7e]{1,256}$/

/** The most digests that an artifact is known by, and log proofs that come with a piece of evidence. */
export const CASE_LIMITS = { digests: 32, logProofs: 64 } as const

/** The digests, among those that evidence names, by which a Case can know an artifact. */
export function caseDigests(named: Readonly<Record<string, string>>): CaseArtifact["digests"] {
  const known = Object.entries(named).filter(([name, value]) => digestName.test(name) && digestValue.test(value))
  return Object.fromEntries(known.slice(0, CASE_LIMITS.digests))
}

/** The artifact as the Case knows it: by digests, and by its bytes only where pure Ed25519 needs them. */
export interface CaseArtifact {
  readonly digests: Readonly<Record<string, string>>
  readonly bytes?: Ref
}

/** What cryptography looks at: Facts depend on this and on nothing else. */
export interface Core {
  /** The exact bytes of the evidence, in one of the forms of `evidence.ts`. */
  readonly evidence: Ref
  readonly form: "bundle" | "envelope" | "pep740" | "npm"
  /** Which attestation of a list; 0 where the form holds one. */
  readonly item: number
  readonly artifact: CaseArtifact
  /** Proofs out of a mirror (`log-proof.ts`), at most 64. */
  readonly logProofs: readonly Ref[]
  /** A Trust document (`trust.ts`). */
  readonly trust: Ref
  /** Reserved: statements about who held the signing key. They are not read in this version. */
  readonly signerRecords: readonly Ref[]
}

/** What today and this site say: the verdict depends on it, Facts do not. */
export interface Context {
  /** A canonical policy (`policy.ts`). */
  readonly policy: Ref
  readonly moment: Moment
  /** The newest checkpoints the site holds, as Heads (`site-documents.ts`); at most 1,024. */
  readonly heads: readonly Ref[]
  /** Revocation lists (`site-documents.ts`); at most 64. */
  readonly revocations: readonly Ref[]
}

/** A Case. Together with every blob it names it is the closure that `judge` takes. */
export interface Case {
  readonly v: 1
  /** The version of the judge that the Case is for. */
  readonly judgeVersion: string
  readonly core: Core
  readonly context: Context
}

const readCase: Reader<Case> = record({
  v: oneOf(1),
  judgeVersion: pattern(/^[1-9][0-9]{0,5}$/),
  core: record({
    artifact: record({
      bytes: optional(ref),
      digests: mapOf(digestName, pattern(digestValue), CASE_LIMITS.digests),
    }),
    evidence: ref,
    form: oneOf("bundle", "envelope", "pep740", "npm"),
    item: integer(0, 1_000_000),
    logProofs: list(ref, CASE_LIMITS.logProofs),
    signerRecords: list(ref, 64),
    trust: ref,
  }),
  context: record({ policy: ref, moment, heads: list(ref, 1024), revocations: list(ref, 64) }),
})

/** Parses a Case document. */
export function parseCase(bytes: Uint8Array): Result<Case, Fault> {
  return readDocument(bytes, readCase, { maxBytes: 1024 * 1024 })
}

/** The canonical text of a Case. */
export function printCase(value: Case): string {
  return canonicalJson(value)
}
