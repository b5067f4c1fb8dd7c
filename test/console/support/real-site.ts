/** A real site with a real service: made by the command line in a folder of its own, served on loopback with the built console. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { buildConsole } from "../../../packaging/console/build-console.ts"

const root = join(import.meta.dirname, "../../..")
const LAUNCHER = join(root, "appliance/cli/stella.mjs")
const PASSPHRASE = "a passphrase of some length"

/** What the scene is about; kit-scripts/rehearsal/scene.ts makes it. */
export interface Scene {
  readonly identity: string
  readonly issuer: string
  readonly rootSha256: string
}

/** A site that is served. */
export interface RealSite {
  /** The folder: the scene's files, `site` below it. */
  readonly folder: string
  readonly scene: Scene
  readonly keyFile: string
  readonly passphrase: string
  /** Starts the service; gives its origin and a one-time code. */
  readonly serve: () => Promise<{ readonly origin: string; readonly code: string }>
  /** The process of the service, while it runs. */
  readonly pid: () => number | undefined
  /** Ends the service, in order or by force. */
  readonly end: (signal: "SIGTERM" | "SIGKILL") => Promise<void>
  /** Runs `stella`; throws when it does not end with one of the statuses. */
  readonly stella: (args: readonly string[], statuses?: readonly number[]) => string
  /** The same as somebody types it, words in quotes and all. */
  readonly run: (words: string, statuses?: readonly number[]) => string
  /** The last line that it answers with `--json`. */
  readonly shown: (...args: readonly string[]) => unknown
  readonly close: () => Promise<void>
}

interface Listening {
  readonly type: string
  readonly url: string
  readonly login: { readonly code: string } | null
  readonly message: string | null
}

/** Makes scene, site, operator and console; nothing is served yet. */
export async function makeRealSite(): Promise<RealSite> {
  const folder = mkdtempSync(join(tmpdir(), "stella-console-"))
  const env = { ...process.env, STELLA_STATE_DIR: join(folder, ".state"), STELLA_STORE: join(folder, "site") }
  const node = (args: readonly string[], statuses: readonly number[]): string => {
    const done = spawnSync(process.execPath, args, { cwd: folder, env, encoding: "utf8", maxBuffer: 1024 ** 3 })
    if (done.status === null || !statuses.includes(done.status))
      throw new Error(`${args.join(" ")} ended with ${String(done.status)}: ${done.stderr.slice(-2000)}`)
    return done.stdout
  }
  const stella = (args: readonly string[], statuses: readonly number[] = [0]): string =>
    node([LAUNCHER, ...args], statuses)
  const scenePath = join(root, "kit-scripts/rehearsal/scene.ts")
  const makeScene = `const { setScene } = await import(${JSON.stringify(scenePath)}); console.log(JSON.stringify(setScene(${JSON.stringify(folder)}, Math.floor(Date.now() / 1000))))`
  const scene = JSON.parse(node(["--input-type=module", "-e", makeScene], [0])) as Scene
  stella(["init", "site"])
  stella(["trust", "import", "trusted_root.json", "--sha256", scene.rootSha256])
  stella(["mirror", "ingest", "medium-1/log"])
  writeFileSync(join(folder, "rita.pass"), PASSPHRASE + "\n", { mode: 0o600 })
  stella(["operator", "key", "rita.key", "--passphrase-file", "rita.pass"])
  stella(["operator", "add", "rita", "--role", "administrator", "--role", "operator", "--public-key", "rita.key.pub"])
  const built = join(folder, "console")
  mkdirSync(built)
  await buildConsole({ out: built })
  let service: ChildProcess | undefined

  const end: RealSite["end"] = async signal => {
    const running = service
    service = undefined
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return
    const ended = new Promise<void>(resolve => running.once("exit", () => resolve()))
    running.kill(signal)
    await ended
  }
  return {
    folder,
    scene,
    keyFile: join(folder, "rita.key"),
    passphrase: PASSPHRASE,
    stella,
    run: (words, statuses) => {
      const parts = words.match(/'[^']*'|[^\s]+/g) ?? []
      return stella(
        parts.map(part => part.replace(/^'(.*)'$/, "$1")),
        statuses,
      )
    },
    shown: (...args) =>
      JSON.parse(
        stella([...args, "--json"])
          .trimEnd()
          .split("\n")
          .at(-1) ?? "",
      ) as unknown,
    pid: () => service?.pid,
    end,
    serve: async () => {
      const args = ["serve", "--listen", "127.0.0.1:0", "--console", built, "--one-time-login", "rita", "--json"]
      const child = spawn(process.execPath, [LAUNCHER, ...args], {
        cwd: folder,
        env,
        stdio: ["ignore", "pipe", "ignore"],
      })
      service = child
      for await (const line of createInterface({ input: child.stdout })) {
        const said = JSON.parse(line) as Listening
        if (said.type === "error") throw new Error(said.message ?? "the service did not start")
        if (said.type !== "result") continue
        return { origin: said.url.replace(/\/$/, ""), code: said.login?.code ?? "" }
      }
      throw new Error("the service ended before it listened")
    },
    close: async () => {
      await end("SIGTERM")
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
