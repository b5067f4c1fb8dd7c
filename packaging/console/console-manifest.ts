/**
 * The manifest of a built console: every file with its media type, size and digest, and the content policy that it is served
 * under. Whoever serves the console (the service, the shell) serves exactly these files, and none that differs.
 */
import { createHash } from "node:crypto"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { extname, join } from "node:path"

/** The name of the manifest in the folder. It does not list itself. */
export const CONSOLE_MANIFEST = "manifest.json"

/**
 * What the page may do: load its own scripts, styles, pictures and answers, and nothing else. No text becomes code: the one
 * policy that may name a script knows the address of the console's worker (ui/app/browser/trusted-worker.ts).
 */
export const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types stella-worker",
].join("; ")

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".txt": "text/plain; charset=utf-8",
}

/** Writes the manifest of a folder. @throws Error for a file of a type that the console has no business having */
export function writeManifest(folder: string, entry: string): void {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(file => file.isFile())
    .map(file =>
      join(file.parentPath, file.name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    )
    .filter(path => path !== CONSOLE_MANIFEST)
    .sort()
  const files = paths.map(path => {
    const bytes = readFileSync(join(folder, path))
    const type = TYPES[extname(path)]
    if (type === undefined) throw new Error(`a console has no files like ${path}`)
    return { path, type, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") }
  })
  const manifest = { v: 1, entry, contentSecurityPolicy: CONTENT_POLICY, files }
  writeFileSync(join(folder, CONSOLE_MANIFEST), JSON.stringify(manifest, null, 2) + "\n")
}
