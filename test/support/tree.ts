/** The repository's own files, for tests that look at sources and documents. */
import { readdirSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"

/** Absolute path of the repository. */
export const root = resolve(import.meta.dirname, "../..")

const SKIP = new Set(["node_modules", ".git", "dist", "coverage", ".cache", "rehearsal-site"])

/** Repository paths (forward slashes) of all files below `folder` whose name ends in one of `endings`, sorted. */
export function filesBelow(folder: string, endings: readonly string[]): string[] {
  const out: string[] = []
  const walk = (path: string): void => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      const child = path === "" ? entry.name : `${path}/${entry.name}`
      if (entry.isDirectory()) {
        if (!SKIP.has(entry.name)) walk(child)
      } else if (endings.some(e => entry.name.endsWith(e))) out.push(child)
    }
  }
  walk(folder)
  return out.sort()
}

/** Text of a repository file. */
export function readText(path: string): string {
  return readFileSync(join(root, path), "utf8")
}
