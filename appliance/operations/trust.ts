/** The trust an operation goes by: what the user names, else the site's active one, else the built-in one. */
import type { Result } from "../../src/kernel/result.ts"
import { ok } from "../../src/kernel/result.ts"
import { loadTrust, type TrustArguments } from "../trust/load-trust.ts"
import type { LoadedTrust } from "../trust/loaded-trust.ts"
import { activeTrust } from "../trust/trust-store.ts"
import type { Context } from "./context.ts"

/** Loads it. Failures: as `loadTrust`. */
export function trustFor(args: TrustArguments, context: Context): Promise<Result<LoadedTrust>> {
  const { files, crypto, site, builtinTrust } = context
  const active = (): Promise<Result<LoadedTrust | undefined>> =>
    site === undefined ? Promise.resolve(ok(undefined)) : activeTrust(site, crypto)
  return loadTrust(args, { files, crypto, active, builtin: builtinTrust })
}
