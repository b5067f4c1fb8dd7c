/**
 * `npm run -s bench -- service [--json]`: a real service in a process of its own, asked over its socket to verify stored
 * evidence, at 1, 16 and 64 connections. Each request is one verification with its commit in the audit chain; the
 * evidence is real, and taken in turn. The first round after the import fills the facts cache; both are measured. The
 * limit is what the same client gets from a bare HTTP server that answers as many bytes and does nothing else.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { Agent, request } from "node:http"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { shared } from "../test/support/shared.ts"

const BIN = resolve(import.meta.dirname, "../appliance/cli/stella.mjs")
const BARE = resolve(import.meta.dirname, "bare-http.ts")
const CONNECTIONS = [1, 16, 64] as const
const SECONDS = 6

/** Figures at one number of connections. */
export interface ConnectionFigures {
  readonly verifiesPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly errors: number
  /** Against a bare HTTP server's answers per second at as many connections. */
  readonly ratioToTransport: number
  /** Peak of the service's memory so far, its mapped tables included. */
  readonly peakRssMb: number
}

export interface ServiceFigures {
  readonly evidence: number
  /** Every piece of evidence for the first time, at 16 connections. */
  readonly firstTimePerSecond: number
  readonly connections: Readonly<Record<string, ConnectionFigures>>
}

interface Answer {
  readonly status: number
  readonly text: string
}

const isVerified = (text: string): boolean => text.includes('"type":"summary"')

class Client {
  readonly #agent: Agent
  readonly #socketPath: string

  constructor(socketPath: string, connections: number) {
    this.#socketPath = socketPath
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections })
  }

  post(path: string, input: unknown): Promise<Answer> {
    const body = JSON.stringify(input)
    return new Promise((done, fail) => {
      const sent = request(
        {
          socketPath: this.#socketPath,
          agent: this.#agent,
          method: "POST",
          path,
          headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body) },
        },
        response => {
          const parts: Buffer[] = []
          response.on("data", (part: Buffer) => parts.push(part))
          response.on("error", fail)
          response.on("end", () => {
            done({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString() })
          })
        },
      )
      sent.on("error", fail)
      sent.end(body)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}

interface Measured {
  readonly times: readonly number[]
  readonly errors: number
  readonly seconds: number
  /** Length of the last answer. */
  readonly bytes: number
}

/** Keeps `connections` requests under way until `until` says that it is enough. */
async function load(
  socket: string,
  connections: number,
  digests: readonly string[],
  enough: (done: number, seconds: number) => boolean,
  isRight: (text: string) => boolean = isVerified,
): Promise<Measured> {
  const client = new Client(socket, connections)
  const times: number[] = []
  let errors = 0
  let next = 0
  let bytes = 0
  const from = performance.now()
  const worker = async (): Promise<void> => {
    while (!enough(next, (performance.now() - from) / 1000)) {
      const digest = digests[next++ % digests.length] ?? ""
      const start = performance.now()
      const answer = await client.post("/api/v1/attest/verify", { artifacts: [digest], jobs: 1 })
      times.push(performance.now() - start)
      bytes = answer.text.length
      if (answer.status !== 200 || !isRight(answer.text)) errors++
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  client.close()
  return { times: times.sort((a, b) => a - b), errors, seconds: (performance.now() - from) / 1000, bytes }
}

/** Answers per second that a bare HTTP server gives to the same client. */
async function transportPerSecond(folder: string, connections: number, bytes: number): Promise<number> {
  const socket = join(folder, `bare-${String(connections)}`)
  const bare = spawn(process.execPath, [BARE, socket, String(bytes)], { stdio: ["ignore", "pipe", "inherit"] })
  await once(bare.stdout, "data")
  const enough = (_: number, passed: number): boolean => passed >= SECONDS / 3
  const { times, errors, seconds } = await load(socket, connections, [""], enough, text => text.length === bytes)
  bare.kill("SIGTERM")
  await once(bare, "close")
  if (errors > 0) throw new Error("the bare server gave wrong answers")
  return times.length / seconds
}

function peakMb(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${String(pid)}/status`, "utf8"))?.[1] ?? 0) / 1024
}

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0

/** Starts the service, measures, and stops it. */
export async function measureService(): Promise<ServiceFigures> {
  if (shared === undefined) throw new Error("this measurement needs the shared corpus")
  const folder = mkdtempSync(join(tmpdir(), "stella-bench-"))
  const env = { ...process.env, STELLA_STATE_DIR: join(folder, "state") }
  const stella = (...args: string[]) =>
    spawn(process.execPath, [BIN, ...args], { cwd: folder, env, stdio: ["ignore", "pipe", "ignore"] })
  try {
    await once(stella("init", "site").stdout.resume(), "close")
    const lines = readFileSync(join(shared, "corpus/bulk-cpython/bundles.jsonl"), "utf8").trim().split("\n")
    const bundles = lines.map(line => JSON.stringify((JSON.parse(line) as { bundle: unknown }).bundle))
    writeFileSync(join(folder, "all.jsonl"), bundles.join("\n"))
    const service = stella("serve", "--store", "site", "--json")
    const [said] = (await once(service.stdout, "data")) as [Buffer]
    const { socket } = JSON.parse(said.toString()) as { socket: string }
    await once(stella("attest", "import", "all.jsonl", "--store", "site").stdout.resume(), "close")
    const client = new Client(socket, 1)
    const listed = (await client.post("/api/v1/attest/list", {})).text.trim().split("\n")
    client.close()
    const digests = listed.flatMap(line => {
      const { evidence } = JSON.parse(line) as { evidence?: { subjects: readonly string[] } }
      const subject = evidence?.subjects.find(name => name.startsWith("sha256:"))
      return subject === undefined ? [] : [subject]
    })
    const first = await load(socket, 16, digests, done => done >= digests.length)
    const connections: Record<string, ConnectionFigures> = {}
    for (const count of CONNECTIONS) {
      const { times, errors, seconds, bytes } = await load(socket, count, digests, (_, passed) => passed >= SECONDS)
      const verifiesPerSecond = times.length / seconds
      connections[String(count)] = {
        verifiesPerSecond,
        p50Ms: quantile(times, 0.5),
        p99Ms: quantile(times, 0.99),
        errors,
        ratioToTransport: verifiesPerSecond / (await transportPerSecond(folder, count, bytes)),
        peakRssMb: peakMb(service.pid ?? 0),
      }
    }
    service.kill("SIGTERM")
    await once(service, "close")
    return { evidence: digests.length, firstTimePerSecond: first.times.length / first.seconds, connections }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
