/**
 * Assembly of Cases: from evidence, artifact, trust, policy and moment to a closed Case. What many Cases share (trust,
 * policy, heads) is hashed once, in a `CaseBasis`.
 */
import { utf8 } from "../kernel/bytes.ts"
import { canonicalJson } from "../kernel/json.ts"
import { sortedBy } from "../kernel/order.ts"
import type { Crypto } from "../kernel/ports.ts"
import type { CaseArtifact, Context, Core, Moment, Ref } from "../formats/case.ts"
import { printPolicy, type Policy } from "../formats/policy.ts"
import { printSiteDocument, type Head, type Revocations } from "../formats/site-documents.ts"
import { printTrust, type Trust } from "../formats/trust.ts"
import { BlobSet, type CaseClosure } from "./closure.ts"
import { JUDGE_VERSION } from "./judge.ts"

/** The parts that Cases of one run share. `roots` are the exact bytes of the trusted roots, in order of preference. */
export interface BasisInput {
  readonly roots: readonly Uint8Array[]
  readonly trust: Omit<Trust, "v" | "roots">
  readonly policy: Policy
  readonly moment: Moment
  readonly heads?: readonly Head[]
  readonly revocations?: readonly Revocations[]
}

/** Shared blobs, hashed, with their references. */
export interface CaseBasis {
  readonly blobs: BlobSet
  readonly trust: Ref
  readonly context: Context
  /** The canonical text of the context, which is in every Case on this basis. */
  readonly contextText: string
}

/** Hashes the shared parts once. */
export function createBasis(input: BasisInput, crypto: Crypto): CaseBasis {
  const blobs = new BlobSet(crypto)
  const roots = input.roots.map(r => blobs.add(r))
  const site = (d: Head | Revocations) => blobs.add(utf8(printSiteDocument(d)))
  const context: Context = {
    policy: blobs.add(utf8(printPolicy(input.policy))),
    moment: input.moment,
    heads: inOrder((input.heads ?? []).map(site)),
    revocations: inOrder((input.revocations ?? []).map(site)),
  }
  return {
    blobs,
    trust: blobs.add(utf8(printTrust({ v: 1, roots, ...input.trust }))),
    context,
    contextText: canonicalJson(context),
  }
}

/** References in the order of their digests, each once: a Case does not depend on the order of what it was given. */
function inOrder(refs: readonly Ref[]): readonly Ref[] {
  return sortedBy(refs, r => r.sha256).filter((r, i, all) => r.sha256 !== all[i - 1]?.sha256)
}

/** One piece of evidence about one artifact. */
export interface CaseInput {
  /** The exact bytes of the bundle, envelope or attestation list. */
  readonly evidence: Uint8Array
  readonly form: Core["form"]
  /** Which attestation of a list; 0 for single forms. */
  readonly item: number
  /** Digests of the artifact by algorithm name; none when no artifact is named. */
  readonly digests: CaseArtifact["digests"]
  /** The artifact itself, where a pure Ed25519 signature over it must be checked; at most 1 MiB. */
  readonly artifact?: Uint8Array
  /** Log proofs made from a mirror (see formats/log-proof.ts). */
  readonly logProofs?: readonly Uint8Array[]
}

/** Closes a Case over its blobs. Pure: equal inputs give equal bytes. */
export function assembleCase(input: CaseInput, basis: CaseBasis, crypto: Crypto): CaseClosure & { blobs: BlobSet } {
  const blobs = new BlobSet(crypto, basis.blobs)
  const artifact = input.artifact === undefined ? {} : { bytes: blobs.add(input.artifact) }
  const core: Core = {
    artifact: { ...artifact, digests: input.digests },
    evidence: blobs.add(input.evidence),
    form: input.form,
    item: input.item,
    logProofs: inOrder((input.logProofs ?? []).map(p => blobs.add(p))),
    signerRecords: [],
    trust: basis.trust,
  }
  // As `printCase` prints it, around the context that is printed already.
  const text = `{"context":${basis.contextText},"core":${canonicalJson(core)},"judgeVersion":"${JUDGE_VERSION}","v":1}`
  return { case: utf8(text), blobs }
}
