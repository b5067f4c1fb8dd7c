/**
 * The key of the facts cache: 32 bytes in `${STELLA_STATE_DIR:-~/.local/state/stella}/<storeId>/facts.key`, mode 0600,
 * outside the store, so that whoever can write the store cannot make the judge believe facts of their own. A lost, foreign
 * or open key is replaced; what was cached under the old one is computed again.
 */
import { createHmac, createSecretKey } from "node:crypto"
import type { Random } from "../../src/kernel/ports.ts"
import { joinPath, type DurableFiles } from "./durable-files.ts"
import { keptSecret } from "./kept-secret.ts"
import type { FactsMac } from "./facts-cache.ts"

const KEY_FILE = "facts.key"

/** The directory of local state. `home` is the user's home directory. */
export function stateDirectory(env: Readonly<Record<string, string | undefined>>, home: string): string {
  const set = env["STELLA_STATE_DIR"]
  return set !== undefined && set !== "" ? set : joinPath(home, ".local/state/stella")
}

/** HMAC-SHA256 under the given key. The bytes are copied into a key object and overwritten. */
export function hmacFactsMac(key: Uint8Array, persistent: boolean): FactsMac {
  const secret = createSecretKey(key)
  key.fill(0)
  return { persistent, tag: message => createHmac("sha256", secret).update(message).digest() }
}

/**
 * The MAC of a store's facts. Where the key cannot be kept a key for this process alone is used and `persistent` is
 * false: slower, never wrong.
 */
export async function openFactsMac(
  files: DurableFiles,
  random: Random,
  stateDir: string,
  storeId: string,
): Promise<FactsMac> {
  const { secret, persistent } = await keptSecret(files, random, joinPath(stateDir, storeId), KEY_FILE)
  return hmacFactsMac(secret, persistent)
}
