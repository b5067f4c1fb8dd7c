/**
 * Scripts that use the command line as a user types it. A script is commands and expectations, then its files:
 *
 * ```
 * # a comment
 * stella attest inspect app.json          runs the real program; it must end with 0
 * ! stella attest inspect nothing.json    it must end with another status
 * exit 2                                  the status of the last command
 * stdout 'form +bundle'                   a regular expression that the last standard output has
 * ! stderr .                              one that it has not
 * json code null                          a member of the last line of standard output, and its JSON
 * -- app.json --
 * {"a file":"of the script"}
 * ```
 *
 * What `--json` prints is checked against the operation's output schema, line by line. Other commands: `exec program args…`, `stdin file` (for the next command), `env NAME=value`, `save file` (the last
 * standard output), `same file file`, `exists path`, `mkdir path`, `write path text`, `big path bytes [text]`,
 * `flip path` (one bit in the middle), `hold site` (another process owns it until the end), `release`, `terminal` (the
 * next command runs on one). `$SHARED` is the shared data; a script that names it is skipped where there is none.
 * `$WORK` is the script's own folder, which is the working folder, `$ROOT` the repository.
 */
import { spawn, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, dirname, join, resolve } from "node:path"
import { expect } from "vitest"
import { route } from "../../appliance/cli/route.ts"
import { failure } from "../../ui/contract/events.ts"
import { shared } from "./shared.ts"

const root = resolve(import.meta.dirname, "../..")
const BIN = join(root, "appliance/cli/stella.mjs")

/** One line of a script: its number, whether it is negated, and its words. */
interface Step {
  readonly line: number
  readonly not: boolean
  readonly words: readonly string[]
}

/** A parsed script. */
export interface Script {
  readonly steps: readonly Step[]
  readonly files: ReadonlyMap<string, string>
  readonly needsShared: boolean
}

/** Splits a line at spaces; single quotes keep text together and are themselves dropped. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replace(/'([^']*)'/g, "$1"))
}

/** Parses the text of a script. A line that ends in a backslash goes on with the next one. */
export function parseScript(text: string): Script {
  const files = new Map<string, string>()
  const steps: Step[] = []
  const [commands = "", ...parts] = text.split(/^-- (.+) --\n/m)
  for (let i = 0; i < parts.length; i += 2) files.set(parts[i] ?? "", parts[i + 1] ?? "")
  const lines = commands.split("\n")
  for (let i = 0; i < lines.length; i++) {
    const line = i + 1
    let whole = lines[i] ?? ""
    while (whole.endsWith("\\")) whole = whole.slice(0, -1) + (lines[++i] ?? "").trimStart()
    const [first, ...rest] = wordsOf(whole)
    if (first === undefined || first.startsWith("#")) continue
    steps.push(first === "!" ? { line, not: true, words: rest } : { line, not: false, words: [first, ...rest] })
  }
  return { steps, files, needsShared: commands.includes("$SHARED") }
}

/** Every line of a machine-readable answer is of the operation's output schema, and no progress is among them. */
async function expectSchema(args: readonly string[], stdout: string): Promise<void> {
  const found = route(args)
  const output = found.ok ? (await found.value.operation.schemas()).output : failure
  for (const line of stdout.trimEnd().split("\n")) {
    const parsed = output.safeParse(JSON.parse(line))
    expect(parsed.success ? "" : `${parsed.error.message}\nin ${line}`).toBe("")
  }
}

interface Ended {
  readonly status: number | null
  readonly stdout: Buffer
  readonly stderr: string
}

class Runner {
  readonly #work = mkdtempSync(join(tmpdir(), "stella-script-"))
  readonly #env: Record<string, string>
  #last: Ended = { status: 0, stdout: Buffer.of(), stderr: "" }
  #stdin = ""
  #terminal = false
  #held: ChildProcess | undefined

  constructor(files: ReadonlyMap<string, string>) {
    this.#env = {
      PATH: [join(root, "node_modules/.bin"), process.env["PATH"] ?? ""].join(delimiter),
      HOME: join(this.#work, ".home"),
      STELLA_STATE_DIR: join(this.#work, ".state"),
      XDG_CACHE_HOME: join(root, "node_modules/.cache"),
      TZ: "UTC",
    }
    for (const [name, text] of files) {
      mkdirSync(dirname(this.#path(name)), { recursive: true })
      writeFileSync(this.#path(name), text)
    }
  }

  #path(name: string): string {
    return resolve(this.#work, name)
  }

  #expand(word: string): string {
    return word
      .replaceAll("$WORK", this.#work)
      .replaceAll("$ROOT", root)
      .replaceAll("$SHARED", shared ?? "")
  }

  async #spawn(program: string, args: readonly string[]): Promise<void> {
    // `script` gives the program a terminal; its own status is the program's.
    const typed = [program, ...args].map(word => `'${word}'`).join(" ")
    const [name, rest] = this.#terminal ? ["script", ["-qec", typed, "/dev/null"]] : [program, args]
    const child = spawn(name, rest, { cwd: this.#work, env: this.#env, stdio: ["pipe", "pipe", "pipe"] })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk))
    child.stdin.on("error", () => undefined)
    child.stdin.end(this.#stdin === "" ? "" : readFileSync(this.#path(this.#stdin)))
    const [status] = (await once(child, "close")) as [number | null]
    this.#last = { status, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }
    this.#stdin = ""
    this.#terminal = false
  }

  /** Another process opens the site and says so. */
  async #hold(site: string): Promise<void> {
    const open = join(root, "test/support/hold-site.ts")
    const child = spawn("node", [open, this.#path(site)], { env: this.#env, stdio: ["pipe", "pipe", "inherit"] })
    this.#held = child
    await once(child.stdout, "data")
  }

  async #release(): Promise<void> {
    const child = this.#held
    this.#held = undefined
    if (child === undefined) return
    child.stdin?.end()
    await once(child, "close")
  }

  #json(path: string): unknown {
    const line = this.#last.stdout.toString().trimEnd().split("\n").at(-1) ?? ""
    return path.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], JSON.parse(line))
  }

  async #step({ not, words }: Step): Promise<void> {
    const [command = "", ...args] = words.map(word => this.#expand(word))
    const [first = "", second = ""] = args
    switch (command) {
      case "stella":
      case "exec":
        await this.#spawn(...(command === "stella" ? ([BIN, args] as const) : ([first, args.slice(1)] as const)))
        if (command === "stella" && args.includes("--json")) await expectSchema(args, this.#last.stdout.toString())
        if (not) expect(this.#last.status, this.#last.stdout.toString()).not.toBe(0)
        else expect(this.#last.status, this.#last.stderr).toBe(0)
        return
      case "exit":
        expect(String(this.#last.status), this.#last.stderr).toBe(first)
        return
      case "stdout":
      case "stderr": {
        const text = command === "stdout" ? this.#last.stdout.toString() : this.#last.stderr
        const pattern = new RegExp(first, "m")
        if (not) expect(text).not.toMatch(pattern)
        else expect(text).toMatch(pattern)
        return
      }
      case "json":
        expect(this.#json(first)).toEqual(JSON.parse(second))
        return
      case "stdin":
        this.#stdin = first
        return
      case "terminal":
        this.#terminal = true
        return
      case "env":
        this.#env[first.slice(0, first.indexOf("="))] = first.slice(first.indexOf("=") + 1)
        return
      case "save":
        writeFileSync(this.#path(first), this.#last.stdout)
        return
      case "same":
        expect(readFileSync(this.#path(first)).equals(readFileSync(this.#path(second)))).toBe(!not)
        return
      case "exists":
        expect(existsSync(this.#path(first))).toBe(!not)
        return
      case "mkdir":
        mkdirSync(this.#path(first), { recursive: true })
        return
      case "write":
        writeFileSync(this.#path(first), second + "\n")
        return
      case "big":
        // The text, and then zero bytes up to the length.
        appendFileSync(this.#path(first), args[2] ?? "")
        truncateSync(this.#path(first), Number(second))
        return
      case "flip": {
        const bytes = readFileSync(this.#path(first))
        const middle = Math.floor(bytes.length / 2)
        bytes[middle] = (bytes[middle] ?? 0) ^ 1
        writeFileSync(this.#path(first), bytes)
        return
      }
      case "hold":
        return this.#hold(first)
      case "release":
        return this.#release()
      default:
        throw new Error(`no such command of scripts: ${command}`)
    }
  }

  async run(name: string, steps: readonly Step[]): Promise<void> {
    try {
      for (const step of steps)
        await this.#step(step).catch((error: unknown) => {
          if (error instanceof Error)
            error.message = `${name}:${String(step.line)}: ${step.words.join(" ")}\n${error.message}`
          throw error
        })
    } finally {
      await this.#release()
      rmSync(this.#work, { recursive: true, force: true })
    }
  }
}

/** Runs a script in a folder of its own, which is removed afterwards. */
export async function runScript(name: string, script: Script): Promise<void> {
  await new Runner(script.files).run(name, script.steps)
}
