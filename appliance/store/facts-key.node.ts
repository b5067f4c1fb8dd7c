/**
 * The key of the facts cache: 32 bytes in `${STELLA_STATE_DIR:-~/.local/state/stella}/<storeId>/facts.key`, mode 0600,
 * outside the store, so that whoever can write the store cannot make the judge believe facts of their own. A lost, foreign
 * or open key is replaced; what was cached under the old one is computed again.
 */
import { createHmac, createSecretKey } from "node:crypto"
import type { Random } from "../../src/kernel/ports.ts"
import { joinPath, replaceFile, type DurableFiles } from "./durable-files.ts"
import { attempt } from "./attempt.ts"
import type { FactsMac } from "./facts-cache.ts"

const KEY_FILE = "facts.key"
const KEY_BYTES = 32

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

async function storedKey(files: DurableFiles, path: string): Promise<Uint8Array | undefined> {
  const mode = await files.mode(path)
  if (mode === undefined || (mode & 0o077) !== 0) return undefined
  const key = await files.read(path, KEY_BYTES)
  return key?.length === KEY_BYTES ? key : undefined
}

/**
 * The MAC of a store's facts. Where the key cannot be kept (no home, a read-only disk) a key for this process alone is
 * used and `persistent` is false: slower, never wrong.
 */
export async function openFactsMac(
  files: DurableFiles,
  random: Random,
  stateDir: string,
  storeId: string,
): Promise<FactsMac> {
  const directory = joinPath(stateDir, storeId)
  const kept = await attempt(async () => {
    const key = await storedKey(files, joinPath(directory, KEY_FILE))
    if (key !== undefined) return key
    const made = random.bytes(KEY_BYTES)
    await files.makeDirectory(directory, 0o700)
    await replaceFile(files, directory, KEY_FILE, made, 0o600)
    return made
  })
  return kept.ok ? hmacFactsMac(kept.value, true) : hmacFactsMac(random.bytes(KEY_BYTES), false)
}
