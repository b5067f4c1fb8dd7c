/** Artifacts as users name them: a file, or a digest of one that is not at hand. */
import { toHex } from "../../../src/kernel/bytes.ts"
import { StellaError } from "../../../src/kernel/errors.ts"
import { err, ok, type Result } from "../../../src/kernel/result.ts"
import type { Context } from "../context.ts"
import { MOST_CARRIED_BYTES, type Digests } from "./task.ts"

/** An artifact whose digests are known. */
export interface Artifact {
  readonly name: string
  readonly sha256: string | null
  readonly digests: Digests
  /** Its bytes, when it is a file short enough to be carried in a Case. */
  readonly carry: () => Promise<Result<Uint8Array | undefined>>
}

const HEX_DIGITS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 }

/** The digest that a name is, when it is one: `sha256:…`, `sha384:…` or `sha512:…` in lowercase hexadecimal. */
export function digestIn(name: string): { readonly algorithm: string; readonly hex: string } | undefined {
  const [, algorithm, hex] = /^(sha256|sha384|sha512):([0-9a-f]+)$/.exec(name) ?? []
  if (algorithm === undefined || hex === undefined || hex.length !== HEX_DIGITS[algorithm]) return undefined
  return { algorithm, hex }
}

/** An artifact that is not at hand: known by digests only, if by any. */
export function absentArtifact(name: string, digests: Digests): Artifact {
  return { name, sha256: digests["sha256"] ?? null, digests, carry: () => Promise.resolve(ok(undefined)) }
}

/** A file, hashed once. Its bytes are read again only when a signature is over them, and must then be the same. */
export async function artifactFile(path: string, { files, signal, crypto }: Context): Promise<Result<Artifact>> {
  const hashed = await files.digest(path, signal)
  if (!hashed.ok) return hashed
  const { bytes, ...digests } = hashed.value
  const carry = async (): Promise<Result<Uint8Array | undefined>> => {
    if (bytes > MOST_CARRIED_BYTES) return ok(undefined)
    const read = await files.read(path, MOST_CARRIED_BYTES)
    if (!read.ok) return read
    const again = toHex(crypto.hash("sha256", read.value))
    if (again === digests.sha256) return read
    return err(new StellaError("INPUT_UNREADABLE", `${path}: changed while it was read`, { path }))
  }
  return ok({ name: path, sha256: digests.sha256, digests, carry })
}
