/**
 * The folder in which the commands and programs of the documents run: `stella` is on PATH and `stella-attestor` can be
 * imported, home is a folder of its own, and of the outside there are only the system's programs. A page's fences share
 * one, in order, as a reader would type them.
 */
import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { root } from "../support/tree.ts"

/** How a script or program ended. */
export interface Ended {
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A place to run commands in, removed by `close`. */
export interface Workspace {
  readonly folder: string
  /** Runs a shell script that stops at the first failure. */
  run(script: string): Ended
  /** Runs a TypeScript program. */
  runProgram(text: string): Ended
  close(): void
}

/** Makes an empty workspace. */
export function openWorkspace(): Workspace {
  const base = mkdtempSync(join(tmpdir(), "stella-docs-"))
  const folder = join(base, "work")
  const bin = join(base, "bin")
  for (const path of [folder, bin, join(base, "home"), join(folder, "node_modules")]) mkdirSync(path)
  symlinkSync(root, join(folder, "node_modules/stella-attestor"))
  const launcher = `#!/bin/sh\nexec '${process.execPath}' '${join(root, "appliance/cli/stella.mjs")}' "$@"\n`
  writeFileSync(join(bin, "stella"), launcher, { mode: 0o755 })
  const env = {
    PATH: [bin, dirname(process.execPath), "/usr/bin", "/bin"].join(":"),
    HOME: join(base, "home"),
    LANG: "C.UTF-8",
  }
  const start = (command: string, args: readonly string[]): Ended => {
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd: folder,
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    })
    return { exit: status, stdout, stderr }
  }
  return {
    folder,
    run: script => start("bash", ["--norc", "-euo", "pipefail", "-c", script]),
    runProgram(text) {
      writeFileSync(join(folder, "example.ts"), text)
      // The link leads into the tree, where the package's own sources stand under this condition.
      return start(process.execPath, ["--conditions=stella-source", "example.ts"])
    },
    close() {
      rmSync(base, { recursive: true, force: true })
    },
  }
}
