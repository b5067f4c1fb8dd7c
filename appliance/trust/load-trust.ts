/**
 * Which trust a verification goes by: `--trusted-root` over the site's active one over the built-in one. It replaces and
 * never merges. `--key` replaces the trust in signers only; logs and timestamp authorities still come from the roots.
 */
import { LIMITS } from "../../src/formats/limits.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import type { TrustedKey } from "../../src/formats/trust.ts"
import { attempt } from "../store/attempt.ts"
import type { Files } from "../operations/files.ts"
import { refOf, rootDocuments, trustOver, withKeys, type LoadedTrust } from "./loaded-trust.ts"
import { KEY_FILE_BYTES, readTrustedKeys, type KeyOptions } from "./trust-keys.ts"

/** A trusted-root file may hold several roots. */
export const ROOT_FILE_BYTES = LIMITS.trustedRoots * LIMITS.trustedRootBytes

/** A key file and how its keys are to be used. */
export interface KeyArgument extends KeyOptions {
  readonly path: string
}

/** What was said on the command line or in a request. */
export interface TrustArguments {
  /** Path of a trusted_root.json, or of JSON Lines of several. */
  readonly trustedRoot?: string | undefined
  /** SHA-256 of that file in lowercase hex, compared out of band. */
  readonly trustedRootSha256?: string | undefined
  readonly keys?: readonly KeyArgument[] | undefined
}

/** Where trust may come from. The two lower sources are asked only when they are needed. */
export interface TrustSources {
  readonly files: Pick<Files, "read">
  readonly crypto: Pick<Crypto, "hash">
  /** The site's active trust; undefined when there is no site or nothing active. */
  readonly active: () => Promise<Result<LoadedTrust | undefined>>
  /** The built-in one; see `builtinTrust`. Rejects with StellaError. */
  readonly builtin: () => Promise<LoadedTrust>
}

/**
 * Loads the trust to go by. Failures: INPUT_UNREADABLE, TRUST_MALFORMED, TRUST_DIGEST_MISMATCH, KEY_MALFORMED,
 * KEY_ALGORITHM_UNSUPPORTED, USAGE, and what the site's store fails with.
 */
export async function loadTrust(args: TrustArguments, sources: TrustSources): Promise<Result<LoadedTrust>> {
  const roots = await loadRoots(args, sources)
  if (!roots.ok || args.keys === undefined || args.keys.length === 0) return roots
  const keys: TrustedKey[] = []
  for (const { path, ...options } of args.keys) {
    const bytes = await sources.files.read(path, KEY_FILE_BYTES)
    if (!bytes.ok) return bytes
    const read = readTrustedKeys(path, bytes.value, options)
    if (!read.ok) return read
    keys.push(...read.value)
  }
  return ok(withKeys(roots.value, keys, sources.crypto))
}

async function loadRoots(args: TrustArguments, sources: TrustSources): Promise<Result<LoadedTrust>> {
  const { trustedRoot, trustedRootSha256 } = args
  if (trustedRoot !== undefined) return loadRootFile(trustedRoot, trustedRootSha256, sources)
  if (trustedRootSha256 !== undefined)
    return err(new StellaError("USAGE", "--trusted-root-sha256 says nothing without --trusted-root"))
  const active = await sources.active()
  if (!active.ok) return active
  return active.value === undefined ? attempt(sources.builtin) : ok(active.value)
}

/**
 * A trusted-root file. It carries neither date nor expiry, so both are unknown, and reports say so. The basis is
 * `pinned` when its digest was given, else `argument`.
 */
export async function loadRootFile(
  path: string,
  sha256: string | undefined,
  { files, crypto }: Pick<TrustSources, "files" | "crypto">,
): Promise<Result<LoadedTrust>> {
  const bytes = await files.read(path, ROOT_FILE_BYTES)
  if (!bytes.ok) return bytes
  const found = refOf(bytes.value, crypto).sha256
  if (sha256 !== undefined && sha256 !== found)
    return err(new StellaError("TRUST_DIGEST_MISMATCH", `${path}: its SHA-256 is ${found}`, { path, found, sha256 }))
  const documents = rootDocuments(path, bytes.value)
  if (!documents.ok) return documents
  const basis = sha256 === undefined ? "argument" : "pinned"
  return ok(trustOver(documents.value, { keys: [], witnesses: [], takenAt: null, expires: null, basis }, crypto))
}
