/**
 * Expectations as a document of our own. People write it, so any JSON layout is taken; the members are exactly these:
 *
 * ```json
 * {"v":1,"scope":"acme 4.2","expectations":[
 *   {"name":"app.tar.gz","digests":{"sha256":"9f86…"},"predicates":["https://slsa.dev/provenance/v1"],
 *    "purl":"pkg:generic/app@4.2"}]}
 * ```
 */
import type { Fault } from "../kernel/reasons.ts"
import type { Result } from "../kernel/result.ts"
import { list, mapOf, oneOf, optional, pattern, readDocument, record, text, type Reader } from "../formats/document.ts"
import { EXPECTATION_LIMITS } from "../formats/limits.ts"
import { attempt } from "../formats/refusal.ts"
import { readDigests, readName, readPredicateType } from "./expectation-fields.ts"
import type { ReadExpectations } from "./expectation.ts"

const { artifacts, digests, documentBytes, predicateTypes, textLength } = EXPECTATION_LIMITS

/** The shape; what a name, a digest and a predicate type may be is the same in every form of a list. */
const document: Reader<{
  readonly scope: string
  readonly expectations: readonly {
    readonly name: string
    readonly digests: Readonly<Record<string, string>>
    readonly predicates: readonly string[]
    readonly purl?: string
  }[]
}> = record({
  v: oneOf(1),
  scope: pattern(/^.{1,256}$/su),
  expectations: list(
    record({
      name: text(textLength),
      digests: mapOf(/^[a-z0-9]{1,16}$/, text(128), digests),
      predicates: list(text(textLength), predicateTypes),
      purl: optional(pattern(/^pkg:[\x21-\x7e]{1,4092}$/)),
    }),
    artifacts,
  ),
})

/** Reads the document. */
export function readJsonExpectations(bytes: Uint8Array): Result<ReadExpectations, Fault> {
  const parsed = readDocument(bytes, document, { maxBytes: documentBytes, canonical: "any" })
  if (!parsed.ok) return parsed
  const { scope, expectations } = parsed.value
  return attempt(() => ({
    scope,
    artifacts: expectations.map((expected, i) => {
      const where = `expectations[${String(i)}]`
      return {
        name: readName(expected.name, `${where}.name`),
        purl: expected.purl,
        digests: readDigests(Object.entries(expected.digests), `${where}.digests`),
        predicateTypes: expected.predicates.map((type, j) =>
          readPredicateType(type, `${where}.predicates[${String(j)}]`),
        ),
        where,
      }
    }),
  }))
}
