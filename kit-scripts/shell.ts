/**
 * The console in a window of its own: `npm run shell`, or `npm run shell -- FOLDER` with the folder of a rehearsal that was kept
 * (`npm start -- FOLDER`). It takes the service that owns the folder's site, or starts one, builds the shell into an Electron
 * that is installed, and opens it. Without a folder it rehearses first, in one that goes away with the window.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { createInterface } from "node:readline"
import { ERRORS, StellaError } from "../src/kernel/errors.ts"
import { unwrap } from "../src/kernel/result.ts"
import { play } from "./rehearsal/play.ts"
import { printerOn } from "./rehearsal/print.ts"
import { openStage, type Stage } from "./rehearsal/stage.ts"
import { OPERATOR } from "./rehearsal/steps.ts"
import { findElectron } from "./shell/find-electron.ts"
import { isServed, launchShell } from "./shell/launch.ts"

const STAGER = join(import.meta.dirname, "../packaging/shell/stage-shell.ts")

/** The site of the folder: the one that is there, or that of a rehearsal made now, without a word about each step. */
async function siteIn(folder: string, stop: AbortSignal): Promise<Stage> {
  if (existsSync(join(folder, "site/store.json"))) return openStage(folder, { STELLA_STORE: "site" })
  if (readdirSync(folder).length > 0)
    throw new StellaError(
      "CONFIG_INVALID",
      `${folder} holds something else than a rehearsal; name a kept or empty folder`,
    )
  console.log("rehearsing first, for a site to look at")
  const { stage, surprises } = await play(
    folder,
    printerOn(() => undefined, false),
    stop,
  )
  if (surprises.length > 0) throw new StellaError("INTERNAL", `the rehearsal went wrong: ${surprises.join("; ")}`)
  return stage
}

/** Starts a service on the site, and prints the one-time login when it listens. */
async function startService({ folder, env }: Stage): Promise<ChildProcess> {
  const log = openSync(join(folder, ".service.log"), "w", 0o600)
  const service = spawn("stella", ["serve", "--json", "--one-time-login", OPERATOR], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", log],
  })
  for await (const line of createInterface({ input: service.stdout ?? process.stdin })) {
    const said = JSON.parse(line) as { code: string | null; message: string; login: { code: string; expires: string } }
    if (said.code !== null) break
    console.log(`one-time login   ${said.login.code}   for ${OPERATOR}, once, until ${said.login.expires}`)
    return service
  }
  throw new StellaError("SERVICE_UNAVAILABLE", `the service did not start; see ${join(folder, ".service.log")}`)
}

/** Builds the shell into the Electron. */
function stageInto(electron: string): string {
  console.log("building the shell")
  const built = spawnSync(process.execPath, [STAGER, electron], { encoding: "utf8" })
  if (built.status === 0) return built.stdout.trim()
  throw new StellaError("SHELL_UNAVAILABLE", `the shell cannot be put into ${electron}: ${built.stderr.slice(-1000)}`)
}

async function open(given: string | undefined, stop: AbortSignal): Promise<number> {
  const electron = unwrap(findElectron(process.env))
  if (process.geteuid?.() === 0)
    throw new StellaError("SHELL_UNAVAILABLE", "there is no sandbox for root; start it as the user who owns the site")
  const folder = given === undefined ? mkdtempSync(join(tmpdir(), "stella-shell-")) : resolve(given)
  mkdirSync(folder, { recursive: true })
  let service: ChildProcess | undefined
  try {
    const stage = await siteIn(folder, stop)
    const socket = join(folder, "site/service.sock")
    const program = stageInto(electron)
    if (await isServed(socket)) console.log(`a service owns this site already; log in with ${OPERATOR}'s key file`)
    else service = await startService(stage)
    console.log(`key file         ${join(folder, OPERATOR)}.key; its passphrase is in ${OPERATOR}.pass beside it`)
    return await launchShell({ socket, program, env: process.env, stop })
  } finally {
    if (service !== undefined && service.exitCode === null) {
      service.kill("SIGTERM")
      await once(service, "exit")
    }
    if (given === undefined) rmSync(folder, { recursive: true, force: true })
  }
}

const stop = new AbortController()
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort())
try {
  process.exitCode = await open(process.argv[2], stop.signal)
} catch (error) {
  if (!(error instanceof StellaError)) throw error
  console.error(`error[${error.code}]: ${error.message}\nhint: ${ERRORS[error.code].hint}`)
  process.exitCode = ERRORS[error.code].exit
}
