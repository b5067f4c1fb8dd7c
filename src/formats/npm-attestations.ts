/**
 * Attestation lists of the npm registry (`GET /-/npm/v1/attestations/<name>@<version>`): bundles, each under the
 * predicate type it is said to hold.
 *
 * ```json
 * {"attestations":[{"predicateType":"https://slsa.dev/provenance/v1","bundle":{"mediaType":"…",…}}]}
 * ```
 */
import type { JsonValue } from "../kernel/json.ts"
import type { Fault } from "../kernel/reasons.ts"
import type { Result } from "../kernel/result.ts"
import { readBundle, type Bundle } from "./bundle.ts"
import { LIMITS } from "./limits.ts"
import { listAt, nameAt, readJsonBytes, readObject } from "./members.ts"
import { attempt, refuse } from "./refusal.ts"
import { parseStatement } from "./statement.ts"

/** Parses attestation `item` of a list. */
export function parseNpmAttestation(bytes: Uint8Array, item: number): Result<Bundle, Fault> {
  return attempt(() => {
    const where = `attestations[${String(item)}]`
    const object = readObject(readItems(bytes)[item], where)
    const predicateType = nameAt(object, "predicateType", where)
    const bundle = readBundle(object["bundle"], `${where}.bundle`)
    checkPredicateType(bundle, predicateType, where)
    return bundle
  })
}

/** How many attestations a list holds. */
export function countNpmAttestations(bytes: Uint8Array): Result<number, Fault> {
  return attempt(() => readItems(bytes).length)
}

function readItems(bytes: Uint8Array): readonly JsonValue[] {
  const object = readObject(readJsonBytes(bytes, LIMITS.evidenceBytes), "")
  return listAt(object, "attestations", "", LIMITS.attestations)
}

/**
 * Readers pick an item by the list's predicate type, so it must be the statement's. A payload that is no statement is
 * left to the check that runs after the signature's, which says so by its own name.
 */
function checkPredicateType(bundle: Bundle, predicateType: string, where: string): void {
  if (bundle.content.kind !== "dsse") return refuse("predicate-mismatch", `${where}.bundle`)
  const statement = parseStatement(bundle.content.envelope.payload)
  if (statement.ok && statement.value.predicateType !== predicateType) {
    refuse("predicate-mismatch", `${where}.predicateType`)
  }
}
