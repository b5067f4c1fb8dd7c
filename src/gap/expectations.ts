/**
 * Expectations: which artifacts there should be evidence about, and of which predicate types. They come as CSV, as a
 * JSON document of our own, or as a CycloneDX bill of materials; docs/formats/expectations.md describes the three.
 *
 * An empty list is refused: a report over nothing would find no gap.
 */
import type { Fault } from "../kernel/reasons.ts"
import { err, ok, type Result } from "../kernel/result.ts"
import { outlineObject } from "../formats/json-lines.ts"
import { EXPECTATION_LIMITS } from "../formats/limits.ts"
import { readCsvExpectations } from "./expectations-csv.ts"
import { readCycloneDxExpectations } from "./expectations-cyclonedx.ts"
import { readJsonExpectations } from "./expectations-json.ts"
import { mergeExpected, type Expectation, type ReadExpectations } from "./expectation.ts"

/** The forms of a list of expectations. */
export const EXPECTATION_FORMATS = ["csv", "json", "cyclonedx"] as const
export type ExpectationFormat = (typeof EXPECTATION_FORMATS)[number]

/** A list of expectations, each artifact once. */
export interface Expectations {
  readonly format: ExpectationFormat
  /** What the document itself calls its scope; undefined where it does not. */
  readonly scope: string | undefined
  /** At least one, in the order of their subjects. */
  readonly artifacts: readonly Expectation[]
}

/** How to read a list. */
export interface ExpectationOptions {
  /** The form; undefined: told by the document itself. */
  readonly format?: ExpectationFormat | undefined
  /** Predicate types required of artifacts for which the document names none. */
  readonly predicateTypes?: readonly string[] | undefined
}

/** The form that a document seems to have: JSON begins with a brace, and only CycloneDX has a `bomFormat`. */
export function detectExpectations(bytes: Uint8Array): ExpectationFormat {
  const begin = bytes.find(byte => byte > 0x20)
  if (begin !== 0x7b) return "csv"
  return outlineObject(bytes)?.names.has("bomFormat") === true ? "cyclonedx" : "json"
}

function read(format: ExpectationFormat, bytes: Uint8Array): Result<ReadExpectations, Fault> {
  switch (format) {
    case "csv":
      return readCsvExpectations(bytes)
    case "json":
      return readJsonExpectations(bytes)
    case "cyclonedx":
      return readCycloneDxExpectations(bytes)
  }
}

/**
 * Parses a list of expectations. Several rows about one artifact become one expectation, whatever their order.
 * @returns the list, or the fault and its place: `line 7: digest` in CSV, a path such as `components[3].hashes[0].alg`
 *   in JSON. `field-missing` at `artifacts` when the list is empty
 */
export function parseExpectations(bytes: Uint8Array, options: ExpectationOptions = {}): Result<Expectations, Fault> {
  if (bytes.length > EXPECTATION_LIMITS.documentBytes) return err({ reason: "too-large", where: "" })
  const format = options.format ?? detectExpectations(bytes)
  const list = read(format, bytes)
  if (!list.ok) return list
  const { scope, artifacts } = list.value
  const merged = mergeExpected(artifacts, options.predicateTypes ?? [])
  if (!merged.ok) return merged
  if (merged.value.length === 0) return err({ reason: "field-missing", where: "artifacts" })
  return ok({ format, scope, artifacts: merged.value })
}
