/**
 * Proven evidence of every class there is, to make mutants of: corpus cases of each form, bundle version, kind of entry
 * and key, and vectors of our own where the corpus has none (Ed25519, two logs, two tokens, cosignatures, log proofs).
 */
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { ARTIFACT } from "../../kit-scripts/vectors/evidence/evidence.ts"
import { canonicalJson } from "../../src/kernel/json.ts"
import { assembleCase, createBasis, type CaseBasis, type CaseInput } from "../../src/judge/assemble.ts"
import { corpusCases, type CorpusCase } from "../corpus/corpus.ts"
import type { Outcome, Profile } from "../corpus/expectation.ts"
import { EXPECTATIONS } from "../corpus/expectations.ts"
import { evidenceOf, evidenceVectors, policyOf, rootsOf } from "../support/evidence-vectors.ts"
import { basisFor, crypto, identitiesOf } from "../support/judge-corpus.ts"

/** One piece of evidence that is proven, with all that its judgement depends on. */
export interface ProvenCase {
  readonly id: string
  readonly input: CaseInput
  readonly basis: CaseBasis
}

/** Items of the corpus, each standing for a class of evidence, in groups that exchange values with each other. */
// prettier-ignore
const GROUPS: readonly (readonly string[])[] = [
  // v0.1, promises with and without proof
  ["sigstore-js/bundleV01-dsse-no-proof.sigstore", "sigstore-js/bundleV01-intoto-no-proof.sigstore", "sigstore-js/bundleV01-dsse-with-proof.sigstore", "sigstore-js/bundleV02-dsse.sigstore"],
  ["sigstore-java/bundle.v1.no.inclusion.sigstore", "sigstore-java/bundle.v1.sigstore", "sigstore-java/bundle.v2.sigstore"],
  ["sigstore-go/example-bundle-provenance", "sigstore-go/sigstore.js@2.0.0-provenance"],
  ["slsa-verifier/gha_maven-v2.0.0-binary-linux-amd64-push-v14"],
  // bare keys
  ["sigstore-go/example-bundle-publish-npm-key", "npm/provenance-npm-test-cli-v1-prega-publish"],
  ["conformance/managed-key-and-trusted-root"],
  ["model-signing/v1.0.1-elliptic-key"],
  ["sigstore-go/public-key-validity"],
  ["dsse-key/gce-vsa"],
  // v0.3 with Rekor v1, by kind of key
  ["conformance/happy-path-v0.3", "conformance/happy-path-v0.3-new-mediaType", "sigstore-java/bundle-no-digest.sigstore"],
  ["sigstore-java/PKIX_ECDSA_P256_SHA_256.sigstore.json", "sigstore-java/PKIX_ECDSA_P521_SHA_512.sigstore.json", "sigstore-java/PKIX_RSA_PKCS1V15_3072_SHA256.sigstore.json"],
  ["cosign/oci-attestation", "gh-cli/reusable-workflow-attestation.sigstore.json"],
  ["sigstore-js/bundleV03-intoto.sigstore"],
  // timestamp tokens, with a log and without
  ["sigstore-java/github-private-no-tlog", "gh-cli/github_provenance_demo"],
  ["model-signing/v1.1.0-sigstore"],
  ["sigstore-python/tsa__bundle.txt.sigstore"],
  // Rekor v2
  ["conformance/rekor2-happy-path", "conformance/rekor2-checkpoint-two-sigs-cosigned", "conformance/rekor2-dsse-happy-path"],
  // lists and PyPI
  ["npm-mutations/npm-attestations.intoto.sigstore", "npm-mutations/npm-stmt-mismatch-pub-type.intoto.sigstore"],
  ["pypi-pep740/rfc8785-0.1.2-py3-none-any.whl.publish.attestation", "pypi-pep740/rfc8785-0.1.2-py3-none-any.whl.attestation"],
]

/** Vectors of our own, in groups like those of the corpus. */
// prettier-ignore
const OWN_GROUPS: readonly (readonly string[])[] = [
  ["bundle-0.1", "bundle-0.1-chain-to-root", "bundle-0.1-promise-only", "key-p384", "key-p521"],
  ["bundle-0.3", "key-rsa", "signer-other-name", "checkpoint-line-not-first"],
  ["key-ed25519-dsse", "key-p384-dsse", "key-rsa-dsse", "dsse-intoto"],
  ["key-ed25519", "key-ed25519ph"],
  ["bundle-rekor2", "dsse-rekor2", "witness-cosigned"],
  ["promise-none-token", "bundle-token-beside-promise"],
  ["two-logs", "logs-two-rekor2"],
  ["github", "token-two-authorities", "token-sha512", "token-unsigned-attribute"],
  ["key-bundle", "key-window", "key-bundle-alone"],
  ["envelope-two-keys", "envelope-p1363", "envelope-bad-beside-good"],
  ["mirror-proof"],
  ["npm-second"],
  ["pep740-attestation"],
]

/** Every item of a corpus case that is evidence, whatever must come of it; by path where the artifact is there. */
export function corpusItems(
  c: CorpusCase,
): readonly (ProvenCase & { readonly outcome: Outcome & { readonly profile: Profile } })[] {
  const e = EXPECTATIONS[c.id]
  const { form } = c
  if (e?.scope !== "verdict") return []
  if (form !== "bundle" && form !== "envelope" && form !== "pep740" && form !== "npm") return []
  return (e.items ?? [e]).map((outcome, item) => {
    const keyed = outcome.profile === "keyed"
    const basis = basisFor({
      profile: outcome.profile,
      identities: keyed ? "any" : identitiesOf(c),
      logs: keyed ? e.thresholds.tlog : 0,
      keys: keyed ? c.keys : [],
      roots: [c.trustedRoot],
    })
    const artifact = c.artifact.path === undefined ? {} : { artifact: readFileSync(c.artifact.path) }
    const input = { form, item, evidence: readFileSync(c.path), digests: c.artifact.digests, ...artifact }
    return { id: `${c.id}#${String(item)}`, input, basis, outcome }
  })
}

/** The groups of corpus cases; none where the corpus is absent. */
export function corpusGroups(): readonly (readonly ProvenCase[])[] {
  const byId = new Map(corpusCases().map(c => [c.id, c]))
  if (byId.size === 0) return []
  return GROUPS.map(ids =>
    ids.flatMap(id => {
      const c = byId.get(id)
      if (c === undefined) throw new Error(`the corpus has no ${id}`)
      return corpusItems(c).filter(item => item.outcome.verdict === "proven")
    }),
  )
}

/** One of our own vectors, as something to judge. Messages get the artifact's bytes, which are faster to verify. */
function ownCase(id: string): ProvenCase {
  const vector = evidenceVectors.find(v => v.id === id)
  if (vector === undefined) throw new Error(`there is no vector ${id}`)
  const { form, item, keys = [], witnesses = [], heads = [], moment } = vector
  const trust = { keys, witnesses, takenAt: null, expires: null, basis: "argument" } as const
  const at = { earliest: moment, latest: moment, basis: [] }
  const basis = createBasis({ roots: rootsOf(vector), trust, policy: policyOf(vector), moment: at, heads }, crypto)
  const digest = (hash: string): string => createHash(hash).update(ARTIFACT).digest("hex")
  const isAnvil = vector.artifact.digests["sha256"] === digest("sha256")
  const digests = { sha256: digest("sha256"), sha384: digest("sha384"), sha512: digest("sha512") }
  const artifact = isAnvil ? { artifact: Buffer.from(ARTIFACT), digests } : { digests: vector.artifact.digests }
  const logProofs = (vector.logProofs ?? []).map(p => Buffer.from(canonicalJson(p)))
  return { id: `own/${id}`, input: { evidence: evidenceOf(vector), form, item, logProofs, ...artifact }, basis }
}

/** The groups of our own vectors. */
export function ownGroups(): readonly (readonly ProvenCase[])[] {
  return OWN_GROUPS.map(ids => ids.map(ownCase))
}

/** Closes a Case over other evidence than the case's own. */
export function closeOver({ input, basis }: ProvenCase, evidence: Uint8Array): ReturnType<typeof assembleCase> {
  return assembleCase({ ...input, evidence }, basis, crypto)
}
