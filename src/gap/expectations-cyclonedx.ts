/**
 * Expectations from a CycloneDX bill of materials in JSON, versions 1.4 to 1.7: its components, nested ones too, and
 * the component it is about, each by its `hashes`.
 *
 * ```json
 * {"bomFormat":"CycloneDX","specVersion":"1.6","components":[
 *   {"type":"library","name":"left-pad","version":"1.3.0","purl":"pkg:npm/left-pad@1.3.0",
 *    "hashes":[{"alg":"SHA-256","content":"9F86…"}]}]}
 * ```
 *
 * A bill of materials knows nothing of predicate types; the reader of the list says which are required. A component
 * without hashes is expected all the same: that nothing can be proven about it is for the report to say.
 */
import type { JsonObject, JsonValue } from "../kernel/json.ts"
import type { Fault } from "../kernel/reasons.ts"
import type { Result } from "../kernel/result.ts"
import { EXPECTATION_LIMITS } from "../formats/limits.ts"
import { listAt, nameAt, optionalAt, optionalStringAt, readJsonBytes, readObject } from "../formats/members.ts"
import { at, attempt, refuse } from "../formats/refusal.ts"
import { STRONG_DIGITS, WEAK_DIGITS, type Digests, type ExpectedRow, type ReadExpectations } from "./expectation.ts"
import { readName } from "./expectation-fields.ts"

const VERSIONS: readonly string[] = ["1.4", "1.5", "1.6", "1.7"]

/** `hash-alg` of the schemas (the last two are new in 1.7), and what we call the algorithm. */
const ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ["SHA-256", "sha256"],
  ["SHA-384", "sha384"],
  ["SHA-512", "sha512"],
  ["SHA-1", "sha1"],
  ["MD5", "md5"],
  ["SHA3-256", "sha3-256"],
  ["SHA3-384", "sha3-384"],
  ["SHA3-512", "sha3-512"],
  ["BLAKE2b-256", "blake2b-256"],
  ["BLAKE2b-384", "blake2b-384"],
  ["BLAKE2b-512", "blake2b-512"],
  ["BLAKE3", "blake3"],
  ["Streebog-256", "streebog-256"],
  ["Streebog-512", "streebog-512"],
])

/** `hash-content` of the schemas: hexadecimal of either case. */
const CONTENT = /^(?:[a-fA-F0-9]{32}|[a-fA-F0-9]{40}|[a-fA-F0-9]{64}|[a-fA-F0-9]{96}|[a-fA-F0-9]{128})$/

function readHashes(component: JsonObject, where: string): Digests {
  const digests = new Map<string, string>()
  for (const [i, value] of listAt(component, "hashes", where, EXPECTATION_LIMITS.digests).entries()) {
    const place = `${at(where, "hashes")}[${String(i)}]`
    const hash = readObject(value, place)
    const algorithm = ALGORITHMS.get(nameAt(hash, "alg", place)) ?? refuse("field-invalid", at(place, "alg"))
    const content = nameAt(hash, "content", place)
    const digits = STRONG_DIGITS.get(algorithm) ?? WEAK_DIGITS.get(algorithm) ?? content.length
    const hex = content.toLowerCase()
    const right = CONTENT.test(content) && hex.length === digits && (digests.get(algorithm) ?? hex) === hex
    if (!right) return refuse("field-invalid", at(place, "content"))
    digests.set(algorithm, hex)
  }
  return Object.fromEntries(digests)
}

/** `group/name@version`, as far as they are there. */
function nameOf(component: JsonObject, where: string): string {
  const group = optionalStringAt(component, "group", where) ?? ""
  const version = optionalStringAt(component, "version", where) ?? ""
  const name = (group === "" ? "" : `${group}/`) + nameAt(component, "name", where)
  return readName(version === "" ? name : `${name}@${version}`, at(where, "name"))
}

/** Takes a component, unless it has no hashes and need not, and all components inside it. */
function take(rows: ExpectedRow[], value: JsonValue, where: string, without: "taken" | "left"): void {
  const component = readObject(value, where)
  const digests = readHashes(component, where)
  const name = nameOf(component, where)
  const purl = optionalStringAt(component, "purl", where)
  if (rows.length === EXPECTATION_LIMITS.artifacts) refuse("too-large", where)
  if (without === "taken" || Object.keys(digests).length > 0) {
    const url = purl === undefined ? undefined : readName(purl, at(where, "purl"))
    rows.push({ name, purl: url, digests, predicateTypes: [], where })
  }
  takeAll(rows, component, where)
}

/** Takes the components inside a component or a document; the depth of the document bounds the depth of this. */
function takeAll(rows: ExpectedRow[], parent: JsonObject, where: string): void {
  for (const [i, inner] of listAt(parent, "components", where, EXPECTATION_LIMITS.artifacts).entries())
    take(rows, inner, `${at(where, "components")}[${String(i)}]`, "taken")
}

/** Reads the document. The component that it is about (`metadata.component`) is expected only when it has hashes. */
export function readCycloneDxExpectations(bytes: Uint8Array): Result<ReadExpectations, Fault> {
  return attempt(() => {
    const document = readObject(readJsonBytes(bytes, EXPECTATION_LIMITS.documentBytes), "")
    if (nameAt(document, "bomFormat", "") !== "CycloneDX") return refuse("field-invalid", "bomFormat")
    if (!VERSIONS.includes(nameAt(document, "specVersion", ""))) return refuse("field-invalid", "specVersion")
    const rows: ExpectedRow[] = []
    const metadata = optionalAt(document, "metadata")
    const about = metadata === undefined ? undefined : optionalAt(readObject(metadata, "metadata"), "component")
    if (about !== undefined) take(rows, about, "metadata.component", "left")
    takeAll(rows, document, "")
    return { scope: undefined, artifacts: rows }
  })
}
