/**
 * Emits the product's rooms as JavaScript and declarations. Node runs the tree's TypeScript directly, but not below
 * `node_modules`, so whatever leaves the tree (`npm pack`, the portable tar) carries the emitted files.
 */
import { spawnSync } from "node:child_process"
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"

/** Absolute path of the repository. */
export const root = resolve(import.meta.dirname, "..")

/** The rooms that are shipped. */
const SHIPPED = ["src", "mirror", "appliance", "ui/contract"]

/** Retained judges: programs, and yet shipped as they are, for they are known by their digests. */
const JUDGES = "kit-scripts/judges"

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .sort()
}

/** Data files that stand beside the code and are read by it. */
function isData(path: string): boolean {
  return !/\.(ts|tsx|mjs)$/.test(path) && !/tsconfig[^/]*\.json$/.test(path)
}

/** The compiler rewrites imports in code; it leaves declarations and the URLs of workers as they are. */
function finish(path: string): void {
  const text = readFileSync(path, "utf8")
  const rewritten = path.endsWith(".d.ts")
    ? text.replace(/(\bfrom |\bimport\()"(\.{1,2}\/[^"]+)\.ts"/g, '$1"$2.js"')
    : text.replace(/\bnew URL\("([^":]+)\.ts", import\.meta\.url\)/g, 'new URL("$1.js", import.meta.url)')
  if (rewritten !== text) writeFileSync(path, rewritten)
}

/**
 * Writes the emitted tree into `out`, which is emptied first.
 * @throws Error when the compiler refuses, after it has printed why
 */
export function emit(out: string): void {
  rmSync(out, { recursive: true, force: true })
  const compiler = join(root, "node_modules/typescript/bin/tsc")
  const config = join(root, "packaging/tsconfig.json")
  const done = spawnSync(process.execPath, [compiler, "-p", config, "--outDir", out], { stdio: ["ignore", 2, 2] })
  if (done.status !== 0) throw new Error("the compiler refused the sources")
  for (const path of filesOf(out)) if (path.endsWith(".js") || path.endsWith(".d.ts")) finish(path)
  const data = SHIPPED.flatMap(room => filesOf(join(root, room)).filter(isData))
  for (const path of [...data, ...filesOf(join(root, JUDGES))]) {
    const target = join(out, path.slice(root.length + 1))
    mkdirSync(dirname(target), { recursive: true })
    copyFileSync(path, target)
  }
}
