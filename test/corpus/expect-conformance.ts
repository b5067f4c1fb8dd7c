/** The cases of the sigstore conformance suite. */
import { type Expectation, failed, proven, KEY_IN_LOG } from "./expectation.ts"

const HAPPY = "every check holds"
const V2 = "Rekor v2 entry without SET, timestamp token from the trusted TSA; every check holds"

export const CONFORMANCE: Readonly<Record<string, Expectation>> = {
  "conformance/bundle-invalid-base64-signature_fail": failed(
    "base64-invalid",
    "messageSignature.signature is `INVALID!!!BASE64!!!ENCODING====`",
  ),
  "conformance/bundle-malformed-json_fail": failed("json-invalid", "the text ends inside a string"),
  "conformance/bundle-with-root-cert_fail": failed(
    "chain-has-root",
    "a v0.1 chain of leaf, self-signed root, intermediate: a root that is not the superfluous end of a chain in issuing " +
      "order. The leaf, signature, SET and entry hold (the proof has no checkpoint, which v0.1 allows); the signer is " +
      "a@tny.town by GitHub login, so identity and issuer mismatch as well",
    { also: ["identity-mismatch", "issuer-mismatch"] },
  ),
  "conformance/checkpoint-bad-keyhint_fail": failed(
    "checkpoint-signature",
    "the note's signature bytes verify under the log's key, but the key hint is another key's: no line of the trusted log",
  ),
  "conformance/dsse-invalid-sig_fail": failed(
    "signature-mismatch",
    "the envelope signature does not verify; so it is not the one in the entry either",
    { also: ["entry-mismatch"] },
  ),
  "conformance/dsse-mismatch-sig_fail": failed(
    "entry-mismatch",
    "a second, valid signature by the same key over the same payload: the entry records the first",
  ),
  "conformance/happy-path-intoto-in-dsse-v3": proven(HAPPY),
  "conformance/happy-path-v0.3": proven(HAPPY),
  "conformance/happy-path-v0.3-new-mediaType": proven(HAPPY),
  "conformance/intoto-expired-certificate_fail": failed(
    "time-outside-certificate",
    "integrated 2023-02-01, certificate valid from 2030-01-01; SET, proof and signature hold",
  ),
  "conformance/intoto-missing-inclusion-proof_fail": failed(
    "proof-missing",
    "v0.2 requires the inclusion proof; SET holds",
  ),
  "conformance/intoto-set-outside-signing-cert-validity_fail": failed(
    "time-outside-certificate",
    "the SET verifies and says 2023-02-02, a day after the certificate ended",
  ),
  "conformance/invalid-checkpoint-signature_fail": failed(
    "checkpoint-signature",
    "name and key hint are the log's, the signature does not verify; root and proof agree",
  ),
  "conformance/invalid-inclusion-proof_fail": failed(
    "checkpoint-missing",
    "the proof does not give its own rootHash (inclusion-mismatch), and a v0.2 proof must carry a checkpoint, which is " +
      "absent: malformed comes first in the order of headlines",
  ),
  "conformance/managed-key-and-trusted-root": proven("bundle signed by a managed key, entry made for that key", {
    profile: "keyed",
    thresholds: KEY_IN_LOG,
  }),
  "conformance/rekor2-checkpoint-missing-log-signature_fail": failed(
    "checkpoint-malformed",
    "a signed note without any signature line",
  ),
  "conformance/rekor2-checkpoint-missing-root-hash_fail": failed("checkpoint-malformed", "two lines instead of three"),
  "conformance/rekor2-checkpoint-missing-size_fail": failed("checkpoint-malformed", "the second line is the root hash"),
  "conformance/rekor2-checkpoint-multiple-cosigs": proven(`${V2}; two lines of unknown witnesses are ignored`),
  "conformance/rekor2-checkpoint-two-sigs-cosigned": proven(
    `${V2}; a second line under the log's name by an unknown key and one of an unknown witness are ignored`,
  ),
  "conformance/rekor2-checkpoint-two-sigs-from-origin": proven(
    `${V2}; a second line under the log's name by an unknown key is ignored`,
  ),
  "conformance/rekor2-dsse-happy-path": proven(`${V2}; hashedrekord 0.0.2 over the PAE, three unknown witnesses`),
  "conformance/rekor2-dsse-invalid-sig_fail": failed(
    "signature-mismatch",
    "signature of another key over the same statement; token matches that signature, entry records the original one",
    { also: ["entry-mismatch"] },
  ),
  "conformance/rekor2-dsse-mismatch-envelope_fail": failed(
    "entry-mismatch",
    "another valid envelope by the same key and certificate: entry differs in signature and digest; token holds",
  ),
  "conformance/rekor2-dsse-mismatch-sig_fail": failed(
    "entry-mismatch",
    "another valid signature over the same statement: entry differs in signature only; token holds",
  ),
  "conformance/rekor2-happy-path": proven(V2),
  "conformance/rekor2-no-inclusion-proof_fail": failed("proof-missing", "v0.3 and Rekor v2 both require the proof"),
  "conformance/rekor2-timestamp-outside-trust-root-tsa-validity_fail": failed(
    "time-outside-authority",
    "the token's signature and imprint hold; the TSA's window in the trusted root ended before the token's time",
  ),
  "conformance/rekor2-timestamp-payload-mismatch_fail": failed(
    "timestamp-imprint",
    "a trusted token over another signature; it is the only time, so no verified time is left for the certificate",
  ),
  "conformance/rekor2-timestamp-untrusted-tsa-without-embedded-cert_fail": failed(
    "timestamp-untrusted",
    "issued by FreeTSA, which the trusted root does not name; no embedded certificate",
  ),
  "conformance/rekor2-timestamp-with-expired-cert-chain": proven(
    "the TSA chain has expired since, and was valid at the token's time: judged at genTime, never now",
  ),
  "conformance/rekor2-timestamp-with-incorrect-time_fail": failed(
    "base64-invalid",
    "signedTimestamp is base64 with line feeds, which RFC 4648 §3.1 and proto3 JSON do not have; behind it the token " +
      "verifies and says 2025-07-15, long after the certificate ended",
    {
      variants: [
        {
          change: { kind: "canonical-base64" },
          verdict: "failed",
          code: "TIME_INVALID",
          reason: "time-outside-certificate",
        },
      ],
    },
  ),
  "conformance/rekor2-timestamp-without-embedded-cert": proven("the TSA certificate comes from the trusted root"),
  "conformance/trust-root-tsa-validity-end-inclusive": proven(
    "genTime equals the end of the TSA's window: it is closed",
  ),
  "conformance/wrong-hashedrekord-artifact_fail": failed(
    "entry-mismatch",
    "signature and digest of the bundle hold for the artifact; SET, proof and checkpoint hold for an entry about another " +
      "digest and signature",
  ),
  "conformance/wrong-hashedrekord-cert-and-sig_fail": failed(
    "entry-mismatch",
    "the entry is about the same digest by another signature and certificate; all else holds",
  ),
  "conformance/wrong-material_fail": failed(
    "signature-mismatch",
    "another artifact for a message signature: the signature does not verify over it, and messageDigest is not its digest",
    { also: ["message-digest-mismatch"] },
  ),
}
