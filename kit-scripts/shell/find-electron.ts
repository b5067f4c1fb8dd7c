/**
 * Which Electron there is: the one that `STELLA_ELECTRON` names, else one that is installed. The package `electron` in
 * node_modules is none: it brings types, and a launcher that would fetch a program from the network.
 */
import { existsSync } from "node:fs"
import { delimiter, join } from "node:path"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"

/** Its program. Failure: SHELL_UNAVAILABLE; a name that leads nowhere is one, too, and nothing else is tried then. */
export function findElectron(env: Readonly<Record<string, string | undefined>>): Result<string> {
  const named = env["STELLA_ELECTRON"]
  if (named !== undefined && named !== "")
    return existsSync(named)
      ? ok(named)
      : err(new StellaError("SHELL_UNAVAILABLE", `STELLA_ELECTRON names ${named}, which is not there`))
  const unpacked = join(import.meta.dirname, "../../node_modules/electron/dist/electron")
  const folders = (env["PATH"] ?? "").split(delimiter).filter(folder => !folder.includes("node_modules"))
  const found = [unpacked, ...folders.map(folder => join(folder, "electron"))].find(path => existsSync(path))
  return found === undefined ? err(new StellaError("SHELL_UNAVAILABLE", "no Electron is installed here")) : ok(found)
}
