/** What is kept of a bug: the stack and the versions, never the input, in a file of the user's own. */
import { mkdir, writeFile } from "node:fs/promises"
import { homedir } from "node:os"
import { join } from "node:path"
import { inspect } from "node:util"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"

/** Writes the report and gives its path. */
export async function writeCrashReport(error: unknown, version: string): Promise<Result<string>> {
  const state = process.env["STELLA_STATE_DIR"] ?? join(homedir(), ".local", "state", "stella")
  const folder = join(state, "crashes")
  const file = join(folder, `${new Date().toISOString().replaceAll(":", "")}-${String(process.pid)}.txt`)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const text = `stella ${version}\nnode ${process.version} ${process.platform} ${process.arch}\n\n${inspect(error)}\n`
    await writeFile(file, text, { flag: "wx", mode: 0o600 })
    return ok(file)
  } catch (cause) {
    return err(new StellaError("OUTPUT_REFUSED", `cannot write ${file}`, { path: file }, cause))
  }
}
