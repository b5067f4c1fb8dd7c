/** Package attestations: PyPI, SLSA generators, npm, bare envelopes and Google Cloud Build. */
import {
  type Expectation,
  failed,
  proven,
  unproven,
  KEY_ALONE,
  KEY_IN_LOG,
  KEYLESS,
  type Outcome,
  type Profile,
} from "./expectation.ts"

const REGISTRY_KEY = { profile: "keyed", thresholds: KEY_IN_LOG } as const
const PUBLISH = proven("npm registry key named by hint, time inside its window", REGISTRY_KEY)
const PROVENANCE = proven("npm provenance by the certificate of the workflow")
const TAMPERED = "the payload was altered: neither the signature nor the entry's payload hash is over it"
const GENERATOR = proven("SLSA generator bundle; subject by SHA-256")

const LOOKUP = unproven(
  "a bare envelope with the Fulcio certificate beside the signature: the signature verifies under it and the subject " +
    "matches, but there is no log entry and so no time at which to judge the certificate; found only by asking a log",
)

const PYPI: Readonly<Record<string, Expectation>> = {
  "pypi-pep740/rfc8785-0.1.2-py3-none-any.whl.publish.attestation": proven("staging; predicate is null"),
  "pypi-pep740/rfc8785-0.1.2-py3-none-any.whl.attestation": proven("staging"),
  "pypi-pep740/pypi_attestation_models-0.0.4a2.tar.gz.attestation": proven("issuer given, identity any"),
  "pypi-pep740/pypi_attestations-0.0.19.tar.gz.slsa.attestation": proven("SLSA predicate; issuer given, identity any"),
}

const SLSA: Readonly<Record<string, Expectation>> = {
  "slsa-verifier/mismatch-tlog.intoto.sigstore": failed(
    "entry-mismatch",
    "the entry (with its own valid SET) was made for another signature, payload and certificate. Its time, a day before " +
      "the certificate began, is not a time of this signature: only an entry that matches lends its time",
  ),
  "slsa-verifier/invalid-set.intoto.sigstore": failed(
    "base64-invalid",
    "the SET's last character was changed, which also leaves set bits that belong to no byte (RFC 4648 §3.5)",
    {
      variants: [
        { change: { kind: "canonical-base64" }, verdict: "failed", code: "PROOF_INVALID", reason: "promise-signature" },
      ],
    },
  ),
  "slsa-verifier/invalid-dsse-sig.intoto.sigstore": failed(
    "base64-invalid",
    "the signature's last character was changed, but only in bits that belong to no byte: its bytes still verify. The " +
      "entry body was printed anew, so that the SET does not verify over it",
    {
      variants: [
        // The text inside the body keeps its stray bits, which the signature's own text no longer has.
        {
          change: { kind: "canonical-base64" },
          verdict: "failed",
          code: "EVIDENCE_MALFORMED",
          reason: "entry-malformed",
          also: ["promise-signature"],
        },
      ],
    },
  ),
  "slsa-verifier/bcr-MODULE.bazel": proven("identity by prefix"),
  "slsa-verifier/bcr-rules_lint-v1.3.1.tar.gz": proven("identity by prefix; by digest"),
  "slsa-verifier/bcr-MODULE-wrong-signer.bazel": failed(
    "identity-mismatch",
    "all cryptography holds; the signer is loosebazooka/aa-test's malicious_attestation workflow, the issuer is right",
  ),
  "slsa-verifier/gha_generic-v1.2.1-binary-linux-amd64-workflow_dispatch": LOOKUP,
  "slsa-verifier/gha_generic-v1.10.0-binary-linux-amd64-workflow_dispatch": LOOKUP,
  "slsa-verifier/gha_generic-v1.10.0-binary-linux-amd64-push-v14.2": LOOKUP,
  "slsa-verifier/gha_generic-v2.0.0-binary-linux-amd64-workflow_dispatch": LOOKUP,
  "slsa-verifier/gha_generic-v2.0.0-binary-linux-amd64-push-v14.2": LOOKUP,
  "slsa-verifier/gha_go-v1.10.0-binary-linux-amd64-workflow_dispatch": LOOKUP,
  "slsa-verifier/gha_go-v1.0.0-binary-linux-amd64-workflow_dispatch": unproven(
    "a bare envelope with neither certificate nor key id: nothing here to check the signature with, so nothing fails",
  ),
  "slsa-verifier/gha_generic-v2.1.0-binary-linux-amd64-push-v14.2": GENERATOR,
  "slsa-verifier/gha_go-v2.1.0-binary-linux-amd64-workflow_dispatch": GENERATOR,
  "slsa-verifier/gha_container-based-v1.10.0-binary-linux-amd64-push-v14.2": GENERATOR,
  "slsa-verifier/gha_container-based-v2.1.0-binary-linux-amd64-push-v14.2": GENERATOR,
  "slsa-verifier/gha_delegator-v1.9.0-binary-linux-amd64-push-v14": GENERATOR,
  "slsa-verifier/gha_delegator-v1.9.0-binary-linux-amd64-workflow_dispatch": GENERATOR,
  "slsa-verifier/gha_maven-v1.9.0-binary-linux-amd64-workflow_dispatch": GENERATOR,
  "slsa-verifier/gha_maven-v2.0.0-binary-linux-amd64-push-v14": GENERATOR,
  "slsa-verifier/gha_maven-v2.1.0-binary-linux-amd64-push-v14": GENERATOR,
  "slsa-verifier/gha_gradle-v1.9.0-binary-linux-amd64-push-v14": GENERATOR,
  "slsa-verifier/gha_gradle-v1.9.0-binary-linux-amd64-workflow_dispatch": GENERATOR,
  "slsa-verifier/gha_gradle-v2.1.0-binary-linux-amd64-push-v14": GENERATOR,
}

const tampered = (more: Partial<Expectation> = {}): Expectation =>
  failed("signature-mismatch", TAMPERED, { ...more, also: ["entry-mismatch"] })

const NPM: Readonly<Record<string, Expectation>> = {
  "npm/gundam-visor-cli-v1-tag-invalidsigpub-provenance": PROVENANCE,
  "npm/gundam-visor-cli-v1-tag-provenance": PROVENANCE,
  "npm/provenance-npm-test-cli-v02-prega-invalidsigprov-publish": PUBLISH,
  "npm/provenance-npm-test-cli-v02-prega-invalidsigpub-publish": tampered(REGISTRY_KEY),
  "npm/provenance-npm-test-cli-v02-prega-invalidsigpub-provenance": PROVENANCE,
  "npm/provenance-npm-test-cli-v1-prega-publish": PUBLISH,
  "npm/provenance-npm-test-ossf-invalidsigprov-publish": PUBLISH,
  "npm/provenance-npm-test-ossf-invalidsigprov-provenance": tampered(),
  "npm/provenance-npm-test-ossf-invalidsigpub-publish": tampered(REGISTRY_KEY),
  "npm/provenance-npm-test-ossf-provenance": PROVENANCE,
  "npm/supreme-googles-cli-v02-tag-invalidsigprov-publish": PUBLISH,
  "npm/supreme-googles-cli-v02-tag-invalidsigprov-provenance": tampered(),
  "npm/supreme-googles-cli-v02-tag-invalidsigpub-publish": tampered(REGISTRY_KEY),
  "npm/supreme-googles-cli-v02-tag-invalidsigpub-provenance": PROVENANCE,
  "npm/supreme-googles-cli-v02-tag-publish": PUBLISH,
}

type Item = Outcome & { readonly profile: Profile }
const provenanceItem: Item = { verdict: "proven", code: null, profile: "public-good" }
const publishItem: Item = { verdict: "proven", code: null, profile: "keyed" }
/** A list of [provenance, publish]; `broken` is the item that fails as the whole case does. */
function npmList(broken: 0 | 1, expectation: Expectation): Expectation {
  const { verdict, code, reason, also } = expectation
  const outcome: Outcome = {
    verdict,
    code,
    ...(reason === undefined ? {} : { reason }),
    ...(also === undefined ? {} : { also }),
  }
  const items: readonly Item[] =
    broken === 0
      ? [{ ...outcome, profile: "public-good" }, publishItem]
      : [provenanceItem, { ...outcome, profile: "keyed" }]
  return { ...expectation, items }
}

const NPM_LISTS: Readonly<Record<string, Expectation>> = {
  "npm-mutations/npm-attestations.intoto.sigstore": proven("provenance by certificate, publish by registry key", {
    thresholds: KEYLESS,
    items: [provenanceItem, publishItem],
  }),
  "npm-mutations/npm-att-mismatch-prov-payloadtype.intoto.sigstore": npmList(
    0,
    failed(
      "payload-type-unsupported",
      "payloadType `application/vnd.in-toto+jsonA`; as it is part of the PAE the signature does not verify either",
      { also: ["signature-mismatch"] },
    ),
  ),
  "npm-mutations/npm-att-mismatch-prov-predicatetype.intoto.sigstore": npmList(
    0,
    failed("predicate-mismatch", "the list says `provenanc/v0.2`, the signed statement `provenance/v0.2`"),
  ),
  "npm-mutations/npm-att-mismatch-pub-predicatetype.intoto.sigstore": npmList(
    1,
    failed("predicate-mismatch", "the list says `publis/v0.1`, the signed statement `publish/v0.1`"),
  ),
  "npm-mutations/npm-att-publish-invalid-signature.intoto.sigstore": npmList(
    1,
    failed(
      "statement-malformed",
      "the payload was altered so that a subject's digest is a text instead of a set; so neither signature nor entry is " +
        "over it. Malformed comes before the signature in the order of headlines",
      { also: ["signature-mismatch", "entry-mismatch"] },
    ),
  ),
  "npm-mutations/npm-stmt-mismatch-pub-type.intoto.sigstore": npmList(
    1,
    failed(
      "statement-malformed",
      "_type is `https://in-toto.io/StatementA/v0.1`; so neither signature nor entry is over this payload",
      { also: ["signature-mismatch", "entry-mismatch"] },
    ),
  ),
}

const KEY = { profile: "keyed", thresholds: KEY_ALONE } as const
const UNSIGNED_PAE =
  "the us-west2 builtByGCB key verifies the signature over the raw payload, not over the PAE, so the payload type is not " +
  "signed: not DSSE, refused by name"
const NOT_DSSE = {
  ...KEY,
  departs:
    "the corpus follows a verifier with a legacy mode for raw-payload signatures; here that form is always refused",
} as const

const GCB: Readonly<Record<string, Expectation>> = {
  "gcb/gcloud-container-empty-signature-region.json": failed(
    "signature-unsigned-pae",
    `${UNSIGNED_PAE}. The key id names no region; a key id is only a hint`,
    KEY,
  ),
  "gcb/gcloud-container-invalid-signature-encoding.json": failed("base64-invalid", "sig is `invalid encoding`", KEY),
  "gcb/gcloud-container-invalid-signature-region.json": failed(
    "signature-unsigned-pae",
    `${UNSIGNED_PAE}. The key id names an unknown region; a key id is only a hint`,
    KEY,
  ),
  "gcb/gcloud-container-mismatch-metadata-urisha256.json": failed(
    "signature-unsigned-pae",
    `${UNSIGNED_PAE}. resourceUri names another digest than the statement; what is outside the envelope is not signed ` +
      "and not consulted",
    KEY,
  ),
  "gcb/gcloud-container-mismatch-summary-digest.json": failed(
    "signature-unsigned-pae",
    `${UNSIGNED_PAE}. image_summary names another digest than the statement`,
    KEY,
  ),
  "gcb/gcloud-container-multiple-invalid-signatures.json": failed(
    "signature-mismatch",
    "three equal signatures that verify neither over the PAE nor over the raw payload",
    KEY,
  ),
  "gcb/gcloud-container-multiple-provenance-2ndvalid.json": failed(
    "signature-unsigned-pae",
    `three envelopes; the second: ${UNSIGNED_PAE}. The first and third verify over neither`,
    {
      ...NOT_DSSE,
      items: [
        { verdict: "failed", code: "SIGNATURE_INVALID", reason: "signature-mismatch", profile: "keyed" },
        { verdict: "failed", code: "SIGNATURE_INVALID", reason: "signature-unsigned-pae", profile: "keyed" },
        { verdict: "failed", code: "SIGNATURE_INVALID", reason: "signature-mismatch", profile: "keyed" },
      ],
    },
  ),
  "gcb/gcloud-container-multiple-signatures-3rdvalid.json": failed(
    "signature-unsigned-pae",
    `one envelope, three signatures; the third: ${UNSIGNED_PAE}. The others verify over neither`,
    NOT_DSSE,
  ),
  "gcb/gcloud-container-no-keyid.json": failed(
    "signature-unsigned-pae",
    `${UNSIGNED_PAE}. No key id at all, which DSSE allows`,
    KEY,
  ),
}

const BARE: Readonly<Record<string, Expectation>> = {
  "dsse-key/gce-vsa": proven(
    "P-256 key with 64-byte IEEE P1363 signatures, an option of the trusted key; subject by digest name gce_image_id",
    KEY,
  ),
  "dsse-key/dsse-protocol-vector": proven(
    "the PAE vector of the DSSE specification: its text and its P1363 signature hold. As evidence it would be refused: " +
      "payload type http://example.com/HelloWorld",
    { ...KEY, scope: "signature" },
  ),
}

export const PACKAGES: Readonly<Record<string, Expectation>> = {
  ...PYPI,
  ...SLSA,
  ...NPM,
  ...NPM_LISTS,
  ...GCB,
  ...BARE,
}
