/** Evidence as package registries serve it: PEP 740 documents and npm attestation lists. */
import { utf8 } from "../../crypto/derive.ts"
import { makeEvidence, PREDICATE, statement, type Made } from "../evidence.ts"
import { base64, changed, type Json, type JsonObject } from "../json.ts"
import { failed, malformed, proven, unproven, type Case } from "../vector.ts"
import type { World } from "../world.ts"

/** A PEP 740 attestation of what was made. */
function attestation({ certificate = new Uint8Array(), entries, payload, signature }: Made): JsonObject {
  return {
    version: 1,
    verification_material: { certificate: base64(certificate), transparency_entries: entries.map(e => e.json) },
    envelope: { statement: base64(payload), signature: base64(signature) },
  }
}

/** Documents with one attestation and with several. */
export function listCases(world: World): Case[] {
  const publish = statement(undefined, {
    predicateType: "https://docs.pypi.org/attestations/publish/v1",
    predicate: null,
  })
  const first = makeEvidence(world, { payload: statement() })
  const second = makeEvidence(world, { payload: publish })
  const wrong = makeEvidence(world, { payload: statement(utf8("another artifact")) })
  const one = attestation(first)
  const publisher = { kind: "GitHub", repository: "anvil/anvil", workflow: "release.yml" }
  const provenance = {
    version: 1,
    attestation_bundles: [
      { publisher, attestations: [attestation(second)] },
      { publisher, attestations: [attestation(wrong)] },
    ],
  }
  const pep740 = (id: string, desc: string, evidence: Json, item: number, expected: Case["expected"]): Case => ({
    id: `pep740-${id}`,
    desc,
    form: "pep740",
    evidence,
    item,
    expected,
  })
  const npm = (id: string, desc: string, evidence: Json, item: number, expected: Case["expected"]): Case => ({
    id: `npm-${id}`,
    desc,
    form: "npm",
    evidence,
    item,
    expected,
  })
  const listed = (predicateType: string, bundle: JsonObject): Json => ({ predicateType, bundle })
  const list = {
    attestations: [
      listed("https://slsa.dev/provenance/v0.2", first.bundle),
      listed("https://docs.pypi.org/attestations/publish/v1", second.bundle),
    ],
  }
  const entry = "verification_material.transparency_entries[0]"
  const noPromise = changed(one, `${entry}.inclusionPromise`, undefined)
  const noTime = changed(noPromise, `${entry}.integratedTime`, undefined)
  return [
    pep740("attestation", "one attestation", one, 0, proven()),
    pep740("provenance", "the attestation of the first publisher", provenance, 0, proven()),
    pep740(
      "provenance-wrong",
      "the attestation of the second publisher is about another file",
      provenance,
      1,
      failed({ subject: "subject-mismatch" }),
    ),
    pep740("version", "version 2", { ...one, version: 2 }, 0, malformed("field-invalid")),
    pep740("version-text", "the version as text", { ...one, version: "1" }, 0, malformed("field-invalid")),
    pep740(
      "no-entries",
      "not logged",
      changed(one, "verification_material.transparency_entries", []),
      0,
      malformed("field-missing"),
    ),
    pep740(
      "no-proof",
      "logged, with a promise only",
      changed(one, "verification_material.transparency_entries[0].inclusionProof", undefined),
      0,
      malformed("proof-missing"),
    ),
    pep740("time-claimed", "logged, with a time that no promise signs", noPromise, 0, malformed("field-invalid")),
    pep740("no-promise", "logged, and nobody says when", noTime, 0, unproven(["time"], { validity: "time-missing" })),
    pep740("no-item", "an attestation that is not there", provenance, 2, malformed("field-missing")),
    npm("second", "the second attestation", list, 1, proven()),
    npm("predicate", "listed under another predicate type than it holds", list, 0, malformed("predicate-mismatch")),
    npm(
      "message",
      "a message bundle in the list",
      { attestations: [listed(PREDICATE, makeEvidence(world).bundle)] },
      0,
      malformed("predicate-mismatch"),
    ),
    npm("no-item", "an attestation that is not there", list, 2, malformed("field-missing")),
  ]
}
