/**
 * The trusted root that comes with the program: the public-good instance of sigstore, as the `@sigstore/tuf` package
 * had it when this version was made (`kit-scripts/trust/builtin-root.ts` writes the files). Every report says its age
 * and when it expires.
 */
import { readFile } from "node:fs/promises"
import { hexDigest, instant, integer, oneOf, readDocument, record, text } from "../../src/formats/document.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import { refOf, trustOver, type LoadedTrust } from "./loaded-trust.ts"

const readInfo = record({
  v: oneOf(1),
  source: text(256),
  mirror: text(256),
  sha256: hexDigest,
  takenAt: instant,
  expires: instant,
  tufRoot: record({ version: integer(1), sha256: hexDigest }),
})

type Hash = Pick<Crypto, "hash">

/** Where the installed files are; tests give another folder. */
const BUILTIN = new URL("builtin/", import.meta.url)

const file = async (folder: URL, name: string): Promise<Uint8Array> =>
  new Uint8Array(await readFile(new URL(name, folder)))

async function info(folder: URL) {
  const parsed = readDocument(await file(folder, "info.json"), readInfo, { canonical: "any" })
  if (parsed.ok) return parsed.value
  throw new StellaError("TRUST_MALFORMED", `the built-in info.json: ${parsed.error.reason} at ${parsed.error.where}`)
}

async function checked(folder: URL, name: string, sha256: string, crypto: Hash): Promise<Uint8Array> {
  const bytes = await file(folder, name)
  if (refOf(bytes, crypto).sha256 === sha256) return bytes
  throw new StellaError("TRUST_DIGEST_MISMATCH", `the built-in ${name} was altered after installation`, { name })
}

/**
 * The built-in trust.
 * @throws StellaError TRUST_DIGEST_MISMATCH when the installed files were altered
 */
export async function builtinTrust(crypto: Hash, folder: URL = BUILTIN): Promise<LoadedTrust> {
  const { sha256, takenAt, expires } = await info(folder)
  const root = await checked(folder, "trusted_root.json", sha256, crypto)
  return trustOver([root], { keys: [], witnesses: [], takenAt, expires, basis: "builtin" }, crypto)
}

/**
 * The TUF root of the public-good repository that vouched for the built-in trusted root: a pin to start an import from.
 * @throws StellaError TRUST_DIGEST_MISMATCH when the installed files were altered
 */
export async function builtinTufRoot(crypto: Hash, folder: URL = BUILTIN): Promise<Uint8Array> {
  const { tufRoot } = await info(folder)
  return checked(folder, "tuf_root.json", tufRoot.sha256, crypto)
}
