/**
 * in-toto Statements v0.1 and v1: a predicate about subjects, which are artifacts known by their digests.
 *
 * ```json
 * {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"app.tar.gz","digest":{"sha256":"a0cf…"}}],
 *  "predicateType":"https://slsa.dev/provenance/v1","predicate":{…}}
 * ```
 *
 * A statement is parsed from the exact bytes of a payload, never from a decoded and reprinted form, and means nothing
 * before the signature over that payload has been checked.
 */
import type { JsonObject, JsonValue } from "../kernel/json.ts"
import type { Fault } from "../kernel/reasons.ts"
import { err, type Result } from "../kernel/result.ts"
import { LIMITS } from "./limits.ts"
import { listAt, nameAt, objectAt, optionalAt, optionalStringAt, readJsonBytes, readObject } from "./members.ts"
import { at, attempt, refuse } from "./refusal.ts"

/** An artifact that a statement is about. `digest` maps algorithm names to values and has at least one member. */
export interface StatementSubject {
  readonly name?: string | undefined
  readonly uri?: string | undefined
  readonly digest: Readonly<Record<string, string>>
}

/** An in-toto statement: artifacts, and what is said of them. The predicate is kept as it is and read by nobody here. */
export interface Statement {
  readonly version: "v0.1" | "v1"
  readonly predicateType: string
  /** At least one. */
  readonly subjects: readonly StatementSubject[]
  /** Undefined when absent or null, which v1 allows. */
  readonly predicate: JsonValue | undefined
}

const VERSIONS: ReadonlyMap<string, Statement["version"]> = new Map([
  ["https://in-toto.io/Statement/v0.1", "v0.1"],
  ["https://in-toto.io/Statement/v1", "v1"],
])

/**
 * Hexadecimal digits of the digests that in-toto names (digest_set.md): lower case, and of this length where it is fixed.
 * Other names occur and may have any value.
 */
const HEX_DIGITS: ReadonlyMap<string, readonly number[]> = new Map([
  ["md5", [32]],
  ["sha1", [40]],
  ["sha224", [56]],
  ["sha256", [64]],
  ["sha384", [96]],
  ["sha512", [128]],
  ["sha512_224", [56]],
  ["sha512_256", [64]],
  ["sha3_224", [56]],
  ["sha3_256", [64]],
  ["sha3_384", [96]],
  ["sha3_512", [128]],
  ["gitCommit", [40, 64]],
  ["gitTree", [40, 64]],
  ["gitBlob", [40, 64]],
  ["gitTag", [40, 64]],
])

/** Digests that collisions have been made for: they never show that two artifacts are the same. */
const WEAK: ReadonlySet<string> = new Set(["md5", "sha1"])

/** True for the DSSE payload types of statements: `application/vnd.in-toto+json` and `application/vnd.in-toto.<predicate>+json`. */
export function isStatementPayloadType(payloadType: string): boolean {
  return /^application\/vnd\.in-toto(?:\.[A-Za-z0-9][A-Za-z0-9._-]{0,127})?\+json$/.test(payloadType)
}

/**
 * Parses the payload of an envelope as a statement.
 * @returns the statement, or `statement-malformed` with the path of what is wrong; `too-large` where a limit is exceeded
 */
export function parseStatement(payload: Uint8Array): Result<Statement, Fault> {
  const parsed = attempt(() => readStatement(readJsonBytes(payload, LIMITS.evidenceBytes)))
  if (parsed.ok || parsed.error.reason === "too-large") return parsed
  return err({ reason: "statement-malformed", where: parsed.error.where })
}

function readStatement(value: JsonValue): Statement {
  const object = readObject(value, "")
  const version = VERSIONS.get(nameAt(object, "_type", "")) ?? refuse("field-invalid", "_type")
  const subjects = listAt(object, "subject", "", LIMITS.statementSubjects).map((subject, i) =>
    readSubject(subject, `subject[${String(i)}]`),
  )
  if (subjects.length === 0) return refuse("field-missing", "subject")
  return {
    version,
    predicateType: nameAt(object, "predicateType", ""),
    subjects,
    predicate: optionalAt(object, "predicate"),
  }
}

function readSubject(value: JsonValue, where: string): StatementSubject {
  const object = readObject(value, where)
  return {
    name: optionalStringAt(object, "name", where),
    uri: optionalStringAt(object, "uri", where),
    digest: readDigestSet(objectAt(object, "digest", where), at(where, "digest")),
  }
}

/** The object itself, once every value in it is known to be a string: names are not copied, `__proto__` is one of them. */
function readDigestSet(object: JsonObject, where: string): Readonly<Record<string, string>> {
  const names = Object.keys(object)
  if (names.length === 0) return refuse("field-missing", where)
  if (names.length > LIMITS.subjectDigests) return refuse("too-large", where)
  for (const name of names) {
    const value = object[name]
    if (typeof value !== "string" || value === "") return refuse("field-invalid", at(where, name))
    if (name.length > LIMITS.digestNameLength || value.length > LIMITS.nameLength) {
      return refuse("too-large", at(where, name))
    }
    const digits = HEX_DIGITS.get(name)
    if (digits === undefined) continue
    if (!digits.includes(value.length) || !/^[0-9a-f]+$/.test(value)) return refuse("field-invalid", at(where, name))
  }
  return object as Readonly<Record<string, string>>
}

/**
 * Whether a statement is about an artifact. `match`: a subject agrees with it in every algorithm that both name, at
 * least one, of which the first is given. `conflict`: a subject agrees in one algorithm and differs in another, so
 * either the statement or the artifact's digests are wrong. `mismatch`: subjects could be compared and all differ.
 * `incomparable`: no subject names an algorithm that the artifact is known by.
 */
export type SubjectMatch =
  | {
      readonly outcome: "match"
      readonly name?: string | undefined
      readonly algorithm: string
      readonly digest: string
    }
  | { readonly outcome: "conflict" | "mismatch" | "incomparable" }

/**
 * Compares the digests of an artifact with a statement's subjects, by digest alone (in-toto v1 §Subject: names are
 * local to the producer). Any subject may match; a conflict in one is reported even when another matches, for a
 * statement that contradicts itself about an artifact is no evidence for it. MD5 and SHA-1 are not compared.
 * @param digests - algorithm name to value, as in a subject
 */
export function matchSubject(statement: Statement, digests: Readonly<Record<string, string>>): SubjectMatch {
  const known = Object.entries(digests).filter(([algorithm]) => !WEAK.has(algorithm))
  let best: SubjectMatch = { outcome: "incomparable" }
  for (const { name, digest: named } of statement.subjects) {
    const common = known.filter(([algorithm]) => Object.hasOwn(named, algorithm))
    const agreeing = common.filter(([algorithm, value]) => named[algorithm] === value)
    const [first] = agreeing
    if (first === undefined) {
      if (common.length > 0 && best.outcome === "incomparable") best = { outcome: "mismatch" }
    } else if (agreeing.length < common.length) {
      return { outcome: "conflict" }
    } else if (best.outcome !== "match") {
      best = { outcome: "match", name, algorithm: first[0], digest: first[1] }
    }
  }
  return best
}
