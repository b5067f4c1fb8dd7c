/** The console that was packed with the shell: read at the start, and refused when it is not the one of the same build. */
import { createHash } from "node:crypto"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { readConsoleFiles, type ConsoleFiles } from "../contract/console-files.ts"
import { ShellRefusal } from "./shell-refusal.ts"

/** Reads it. @throws ShellRefusal CONSOLE_CHANGED */
export async function packedConsole(folder: string, manifestSha256: string): Promise<ConsoleFiles> {
  const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex")
  const read = (path: string): Promise<Uint8Array> => readFile(join(folder, path))
  const files = await readConsoleFiles({ read, sha256 }, manifestSha256)
  if (!files.ok) throw new ShellRefusal("CONSOLE_CHANGED", files.error)
  return files.value
}
