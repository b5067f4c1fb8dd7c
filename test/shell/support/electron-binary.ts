/**
 * Which Electron a smoke run is made with: the one that `STELLA_ELECTRON` names, else one that is installed. The package
 * `electron` in node_modules is no such thing: it brings types, and a launcher that would download one.
 */
import { existsSync } from "node:fs"
import { delimiter, join } from "node:path"
import { root } from "../../support/tree.ts"

/** Its program, or undefined where there is none. A name that leads nowhere is an error, not a skip. */
export function electronBinary(env: Readonly<Record<string, string | undefined>> = process.env): string | undefined {
  const named = env["STELLA_ELECTRON"]
  if (named !== undefined && named !== "") {
    if (!existsSync(named)) throw new Error(`STELLA_ELECTRON names ${named}, which is not there`)
    return named
  }
  const unpacked = join(root, "node_modules/electron/dist/electron")
  const folders = (env["PATH"] ?? "").split(delimiter).filter(folder => !folder.includes("node_modules"))
  return [unpacked, ...folders.map(folder => join(folder, "electron"))].find(path => existsSync(path))
}
