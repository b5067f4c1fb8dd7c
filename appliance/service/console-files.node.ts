/** The console that a service shows: read from its folder at the start, and served from memory. */
import { createHash } from "node:crypto"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import type { FastifyInstance } from "fastify"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, type Result } from "../../src/kernel/result.ts"
import { readConsoleFiles, type ConsoleFiles } from "../../ui/contract/console-files.ts"
import { consoleHeaders } from "../../ui/contract/response-headers.ts"

/** Reads a built console. Failure: CONFIG_INVALID. */
export async function readConsole(folder: string): Promise<Result<ConsoleFiles>> {
  const invalid = (why: string, cause?: unknown): { ok: false; error: StellaError } =>
    err(new StellaError("CONFIG_INVALID", `${folder}: ${why}`, { path: folder }, cause))
  try {
    const read = await readConsoleFiles({
      read: path => readFile(join(folder, path)),
      sha256: bytes => createHash("sha256").update(bytes).digest("hex"),
    })
    return read.ok ? read : invalid(read.error)
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
      void reply.headers({ ...consoleHeaders(policy), etag: tag })
      if (request.headers["if-none-match"] === tag) return reply.code(304).send()
      return reply.type(file.type).send(file.bytes)
    })
  }
  serve("/", entry)
  for (const path of files.keys()) serve(`/${path}`, path)
}
