/**
 * Facts: what cryptography can say about a Core, free of policy and of the day. They are canonical JSON, are kept by the
 * facts cache under the digest of the Core, and are named by digest in the Report.
 */
import { canonicalJson, isObject, readPrintedJson } from "../kernel/json.ts"
import type { Fault } from "../kernel/reasons.ts"
import type { Result } from "../kernel/result.ts"
import { readChecks, type Check } from "./check.ts"
import {
  decimal,
  hexDigest,
  instant,
  list,
  mapOf,
  nullable,
  oneOf,
  orEmpty,
  readDocument,
  record,
  text,
  type Reader,
} from "./document.ts"
import { LIMITS } from "./limits.ts"

/** Somebody whose signature verified under a trusted key or certificate. */
export interface SignerFact {
  /** The certificate's subject alternative name: `type` is `uri`, `email`, `other` or `dns`; null for a bare key. */
  readonly san: { readonly type: string; readonly value: string } | null
  /** The OIDC issuer that the certificate authority vouched by; null where there is none. */
  readonly issuer: string | null
  /** SHA-256 of the SubjectPublicKeyInfo. */
  readonly spki: string
}

/** A verified time: RFC 3339 UTC; `key` is the check that proved it. */
export interface TimeFact {
  readonly source: "tsa" | "set"
  readonly at: string
  readonly key: string
}

/**
 * A log entry proven for this evidence: `log` is the log's name and `operator` who runs it, as the trusted root says;
 * `index` is the leaf's in the tree of `origin`, `size` and `root`, all four empty where only a promise was verified.
 */
export interface EntryFact {
  readonly index: string
  readonly leaf: string
  readonly log: string
  readonly operator: string
  readonly origin: string
  readonly root: string
  readonly size: string
}

/** The statement inside an envelope: `sha256` is of the exact payload. */
export interface StatementFact {
  readonly sha256: string
  readonly predicateType: string
  /** `name` is the subject's name, else its URI, else null. */
  readonly subjects: readonly { readonly name: string | null; readonly digest: Readonly<Record<string, string>> }[]
}

/** What cryptography can say about a piece of evidence. */
export interface Facts {
  readonly v: 1
  /** The trusted root these facts hold under (its SHA-256), or null where only keys were used. */
  readonly root: string | null
  /** Whether the evidence names a certificate or leaves the key to the verifier; null: not readable. */
  readonly signedBy: "certificate" | "key" | null
  /** Null where the evidence signs a message, or where its statement cannot be read. */
  readonly statement: StatementFact | null
  readonly signers: readonly SignerFact[]
  readonly times: readonly TimeFact[]
  readonly entries: readonly EntryFact[]
  readonly checks: readonly Check[]
}

/** Facts in print: their canonical text, and in it that of each check, which a Report repeats. */
export interface PrintedFacts {
  readonly facts: Facts
  /** What the cache keeps and the Report names by digest. */
  readonly text: string
  /** In the order of `facts.checks`. */
  readonly checks: readonly string[]
}

/** Prints Facts. */
export function printFacts(facts: Facts): PrintedFacts {
  const { checks, ...others } = facts
  const printed = checks.map(canonicalJson)
  // In canonical order the checks are the first member, and the entries the next.
  const text = `${CHECKS}${printed.join(",")}],${canonicalJson(others).slice(1)}`
  return { facts, text, checks: printed }
}

/**
 * Facts out of their own text, as an authenticated cache gives it back; undefined when it cannot be read. The cache's
 * MAC says that a judge of this version printed the text, so what is looked at here are only the members that decide
 * walks through: a full reading would cost several times what the rest of a cached verdict does. For Facts from
 * anywhere else there is `parseFacts`.
 */
export function readFacts(text: string): PrintedFacts | undefined {
  const facts = readPrintedJson(text, { maxBytes: LIMITS.evidenceBytes, maxDepth: LIMITS.jsonDepth })
  if (!isObject(facts)) return undefined
  const { v, checks, entries, signers, times } = facts
  const whole =
    v === 1 && Array.isArray(checks) && Array.isArray(entries) && Array.isArray(signers) && Array.isArray(times)
  if (!whole) return undefined
  const printed = printedChecks(text)
  return printed.length === checks.length ? { facts: facts as unknown as Facts, text, checks: printed } : undefined
}

/** How Facts begin, and what follows their checks. */
const CHECKS = '{"checks":['
const ENTRIES = '],"entries":['

/**
 * The texts of the checks in the text of Facts; none when it has another layout than `printFacts` gives it. A quotation
 * mark inside a string is written with a backslash before it, so the marks that are looked for never stand in one, and
 * every check begins with its code.
 */
function printedChecks(text: string): readonly string[] {
  const list = text.slice(CHECKS.length, Math.max(text.indexOf(ENTRIES), CHECKS.length))
  return list === "" ? [] : list.split(',{"code":').map((part, i) => (i === 0 ? part : `{"code":${part}`))
}

/** Certificates bound what they say; the name of a signer is no longer than its certificate. */
const certificateText = text(LIMITS.certificateBytes)
const name = text(LIMITS.nameLength)

const readFactsDocument: Reader<Facts> = record({
  checks: readChecks,
  entries: list(
    record({
      index: orEmpty(decimal),
      leaf: hexDigest,
      log: name,
      operator: name,
      origin: name,
      root: orEmpty(hexDigest),
      size: orEmpty(decimal),
    }),
  ),
  root: nullable(hexDigest),
  signedBy: nullable(oneOf("certificate", "key")),
  signers: list(
    record({
      issuer: nullable(certificateText),
      san: nullable(record({ type: text(64), value: certificateText })),
      spki: hexDigest,
    }),
  ),
  statement: nullable(
    record({
      predicateType: name,
      sha256: hexDigest,
      subjects: list(
        record({ digest: mapOf(/^[^]{0,128}$/, name, LIMITS.subjectDigests), name: nullable(name) }),
        LIMITS.statementSubjects,
      ),
    }),
  ),
  times: list(record({ at: instant, key: text(256), source: oneOf("tsa", "set") })),
  v: oneOf(1),
})

/** Parses Facts strictly: exact members in canonical form, checks in order and each once. */
export function parseFacts(bytes: Uint8Array): Result<Facts, Fault> {
  return readDocument(bytes, readFactsDocument)
}
