/** What all Cases of one run share: trust, policy, moment and the log heads that the site holds. */
import type { Moment } from "../../../src/formats/case.ts"
import type { Policy } from "../../../src/formats/policy.ts"
import type { Head } from "../../../src/formats/site-documents.ts"
import type { Trust } from "../../../src/formats/trust.ts"
import { ok, type Result } from "../../../src/kernel/result.ts"
import type { BasisInput } from "../../../src/judge/assemble.ts"
import type { Context } from "../context.ts"
import type { LoadedTrust } from "../../trust/loaded-trust.ts"
import { trustFor } from "../trust.ts"
import { SiteEvidence } from "./site-evidence.ts"
import { momentFor, policyFor, type Wishes } from "./wishes.ts"

/** The shared parts as plain data, which a worker thread can be given. */
export interface Basis extends BasisInput {
  readonly roots: readonly Uint8Array[]
  readonly trust: Omit<Trust, "v" | "roots">
  readonly policy: Policy
  readonly moment: Moment
  readonly heads: readonly Head[]
}

/** What a run judges on: the shared parts of its Cases, and what the site has to add to each. */
export interface Grounds {
  readonly basis: Basis
  readonly site: SiteEvidence
}

/**
 * Gathers them, and opens what the site adds to each Case. Failures: USAGE, POLICY_INVALID, and those of `loadTrust`.
 * @throws StellaError STORE_CORRUPT
 */
export async function groundsFor(
  wishes: Wishes,
  context: Context,
): Promise<Result<Grounds & { readonly trust: LoadedTrust }>> {
  const policy = await policyFor(wishes, context)
  if (!policy.ok) return policy
  const { trustedRoot, trustedRootSha256, key } = wishes
  const keys = key === undefined ? undefined : [{ path: key }]
  const loaded = await trustFor({ trustedRoot, trustedRootSha256, keys }, context)
  if (!loaded.ok) return loaded
  const site = await SiteEvidence.open(context)
  const { blobs } = loaded.value
  const { roots, keys: trusted, witnesses, takenAt, expires, basis } = loaded.value.trust
  const shared: Basis = {
    roots: roots.map(({ sha256 }) => blobs.get(sha256) ?? new Uint8Array()),
    trust: { keys: trusted, witnesses, takenAt, expires, basis },
    policy: policy.value,
    moment: momentFor(wishes, context),
    heads: site.heads(),
  }
  return ok({ basis: shared, site, trust: loaded.value })
}
