/** `npm run shell`: what it says where no window can be opened, and how it hands a launch to the program that it starts. */
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { findElectron } from "../../kit-scripts/shell/find-electron.ts"
import { isServed, launchShell, NAMES } from "../../kit-scripts/shell/launch.ts"
import { LAUNCH_HEADER, LAUNCH_PATH, LAUNCH_VARIABLE } from "../../ui/contract/shell-names.ts"
import type { Launch } from "../../ui/contract/shell.ts"
import { ask, ServiceProcess, stella } from "../support/service.ts"
import { readText, root } from "../support/tree.ts"

const folder = mkdtempSync(join(tmpdir(), "stella-launcher-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe("npm run shell", () => {
  it("is the program that package.json names", () => {
    const { scripts } = JSON.parse(readText("package.json")) as { readonly scripts: Readonly<Record<string, string>> }
    expect(scripts["shell"]).toBe("node .ci/with-node.mjs kit-scripts/shell.ts")
  })

  it("says by name that there is no Electron, and what to do instead", () => {
    const env = { PATH: process.env["PATH"], HOME: folder, TMPDIR: folder, STELLA_ELECTRON: join(folder, "nothing") }
    const done = spawnSync(process.execPath, [join(root, "kit-scripts/shell.ts")], { env, encoding: "utf8" })
    expect([done.status, done.stdout]).toEqual([2, ""])
    expect(done.stderr).toContain("error[SHELL_UNAVAILABLE]: STELLA_ELECTRON names")
    expect(done.stderr).toMatch(/^hint: .*STELLA_ELECTRON.*npm start/m)
  })
})

describe("which Electron", () => {
  it("is the named one, else one on the path, and never the launcher in node_modules, which would fetch one", () => {
    const [packages, programs] = [join(folder, "node_modules/.bin"), join(folder, "programs")]
    for (const place of [packages, programs]) {
      mkdirSync(place, { recursive: true })
      writeFileSync(join(place, "electron"), "")
    }
    const here = join(programs, "electron")
    expect(findElectron({ STELLA_ELECTRON: here })).toEqual({ ok: true, value: here })
    expect(findElectron({ PATH: `${packages}:${programs}` })).toEqual({ ok: true, value: here })
    for (const env of [{ STELLA_ELECTRON: join(folder, "nothing"), PATH: programs }, { PATH: packages }, {}])
      expect(findElectron(env)).toMatchObject({ ok: false, error: { code: "SHELL_UNAVAILABLE" } })
  })
})

describe("a launch", () => {
  let service: ServiceProcess
  beforeAll(async () => {
    await stella(folder, ["init", "site"])
    service = await ServiceProcess.start(folder, ["--store", "site"])
  }, 60_000)
  afterAll(async () => {
    await service.stop()
  })

  /** A program in the shell's place: it tells what it was given and what the window's door says to it. */
  const PROGRAM = `
    const { readFileSync, statSync, writeFileSync } = require("node:fs")
    const { request } = require("node:http")
    const file = process.env.${LAUNCH_VARIABLE}
    const launch = JSON.parse(readFileSync(file, "utf8"))
    const headers = { host: "console", "${LAUNCH_HEADER}": launch.token }
    request({ socketPath: launch.socket, path: "/healthz", headers }, answer => {
      const said = { file, launch, mode: statSync(file).mode & 0o777, argv: process.argv, status: answer.statusCode }
      writeFileSync(process.env.TOLD, JSON.stringify(said))
      process.exitCode = 5
      answer.resume()
    }).end()`

  it("has the names of the contract", () => {
    expect(NAMES).toEqual({ path: LAUNCH_PATH, header: LAUNCH_HEADER, variable: LAUNCH_VARIABLE })
  })

  it("is in a file of this user's alone, works at the window's door, and ends with its program", async () => {
    const told = join(folder, "told.json")
    const { socket } = service.listening
    const status = await launchShell({
      socket,
      program: process.execPath,
      args: ["-e", PROGRAM],
      env: { PATH: process.env["PATH"], TOLD: told },
      stop: new AbortController().signal,
    })
    const said = JSON.parse(readFileSync(told, "utf8")) as {
      readonly file: string
      readonly launch: Launch
      readonly mode: number
      readonly argv: readonly string[]
      readonly status: number
    }
    expect(status).toBe(5)
    expect([said.mode, said.status]).toEqual([0o600, 200])
    expect(said.argv.join(" ")).not.toContain(said.launch.token)
    expect(existsSync(said.file)).toBe(false)
    const headers = { host: "console", [LAUNCH_HEADER]: said.launch.token }
    const after = await ask({ socketPath: said.launch.socket }, "GET", "/healthz", { headers })
    expect([after.status, after.json()["code"]]).toEqual([403, "LAUNCH_OVER"])
  })

  it("ends its program when it is told to", async () => {
    const stop = new AbortController()
    stop.abort()
    const { socket } = service.listening
    const status = await launchShell({
      socket,
      program: process.execPath,
      args: ["-e", "setInterval(() => undefined, 1000)"],
      env: {},
      stop: stop.signal,
    })
    expect(status).toBe(0)
  })

  it("is asked of a service that is there", async () => {
    expect(await isServed(service.listening.socket)).toBe(true)
    expect(await isServed(join(folder, "nothing.sock"))).toBe(false)
    writeFileSync(join(folder, "no-socket"), "")
    expect(await isServed(join(folder, "no-socket"))).toBe(false)
  })
})
