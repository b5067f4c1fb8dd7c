/**
 * Puts a built shell into an Electron: a folder of its own, in which the program is a copy whose fuses are set, the shell is the
 * only application, and everything else is linked to the Electron that it came from, which stays as it was.
 */
import { copyFileSync, cpSync, linkSync, mkdirSync, readdirSync, rmSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import { createPackage } from "@electron/asar"
import { root } from "../emit.ts"
import { buildShell } from "./build-shell.ts"
import { setFuses } from "./fuses.ts"

/** What is put where. */
export interface Staging {
  /** The program of an unpacked Electron. */
  readonly electron: string
  /** A folder that `buildShell` has made. */
  readonly shell: string
  /** Absolute path of the folder; it is replaced as a whole. */
  readonly out: string
  /** Sealed: the shell in one archive and the fuses set. Not sealed is for tests that look inside. */
  readonly sealed: boolean
}

function place(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  try {
    linkSync(from, to)
  } catch {
    // Another file system.
    copyFileSync(from, to)
  }
}

/** Does it, and gives the path of the program. */
export async function stageShell({ electron, shell, out, sealed }: Staging): Promise<string> {
  const from = dirname(electron)
  const resources = join(out, "resources")
  rmSync(out, { recursive: true, force: true })
  // Whatever application the Electron has with it stays behind.
  const files = readdirSync(from, { recursive: true, withFileTypes: true }).filter(file => file.isFile())
  for (const file of files) {
    const path = relative(from, join(file.parentPath, file.name))
    if (!path.startsWith("resources/") && join(from, path) !== electron) place(join(from, path), join(out, path))
  }
  mkdirSync(resources, { recursive: true })
  const program = join(out, "stella-shell")
  copyFileSync(electron, program)
  if (sealed) {
    await createPackage(shell, join(resources, "app.asar"))
    await setFuses(program)
  } else cpSync(shell, join(resources, "app"), { recursive: true })
  return program
}

// node packaging/shell/stage-shell.ts ELECTRON: builds the shell, puts it into a copy of that Electron below dist, sealed, and
// prints the path of the program.
if (import.meta.main) {
  const electron = process.argv[2]
  if (electron === undefined) throw new Error("name the program of an Electron")
  const shell = join(root, "dist/shell")
  await buildShell({ out: shell, released: true })
  const out = join(root, "dist/shell-electron")
  process.stdout.write(`${await stageShell({ electron: resolve(electron), shell, out, sealed: true })}\n`)
}
