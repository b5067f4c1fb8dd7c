/** Judging of corpus cases: from a case and its expectation to a closed Case. */
import { readFileSync } from "node:fs"
import type { IdentityMatch, Policy } from "../../src/formats/policy.ts"
import type { Trust } from "../../src/formats/trust.ts"
import { assembleCase, createBasis, type CaseBasis } from "../../src/judge/assemble.ts"
import type { CaseClosure, BlobSet } from "../../src/judge/closure.ts"
import { nodeCrypto } from "../../mirror/crypto/node.node.ts"
import { compilePolicy, PROFILES, type ProfileName } from "../../src/policy/profiles.ts"
import type { CorpusCase } from "../corpus/corpus.ts"

export const crypto = nodeCrypto()

/** The moment of the corpus: after everything in it was made, and fixed. */
export const MOMENT = { earliest: "2026-11-24T00:00:00Z", latest: "2026-11-24T00:00:00Z", basis: [] } as const

const roots = new Map<string, Uint8Array>()

function rootBytes(path: string): Uint8Array {
  let bytes = roots.get(path)
  if (bytes === undefined) roots.set(path, (bytes = readFileSync(path)))
  return bytes
}

/** What a case asks for, as identities of a policy. */
export function identitiesOf(c: Pick<CorpusCase, "signer" | "issuer">): readonly IdentityMatch[] | "any" {
  if (c.signer.kind === "any" && c.issuer === undefined) return "any"
  const issuer = c.issuer === undefined ? { pattern: "*" } : { exact: c.issuer }
  switch (c.signer.kind) {
    case "exact":
      return [{ issuer, san: { exact: c.signer.identity } }]
    case "prefix":
      return [{ issuer, san: { pattern: `${c.signer.prefix}*` } }]
    case "any":
      return [{ issuer, san: { pattern: "*" } }]
  }
}

export interface BasisOptions {
  readonly profile: ProfileName
  readonly identities: readonly IdentityMatch[] | "any"
  readonly logs?: number
  readonly keys?: Trust["keys"]
  readonly roots: readonly string[]
}

/** Trust, policy and moment for a set of cases. */
export function basisFor(options: BasisOptions): CaseBasis {
  const keys = (options.keys ?? []).map(({ spki, algorithm, encoding, validFor }) => ({
    spki,
    algorithm,
    encoding,
    validFor,
  }))
  const policy: Policy = compilePolicy(PROFILES[options.profile], {
    identities: options.identities,
    ...(options.logs === undefined || options.logs === 0 ? {} : { logs: options.logs }),
  })
  return createBasis(
    {
      roots: options.roots.map(rootBytes),
      trust: { keys, witnesses: [], takenAt: null, expires: null, basis: "argument" },
      policy,
      moment: MOMENT,
    },
    crypto,
  )
}

/** Closes a Case over one item of the evidence. */
export function caseFor(
  basis: CaseBasis,
  form: "bundle" | "envelope" | "pep740" | "npm",
  evidence: Uint8Array,
  digests: Readonly<Record<string, string>>,
  options: { readonly item?: number; readonly artifact?: Uint8Array } = {},
): CaseClosure & { blobs: BlobSet } {
  const artifact = options.artifact === undefined ? {} : { artifact: options.artifact }
  return assembleCase({ evidence, form, item: options.item ?? 0, digests, ...artifact }, basis, crypto)
}
