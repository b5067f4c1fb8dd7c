/**
 * Builds the shell out of ui/shell: `node packaging/shell/build-shell.ts [FOLDER]`, into dist/shell unless told otherwise:
 * one file for the main process, one for the window's bridge, and the console. The main process carries the digest of the
 * console's manifest, so that it shows the console of the same build or nothing.
 */
import { createHash } from "node:crypto"
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { build, type Metafile } from "esbuild"
import { buildConsole } from "../console/build-console.ts"
import { CONSOLE_MANIFEST } from "../console/console-manifest.ts"
import { root } from "../emit.ts"

/** What is built. */
export interface ShellBuild {
  /** Absolute path of the folder; it is replaced as a whole. */
  readonly out: string
  /** A released shell has no developer tools. The other is for tests, which look into the window by them. */
  readonly released: boolean
  /** A console that is built already; else it is built. */
  readonly console?: string
}

/** The oldest Electron that the bundles are for is 25, with Node 18 inside; sandboxed preload scripts are one CommonJS file. */
const TARGET = { bundle: true, platform: "node", format: "cjs", target: "node18" } as const

async function bundle(entry: string, outfile: string, define: Readonly<Record<string, string>>): Promise<Metafile> {
  const conditions = ["stella-source", "import", "module", "default"]
  const { metafile } = await build({
    ...TARGET,
    external: ["electron"],
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    conditions,
    define,
    legalComments: "inline",
    metafile: true,
    logLevel: "error",
  })
  return metafile
}

/** Builds it, and gives what went into the two bundles: the main process, and the bridge. */
export async function buildShell({
  out,
  released,
  console: given,
}: ShellBuild): Promise<readonly [Metafile, Metafile]> {
  const fresh = `${out}.new-${String(process.pid)}`
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(fresh, { recursive: true })
  const console = join(fresh, "console")
  if (given === undefined) await buildConsole({ out: console })
  else cpSync(given, console, { recursive: true })
  const manifest = createHash("sha256")
    .update(readFileSync(join(console, CONSOLE_MANIFEST)))
    .digest("hex")
  const define = { SHELL_RELEASED: String(released), CONSOLE_MANIFEST_SHA256: JSON.stringify(manifest) }
  const main = await bundle("ui/shell/main.node.ts", join(fresh, "main.cjs"), define)
  const preload = await bundle("ui/shell/preload.ts", join(fresh, "preload.cjs"), {})
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly version: string }
  const about = { name: "stella-shell", productName: "Stella Attestor", version, main: "main.cjs" }
  writeFileSync(join(fresh, "package.json"), JSON.stringify(about, undefined, 2) + "\n")
  rmSync(out, { recursive: true, force: true })
  mkdirSync(dirname(out), { recursive: true })
  renameSync(fresh, out)
  return [main, preload]
}

if (import.meta.main) {
  const out = resolve(root, process.argv[2] ?? "dist/shell")
  await buildShell({ out, released: true })
  process.stdout.write(`${out}\n`)
}
