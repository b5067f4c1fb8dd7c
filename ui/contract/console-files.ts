/**
 * The console as it was built: a folder with a manifest of every file, its type and its digest. Whoever serves it (the
 * service, the shell) reads it once, serves exactly these files from memory, and does not start on one that differs.
 */
import { hexDigest, integer, list, oneOf, readDocument, record, text } from "../../src/formats/document.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"

/** The name of the manifest in the folder. */
export const CONSOLE_MANIFEST = "manifest.json"

/** One file. */
export interface ConsoleFile {
  readonly type: string
  readonly sha256: string
  readonly bytes: Uint8Array
}

/** A built console in memory. */
export interface ConsoleFiles {
  readonly entry: string
  readonly policy: string
  readonly files: ReadonlyMap<string, ConsoleFile>
}

/** The folder, as a port. `read` fails with whatever the machine says. */
export interface ConsoleFolder {
  read(path: string): Promise<Uint8Array>
  /** SHA-256 in lowercase hexadecimal. */
  sha256(bytes: Uint8Array): string
}

const MAX_MANIFEST_BYTES = 1024 * 1024
const PATH = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/

const readManifest = record({
  v: oneOf(1),
  entry: text(256),
  contentSecurityPolicy: text(4096),
  files: list(record({ path: text(256), type: text(128), bytes: integer(0), sha256: hexDigest }), 1024),
})

/**
 * Reads a built console. `pinned` is the digest that its manifest must have, where whoever asks knows it. The failure says
 * what is wrong in words; a folder that cannot be read throws what `read` throws.
 */
export async function readConsoleFiles(folder: ConsoleFolder, pinned?: string): Promise<Result<ConsoleFiles, string>> {
  const manifest = await folder.read(CONSOLE_MANIFEST)
  if (pinned !== undefined && folder.sha256(manifest) !== pinned)
    return err("the manifest is not the one it was built with")
  const parsed = readDocument(manifest, readManifest, { maxBytes: MAX_MANIFEST_BYTES, canonical: "any" })
  if (!parsed.ok) return err(`the manifest is malformed at ${parsed.error.where}`)
  const files = new Map<string, ConsoleFile>()
  for (const { path, type, bytes: length, sha256 } of parsed.value.files) {
    if (!PATH.test(path)) return err("the manifest names a file that no console has")
    const bytes = await folder.read(path)
    if (bytes.length !== length || folder.sha256(bytes) !== sha256)
      return err(`${path} is not the file that the manifest names`)
    files.set(path, { type, sha256, bytes })
  }
  if (!files.has(parsed.value.entry)) return err("the manifest names no page to begin with")
  return ok({ entry: parsed.value.entry, policy: parsed.value.contentSecurityPolicy, files })
}
