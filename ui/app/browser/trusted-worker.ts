/**
 * Starting a worker. The content policy lets no text become code: an address is taken for a script's only through this one
 * policy, which knows a single address, that of the console's own worker.
 */

/** The name that the content policy allows (packaging/console/console-manifest.ts). */
const POLICY = "stella-worker"

interface ScriptPolicy {
  createScriptURL(url: string): string
}
interface PolicyFactory {
  createPolicy(name: string, rules: ScriptPolicy): ScriptPolicy
}

let policy: ScriptPolicy | undefined

/** The address as the browser wants it; where a browser knows no such types, the address itself. */
function trusted(own: string): string {
  const { trustedTypes } = globalThis as { readonly trustedTypes?: PolicyFactory }
  policy ??= trustedTypes?.createPolicy(POLICY, {
    createScriptURL: url => {
      if (url === own) return url
      throw new TypeError("this is not the console's worker")
    },
  })
  return policy?.createScriptURL(own) ?? own
}

/** Starts the worker at the address that the build has given it. */
export function startWorker(url: string): Worker {
  return new Worker(trusted(url), { type: "module" })
}
