/** Mutants of real evidence: one of each class to the last field, samples of the others. */
import { mutationTests } from "./mutations.ts"
import { corpusGroups } from "./proven-cases.ts"

const WHOLE = new Set([
  "sigstore-js/bundleV01-dsse-no-proof.sigstore#0",
  "sigstore-go/example-bundle-publish-npm-key#0",
  "conformance/managed-key-and-trusted-root#0",
  "model-signing/v1.0.1-elliptic-key#0",
  "sigstore-go/public-key-validity#0",
  "dsse-key/gce-vsa#0",
  "conformance/happy-path-v0.3#0",
  "gh-cli/github_provenance_demo#0",
  "conformance/rekor2-happy-path#0",
  "npm-mutations/npm-attestations.intoto.sigstore#1",
  "pypi-pep740/rfc8785-0.1.2-py3-none-any.whl.publish.attestation#0",
])

mutationTests("the corpus", {
  groups: corpusGroups(),
  limitFor: id => (WHOLE.has(id) ? undefined : 300),
  atLeast: 20_000,
})
