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
 * without hashes cannot be looked for: it is listed by name and not counted.
 */
import type { JsonObject, JsonValue } from "../kernel/json.ts"
import type { Fault } from "../kernel/reasons.ts"
import type { Result } from "../kernel/result.ts"
import { EXPECTATION_LIMITS } from "../formats/limits.ts"
import {
  at,
  attempt,
  listAt,
  nameAt,
  optionalAt,
  optionalStringAt,
  readJsonBytes,
  readObject,
  refuse,
} from "../formats/members.ts"
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

/** Collects what a bill of materials lists. */
class Components {
  readonly artifacts: ExpectedRow[] = []
  readonly withoutDigest: string[] = []

  /** Takes a component and all that is inside it; the depth of the document bounds the depth of this. */
  take(value: JsonValue, where: string, counted: "always" | "with-digest"): void {
    const component = readObject(value, where)
    const name = nameOf(component, where)
    const digests = readHashes(component, where)
    const purl = optionalStringAt(component, "purl", where)
    if (this.artifacts.length + this.withoutDigest.length === EXPECTATION_LIMITS.artifacts) refuse("too-large", where)
    if (Object.keys(digests).length > 0) {
      const row = { name, purl: purl === undefined ? undefined : readName(purl, at(where, "purl")) }
      this.artifacts.push({ ...row, digests, predicateTypes: [], where })
    } else if (counted === "always") this.withoutDigest.push(name)
    this.takeAll(component, where)
  }

  takeAll(parent: JsonObject, where: string): void {
    for (const [i, inner] of listAt(parent, "components", where, EXPECTATION_LIMITS.artifacts).entries())
      this.take(inner, `${at(where, "components")}[${String(i)}]`, "always")
  }
}

/** Reads the document. The component that it is about (`metadata.component`) is expected when it has hashes. */
export function readCycloneDxExpectations(bytes: Uint8Array): Result<ReadExpectations, Fault> {
  return attempt(() => {
    const document = readObject(readJsonBytes(bytes, EXPECTATION_LIMITS.documentBytes), "")
    if (nameAt(document, "bomFormat", "") !== "CycloneDX") return refuse("field-invalid", "bomFormat")
    if (!VERSIONS.includes(nameAt(document, "specVersion", ""))) return refuse("field-invalid", "specVersion")
    const components = new Components()
    const metadata = optionalAt(document, "metadata")
    const about = metadata === undefined ? undefined : optionalAt(readObject(metadata, "metadata"), "component")
    if (about !== undefined) components.take(about, "metadata.component", "with-digest")
    components.takeAll(document, "")
    const { artifacts, withoutDigest } = components
    return { scope: undefined, artifacts, withoutDigest }
  })
}
