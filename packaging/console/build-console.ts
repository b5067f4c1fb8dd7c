/**
 * Builds the console out of ui/app: `node packaging/console/build-console.ts [FOLDER]`, into dist/console unless told
 * otherwise. With `--gallery` it is the gallery, for tests and for looking at; that one is never shipped.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { build, type Plugin } from "vite"
import { root } from "../emit.ts"
import { licencesOf } from "./licences.ts"
import { manualOf } from "./manual.ts"
import { CONSOLE_MANIFEST, writeManifest } from "./console-manifest.ts"

/** What is built. */
export interface ConsoleBuild {
  /** Absolute path of the folder; it is replaced as a whole, and left alone when it is the same already. */
  readonly out: string
  readonly gallery?: boolean
}

/** Builds it, and writes manual, licences and manifest beside it. */
export async function buildConsole({ out, gallery = false }: ConsoleBuild): Promise<void> {
  const fresh = `${out}.new-${String(process.pid)}`
  rmSync(fresh, { recursive: true, force: true })
  const entry = gallery ? "gallery.html" : "index.html"
  const modules = new Set<string>()
  const listing: Plugin = {
    name: "stella-module-list",
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle))
        if (chunk.type === "chunk") for (const id of chunk.moduleIds) modules.add(id)
    },
  }
  await build({
    configFile: false,
    root: join(root, "ui/app"),
    // Relative addresses: the same files are served by the service and by the shell's own scheme.
    base: "./",
    logLevel: "error",
    publicDir: false,
    resolve: { conditions: ["stella-source", "browser", "import", "module", "default"] },
    // Said aloud, because the default asks the environment, which is another one under a test runner.
    mode: "production",
    oxc: { jsx: { runtime: "automatic", development: false } },
    define: { "process.env.NODE_ENV": JSON.stringify("production") },
    worker: { format: "es", plugins: () => [listing] },
    plugins: [listing],
    build: {
      outDir: fresh,
      emptyOutDir: true,
      target: "chrome114",
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      sourcemap: false,
      rolldownOptions: { input: join(root, "ui/app", entry) },
    },
  })
  writeFileSync(join(fresh, "manual.json"), manualOf(join(root, "docs")))
  writeFileSync(join(fresh, "licences.txt"), licencesOf(modules))
  writeManifest(fresh, entry)
  const manifest = (folder: string): string => readFileSync(join(folder, CONSOLE_MANIFEST), "utf8")
  // A service may be reading the folder: it never sees half of one.
  if (existsSync(join(out, CONSOLE_MANIFEST)) && manifest(out) === manifest(fresh)) {
    rmSync(fresh, { recursive: true })
    return
  }
  rmSync(out, { recursive: true, force: true })
  mkdirSync(dirname(out), { recursive: true })
  renameSync(fresh, out)
}

if (import.meta.main) {
  const given = process.argv.slice(2)
  const gallery = given.includes("--gallery")
  const folder = given.find(argument => !argument.startsWith("--")) ?? (gallery ? "dist/gallery" : "dist/console")
  const out = resolve(root, folder)
  await buildConsole({ out, gallery })
  process.stdout.write(`${out}\n`)
}
