/**
 * Secrets that a site keeps for itself: random bytes in a file of mode 0600 in the directory of local state, outside the
 * store, so that whoever can write the store does not have them. A lost one, one of somebody
 * else, one that others can read and one that is a link is replaced.
 */
import type { Random } from "../../src/kernel/ports.ts"
import { attempt } from "./attempt.ts"
import { joinPath, replaceFile, type DurableFiles } from "./durable-files.ts"

/** Length of every such secret in bytes. */
const SECRET_BYTES = 32

async function stored(files: DurableFiles, path: string): Promise<Uint8Array | undefined> {
  if ((await files.isPrivate(path)) !== true) return undefined
  const secret = await files.read(path, SECRET_BYTES)
  return secret?.length === SECRET_BYTES ? secret : undefined
}

/**
 * The secret of that name, made when there is none. Where it cannot be kept (no home, a read-only disk) it is one for
 * this process alone, and `persistent` is false.
 */
export async function keptSecret(
  files: DurableFiles,
  random: Random,
  directory: string,
  name: string,
): Promise<{ readonly secret: Uint8Array; readonly persistent: boolean }> {
  const kept = await attempt(async () => {
    const secret = await stored(files, joinPath(directory, name))
    if (secret !== undefined) return secret
    const made = random.bytes(SECRET_BYTES)
    await files.makeDirectory(directory, 0o700)
    await replaceFile(files, directory, name, made, 0o600)
    return made
  })
  return kept.ok ? { secret: kept.value, persistent: true } : { secret: random.bytes(SECRET_BYTES), persistent: false }
}
