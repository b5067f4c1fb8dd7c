/**
 * judge = decide(facts(Core), Context): a pure function of the Case closure. No clock, disk, network, locale or
 * randomness; asynchronous only because the Crypto port may be. What is remembered between calls (prepared trust,
 * parsed policies) is keyed by digest and changes no result.
 */
import { fromUtf8, toHex, utf8 } from "../kernel/bytes.ts"
import { StellaError } from "../kernel/errors.ts"
import { canonicalJson } from "../kernel/json.ts"
import type { Crypto } from "../kernel/ports.ts"
import type { Fault } from "../kernel/reasons.ts"
import { err, ok, type Result } from "../kernel/result.ts"
import type { HashAlgorithm } from "../kernel/signature-scheme.ts"
import { parseCase, type Case, type Core, type Ref } from "../formats/case.ts"
import { LIMITS } from "../formats/limits.ts"
import { parsePolicy, printPolicy, type Policy } from "../formats/policy.ts"
import { printFacts, readFacts } from "../formats/facts.ts"
import { printReport, type Report } from "../formats/report.ts"
import { parseHead, parseRevocations, type Head, type Revocation } from "../formats/site-documents.ts"
import { establishFacts, type CoreBlobs } from "../verify/facts.ts"
import { prepareTrust, type PreparedTrust } from "../verify/prepared-trust.ts"
import { hashedBlobs, resolve, type BlobSet, type CaseClosure } from "./closure.ts"
import { decide, type ReadContext } from "./decide.ts"

/** The version of the judge in this tree. */
export const JUDGE_VERSION = "1"

/** What a run of the judge gives: the Report, its canonical text and that text's SHA-256. */
export interface Judgement {
  readonly report: Report
  readonly text: string
  readonly sha256: string
  /** The key of these Facts in a facts cache, and whether they came from it. */
  readonly factsKey: string
  readonly cached: boolean
}

/**
 * Remembers Facts by `H(JCS({core, judgeVersion}))`. An implementation authenticates what it keeps (CONTRACTS: a MAC
 * under a key outside the store) and answers undefined for anything it cannot vouch for.
 */
export interface FactsCache {
  get(key: string): Promise<string | undefined> | string | undefined
  put(key: string, facts: string): Promise<void> | void
}

/** A judge bound to a crypto provider, with a bounded memory of prepared trust and policies. */
export interface Judge {
  judge(closure: CaseClosure, cache?: FactsCache): Promise<Result<Judgement>>
}

/** Prepared documents kept per judge: a site works with a handful of trust documents and policies at a time. */
const REMEMBERED = 64

/** Parsed documents by their digest. */
interface Memory {
  readonly trusts: Map<string, PreparedTrust>
  readonly policies: Map<string, Policy>
  readonly heads: Map<string, Head>
  readonly revocations: Map<string, ReadonlyMap<string, Revocation>>
}

/** Makes a judge on a crypto provider. */
export function createJudge(crypto: Crypto): Judge {
  const memory: Memory = { trusts: new Map(), policies: new Map(), heads: new Map(), revocations: new Map() }
  return {
    async judge(closure, cache) {
      // Hashed and read before anything is awaited: what the caller does to its bytes meanwhile changes neither.
      const caseSha256 = toHex(crypto.hash("sha256", closure.case))
      const blobs = hashedBlobs(closure, crypto)
      const read = parseCase(closure.case)
      if (!read.ok) return broken("Case", read.error)
      const judged = read.value
      if (judged.judgeVersion !== JUDGE_VERSION) {
        const detail = { judgeVersion: judged.judgeVersion }
        return err(new StellaError("NOT_COMPARABLE", "the Case asks for another version of the judge", detail))
      }
      const trust = readTrustOf(judged.core, blobs, crypto, memory.trusts)
      if (!trust.ok) return trust
      const context = readContext(judged, blobs, trust.value, memory)
      if (!context.ok) return context

      const factsKey = digest(canonicalJson({ core: judged.core, judgeVersion: JUDGE_VERSION }), crypto)
      const evidence = coreBlobs(judged.core, blobs, crypto)
      if (!evidence.ok) return evidence
      const remembered = await cache?.get(factsKey)
      const known = remembered === undefined ? undefined : readFacts(remembered)
      const printed = known ?? printFacts(await establishFacts(judged.core, evidence.value, trust.value, crypto))
      if (known === undefined) await cache?.put(factsKey, printed.text)
      const digests = { case: caseSha256, facts: digest(printed.text, crypto) }
      const report = decide(judged, printed.facts, context.value, digests)
      const text = printReport(report, printed)
      return ok({ report, text, sha256: digest(text, crypto), factsKey, cached: known !== undefined })
    },
  }
}

/** Judges one closure. Programs that judge many keep a `createJudge` instead. */
export function judge(closure: CaseClosure, crypto: Crypto): Promise<Result<Judgement>> {
  return createJudge(crypto).judge(closure)
}

function digest(text: string, crypto: Crypto): string {
  return toHex(crypto.hash("sha256", utf8(text)))
}

function broken(what: string, fault: Fault): Result<never> {
  return err(
    new StellaError("CLOSURE_BROKEN", `the ${what} is malformed: ${fault.reason} at ${fault.where || "the top"}`),
  )
}

function remember<T>(memory: Map<string, T>, key: string, value: T): T {
  if (memory.size >= REMEMBERED) memory.delete(memory.keys().next().value as string)
  memory.set(key, value)
  return value
}

/** Every blob of the Core besides trust, present, of the stated length and, for an artifact, of the stated digests. */
function coreBlobs(core: Core, blobs: BlobSet, crypto: Crypto): Result<CoreBlobs> {
  const evidence = resolve(blobs, core.evidence, "evidence")
  if (!evidence.ok) return evidence
  let artifact: Uint8Array | undefined
  if (core.artifact.bytes !== undefined) {
    const bytes = resolve(blobs, core.artifact.bytes, "artifact")
    if (!bytes.ok) return bytes
    const other = otherDigest(core.artifact.digests, bytes.value, crypto)
    if (other !== undefined) {
      return err(new StellaError("CLOSURE_BROKEN", `the artifact in the Case has another ${other} than the Case says`))
    }
    // A longer artifact is known by its digests only, like one that is not there.
    if (bytes.value.length <= LIMITS.embeddedArtifactBytes) artifact = bytes.value
  }
  const logProofs: Uint8Array[] = []
  for (const ref of core.logProofs) {
    const proof = resolve(blobs, ref, "log proof")
    if (!proof.ok) return proof
    logProofs.push(proof.value)
  }
  for (const ref of core.signerRecords) {
    const found = resolve(blobs, ref, "signer record")
    if (!found.ok) return found
  }
  return ok({ evidence: evidence.value, artifact, logProofs })
}

/** The digest by which the artifact is not what the Case says: SHA-256 is required, others hold where they are given. */
function otherDigest(
  digests: Readonly<Record<string, string>>,
  bytes: Uint8Array,
  crypto: Crypto,
): HashAlgorithm | undefined {
  return (["sha256", "sha384", "sha512"] as const).find(hash => {
    const written = digests[hash]
    if (written === undefined) return hash === "sha256"
    return written !== toHex(crypto.hash(hash, bytes))
  })
}

function readTrustOf(
  core: Core,
  blobs: BlobSet,
  crypto: Crypto,
  memory: Map<string, PreparedTrust>,
): Result<PreparedTrust> {
  const bytes = resolve(blobs, core.trust, "trust document")
  if (!bytes.ok) return bytes
  const known = memory.get(core.trust.sha256)
  if (known !== undefined) {
    // The roots belong to the closure: they must be there even when their preparation is remembered.
    for (const { ref } of known.roots) {
      const there = resolve(blobs, ref, "trusted root")
      if (!there.ok) return there
    }
    return ok(known)
  }
  const prepared = prepareTrust(bytes.value, ref => resolve(blobs, ref, "trusted root"), crypto)
  return prepared.ok ? ok(remember(memory, core.trust.sha256, prepared.value)) : prepared
}

function readContext(judged: Case, blobs: BlobSet, trust: PreparedTrust, memory: Memory): Result<ReadContext> {
  const { context } = judged
  const policy = readBlob(context.policy, "policy", blobs, memory.policies, parseCanonicalPolicy)
  if (!policy.ok) return policy
  const heads: Head[] = []
  for (const ref of context.heads) {
    const head = readBlob(ref, "head", blobs, memory.heads, parseHead)
    if (!head.ok) return head
    heads.push(head.value)
  }
  const revocations = new Map<string, Revocation>()
  for (const ref of context.revocations) {
    const list = readBlob(ref, "revocation list", blobs, memory.revocations, parseRevocationMap)
    if (!list.ok) return list
    for (const [spki, row] of list.value) addRevocation(revocations, spki, row)
  }
  return ok({ trust: trust.document, policy: policy.value, moment: context.moment, heads, revocations })
}

/** A parsed blob of the context: there, of the stated length, and parsed once however many Cases name it. */
function readBlob<T>(
  ref: Ref,
  what: string,
  blobs: BlobSet,
  memory: Map<string, T>,
  parse: (bytes: Uint8Array) => Result<T, Fault>,
): Result<T> {
  const bytes = resolve(blobs, ref, what)
  if (!bytes.ok) return bytes
  const known = memory.get(ref.sha256)
  if (known !== undefined) return ok(known)
  const parsed = parse(bytes.value)
  return parsed.ok ? ok(remember(memory, ref.sha256, parsed.value)) : broken(what, parsed.error)
}

/** A policy in a Case is canonical: its digest stands for its meaning. */
function parseCanonicalPolicy(bytes: Uint8Array): Result<Policy, Fault> {
  const parsed = parsePolicy(bytes)
  if (!parsed.ok || printPolicy(parsed.value) === fromUtf8(bytes)) return parsed
  return err({ reason: "json-invalid", where: "not in canonical form" })
}

function parseRevocationMap(bytes: Uint8Array): Result<ReadonlyMap<string, Revocation>, Fault> {
  const parsed = parseRevocations(bytes)
  if (!parsed.ok) return parsed
  const map = new Map<string, Revocation>()
  for (const row of parsed.value.keys) addRevocation(map, row.spki, row)
  return ok(map)
}

/** Of several revocations of one key the earliest counts; RFC 3339 texts in UTC sort as their times do. */
function addRevocation(map: Map<string, Revocation>, spki: string, row: Revocation): void {
  const known = map.get(spki)
  if (known === undefined || row.effective < known.effective) map.set(spki, row)
}
