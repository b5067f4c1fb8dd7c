/**
 * Reasons in plain sentences, for people who answer for a site and read no code: what is the matter, what closes it,
 * and the same as an action that a program can take up. The table is total over `REASONS`; a new reason does not build
 * without its row.
 */
import type { Reason } from "../kernel/reasons.ts"

/**
 * What closes a gap. `evidence`, `tiles`, `checkpoint` and `trust` come on a medium; `artifact`, `policy`, `clock` and
 * `expectations` are put right here; `investigate` is for people; `none` follows from another gap's action.
 */
export const ACTIONS = [
  "evidence",
  "tiles",
  "checkpoint",
  "trust",
  "artifact",
  "policy",
  "clock",
  "expectations",
  "investigate",
  "none",
] as const
export type Action = (typeof ACTIONS)[number]

/** A reason, explained. */
export interface Explanation {
  readonly says: string
  readonly remedy: string
  readonly action: Action
}

const REMAKE = "Ask the producer for correct evidence and bring it on the next medium."
const NEWER_TRUST = "Bring a newer trusted root; if it is still unknown then, ask the producer for other evidence."
const KEEP = "Keep this copy for investigation, and fetch the evidence again from its source."
const ALTERED = "Do not install the artifact. Ask the producer to sign again, and keep this copy for investigation."
const IDENTITY = "Compare identity and issuer with what is expected; if they are wrong, do not install the artifact."

// prettier-ignore
export const EXPLANATIONS: Readonly<Record<Reason, Explanation>> = {
  "too-large":                { says: "The evidence is larger, or has more parts, than is accepted.", remedy: REMAKE, action: "evidence" },
  "utf8-invalid":             { says: "The evidence is not valid text.", remedy: REMAKE, action: "evidence" },
  "json-invalid":             { says: "The evidence is not valid JSON.", remedy: REMAKE, action: "evidence" },
  "json-duplicate-key":       { says: "The evidence names one member twice, so that two readers may understand it differently.", remedy: REMAKE, action: "evidence" },
  "json-too-deep":            { says: "The evidence is nested more deeply than is accepted.", remedy: REMAKE, action: "evidence" },
  "base64-invalid":           { says: "A part of the evidence is not valid base64.", remedy: REMAKE, action: "evidence" },
  "der-invalid":              { says: "A part of the evidence is not valid DER.", remedy: REMAKE, action: "evidence" },
  "media-type-unknown":       { says: "The evidence is of a kind or version that is not known here.", remedy: "Update this installation, or ask the producer for a known version.", action: "evidence" },
  "field-missing":            { says: "The evidence lacks a member that its format requires.", remedy: REMAKE, action: "evidence" },
  "field-invalid":            { says: "A member of the evidence is not of the form that its format requires.", remedy: REMAKE, action: "evidence" },
  "certificate-missing":      { says: "The evidence names neither a certificate nor a key.", remedy: REMAKE, action: "evidence" },
  "certificate-malformed":    { says: "A certificate in the evidence cannot be read.", remedy: REMAKE, action: "evidence" },
  "chain-has-root":           { says: "The evidence carries a root certificate of its own, which must come from the trusted root only.", remedy: REMAKE, action: "evidence" },
  "chain-not-allowed":        { says: "The evidence carries a certificate chain where its format allows one certificate.", remedy: REMAKE, action: "evidence" },
  "signature-count":          { says: "The evidence has no signature, or more than its format allows.", remedy: REMAKE, action: "evidence" },
  "signature-duplicate":      { says: "The envelope has a good signature twice.", remedy: REMAKE, action: "evidence" },
  "promise-missing":          { says: "The log entry lacks the promise that its format requires.", remedy: REMAKE, action: "evidence" },
  "proof-missing":            { says: "The log entry lacks the inclusion proof that its format requires.", remedy: REMAKE, action: "evidence" },
  "checkpoint-missing":       { says: "The inclusion proof lacks its checkpoint, so that no log vouches for it.", remedy: "Bring the log's tiles, from which the entry is proven here, or evidence with a checkpoint.", action: "tiles" },
  "entry-duplicate":          { says: "The evidence gives one log entry twice.", remedy: REMAKE, action: "evidence" },
  "entry-malformed":          { says: "A log entry is not what its kind and version say.", remedy: REMAKE, action: "evidence" },
  "entry-kind-unsupported":   { says: "A log entry is of a kind that is not supported here.", remedy: "Ask the producer for evidence with a current kind of log entry.", action: "evidence" },
  "timestamp-duplicate":      { says: "The evidence gives one timestamp twice.", remedy: REMAKE, action: "evidence" },
  "timestamp-malformed":      { says: "A timestamp in the evidence cannot be read.", remedy: REMAKE, action: "evidence" },
  "checkpoint-malformed":     { says: "A checkpoint in the evidence cannot be read.", remedy: REMAKE, action: "evidence" },
  "statement-malformed":      { says: "The signed statement cannot be read.", remedy: REMAKE, action: "evidence" },
  "payload-type-unsupported": { says: "What is signed is not a statement about artifacts.", remedy: REMAKE, action: "evidence" },
  "predicate-mismatch":       { says: "The list names one predicate type and the signed statement another.", remedy: REMAKE, action: "evidence" },
  "key-hint-mismatch":        { says: "The evidence names two different keys for one signature.", remedy: REMAKE, action: "evidence" },
  "public-key-malformed":     { says: "A public key cannot be read or is not a safe one.", remedy: REMAKE, action: "evidence" },
  "signature-mismatch":       { says: "The signature does not belong to this content and key.", remedy: ALTERED, action: "evidence" },
  "signature-encoding":       { says: "The signature is not written in the one form of its algorithm.", remedy: REMAKE, action: "evidence" },
  "signature-unsigned-pae":   { says: "The signature is over the bare payload; the kind of payload is not protected by it.", remedy: "Ask the producer to sign by DSSE 1.0.2.", action: "evidence" },
  "algorithm-unsupported":    { says: "The signature uses an algorithm that is not accepted.", remedy: "Ask the producer to sign with a listed algorithm.", action: "evidence" },
  "certificate-untrusted":    { says: "The signer's certificate was not issued by an authority that is trusted here.", remedy: NEWER_TRUST, action: "trust" },
  "certificate-profile":      { says: "The signer's certificate is not one for signing artifacts.", remedy: REMAKE, action: "evidence" },
  "sct-invalid":              { says: "The receipt that the certificate was logged does not hold.", remedy: KEEP, action: "evidence" },
  "key-untrusted":            { says: "The signature does not verify under any key that is trusted here.", remedy: "Compare the key with the producer's; bring the producer's key, or evidence signed with the trusted one.", action: "trust" },
  "key-revoked":              { says: "The signer's key is revoked, and nothing shows that the signature is older.", remedy: "Ask the producer to sign again with a valid key.", action: "evidence" },
  "signer-threshold":         { says: "Fewer trusted signers have signed than are required.", remedy: "Ask the missing signers to sign, and bring the evidence with all signatures.", action: "evidence" },
  "identity-mismatch":        { says: "It was signed by somebody else than is expected.", remedy: IDENTITY, action: "evidence" },
  "issuer-mismatch":          { says: "The signer was vouched for by another issuer than is expected.", remedy: IDENTITY, action: "evidence" },
  "subject-mismatch":         { says: "The signed statement is about another artifact, or contradicts what is known of this one.", remedy: "Compare the digests; bring evidence about this artifact.", action: "evidence" },
  "message-digest-mismatch":  { says: "The evidence itself names another artifact.", remedy: "Compare the digests; bring evidence about this artifact.", action: "evidence" },
  "predicate-not-accepted":   { says: "The policy asks for another predicate type.", remedy: "Bring evidence of an accepted predicate type.", action: "evidence" },
  "inclusion-mismatch":       { says: "The proof that the log holds this entry does not hold.", remedy: KEEP, action: "evidence" },
  "consistency-mismatch":     { says: "Two trees of the log do not continue one another.", remedy: KEEP, action: "investigate" },
  "checkpoint-signature":     { says: "The checkpoint is not signed by the log.", remedy: KEEP, action: "evidence" },
  "checkpoint-origin":        { says: "The checkpoint is another log's.", remedy: KEEP, action: "evidence" },
  "promise-signature":        { says: "The log's promise to include the entry does not hold.", remedy: KEEP, action: "evidence" },
  "log-unknown":              { says: "The log entry is of a log that is not trusted here.", remedy: NEWER_TRUST, action: "trust" },
  "entry-mismatch":           { says: "The log entry was made for another signature, artifact or signer.", remedy: KEEP, action: "evidence" },
  "cosignature-mismatch":     { says: "A witness's cosignature on the checkpoint does not hold.", remedy: KEEP, action: "evidence" },
  "split-view":               { says: "The log has shown two different trees of one size.", remedy: "Stop relying on this log and hand the equivocation file to the security officer.", action: "investigate" },
  "timestamp-signature":      { says: "The timestamp's signature does not hold.", remedy: REMAKE, action: "evidence" },
  "timestamp-imprint":        { says: "The timestamp was made for another signature.", remedy: REMAKE, action: "evidence" },
  "timestamp-untrusted":      { says: "The timestamp was not issued by an authority that is trusted here.", remedy: NEWER_TRUST, action: "trust" },
  "time-outside-certificate": { says: "The signature was made while the signer's certificate was not valid.", remedy: "Ask the producer to sign again.", action: "evidence" },
  "time-outside-authority":   { says: "A log, timestamp or certificate authority was used outside the time for which it is trusted.", remedy: NEWER_TRUST, action: "trust" },
  "time-outside-key":         { says: "The signature was made while the signer's key was not valid.", remedy: "Ask the producer to sign again with a valid key.", action: "evidence" },
  "time-in-future":           { says: "The evidence was made after the time that this report is made for.", remedy: "Check the time of this machine, or the time that was given.", action: "clock" },
  "key-missing":              { says: "The evidence is signed by a bare key, and no trusted key is given.", remedy: "Give the producer's public key.", action: "trust" },
  "artifact-bytes-needed":    { says: "The signature is over the artifact itself, which is known here by its digest only.", remedy: "Verify it with the file at hand, or ask the producer for a signature over the digest.", action: "artifact" },
  "artifact-missing":         { says: "It is not said which artifact the evidence is to be compared with.", remedy: "Name the artifact or its digest.", action: "expectations" },
  "digest-algorithm-missing": { says: "The artifact is not known by the digest that the evidence uses.", remedy: "Give the artifact's other digests in the list of expectations.", action: "expectations" },
  "sct-missing":              { says: "The certificate carries no receipt of having been logged.", remedy: "Ask the producer for evidence with a logged certificate.", action: "evidence" },
  "sct-log-unknown":          { says: "The certificate was logged in a log that is not trusted here.", remedy: NEWER_TRUST, action: "trust" },
  "time-missing":             { says: "Nothing shows when the signature was made.", remedy: "Ask the producer for evidence with a timestamp or a dated log entry.", action: "evidence" },
  "timestamp-missing":        { says: "The evidence has fewer timestamps than are required.", remedy: "Ask the producer for evidence with a timestamp.", action: "evidence" },
  "entry-missing":            { says: "The evidence is not shown to be in a transparency log.", remedy: "Ask the producer for evidence with its log entry.", action: "evidence" },
  "identity-not-asked":       { says: "It is not said who is expected to have signed.", remedy: "Name the expected identity and issuer in the policy or by flags.", action: "policy" },
  "identity-missing":         { says: "The signer's certificate names nobody.", remedy: REMAKE, action: "evidence" },
  "witness-unknown":          { says: "The checkpoint is cosigned by witnesses that are not trusted here.", remedy: NEWER_TRUST, action: "trust" },
  "witness-missing":          { says: "Fewer witnesses have cosigned the checkpoint than are required.", remedy: "Bring a checkpoint of the log with more cosignatures.", action: "checkpoint" },
  "log-not-mirrored":         { says: "The log is not mirrored here.", remedy: "Bring the log's tiles.", action: "tiles" },
  "checkpoint-too-old":       { says: "The newest checkpoint held of the log is older than the policy allows.", remedy: "Bring a newer checkpoint of the log with its tiles.", action: "checkpoint" },
  "trust-root-stale":         { says: "The trusted root has expired, is older than the policy allows, or is of unknown date.", remedy: "Bring a newer trusted root.", action: "trust" },
  "predicate-count":         { says: "More statements are required than one piece of evidence carries.", remedy: "Ask the producer for further statements of the required type.", action: "evidence" },
  "evidence-too-old":         { says: "The evidence is older than the policy allows.", remedy: "Ask the producer for fresh evidence.", action: "evidence" },
  "depends-on-failed":        { says: "A check could not run because another one did not pass.", remedy: "Close what the other check shows.", action: "none" },
  "verified-elsewhere":       { says: "Somebody else says to have verified it; that does not count here.", remedy: "Bring the evidence itself.", action: "evidence" },
  "signer-record-unsupported": { says: "The evidence comes with a record of the signer that this version does not read.", remedy: "Update this installation.", action: "none" },
}

/** The explanation of a reason. */
export function explain(reason: Reason): Explanation {
  return EXPLANATIONS[reason]
}
