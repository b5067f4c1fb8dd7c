/**
 * The SDK of Stella Attestor: parse evidence, close a Case over it, judge it, replay it. Pure and environment-neutral;
 * a crypto provider comes from `stella-attestor/node` (or is your own `Crypto`).
 *
 * Errors are values: functions that can fail give a `Result` whose `error` is a `StellaError` with a code of the closed
 * table, or a `Fault` naming what is wrong with a document and where.
 */
export { ERRORS, StellaError, type ErrorCode, type ErrorDetail } from "./kernel/errors.ts"
export { codeOf, REASONS, type Fault, type Reason } from "./kernel/reasons.ts"
export { err, ok, unwrap, type Result } from "./kernel/result.ts"
export type { Blobs, Clock, Crypto, KeyValue, LogReader, Random, Signer } from "./kernel/ports.ts"
export type {
  Curve,
  HashAlgorithm,
  PublicKey,
  SignatureScheme,
  SignedData,
  VerifyRequest,
} from "./kernel/signature-scheme.ts"
export { canonicalJson } from "./kernel/json.ts"

export { LIMITS } from "./formats/limits.ts"
export { parseBundle, type Bundle, type BundleContent, type BundleMaterial, type TlogEntry } from "./formats/bundle.ts"
export { parseCase, printCase, type Case, type Context, type Core, type Moment, type Ref } from "./formats/case.ts"
export { parseCertificate, type Certificate } from "./formats/certificate.ts"
export { parseCheckpoint, type Checkpoint } from "./formats/checkpoint.ts"
export { createEnvelope, pae, parseEnvelope, printEnvelope, type Envelope } from "./formats/dsse.ts"
export { detectForm, parseEvidence, type Evidence, type EvidenceForm } from "./formats/evidence.ts"
export { parseNote, type Note } from "./formats/note.ts"
export {
  parsePolicy,
  printPolicy,
  type IdentityMatch,
  type Policy,
  type Requirement,
  type Rule,
  type TextMatch,
} from "./formats/policy.ts"
export { parsePublicKey, parsePublicKeyPem } from "./formats/public-key.ts"
export type { Check } from "./formats/check.ts"
export { parseFacts, type Facts } from "./formats/facts.ts"
export { parseReport, type Report, type Verdict } from "./formats/report.ts"
export { parseLogProof, printLogProof, type LogProof, type LogProofDocument } from "./formats/log-proof.ts"
export { parseHead, parseRevocations, type Head, type Revocation, type Revocations } from "./formats/site-documents.ts"
export { parseStatement, type Statement } from "./formats/statement.ts"
export { parseTimestampResponse, type TimestampToken } from "./formats/timestamp-token.ts"
export { parseTrust, printTrust, type Trust, type TrustedKey } from "./formats/trust.ts"
export { parseTrustedRoot, type TrustedRoot } from "./formats/trusted-root.ts"
export { parseVkey, type Vkey } from "./formats/vkey.ts"

export { rootFromInclusion, verifyInclusion } from "./tlog/inclusion.ts"
export { verifyConsistency } from "./tlog/consistency.ts"
export { verifyNote } from "./tlog/verify-note.ts"

export { compilePolicy, PROFILES, type PolicyWishes, type ProfileName } from "./policy/profiles.ts"

export { assembleCase, createBasis, type BasisInput, type CaseBasis, type CaseInput } from "./judge/assemble.ts"
export { BlobSet, type CaseClosure } from "./judge/closure.ts"
export { createJudge, judge, JUDGE_VERSION, type FactsCache, type Judge, type Judgement } from "./judge/judge.ts"
export { replay } from "./judge/replay.ts"
