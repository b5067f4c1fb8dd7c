/**
 * The console as it was built: a folder with a manifest of every file, its type and its digest. Exactly these files are
 * served, from memory, and a file that differs from the manifest keeps the service from starting.
 */
import { createHash } from "node:crypto"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import type { FastifyInstance } from "fastify"
import { hexDigest, integer, list, oneOf, readDocument, record, text } from "../../src/formats/document.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"

/** A built console in memory. */
export interface ConsoleFiles {
  readonly entry: string
  readonly policy: string
  readonly files: ReadonlyMap<string, { readonly type: string; readonly sha256: string; readonly bytes: Buffer }>
}

const MAX_MANIFEST_BYTES = 1024 * 1024
const PATH = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/

const readManifest = record({
  v: oneOf(1),
  entry: text(256),
  contentSecurityPolicy: text(4096),
  files: list(record({ path: text(256), type: text(128), bytes: integer(0), sha256: hexDigest }), 1024),
})

/** Reads a built console. Failure: CONFIG_INVALID. */
export async function readConsole(folder: string): Promise<Result<ConsoleFiles>> {
  const invalid = (why: string, cause?: unknown): { ok: false; error: StellaError } =>
    err(new StellaError("CONFIG_INVALID", `${folder}: ${why}`, { path: folder }, cause))
  try {
    const parsed = readDocument(await readFile(join(folder, "manifest.json")), readManifest, {
      maxBytes: MAX_MANIFEST_BYTES,
      canonical: "any",
    })
    if (!parsed.ok) return invalid(`the manifest is malformed at ${parsed.error.where}`)
    const files = new Map<string, { type: string; sha256: string; bytes: Buffer }>()
    for (const { path, type, bytes: length, sha256 } of parsed.value.files) {
      if (!PATH.test(path)) return invalid("the manifest names a file that no console has")
      const bytes = await readFile(join(folder, path))
      if (bytes.length !== length || createHash("sha256").update(bytes).digest("hex") !== sha256)
        return invalid(`${path} is not the file that the manifest names`)
      files.set(path, { type, sha256, bytes })
    }
    if (!files.has(parsed.value.entry)) return invalid("the manifest names no page to begin with")
    return ok({ entry: parsed.value.entry, policy: parsed.value.contentSecurityPolicy, files })
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error
    return invalid("no console has been built there", error)
  }
}

/** Serves it: every file under its own name, and the page at `/`. They are open, for they hold nothing of the site. */
export function addConsoleRoutes(app: FastifyInstance, { entry, policy, files }: ConsoleFiles): void {
  const serve = (url: string, path: string): void => {
    const file = files.get(path)
    if (file === undefined) return
    const tag = `"${file.sha256.slice(0, 32)}"`
    app.get(url, { config: { open: true } }, (request, reply) => {
      void reply.headers({ etag: tag, "cache-control": "no-cache", "content-security-policy": policy })
      if (request.headers["if-none-match"] === tag) return reply.code(304).send()
      return reply.type(file.type).send(file.bytes)
    })
  }
  serve("/", entry)
  for (const path of files.keys()) serve(`/${path}`, path)
}
