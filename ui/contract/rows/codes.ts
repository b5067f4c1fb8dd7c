/** Codes that several operations can end with. */

/** How a verdict can be other than proven, beside a log that has shown two faces. */
export const VERDICTS = [
  "NOT_PROVEN",
  "SIGNATURE_INVALID",
  "SIGNER_UNTRUSTED",
  "IDENTITY_MISMATCH",
  "SUBJECT_MISMATCH",
  "PROOF_INVALID",
  "TIME_INVALID",
  "EVIDENCE_MALFORMED",
] as const

/** How gathering what is trusted and asked for can end. */
export const JUDGING = [
  "POLICY_INVALID",
  "KEY_MALFORMED",
  "TRUST_MISSING",
  "TRUST_MALFORMED",
  "TRUST_DIGEST_MISMATCH",
] as const
