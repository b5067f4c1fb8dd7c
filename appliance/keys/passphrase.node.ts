/**
 * Passphrases come from a file or from an inherited descriptor, never from an argument or a variable: other users of
 * the machine can read both of those.
 */
import { fstatSync, readSync } from "node:fs"
import { open } from "node:fs/promises"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import { Secret } from "../../src/kernel/secret.ts"

/** Longest passphrase in bytes. */
const MAX_BYTES = 1024

/** The first line without its end. The buffer is overwritten, so that only the Secret holds the bytes. */
function firstLine(buffer: Uint8Array, length: number, from: string): Result<Secret> {
  const text = buffer.subarray(0, length)
  const lineEnd = text.indexOf(0x0a)
  const line = lineEnd < 0 ? text : text.subarray(0, lineEnd)
  const secret = Uint8Array.from(line.at(-1) === 0x0d ? line.subarray(0, -1) : line)
  buffer.fill(0)
  if (length > MAX_BYTES || secret.length === 0) {
    secret.fill(0)
    return err(
      new StellaError("KEY_UNAVAILABLE", `${from}: the passphrase is empty or longer than ${String(MAX_BYTES)} bytes`),
    )
  }
  return ok(new Secret(secret))
}

/** The passphrase in the first line of a file that only its owner can read. */
export async function passphraseFromFile(path: string): Promise<Result<Secret>> {
  const buffer = new Uint8Array(MAX_BYTES + 1)
  try {
    await using file = await open(path, "r")
    const { mode } = await file.stat()
    if ((mode & 0o077) !== 0)
      return err(
        new StellaError("KEY_REFUSED", `${path}: others can read this passphrase file; run chmod 600`, { path }),
      )
    let length = 0
    while (length < buffer.length) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length)
      if (bytesRead === 0) break
      length += bytesRead
    }
    return firstLine(buffer, length, path)
  } catch (error) {
    return err(new StellaError("KEY_UNAVAILABLE", `${path}: the passphrase file cannot be read`, { path }, error))
  }
}

/** The passphrase in the first line of an inherited descriptor (a pipe or a file), which is read to its end. */
export function passphraseFromDescriptor(descriptor: number): Result<Secret> {
  const buffer = new Uint8Array(MAX_BYTES + 1)
  const from = `descriptor ${String(descriptor)}`
  try {
    fstatSync(descriptor)
    let length = 0
    while (length < buffer.length) {
      const read = readSync(descriptor, buffer, length, buffer.length - length, null)
      if (read === 0) break
      length += read
    }
    return firstLine(buffer, length, from)
  } catch (error) {
    return err(new StellaError("KEY_UNAVAILABLE", `${from}: the passphrase cannot be read`, { descriptor }, error))
  }
}
