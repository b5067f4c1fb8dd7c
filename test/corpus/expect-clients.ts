/** The fixtures of the sigstore clients (java, python, go, js), cosign, gh and model-signing. */
import {
  type Expectation,
  failed,
  proven,
  GITHUB,
  KEY_ALONE,
  KEY_IN_LOG,
  KEY_TIMED,
  type Variant,
} from "./expectation.ts"

const SET_ONLY = "v0.1 with a SET that verifies and no inclusion proof, which v0.1 allows"
const LEGACY_CHAIN = `${SET_ONLY}; the chain ends with the superfluous root, ignored`
const PUBLISH_KEY = { profile: "keyed", thresholds: KEY_IN_LOG } as const
const NO_LOG = { profile: "github-internal", thresholds: GITHUB } as const
const NOT_PUBLIC_GOOD: Variant = {
  // No log entry (entry-missing) and no SCT (sct-missing): both are missing proof, and missing is unproven, not failed.
  change: { kind: "profile", profile: "public-good" },
  verdict: "unproven",
  code: "NOT_PROVEN",
  reason: "sct-missing",
  also: ["entry-missing"],
}
const MODEL_CHAIN = failed(
  "chain-not-allowed",
  "x509CertificateChain of two certificates (leaf, private intermediate) in a v0.3 bundle; no log entry and no time " +
    "either. Refused unless a policy will one day allow such chains by name",
  { profile: "model-signing", thresholds: KEY_ALONE },
)

const JAVA: Readonly<Record<string, Expectation>> = {
  "sigstore-java/PKIX_ECDSA_P256_SHA_256.sigstore.json": proven("P-256 with SHA-256"),
  "sigstore-java/PKIX_ECDSA_P521_SHA_512.sigstore.json": proven("P-521 with SHA-512: messageDigest and entry say so"),
  "sigstore-java/PKIX_RSA_PKCS1V15_3072_SHA256.sigstore.json": proven("RSA 3072, PKCS#1 v1.5, SHA-256"),
  "sigstore-java/PKIX_RSA_PKCS1V15_4096_SHA256.sigstore.json": proven("RSA 4096, PKCS#1 v1.5, SHA-256"),
  "sigstore-java/bundle-no-digest.sigstore": proven(
    "messageDigest is absent, it is only a hint; and v0.3 with an x509CertificateChain of exactly one certificate, read " +
      "as that certificate",
  ),
  "sigstore-java/bundle-with-bad-checkpoint-signature.sigstore": failed(
    "checkpoint-signature",
    "name and key hint are the log's, the signature does not verify",
  ),
  "sigstore-java/bundle-with-mismatched-set.sigstore": failed(
    "promise-signature",
    "the SET of another entry: it does not verify over this one, so its time does not count either",
  ),
  "sigstore-java/bundle-with-rekor-v2-entry.sigstore": proven("staging, Rekor v2 entry and timestamp token"),
  "sigstore-java/bundle.dsse.bad-signature.sigstore": failed("signature-mismatch", "nor is it the entry's signature", {
    also: ["entry-mismatch"],
  }),
  "sigstore-java/bundle.dsse.rekor-v2.bad-signature.sigstore": failed(
    "signature-mismatch",
    "nor is it the entry's signature; the token is over it",
    { also: ["entry-mismatch"] },
  ),
  "sigstore-java/bundle.dsse.rekor-v2.mismatched-envelope.sigstore": failed(
    "entry-mismatch",
    "signature and digest of the entry are another envelope's",
  ),
  "sigstore-java/bundle.dsse.rekor-v2.mismatched-signature.sigstore": failed(
    "entry-mismatch",
    "the entry records another signature over the same payload",
  ),
  "sigstore-java/bundle.dsse.sigstore": proven("dsse 0.0.1 entry"),
  "sigstore-java/bundle.sigstore": proven("e-mail identity"),
  "sigstore-java/bundle.v1.sigstore": proven("v0.1 with proof, checkpoint and SET"),
  "sigstore-java/bundle.v2.sigstore": proven("v0.2"),
  "sigstore-java/bundle.v3.sigstore": proven("v0.3 under its first media type"),
  "sigstore-java/bundle.v1.no.inclusion.sigstore": proven(
    `client-choice: ${SET_ONLY}; we accept it, as sigstore-js does`,
  ),
  "sigstore-java/bundle.v2.no.inclusion.sigstore": failed("proof-missing", "v0.2 requires the proof; the SET holds"),
  "sigstore-java/bundle.v3_1.no.inclusion.sigstore": failed("proof-missing", "v0.3 requires the proof; the SET holds"),
  "sigstore-java/github-private-no-tlog": proven("timestamp token of GitHub's TSA; no log, no SCT; chain of three", {
    ...NO_LOG,
    variants: [NOT_PUBLIC_GOOD],
  }),
}

const PYTHON: Readonly<Record<string, Expectation>> = {
  "sigstore-python/bundle_v3.txt.sigstore": proven("staging"),
  "sigstore-python/bundle_invalid_version.txt.sigstore": failed(
    "media-type-unknown",
    "mediaType is `this is completely wrong`; all else would hold",
  ),
  "sigstore-python/bundle_no_cert_v1.txt.sigstore": failed(
    "certificate-missing",
    "the chain is empty; the entry is of a log that the root does not know",
  ),
  "sigstore-python/bundle_no_checkpoint.txt.sigstore": failed(
    "checkpoint-missing",
    "v0.2 requires the checkpoint; the proof gives its own rootHash and the SET holds",
  ),
  "sigstore-python/tsa__bundle.txt.sigstore": proven(
    "two tokens: the first holds, the second is over other bytes and is counted out by the time threshold, which the SET " +
      "and the first token meet",
  ),
  "sigstore-python/tsa__bundle.duplicate.sigstore": failed(
    "timestamp-duplicate",
    "three times the same token, which is over other bytes as well; the SET holds",
  ),
  "sigstore-python/integration__Python-3.12.5.tgz.sigstore": proven(
    "by digest; P-384 with SHA-256; v0.1 proof without a checkpoint, so only the SET speaks for the entry",
  ),
}

const GO: Readonly<Record<string, Expectation>> = {
  "sigstore-go/sigstore.js@2.0.0-provenance": proven("v0.1 with proof; subject by SHA-512"),
  "sigstore-go/example-bundle-provenance": proven(LEGACY_CHAIN),
  "sigstore-go/example-bundle-publish-npm-key": proven("npm registry key named by hint; v0.1 with SET", PUBLISH_KEY),
  "sigstore-go/othername": proven("OtherName SAN as identity; by digest"),
  "sigstore-go/dsse-2sigs": failed(
    "signature-count",
    "two signatures in the envelope of a bundle; the first one holds",
  ),
  "sigstore-go/public-key-validity": proven("key, no log, one token of the trusted TSA", {
    profile: "keyed",
    thresholds: KEY_TIMED,
    variants: [
      {
        change: { kind: "key-valid-for", start: "1970-01-01T00:00:00Z", end: "1970-01-01T00:00:01Z" },
        verdict: "failed",
        code: "TIME_INVALID",
        reason: "time-outside-key",
      },
    ],
  }),
}

const OTHERS: Readonly<Record<string, Expectation>> = {
  "cosign/oci-attestation": proven("attestation of an image, its own trusted root"),
  "gh-cli/sigstore-js-2.1.0-bundle-v0.1.json": proven("v0.1 with proof, checkpoint and SET"),
  "gh-cli/sigstore-js-2.1.0_jsonl_1": proven("custom trusted root"),
  "gh-cli/sigstoreBundle-invalid-signature": failed(
    "payload-type-unsupported",
    "payloadType text/plain, no statement; the signature does not verify and is not the entry's. Malformed comes before " +
      "the signature in the order of headlines",
    { also: ["signature-mismatch", "entry-mismatch"] },
  ),
  "gh-cli/github_provenance_demo": proven(
    "GitHub's own instance: token only; of the six TSAs the first applies",
    NO_LOG,
  ),
  "gh-cli/github_provenance_demo-missing-verification-material": failed(
    "field-missing",
    "verificationMaterial is absent",
    NO_LOG,
  ),
  "gh-cli/reusable-workflow-attestation.sigstore.json": proven("dsse 0.0.1 entry"),
  "sigstore-js/bundleV01-dsse-no-proof.sigstore": proven(`${SET_ONLY}; dsse 0.0.1 entry`),
  "sigstore-js/bundleV01-dsse-with-proof.sigstore": proven("v0.1 with proof; dsse 0.0.1 entry"),
  "sigstore-js/bundleV01-full-cert-chain.sigstore": proven(LEGACY_CHAIN),
  "sigstore-js/bundleV01-intoto-no-proof.sigstore": proven(`${SET_ONLY}; intoto 0.0.2 entry`),
  "sigstore-js/bundleV01-intoto-with-proof.sigstore": proven("v0.1 with proof; intoto 0.0.2 entry"),
  "sigstore-js/bundleV02-dsse.sigstore": proven("v0.2"),
  "sigstore-js/bundleV03-intoto.sigstore": proven("v0.3 with an intoto 0.0.2 entry"),
  "model-signing/v0.2.0-certificate": MODEL_CHAIN,
  "model-signing/v1.0.0-certificate": MODEL_CHAIN,
  "model-signing/v1.0.1-certificate": MODEL_CHAIN,
  "model-signing/v1.1.0-certificate": MODEL_CHAIN,
  "model-signing/v1.0.1-elliptic-key": proven(
    "P-384 key with SHA-384 over the PAE; no log, no time, no window to meet",
    {
      profile: "keyed",
      thresholds: KEY_ALONE,
    },
  ),
  "model-signing/v1.0.1-sigstore": proven("public good"),
  "model-signing/v1.1.0-sigstore": proven("public good; SET and token both give the time"),
}

export const CLIENTS: Readonly<Record<string, Expectation>> = { ...JAVA, ...PYTHON, ...GO, ...OTHERS }
