/**
 * The folder in which the commands of the documents run: `stella` is on PATH, home is a folder of its own, and nothing
 * of the outside but the system's programs is. A page's fences share one, in order, as a reader would type them.
 */
import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { root } from "../support/tree.ts"

/** A place to run commands in, removed by `close`. */
export interface Workspace {
  readonly folder: string
  run(script: string): { readonly exit: number | null; readonly stdout: string; readonly stderr: string }
  close(): void
}

/** Makes an empty workspace. */
export function openWorkspace(): Workspace {
  const base = mkdtempSync(join(tmpdir(), "stella-docs-"))
  const folder = join(base, "work")
  const bin = join(base, "bin")
  for (const path of [folder, bin, join(base, "home")]) mkdirSync(path)
  const launcher = `#!/bin/sh\nexec '${process.execPath}' '${join(root, "appliance/cli/stella.mjs")}' "$@"\n`
  writeFileSync(join(bin, "stella"), launcher, { mode: 0o755 })
  const env = {
    PATH: [bin, dirname(process.execPath), "/usr/bin", "/bin"].join(":"),
    HOME: join(base, "home"),
    LANG: "C.UTF-8",
  }
  return {
    folder,
    run(script) {
      const done = spawnSync("bash", ["-euo", "pipefail", "-c", script], { cwd: folder, env, encoding: "utf8" })
      return { exit: done.status, stdout: done.stdout, stderr: done.stderr }
    },
    close() {
      rmSync(base, { recursive: true, force: true })
    },
  }
}
