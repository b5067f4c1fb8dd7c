/** What a user asks for beside the policy, and the moment to judge at: the flags that several verbs share. */
import { printInstant } from "../../../src/formats/instant.ts"
import type { Moment } from "../../../src/formats/case.ts"
import { LIMITS } from "../../../src/formats/limits.ts"
import { parsePolicy, type IdentityMatch, type Policy } from "../../../src/formats/policy.ts"
import { StellaError } from "../../../src/kernel/errors.ts"
import { err, ok, type Result } from "../../../src/kernel/result.ts"
import { compilePolicy, PROFILES, type ProfileName } from "../../../src/policy/profiles.ts"
import type { Context } from "../context.ts"

/** The flags; absent ones were not given. */
export interface Wishes {
  readonly certificateIdentity?: string | undefined
  readonly certificateIdentityPattern?: string | undefined
  readonly certificateOidcIssuer?: string | undefined
  readonly trustedRoot?: string | undefined
  readonly trustedRootSha256?: string | undefined
  readonly key?: string | undefined
  readonly policy?: string | undefined
  readonly at?: string | undefined
}

const usage = (message: string): { ok: false; error: StellaError } => err(new StellaError("USAGE", message))

/** The one identity that the flags ask for; undefined when none. An identity is a name and who vouched for it. */
export function identityWish(wishes: Wishes): Result<IdentityMatch | undefined> {
  const { certificateIdentity: exact, certificateIdentityPattern: pattern, certificateOidcIssuer: issuer } = wishes
  if (exact === undefined && pattern === undefined && issuer === undefined) return ok(undefined)
  if (wishes.key !== undefined)
    return usage("--key names the signer; it does not go with --certificate-identity or --certificate-oidc-issuer")
  if (exact !== undefined && pattern !== undefined)
    return usage("--certificate-identity and --certificate-identity-pattern exclude each other")
  if (issuer === undefined) return usage("an identity needs --certificate-oidc-issuer: who vouched for it")
  const san = exact !== undefined ? { exact } : pattern !== undefined ? { pattern } : undefined
  if (san === undefined) return usage("--certificate-oidc-issuer needs --certificate-identity")
  return ok({ issuer: { exact: issuer }, san })
}

function isProfile(name: string): name is ProfileName {
  return Object.hasOwn(PROFILES, name)
}

/** The policy that was named: a profile by its name, or a document. */
async function namedPolicy(wishes: Wishes, { files }: Context): Promise<Result<Policy>> {
  const name = wishes.policy ?? (wishes.key === undefined ? "public-good" : "keyed")
  if (isProfile(name)) return ok(PROFILES[name])
  const bytes = await files.read(name, LIMITS.policyBytes)
  if (!bytes.ok) return bytes
  const parsed = parsePolicy(bytes.value, { authored: true })
  if (parsed.ok) return parsed
  const { reason, where } = parsed.error
  return err(new StellaError("POLICY_INVALID", `${name}: ${reason} at ${where || "the top"}`, { reason, where }))
}

/** The policy to judge by: the named one with the wishes as further requirements. */
export async function policyFor(wishes: Wishes, context: Context): Promise<Result<Policy>> {
  const identity = identityWish(wishes)
  if (!identity.ok) return identity
  const base = await namedPolicy(wishes, context)
  if (!base.ok) return base
  return ok(compilePolicy(base.value, identity.value === undefined ? {} : { identities: [identity.value] }))
}

/** The moment: the one that was named, or the instant of the operation, in whole seconds. */
export function momentFor(wishes: Wishes, { now, site }: Context): Moment {
  if (wishes.at !== undefined)
    return { earliest: wishes.at, latest: wishes.at, basis: [{ kind: "operator", id: "--at", sha256: null }] }
  const at = printInstant(Math.floor(now.getTime() / 1000))
  return { earliest: at, latest: at, basis: [{ kind: "site-clock", id: site?.siteId ?? "this machine", sha256: null }] }
}
