/**
 * The closed list of reasons: why a check failed or did not run. Each belongs to one error code, so a check states its
 * reason and the code follows. Reasons are API like codes: added, never renamed.
 */
import type { ErrorCode } from "./errors.ts"

/** Every reason with the code it belongs to; `docs/reference/reasons.md` is made of it. */
// prettier-ignore
export const REASONS = {
  // the evidence breaks the rules of its own format
  "too-large": "EVIDENCE_MALFORMED",                  // a named limit of bytes or counts is exceeded
  "utf8-invalid": "EVIDENCE_MALFORMED",
  "json-invalid": "EVIDENCE_MALFORMED",
  "json-duplicate-key": "EVIDENCE_MALFORMED",
  "json-too-deep": "EVIDENCE_MALFORMED",
  "base64-invalid": "EVIDENCE_MALFORMED",
  "der-invalid": "EVIDENCE_MALFORMED",
  "media-type-unknown": "EVIDENCE_MALFORMED",         // bundle media type not in the allow-list
  "field-missing": "EVIDENCE_MALFORMED",              // a member that the format requires is absent
  "field-invalid": "EVIDENCE_MALFORMED",              // a member has the wrong type, form or range
  "certificate-missing": "EVIDENCE_MALFORMED",        // empty chain, or neither certificate nor key
  "certificate-malformed": "EVIDENCE_MALFORMED",
  "chain-has-root": "EVIDENCE_MALFORMED",             // a self-signed certificate travels in the chain
  "chain-not-allowed": "EVIDENCE_MALFORMED",          // x509CertificateChain in a v0.3 bundle
  "signature-count": "EVIDENCE_MALFORMED",            // no signature, or not exactly one in a bundle
  "signature-duplicate": "EVIDENCE_MALFORMED",        // an envelope has a signature that holds twice
  "promise-missing": "EVIDENCE_MALFORMED",            // v0.1 entry without inclusion promise
  "proof-missing": "EVIDENCE_MALFORMED",              // v0.2/v0.3 or Rekor v2 entry without inclusion proof
  "checkpoint-missing": "EVIDENCE_MALFORMED",         // inclusion proof without checkpoint where one is required
  "entry-duplicate": "EVIDENCE_MALFORMED",
  "entry-malformed": "EVIDENCE_MALFORMED",            // log entry body is not what its kind and version say
  "entry-kind-unsupported": "EVIDENCE_MALFORMED",
  "timestamp-duplicate": "EVIDENCE_MALFORMED",
  "timestamp-malformed": "EVIDENCE_MALFORMED",
  "checkpoint-malformed": "EVIDENCE_MALFORMED",
  "statement-malformed": "EVIDENCE_MALFORMED",
  "payload-type-unsupported": "EVIDENCE_MALFORMED",
  "predicate-mismatch": "EVIDENCE_MALFORMED",         // a list says one predicate type, the statement another
  "key-hint-mismatch": "EVIDENCE_MALFORMED",          // bundle hint and DSSE keyid are both set and differ
  "public-key-malformed": "EVIDENCE_MALFORMED",
  // the signature
  "signature-mismatch": "SIGNATURE_INVALID",          // does not verify under the key
  "signature-encoding": "SIGNATURE_INVALID",          // not the strict encoding of its algorithm
  "signature-unsigned-pae": "SIGNATURE_INVALID",      // verifies over the raw payload, not over the DSSE PAE
  "algorithm-unsupported": "SIGNATURE_INVALID",       // not in the algorithm registry, or the digest does not go with the key
  // who signed
  "certificate-untrusted": "SIGNER_UNTRUSTED",        // no path to a trusted authority
  "certificate-profile": "SIGNER_UNTRUSTED",          // a CA flag, key usage, extended key usage, SAN or critical extension is wrong
  "sct-invalid": "SIGNER_UNTRUSTED",
  "key-untrusted": "SIGNER_UNTRUSTED",                // key-based evidence and no trusted key verifies it
  "key-revoked": "SIGNER_UNTRUSTED",
  "signer-threshold": "SIGNER_UNTRUSTED",             // fewer distinct trusted signers than asked for
  // identity and subject
  "identity-mismatch": "IDENTITY_MISMATCH",
  "issuer-mismatch": "IDENTITY_MISMATCH",
  "subject-mismatch": "SUBJECT_MISMATCH",
  "message-digest-mismatch": "SUBJECT_MISMATCH",      // the bundle's own messageDigest is another artifact's
  "predicate-not-accepted": "SUBJECT_MISMATCH",       // policy asks for another predicate type
  // the log
  "inclusion-mismatch": "PROOF_INVALID",
  "consistency-mismatch": "PROOF_INVALID",
  "checkpoint-signature": "PROOF_INVALID",            // no signature of the trusted log on the checkpoint, or a wrong one
  "checkpoint-origin": "PROOF_INVALID",               // the checkpoint is another log's
  "promise-signature": "PROOF_INVALID",               // the SET does not verify
  "log-unknown": "PROOF_INVALID",                     // no trusted log has this id at that time
  "entry-mismatch": "PROOF_INVALID",                  // the entry was made for another signature, digest, certificate or key
  "cosignature-mismatch": "PROOF_INVALID",
  "split-view": "SPLIT_VIEW",
  // time
  "timestamp-signature": "TIME_INVALID",
  "timestamp-imprint": "TIME_INVALID",                // the token is over other bytes
  "timestamp-untrusted": "TIME_INVALID",              // no trusted authority issued it
  "time-outside-certificate": "TIME_INVALID",
  "time-outside-authority": "TIME_INVALID",           // outside the validity window of a CA, log or TSA
  "time-outside-key": "TIME_INVALID",
  "time-in-future": "TIME_INVALID",
  // not run, or not there
  "key-missing": "NOT_PROVEN",                        // evidence signed by a bare key, and no trusted key was given
  "artifact-bytes-needed": "NOT_PROVEN",              // pure Ed25519 over an artifact known only by digest
  "artifact-missing": "NOT_PROVEN",                   // no artifact was named
  "digest-algorithm-missing": "NOT_PROVEN",           // the artifact is not known by the digest the signature needs
  "sct-missing": "NOT_PROVEN",
  "sct-log-unknown": "NOT_PROVEN",                    // the SCT is of a log that is not trusted here
  "time-missing": "NOT_PROVEN",                       // no verified time to judge the certificate at
  "timestamp-missing": "NOT_PROVEN",
  "entry-missing": "NOT_PROVEN",                      // no log entry and none could be looked up
  "identity-not-asked": "NOT_PROVEN",
  "identity-missing": "NOT_PROVEN",
  "witness-unknown": "NOT_PROVEN",
  "witness-missing": "NOT_PROVEN",
  "log-not-mirrored": "NOT_PROVEN",
  "checkpoint-too-old": "NOT_PROVEN",
  "trust-root-stale": "NOT_PROVEN",
  "predicate-count": "NOT_PROVEN",                    // more statements asked for than one piece of evidence carries
  "evidence-too-old": "NOT_PROVEN",
  "depends-on-failed": "NOT_PROVEN",                  // another check failed before this one could run
  "verified-elsewhere": "NOT_PROVEN",
  "signer-record-unsupported": "NOT_PROVEN",          // this judge version does not read signer records
} as const satisfies Record<string, ErrorCode>

/** A reason's name. */
export type Reason = keyof typeof REASONS

/** The codes that reasons belong to: all that a check or a verdict can say. */
export const JUDGED_CODES: Readonly<Partial<Record<ErrorCode, true>>> = Object.fromEntries(
  Object.values(REASONS).map(code => [code, true]),
)

/** The code a reason belongs to. */
export function codeOf(reason: Reason): ErrorCode {
  return REASONS[reason]
}

/** A named fault of an input document: the reason, and where in the document (a JSON path or a field name). */
export interface Fault {
  readonly reason: Reason
  readonly where: string
}
