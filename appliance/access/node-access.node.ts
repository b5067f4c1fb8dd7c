/** Access on this machine: the operating system's randomness, and the key of session tokens beside the facts key. */
import type { Crypto, Random } from "../../src/kernel/ports.ts"
import type { Result } from "../../src/kernel/result.ts"
import type { Actor } from "../store/audit-record.ts"
import { joinPath, type DurableFiles } from "../store/durable-files.ts"
import { keptSecret } from "../store/kept-secret.ts"
import type { Site } from "../store/site.ts"
import type { Access } from "./access.ts"
import { ed25519Pair, nodeSecrets } from "./secrets.node.ts"
import { sessionTokens } from "./session-token.ts"
import { openAccess } from "./site-access.ts"

/** The seed of the key of session tokens: 32 bytes, mode 0600, in the directory of local state. */
const KEY_FILE = "session.key"

/** What access on this machine is built from. */
export interface NodeAccessOptions {
  readonly crypto: Crypto
  readonly random: Random
  readonly files: DurableFiles
  /** Where the local state of all stores lies. */
  readonly stateDirectory: string
  readonly owner: Actor
}

/**
 * Opens access to a site. Where the key cannot be kept it is one for this process, and sessions end with it. Failure:
 * STORE_CORRUPT.
 */
export async function openNodeAccess(site: Site, options: NodeAccessOptions): Promise<Result<Access>> {
  const { crypto, random, files, stateDirectory, owner } = options
  const { secret } = await keptSecret(files, random, joinPath(stateDirectory, site.storeId), KEY_FILE)
  const tokens = sessionTokens(site.siteId, ed25519Pair(secret))
  return openAccess(site, { crypto, random, secrets: nodeSecrets, tokens, owner })
}
