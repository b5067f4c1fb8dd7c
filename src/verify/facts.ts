/**
 * facts(Core): what cryptography can say about a piece of evidence, whatever the policy and the day. Every check runs
 * that can run and all of them are reported; what could not run for want of evidence is a skip, never a pass.
 *
 * The data runs one way: parse, signatures, timestamps, log entries, signer at every verified time, subject.
 */
import { toHex } from "../kernel/bytes.ts"
import type { Crypto } from "../kernel/ports.ts"
import type { Core } from "../formats/case.ts"
import { printInstant, parseInstant } from "../formats/document.ts"
import { parseEvidence, type Evidence } from "../formats/evidence.ts"
import { LIMITS } from "../formats/limits.ts"
import { fail, pass, skip, type Check, type EntryFact, type Facts, type TimeFact } from "../formats/report.ts"
import { checkCertificate } from "./certificate.ts"
import { CountingCrypto } from "./counting-crypto.ts"
import { checkKeys } from "./key.ts"
import { checkLogEntries } from "./log-entries.ts"
import { checkLogProofs } from "./log-proof.ts"
import type { PreparedRoot, PreparedTrust } from "./prepared-trust.ts"
import { checkSignatures, rawSignatures, signedContent } from "./signatures.ts"
import { certificateSigner } from "./signer.ts"
import { checkSubject } from "./statement.ts"
import { checkTimestamp, type TimestampResult } from "./timestamp.ts"

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

/** Facts of a Core under its trust. With several trusted roots: those under the first root without a failed check. */
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
  const artifact = artifactFault(core, blobs.artifact, crypto)
  if (artifact !== undefined) return { ...NOTHING, checks: [artifact] }
  const counting = new CountingCrypto(crypto)
  let best: Facts | undefined
  for (const root of trust.roots.length === 0 ? [undefined] : trust.roots) {
    const facts = await underRoot(core, parsed.value, blobs, trust, root, counting)
    if (!facts.checks.some(c => c.outcome === "fail")) return facts
    // Without a clean root, one that at least knows the signer explains more than one that knows nobody.
    if (best === undefined || (best.signers.length === 0 && facts.signers.length > 0)) best = facts
  }
  return best ?? NOTHING
}

/** An artifact that travels in the Case must be the one its digests name. */
function artifactFault(core: Core, bytes: Uint8Array | undefined, crypto: Crypto): Check | undefined {
  if (bytes === undefined) return undefined
  if (bytes.length > LIMITS.embeddedArtifactBytes) return fail("artifact", "too-large", { bytes: bytes.length })
  const wrong = (["sha256", "sha384", "sha512"] as const).find(
    hash => core.artifact.digests[hash] !== toHex(crypto.hash(hash, bytes)),
  )
  return wrong === undefined ? undefined : fail("artifact", "subject-mismatch", { algorithm: wrong })
}

async function underRoot(
  core: Core,
  evidence: Evidence,
  blobs: CoreBlobs,
  trust: PreparedTrust,
  root: PreparedRoot | undefined,
  crypto: CountingCrypto,
): Promise<Facts> {
  const { digests } = core.artifact
  const content = signedContent(evidence, { digests, bytes: blobs.artifact })
  const [signature] = rawSignatures(evidence)
  const signed = await checkSignatures(evidence, content, trust.keys, crypto)

  const tokens: TimestampResult[] = []
  for (const [i, token] of evidence.timestamps.entries()) {
    const authorities = root?.timestampAuthorities ?? []
    const result = await checkTimestamp(`timestamp/${String(i)}`, token, signature, authorities, crypto)
    tokens.push(repeats(result, tokens) ? duplicate(result) : result)
  }
  const tokenTimes = tokens.flatMap(t => (t.atSeconds === undefined ? [] : [t.atSeconds]))

  const payloadType = evidence.content.kind === "dsse" ? evidence.content.envelope.payloadType : undefined
  const logs = root?.logs ?? []
  const logged = await checkLogEntries(
    evidence.entries,
    { signature, content, payloadType, signer: signed.identity },
    { logs, witnesses: trust.witnesses, tokenTimes },
    crypto,
  )
  const proven = await checkLogProofs(blobs.logProofs, logged.recorded, logs, crypto)

  const times: TimeFact[] = [
    ...tokens.flatMap(({ check, atSeconds }) =>
      atSeconds === undefined ? [] : [{ at: printInstant(atSeconds), key: check.key, source: "tsa" as const }],
    ),
    ...logged.times,
  ]
  const verifiedTimes = times.map(t => ({ key: t.key, atSeconds: parseInstant(t.at) as number }))
  const certified =
    signed.leaf === undefined ? undefined : await checkCertificate(signed.leaf, root, verifiedTimes, crypto)
  const signers =
    signed.leaf === undefined
      ? signed.keys.map(k => ({ issuer: null, san: null, spki: k.id }))
      : certified?.trusted === true && signed.valid
        ? [certificateSigner(signed.leaf, crypto)]
        : []
  const subject = checkSubject(evidence, digests, signed.valid, crypto)

  // In canonical order, like every document that is printed for each Case: the printer then needs no copy.
  return {
    checks: [
      pass("evidence", { form: core.form, version: evidence.bundleVersion ?? null }),
      ...signed.checks,
      ...tokens.map(t => t.check),
      ...logged.checks,
      ...proven.checks,
      ...(certified?.checks ?? (signed.signedBy === "key" ? checkKeys(signed, verifiedTimes) : [])),
      ...subject.checks,
      ...core.signerRecords.map((_, i) => skip(`signer-record/${String(i)}`, "signer-record-unsupported")),
      ...(crypto.exhausted ? [fail("limits", "too-large", { signatureChecks: LIMITS.signatureChecks })] : []),
    ],
    entries: withoutRepeats([...logged.entries, ...proven.entries]),
    root: root?.ref.sha256 ?? null,
    signedBy: signed.signedBy,
    signers,
    statement: subject.statement,
    times,
    v: 1,
  }
}

/**
 * Certificates and unsigned attributes can be taken out of a token or put in, so one token can come in many byte
 * strings; each would count towards a threshold of timestamps.
 */
function repeats({ stated }: TimestampResult, earlier: readonly TimestampResult[]): boolean {
  return stated !== undefined && earlier.some(t => t.stated === stated)
}

function duplicate({ check }: TimestampResult): TimestampResult {
  return { check: fail(check.key, "timestamp-duplicate", check.evidence), atSeconds: undefined, stated: undefined }
}

/** One entry proven twice, by the evidence and by the mirror, in one tree is one fact. */
function withoutRepeats(entries: readonly EntryFact[]): readonly EntryFact[] {
  const key = (e: EntryFact) => `${e.log}\n${e.index}\n${e.size}`
  return entries.filter((e, i) => entries.findIndex(other => key(other) === key(e)) === i)
}
