/**
 * facts(Core): what cryptography can say about a piece of evidence, whatever the policy and the day. Every check runs
 * that can run and all of them are reported; what could not run for want of evidence is a skip, never a pass.
 *
 * The data runs one way: parse, signatures, timestamps, log entries, signer at every verified time, subject.
 */
import type { Crypto } from "../kernel/ports.ts"
import { sortedBy } from "../kernel/order.ts"
import type { Core } from "../formats/case.ts"
import { parseEvidence, type Evidence } from "../formats/evidence.ts"
import { LIMITS } from "../formats/limits.ts"
import { fail, pass, skip, type Check } from "../formats/check.ts"
import type { EntryFact, Facts, SignerFact } from "../formats/facts.ts"
import { checkCertificate } from "./certificate.ts"
import { CountingCrypto } from "./counting-crypto.ts"
import { checkForks } from "./forks.ts"
import { checkKeys } from "./key.ts"
import { checkLogEntries } from "./log-entries.ts"
import { checkLogProofs } from "./log-proof.ts"
import type { PreparedRoot, PreparedTrust } from "./prepared-trust.ts"
import type { SignedContent } from "./signature.ts"
import { checkSignatures, rawSignatures, signedContent, type SignaturesResult } from "./signatures.ts"
import { certificateSigner } from "./signer.ts"
import { checkSubject } from "./statement.ts"
import { checkTimestamps } from "./timestamps.ts"
import type { VerifiedTime } from "./window.ts"

/** The blobs of a Core beside its trust. */
export interface CoreBlobs {
  readonly evidence: Uint8Array
  readonly artifact: Uint8Array | undefined
  readonly logProofs: readonly Uint8Array[]
}

const NOTHING: Facts = {
  checks: [],
  entries: [],
  root: null,
  signedBy: null,
  signers: [],
  statement: null,
  times: [],
  v: 1,
}

/**
 * Facts of a Core under its trust. With several trusted roots: under the first that leaves nothing failed or open,
 * else under the first of those with the fewest failed, then the fewest open checks.
 */
export async function establishFacts(
  core: Core,
  blobs: CoreBlobs,
  trust: PreparedTrust,
  crypto: Crypto,
): Promise<Facts> {
  const parsed = parseEvidence(core.form, core.item, blobs.evidence)
  if (!parsed.ok) {
    const { reason, where } = parsed.error
    return { ...NOTHING, checks: [fail("evidence", reason, { form: core.form, where })] }
  }
  const counting = new CountingCrypto(crypto)
  const evidence = parsed.value
  const content = signedContent(evidence, { digests: core.artifact.digests, bytes: blobs.artifact }, counting)
  // Signatures do not depend on the root; everything under it does.
  const signed = await checkSignatures(evidence, content, trust.keys, counting)
  const [first, ...others]: readonly (PreparedRoot | undefined)[] = trust.roots
  const under = (root: PreparedRoot | undefined) =>
    underRoot({ core, evidence, content, signed, logProofs: blobs.logProofs, trust, root }, counting)
  let best = await under(first)
  for (const root of others) {
    if (open(best) === 0) break
    const facts = await under(root)
    if (open(facts) < open(best)) best = facts
  }
  return best
}

/** How far Facts are from having every check passed: a failed one weighs more than any number of open ones. */
function open(facts: Facts): number {
  const count = (outcome: Check["outcome"]) => facts.checks.filter(c => c.outcome === outcome).length
  return count("fail") * 1_000_000 + count("skip")
}

/** What is judged under one root. */
interface Subject {
  readonly core: Core
  readonly evidence: Evidence
  readonly content: SignedContent
  readonly signed: SignaturesResult
  readonly logProofs: readonly Uint8Array[]
  readonly trust: PreparedTrust
  readonly root: PreparedRoot | undefined
}

async function underRoot(subject: Subject, crypto: CountingCrypto): Promise<Facts> {
  const { core, evidence, content, signed, trust, root } = subject
  const [signature] = rawSignatures(evidence)
  const tokens = await checkTimestamps(evidence.timestamps, signature, root?.timestampAuthorities ?? [], crypto)
  const payloadType = evidence.content.kind === "dsse" ? evidence.content.envelope.payloadType : undefined
  const logged = await checkLogEntries(
    evidence.entries,
    { signature, content, payloadType, signer: signed.identity },
    { logs: root?.logs ?? [], witnesses: trust.witnesses, tokenTimes: tokens.times.map(t => t.atSeconds) },
    crypto,
  )
  const proven = await checkLogProofs(subject.logProofs, logged.recorded, crypto)
  const entries = withoutRepeats([...logged.entries, ...proven.entries])

  const times = [...tokens.times, ...logged.times]
  const verifiedTimes = times.map(t => ({ key: t.fact.key, atSeconds: t.atSeconds }))
  const signer = await checkSigner(signed, root, verifiedTimes, crypto)
  const about = checkSubject(evidence, core.artifact.digests, signed.scheme, crypto)
  const checks = [
    pass("evidence", { form: core.form, version: evidence.bundleVersion ?? null }),
    ...signed.checks,
    ...tokens.checks,
    ...logged.checks,
    ...proven.checks,
    ...checkForks([...entries, ...proven.ancestors]),
    ...signer.checks,
    ...about.checks,
    ...core.signerRecords.map((_, i) => skip(`signer-record/${String(i)}`, "signer-record-unsupported")),
    ...(crypto.exhausted ? [fail("limits", "too-large", { signatureChecks: LIMITS.signatureChecks })] : []),
  ]
  // In canonical order, like every document that is printed for each Case: the printer then needs no copy.
  return {
    checks: sortedBy(checks, c => c.key),
    entries: sortedBy(entries, e => `${e.origin} ${e.log} ${e.index} ${e.size} ${e.root} ${e.leaf}`),
    root: root?.ref.sha256 ?? null,
    signedBy: signed.signedBy,
    signers: sortedBy(signer.signers, s => s.spki),
    statement: about.statement,
    times: sortedBy(
      times.map(t => t.fact),
      t => t.key,
    ),
    v: 1,
  }
}

/** Who signed: the certificate at every verified time, or the trusted keys. */
async function checkSigner(
  signed: SignaturesResult,
  root: PreparedRoot | undefined,
  times: readonly VerifiedTime[],
  crypto: CountingCrypto,
): Promise<{ readonly checks: readonly Check[]; readonly signers: readonly SignerFact[] }> {
  if (signed.leaf !== undefined) {
    const { checks, trusted } = await checkCertificate(signed.leaf, signed.issuers, root, times, crypto)
    return { checks, signers: trusted && signed.valid ? [certificateSigner(signed.leaf, crypto)] : [] }
  }
  // A certificate that cannot be read leaves its checks open, and says why itself.
  if (signed.signedBy === "certificate") {
    return { checks: [skip("sct", "depends-on-failed"), skip("validity", "depends-on-failed")], signers: [] }
  }
  const signers = signed.keys.map(k => ({ issuer: null, san: null, spki: k.id }))
  return { checks: checkKeys(signed, times), signers }
}

/** One entry proven twice in one tree, by the evidence and by the mirror, is one fact. */
function withoutRepeats(entries: readonly EntryFact[]): readonly EntryFact[] {
  const key = (e: EntryFact) => `${e.origin}\n${e.log}\n${e.index}\n${e.size}\n${e.root}\n${e.leaf}`
  return entries.filter((e, i) => entries.findIndex(other => key(other) === key(e)) === i)
}
