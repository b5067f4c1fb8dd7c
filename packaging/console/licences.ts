/** The licences of what is bundled into the console, which have to travel with it. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "../emit.ts"

interface PackageJson {
  readonly name: string
  readonly version: string
  readonly license: string
}

function packageFolder(module: string): string | undefined {
  const mark = "/node_modules/"
  const at = module.lastIndexOf(mark)
  if (at < 0) return undefined
  const parts = module.slice(at + mark.length).split("/")
  const name = parts.slice(0, parts[0]?.startsWith("@") === true ? 2 : 1).join("/")
  return module.slice(0, at + mark.length) + name
}

/** A text with the name, version and licence of every package that one of the modules is from. @throws Error for a package without a licence text */
export function licencesOf(modules: Iterable<string>): string {
  // The bundler gives its own modules ids that begin with a zero byte; those are no files.
  const known = [...modules].map(module => module.replace(/^\0/, "").split("?")[0] ?? "")
  const folders = [...new Set(known.map(packageFolder))].filter(folder => folder !== undefined && existsSync(folder))
  // React's bundles bring its scheduler in; both are found by their modules.
  return folders
    .map(folder => {
      const pkg = JSON.parse(readFileSync(join(folder ?? root, "package.json"), "utf8")) as PackageJson
      const file = readdirSync(folder ?? root).find(name => /^licen[cs]e/i.test(name))
      if (file === undefined) throw new Error(`${pkg.name} carries no licence text`)
      const text = readFileSync(join(folder ?? root, file), "utf8").trim()
      return `${pkg.name} ${pkg.version} (${pkg.license})\n\n${text}\n`
    })
    .sort()
    .join("\n" + "-".repeat(80) + "\n\n")
}
