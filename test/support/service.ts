/** A real service in a process of its own, and the command line beside it. */
import { spawn, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import {
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from "node:http"
import { join } from "node:path"
import { root } from "./tree.ts"

const BIN = join(root, "appliance/cli/stella.mjs")
const CLOCK = join(root, "test/support/frozen-clock.mjs")
const MEMORY_PROBE = join(root, "test/support/memory-probe.mjs")

/** What is loaded before the program: a clock that stands still, or something that tells how much memory is held. */
export interface Preloads {
  readonly frozen?: boolean
  readonly memoryProbe?: boolean
}

/** How a command ended. */
export interface Ended {
  readonly status: number | null
  readonly stdout: Buffer
  readonly stderr: string
}

/** A response. */
export interface Response {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly text: string
  json(): Record<string, unknown>
  lines(): Record<string, unknown>[]
}

/** What is sent beside method and path. */
export interface Sending {
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string | Uint8Array
  /** An object that becomes the JSON body. */
  readonly json?: unknown
}

/** The environment in which commands of one folder run. */
export function environmentOf(
  folder: string,
  { frozen = false, memoryProbe = false }: Preloads = {},
): NodeJS.ProcessEnv {
  const preloads = [...(frozen ? [CLOCK] : []), ...(memoryProbe ? [MEMORY_PROBE] : [])]
  return {
    PATH: process.env["PATH"],
    HOME: join(folder, ".home"),
    STELLA_STATE_DIR: join(folder, ".state"),
    XDG_CACHE_HOME: join(root, "node_modules/.cache"),
    TZ: "UTC",
    ...(preloads.length > 0 ? { NODE_OPTIONS: preloads.map(path => `--import=${path}`).join(" ") } : {}),
  }
}

/** Starts the command line without waiting. */
export function startStella(folder: string, args: readonly string[], options: Preloads = {}): ChildProcess {
  return spawn(process.execPath, [BIN, ...args], {
    cwd: folder,
    env: environmentOf(folder, options),
    stdio: ["pipe", "pipe", "pipe"],
  })
}

/** Runs the command line to its end. */
export async function stella(folder: string, args: readonly string[], options: Preloads = {}): Promise<Ended> {
  const child = startStella(folder, args, options)
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk))
  child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk))
  child.stdin?.end()
  const [status] = (await once(child, "close")) as [number | null]
  return { status, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }
}

function read(message: IncomingMessage): Promise<Response> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    message.on("data", (part: Buffer) => parts.push(part))
    message.on("error", reject)
    message.on("end", () => {
      const body = Buffer.concat(parts)
      const text = body.toString()
      resolve({
        status: message.statusCode ?? 0,
        headers: message.headers,
        body,
        text,
        json: () => JSON.parse(text) as Record<string, unknown>,
        lines: () =>
          text
            .split("\n")
            .filter(line => line !== "")
            .map(line => JSON.parse(line) as Record<string, unknown>),
      })
    })
  })
}

/** Where a request goes: a socket, or a port on loopback. */
export type Target = { readonly socketPath: string } | { readonly host: string; readonly port: number }

/** Sends one request. */
export function ask(target: Target, method: string, path: string, sending: Sending = {}): Promise<Response> {
  const body = sending.json === undefined ? sending.body : JSON.stringify(sending.json)
  const headers = { ...(sending.json === undefined ? {} : { "content-type": "application/json" }), ...sending.headers }
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ ...target, method, path, headers, agent: false }, message => {
      resolve(read(message))
    })
    // A service that refuses a long body closes the connection before all of it is sent; its answer is on the way.
    sent.on("error", error => setTimeout(reject, 500, error))
    sent.end(body)
  })
}

/** A form with the part `input` and files by their names. */
export function form(input: unknown, files: Readonly<Record<string, string | Uint8Array>>): Sending {
  const boundary = "----stella-test-boundary"
  const parts: Buffer[] = []
  const add = (head: string, body: string | Uint8Array): void => {
    parts.push(Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`), Buffer.from(body), Buffer.from("\r\n"))
  }
  add('Content-Disposition: form-data; name="input"', JSON.stringify(input))
  for (const [name, body] of Object.entries(files))
    add(
      `Content-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: application/octet-stream`,
      body,
    )
  parts.push(Buffer.from(`--${boundary}--\r\n`))
  return {
    headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat(parts),
  }
}

/** What a service says when it begins to listen. */
export interface Listening {
  readonly socket: string
  readonly url: string | null
  readonly login: { readonly code: string } | null
}

/** A running service. */
export class ServiceProcess {
  readonly child: ChildProcess
  readonly target: Target
  /** What it has said when it began to listen. */
  readonly listening: Listening
  readonly #log: Buffer[]

  private constructor(child: ChildProcess, listening: Listening, log: Buffer[]) {
    this.child = child
    this.listening = listening
    this.target = { socketPath: listening.socket }
    this.#log = log
  }

  /** Starts it in a folder and waits until it listens. */
  static async start(folder: string, args: readonly string[], options: Preloads = {}): Promise<ServiceProcess> {
    const child = startStella(folder, ["serve", "--json", ...args], options)
    const log: Buffer[] = []
    child.stderr?.on("data", (chunk: Buffer) => log.push(chunk))
    const { promise, resolve } = Promise.withResolvers<string>()
    let text = ""
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes("\n")) resolve(text)
    })
    child.on("close", () => {
      resolve(text)
    })
    await promise
    const first = JSON.parse(text.split("\n")[0] ?? "") as Listening & { readonly code: string | null }
    if (first.code !== null) throw new Error(`the service did not start: ${text}`)
    return new ServiceProcess(child, first, log)
  }

  get log(): string {
    return Buffer.concat(this.#log).toString()
  }

  /** Memory that it holds after all garbage is collected, in MiB; it was started with the probe. */
  async heldMb(): Promise<number> {
    const before = this.#log.length
    this.child.kill("SIGUSR2")
    for (;;) {
      const said = /\{"held":([0-9]+)\}/.exec(Buffer.concat(this.#log.slice(before)).toString())
      if (said !== null) return Number(said[1]) / 1024 / 1024
      if (this.child.stderr === null) throw new Error("nothing can be heard of the service")
      await once(this.child.stderr, "data")
    }
  }

  ask(method: string, path: string, sending: Sending = {}): Promise<Response> {
    return ask(this.target, method, path, sending)
  }

  /** Stops it with a signal and gives its exit status. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode
    const ended = once(this.child, "close")
    this.child.kill(signal)
    const [status] = (await ended) as [number | null]
    return status
  }
}
