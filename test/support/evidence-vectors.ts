/** Our own evidence vectors (test/vectors/evidence), read for the tests and closed as Cases. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { EvidenceVector } from "../../kit-scripts/vectors/evidence/vector.ts"
import { canonicalJson } from "../../src/kernel/json.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import type { Policy } from "../../src/formats/policy.ts"
import { assembleCase, createBasis } from "../../src/judge/assemble.ts"
import type { CaseClosure } from "../../src/judge/closure.ts"
import { compilePolicy, PROFILES } from "../../src/policy/profiles.ts"

export const evidenceVectorFolder = join(import.meta.dirname, "../vectors/evidence")

const read = (name: string): Uint8Array => readFileSync(join(evidenceVectorFolder, name))

/** Every vector, by name. */
export const evidenceVectors: readonly EvidenceVector[] = readdirSync(evidenceVectorFolder)
  .filter(name => name.endsWith(".json"))
  .sort()
  .map(name => JSON.parse(readFileSync(join(evidenceVectorFolder, name), "utf8")) as EvidenceVector)

const byId = new Map(evidenceVectors.map(v => [v.id, v]))

/** The exact bytes of a vector's evidence. */
export function evidenceOf(vector: EvidenceVector): Uint8Array {
  if (vector.text !== undefined) return Buffer.from(vector.text, "utf8")
  if (vector.evidenceOf === undefined) return Buffer.from(JSON.stringify(vector.evidence), "utf8")
  const other = byId.get(vector.evidenceOf)
  if (other?.evidence === undefined) throw new Error(`${vector.id}: ${vector.evidenceOf} has no evidence of its own`)
  return evidenceOf(other)
}

/** The policy that a vector asks for. */
export function policyOf({ ask }: EvidenceVector): Policy {
  const { profile, rules = [], ...wishes } = ask
  const compiled = compilePolicy(PROFILES[profile], wishes)
  return { ...compiled, rules: [...compiled.rules, ...rules] }
}

/** The trusted roots of a vector, in their order. */
export function rootsOf(vector: EvidenceVector): readonly Uint8Array[] {
  return vector.roots.map(name => read(`roots/${name}.json`))
}

/** The closed Case of a vector. */
export function closureOf(vector: EvidenceVector, crypto: Crypto): CaseClosure {
  const { keys = [], witnesses = [], heads = [], revocations = [], moment, form, item } = vector
  const basis = createBasis(
    {
      roots: rootsOf(vector),
      trust: { keys, witnesses, takenAt: null, expires: null, basis: "argument" },
      policy: policyOf(vector),
      moment: { earliest: moment, latest: moment, basis: [] },
      heads,
      revocations: revocations.length === 0 ? [] : [{ v: 1, keys: revocations }],
    },
    crypto,
  )
  const { text, digests } = vector.artifact
  return assembleCase(
    {
      evidence: evidenceOf(vector),
      form,
      item,
      digests,
      ...(text === undefined ? {} : { artifact: Buffer.from(text, "utf8") }),
      logProofs: (vector.logProofs ?? []).map(p => Buffer.from(canonicalJson(p), "utf8")),
    },
    basis,
    crypto,
  )
}
