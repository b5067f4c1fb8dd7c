/**
 * judge = decide(facts(Core), Context): a pure function of the Case closure. No clock, disk, network, locale or
 * randomness; asynchronous only because the Crypto port may be. What is remembered between calls (prepared trust,
 * parsed policies) is keyed by digest and changes no result.
 */
import { toHex, utf8 } from "../kernel/bytes.ts"
import { StellaError } from "../kernel/errors.ts"
import { canonicalJson } from "../kernel/json.ts"
import type { Crypto } from "../kernel/ports.ts"
import type { Fault } from "../kernel/reasons.ts"
import { err, ok, type Result } from "../kernel/result.ts"
import { parseCase, type Case, type Core } from "../formats/case.ts"
import { parsePolicy, printPolicy, type Policy } from "../formats/policy.ts"
import { printFacts, printReport, readFacts, type Report } from "../formats/report.ts"
import { parseHead, parseRevocations } from "../formats/site-documents.ts"
import { establishFacts } from "../verify/facts.ts"
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

/** Makes a judge on a crypto provider. */
export function createJudge(crypto: Crypto): Judge {
  const trusts = new Map<string, PreparedTrust>()
  const policies = new Map<string, Policy>()
  return {
    async judge(closure, cache) {
      const blobs = hashedBlobs(closure, crypto)
      const read = parseCase(closure.case)
      if (!read.ok) return broken("Case", read.error)
      const judged = read.value
      if (judged.judgeVersion !== JUDGE_VERSION) {
        const detail = { judgeVersion: judged.judgeVersion }
        return err(new StellaError("NOT_COMPARABLE", "the Case asks for another version of the judge", detail))
      }
      const trust = readTrustOf(judged.core, blobs, crypto, trusts)
      if (!trust.ok) return trust
      const context = readContext(judged, blobs, trust.value, policies)
      if (!context.ok) return context

      const factsKey = digest(canonicalJson({ core: judged.core, judgeVersion: JUDGE_VERSION }), crypto)
      const evidence = coreBlobs(judged.core, blobs)
      if (!evidence.ok) return evidence
      const remembered = await cache?.get(factsKey)
      const known = remembered === undefined ? undefined : readFacts(remembered)
      const facts = known ?? (await establishFacts(judged.core, evidence.value, trust.value, crypto))
      const factsText = known === undefined ? printFacts(facts) : (remembered as string)
      if (known === undefined) await cache?.put(factsKey, factsText)
      const digests = { case: toHex(crypto.hash("sha256", closure.case)), facts: digest(factsText, crypto) }
      const report = decide(judged, facts, context.value, digests)
      const text = printReport(report)
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

/** Every blob of the Core besides trust, present and of the stated length. */
export interface CoreBlobs {
  readonly evidence: Uint8Array
  readonly artifact: Uint8Array | undefined
  readonly logProofs: readonly Uint8Array[]
}

function coreBlobs(core: Core, blobs: BlobSet): Result<CoreBlobs> {
  const evidence = resolve(blobs, core.evidence, "evidence")
  if (!evidence.ok) return evidence
  let artifact: Uint8Array | undefined
  if (core.artifact.bytes !== undefined) {
    const bytes = resolve(blobs, core.artifact.bytes, "artifact")
    if (!bytes.ok) return bytes
    artifact = bytes.value
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

function readContext(
  judged: Case,
  blobs: BlobSet,
  trust: PreparedTrust,
  policies: Map<string, Policy>,
): Result<ReadContext> {
  const { context } = judged
  const policyBytes = resolve(blobs, context.policy, "policy")
  if (!policyBytes.ok) return policyBytes
  let policy = policies.get(context.policy.sha256)
  if (policy === undefined) {
    const parsed = parsePolicy(policyBytes.value)
    if (!parsed.ok) return broken("policy", parsed.error)
    if (toHex(utf8(printPolicy(parsed.value))) !== toHex(policyBytes.value)) {
      return broken("policy", { reason: "json-invalid", where: "not in canonical form" })
    }
    policy = remember(policies, context.policy.sha256, parsed.value)
  }
  const heads = []
  for (const ref of context.heads) {
    const bytes = resolve(blobs, ref, "head")
    if (!bytes.ok) return bytes
    const head = parseHead(bytes.value)
    if (!head.ok) return broken("head", head.error)
    heads.push(head.value)
  }
  const revocations = []
  for (const ref of context.revocations) {
    const bytes = resolve(blobs, ref, "revocation list")
    if (!bytes.ok) return bytes
    const parsed = parseRevocations(bytes.value)
    if (!parsed.ok) return broken("revocation list", parsed.error)
    revocations.push(...parsed.value.keys)
  }
  return ok({ trust: trust.document, policy, moment: context.moment, heads, revocations })
}
