/**
 * The shell as it is shipped: one archive in a copy of Electron whose fuses are set, without developer tools. Run as a user
 * without powers, so that the system's own sandbox is there, too.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process"
import { createHash } from "node:crypto"
import { once } from "node:events"
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { createServer, type IncomingMessage, type Server } from "node:http"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { geteuid } from "node:process"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { buildShell } from "../../packaging/shell/build-shell.ts"
import { FUSES, fusesOf } from "../../packaging/shell/fuses.ts"
import { stageShell } from "../../packaging/shell/stage-shell.ts"
import { openDisplay, type Display } from "./support/display.ts"
import { electronBinary } from "./support/electron-binary.ts"
import { leaveLaunch } from "./support/launching.ts"

const electron = electronBinary()
/** Somebody without powers; root cannot have Chromium's sandbox. */
const NOBODY = 65_534
const user = geteuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
const canSandbox = spawnSync("unshare", ["--user", "true"], user).status === 0
const TOKEN = `STELLA-SECRET-LAUNCH-${"A".repeat(43)}`

interface Ended {
  readonly status: number | null
  readonly said: string
}

describe.skipIf(electron === undefined)("a released shell", () => {
  const folder = mkdtempSync(join(tmpdir(), "stella-sealed-"))
  const [shell, looseShell] = [join(folder, "shell"), join(folder, "shell-loose")]
  let program = ""
  let loose = ""
  let display: Display

  beforeAll(async () => {
    chmodSync(folder, 0o755)
    await buildShell({ out: shell, released: true })
    await buildShell({ out: looseShell, released: false, console: join(shell, "console") })
    program = await stageShell({ electron: electron ?? "", shell, out: join(folder, "sealed"), sealed: true })
    loose = await stageShell({ electron: electron ?? "", shell: looseShell, out: join(folder, "loose"), sealed: false })
    display = await openDisplay()
  }, 120_000)

  afterAll(async () => {
    await display.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** A home of its own for each run, so that no shell is the second one. */
  function start(
    path: string,
    args: readonly string[],
    variables: Readonly<Record<string, string>> = {},
  ): ChildProcess {
    const home = mkdtempSync(join(folder, "home-"))
    if (user.uid !== undefined) chownSync(home, user.uid, user.gid)
    const env = { PATH: process.env["PATH"], HOME: home, DISPLAY: display.name, ...variables }
    return spawn(path, [...args, "--disable-gpu"], { env, cwd: home, stdio: ["ignore", "pipe", "pipe"], ...user })
  }

  async function ended(child: ChildProcess): Promise<Ended> {
    const said: string[] = []
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => said.push(text))
    const [status] = (await once(child, "close")) as [number | null]
    return { status, said: said.join("") }
  }

  const digest = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex")

  it("has every fuse as it has to be, but for those that this Electron does not have", async () => {
    const fuses = await fusesOf(program)
    const before = await fusesOf(electron ?? "")
    for (const [name, wanted] of Object.entries(FUSES)) {
      const fuse = name as keyof typeof FUSES
      expect([fuse, fuses[fuse]]).toEqual([fuse, before[fuse] === undefined ? undefined : wanted])
    }
    // Electron 25 lacks the two newest; a fuse that is missing beyond these would be a change nobody has looked at.
    const missing = Object.keys(FUSES).filter(name => fuses[name as keyof typeof FUSES] === undefined)
    expect(["GrantFileProtocolExtraPrivileges", "WasmTrapHandlers"]).toEqual(expect.arrayContaining(missing))
    for (const name of ["RunAsNode", "EnableNodeOptionsEnvironmentVariable", "EnableNodeCliInspectArguments"] as const)
      expect(fuses[name]).toBe(false)
    expect(fuses.OnlyLoadAppFromAsar).toBe(true)
    // The Electron that it was made from is as it was.
    expect(before.RunAsNode).toBe(true)
    expect(digest(program)).not.toBe(digest(electron ?? ""))
  })

  it("is no Node for anybody", async () => {
    const asNode = { ELECTRON_RUN_AS_NODE: "1" }
    const tried = await ended(start(program, ["-e", "console.log('node', 6 * 7)"], asNode))
    expect(tried.said).not.toContain("node 42")
    // The same asked of the Electron that it was made from is answered: the question is a good one.
    const home = mkdtempSync(join(folder, "home-"))
    const plain = spawnSync(electron ?? "", ["-e", "console.log('node', 6 * 7)"], {
      env: { ...asNode, HOME: home },
      encoding: "utf8",
    })
    expect(plain.stdout).toContain("node 42")
  })

  it.for(["--no-sandbox", "--remote-debugging-port=0", "--disable-web-security", "--js-flags=--expose-gc"])(
    "does not start with %s",
    async given => {
      const left = leaveLaunch({ v: 1, socket: "/nowhere.sock", token: TOKEN })
      if (user.uid !== undefined) {
        chownSync(left.path, user.uid, user.gid)
        chownSync(dirname(left.path), user.uid, user.gid)
      }
      const { status, said } = await ended(start(program, [given], { STELLA_SHELL_LAUNCH: left.path }))
      left.remove()
      expect(said).toContain(`SWITCH_REFUSED: the shell does not start with ${given.split("=")[0] ?? ""}\n`)
      expect(said).not.toContain("DevTools listening")
      expect(status).toBe(2)
    },
  )

  it("loads its archive and nothing that lies beside it", async () => {
    const beside = join(dirname(program), "resources/app")
    mkdirSync(beside)
    writeFileSync(join(beside, "package.json"), '{"name":"other","main":"main.js"}')
    writeFileSync(join(beside, "main.js"), 'process.stderr.write("somebody else runs"); process.exit(7)')
    const { status, said } = await ended(start(program, []))
    rmSync(beside, { recursive: true })
    expect(said).not.toContain("somebody else runs")
    expect([status, said]).toEqual([2, expect.stringContaining("LAUNCH_MALFORMED")])
  })

  it("does not open on another console than the one of its build", async () => {
    const main = readdirSync(join(dirname(loose), "resources/app/console/assets")).find(name => name.endsWith(".js"))
    appendFileSync(join(dirname(loose), "resources/app/console/assets", main ?? ""), "\n// changed")
    const left = leaveLaunch({ v: 1, socket: "/nowhere.sock", token: TOKEN })
    if (user.uid !== undefined) {
      chownSync(left.path, user.uid, user.gid)
      chownSync(dirname(left.path), user.uid, user.gid)
    }
    const { status, said } = await ended(start(loose, ["--no-sandbox"], { STELLA_SHELL_LAUNCH: left.path }))
    left.remove()
    expect([status, said]).toEqual([2, expect.stringContaining("CONSOLE_CHANGED")])
  })

  it.skipIf(!canSandbox)(
    "opens for a user without powers, in the system's sandbox, and asks with its launch",
    async () => {
      const sockets = mkdtempSync(join(folder, "sockets-"))
      const socket = join(sockets, "window.sock")
      const asked = Promise.withResolvers<IncomingMessage>()
      const service: Server = createServer((request, response) => {
        if (request.url === "/api/v1/session") asked.resolve(request)
        response.writeHead(401, { "content-type": "application/problem+json" })
        response.end('{"code":"NOT_AUTHENTICATED","title":"nobody","hint":"","detail":{}}')
      })
      service.listen(socket)
      await once(service, "listening")
      const left = leaveLaunch({ v: 1, socket, token: TOKEN })
      if (user.uid !== undefined)
        for (const path of [sockets, socket, left.path, dirname(left.path)]) chownSync(path, user.uid, user.gid)
      // A released shell listens to no debugger, whatever it is told.
      const child = start(program, ["--inspect=0"], { STELLA_SHELL_LAUNCH: left.path })
      const over = ended(child)
      const request = await Promise.race([asked.promise, over])
      if (!("headers" in request)) throw new Error(request.said)
      expect(request.headers).toMatchObject({ host: "console", "stella-launch": TOKEN })
      expect(request.headers.authorization).toBeUndefined()
      expect(existsSync(left.path)).toBe(false)
      // The page has asked, so its process is there: under a filter of system calls, and without a way to more rights.
      const processes = readdirSync("/proc").filter(name => /^\d+$/.test(name))
      const read = (path: string): string => {
        try {
          return readFileSync(path, "utf8")
        } catch {
          // A process that has ended meanwhile.
          return ""
        }
      }
      const renderers = processes.filter(pid => {
        const line = read(`/proc/${pid}/cmdline`)
        return line.startsWith(program) && line.includes("--type=renderer")
      })
      expect(renderers).toHaveLength(1)
      const status = read(`/proc/${renderers[0] ?? ""}/status`)
      expect(status).toMatch(/^Seccomp:\s*2$/m)
      expect(status).toMatch(/^NoNewPrivs:\s*1$/m)
      child.kill()
      const { said } = await over
      expect(said).not.toContain("Debugger listening")
      service.close()
      service.closeAllConnections()
      left.remove()
    },
  )
})
