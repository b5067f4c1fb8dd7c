/** What all Cases of one run share: trust, policy, moment and the log heads that the site holds. */
import type { Moment } from "../../../src/formats/case.ts"
import type { Policy } from "../../../src/formats/policy.ts"
import type { Head } from "../../../src/formats/site-documents.ts"
import type { Trust } from "../../../src/formats/trust.ts"
import { ok, type Result } from "../../../src/kernel/result.ts"
import type { BasisInput } from "../../../src/judge/assemble.ts"
import type { Context } from "../context.ts"
import { trustFor } from "../trust.ts"
import { momentFor, policyFor, type Wishes } from "./wishes.ts"

/** The shared parts as plain data, which a worker thread can be given. */
export interface Basis extends BasisInput {
  readonly roots: readonly Uint8Array[]
  readonly trust: Omit<Trust, "v" | "roots">
  readonly policy: Policy
  readonly moment: Moment
  readonly heads: readonly Head[]
}

/** Gathers them. Failures: USAGE, POLICY_INVALID, and those of `loadTrust`. */
export async function basisFor(wishes: Wishes, context: Context, heads: readonly Head[] = []): Promise<Result<Basis>> {
  const policy = await policyFor(wishes, context)
  if (!policy.ok) return policy
  const { trustedRoot, trustedRootSha256, key } = wishes
  const keys = key === undefined ? undefined : [{ path: key }]
  const loaded = await trustFor({ trustedRoot, trustedRootSha256, keys }, context)
  if (!loaded.ok) return loaded
  const { blobs } = loaded.value
  const { roots, keys: trusted, witnesses, takenAt, expires, basis } = loaded.value.trust
  return ok({
    roots: roots.map(({ sha256 }) => blobs.get(sha256) ?? new Uint8Array()),
    trust: { keys: trusted, witnesses, takenAt, expires, basis },
    policy: policy.value,
    moment: momentFor(wishes, context),
    heads,
  })
}
