/**
 * PEP 740 attestations, as PyPI serves them: an attestation for one file, or the provenance object that lists all of
 * them by publisher.
 *
 * ```json
 * {"version":1,"verification_material":{"certificate":"MIIC…","transparency_entries":[…]},"envelope":{"statement":"eyJf…","signature":"MEUC…"}}
 * {"version":1,"attestation_bundles":[{"publisher":{"kind":"GitHub",…},"attestations":[…]}]}
 * ```
 *
 * The content is that of a v0.3 bundle in other words, and that is what comes out: the entries are sigstore's own, the
 * signature is over the DSSE pre-authentication encoding of the statement (PEP 740 §Attestation objects). The publisher
 * is what PyPI says, signed by nobody; it is not read.
 */
import type { JsonObject, JsonValue } from "../kernel/json.ts"
import type { Fault } from "../kernel/reasons.ts"
import type { Result } from "../kernel/result.ts"
import type { Bundle } from "./bundle.ts"
import { LIMITS } from "./limits.ts"
import { listAt, objectAt, optionalAt, readJsonBytes, readObject, someBytesAt } from "./members.ts"
import { at, attempt, refuse } from "./refusal.ts"
import { readTlogEntries } from "./tlog-entry.ts"

const PAYLOAD_TYPE = "application/vnd.in-toto+json"

/** Parses attestation `item` of a PEP 740 document; an attestation object has only number 0. */
export function parsePep740(bytes: Uint8Array, item: number): Result<Bundle, Fault> {
  return attempt(() => {
    const found = readAttestations(bytes)[item] ?? refuse("field-missing", `[${String(item)}]`)
    return readAttestation(found.value, found.where)
  })
}

/** How many attestations a PEP 740 document holds. */
export function countPep740(bytes: Uint8Array): Result<number, Fault> {
  return attempt(() => readAttestations(bytes).length)
}

interface Placed {
  readonly value: JsonValue
  readonly where: string
}

/** The attestations of a document in order, not yet looked into. */
function readAttestations(bytes: Uint8Array): readonly Placed[] {
  const object = readObject(readJsonBytes(bytes, LIMITS.evidenceBytes), "")
  checkVersion(object, "")
  if (optionalAt(object, "attestation_bundles") === undefined) return [{ value: object, where: "" }]
  const found: Placed[] = []
  for (const [i, value] of listAt(object, "attestation_bundles", "", LIMITS.attestations).entries()) {
    const where = `attestation_bundles[${String(i)}]`
    for (const [j, attestation] of listAt(
      readObject(value, where),
      "attestations",
      where,
      LIMITS.attestations,
    ).entries()) {
      const path = `${where}.attestations[${String(j)}]`
      if (found.length === LIMITS.attestations) return refuse("too-large", path)
      found.push({ value: attestation, where: path })
    }
  }
  return found
}

function checkVersion(object: JsonObject, where: string): void {
  const version = optionalAt(object, "version") ?? refuse("field-missing", at(where, "version"))
  if (version !== 1) refuse("field-invalid", at(where, "version"))
}

function readAttestation(value: JsonValue, where: string): Bundle {
  const object = readObject(value, where)
  checkVersion(object, where)
  const path = at(where, "verification_material")
  const material = objectAt(object, "verification_material", where)
  const certificate = someBytesAt(material, "certificate", path, LIMITS.certificateBytes)
  const entries = readTlogEntries(material, "transparency_entries", path, "proof")
  // "An array of transparency log entries": PyPI makes no attestation without one.
  if (entries.length === 0) return refuse("field-missing", at(path, "transparency_entries"))
  const envelope = objectAt(object, "envelope", where)
  const payload = someBytesAt(envelope, "statement", at(where, "envelope"), LIMITS.evidenceBytes)
  const sig = someBytesAt(envelope, "signature", at(where, "envelope"), LIMITS.signatureBytes)
  return {
    version: "0.3",
    material: { kind: "certificates", chain: [certificate] },
    entries,
    timestamps: [],
    content: { kind: "dsse", envelope: { payload, payloadType: PAYLOAD_TYPE, signatures: [{ sig, keyid: "" }] } },
  }
}
