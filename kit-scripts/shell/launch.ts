/**
 * Launching a shell: the owner of a site asks its service for a launch, leaves it in a file that only this user can read, starts
 * the shell, and ends the launch when the shell has ended. The token is in no argument and no output.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, lstatSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { request, type OutgoingHttpHeaders } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { geteuid } from "node:process"
import { StellaError } from "../../src/kernel/errors.ts"

/** Address, header and variable, as ui/contract/shell-names.ts has them; a test compares. */
export const NAMES = { path: "/api/v1/shell/launch", header: "stella-launch", variable: "STELLA_SHELL_LAUNCH" } as const

function ask(
  socketPath: string,
  method: "POST" | "DELETE",
  headers: OutgoingHttpHeaders = {},
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, method, path: NAMES.path, headers, agent: false }, message => {
      const parts: Buffer[] = []
      message.on("data", (part: Buffer) => parts.push(part))
      message.on("end", () => resolve({ status: message.statusCode ?? 0, text: Buffer.concat(parts).toString() }))
      message.on("error", reject)
    })
    sent.on("error", reject)
    sent.end()
  })
}

/** Whether a service of this user answers at a site's socket. */
export async function isServed(socket: string): Promise<boolean> {
  if (!existsSync(socket) || lstatSync(socket).uid !== geteuid?.()) return false
  return new Promise(resolve => {
    const sent = request({ socketPath: socket, path: "/readyz", agent: false }, message => {
      message.resume()
      resolve(message.statusCode === 200)
    })
    sent.on("error", () => resolve(false))
    sent.end()
  })
}

/** What is started, and where. */
export interface Launching {
  /** The socket of the site's service. */
  readonly socket: string
  readonly program: string
  readonly args?: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** Ends the shell. */
  readonly stop: AbortSignal
}

/** Runs a shell to its end and gives its exit status. @throws StellaError SERVICE_UNAVAILABLE */
export async function launchShell({ socket, program, args = [], env, stop }: Launching): Promise<number> {
  const given = await ask(socket, "POST")
  if (given.status !== 200) throw new StellaError("SERVICE_UNAVAILABLE", `no launch was given: ${String(given.status)}`)
  const { token } = JSON.parse(given.text) as { readonly token: string }
  const folder = mkdtempSync(join(tmpdir(), "stella-launch-"))
  try {
    const file = join(folder, "launch.json")
    writeFileSync(file, given.text, { mode: 0o600, flag: "wx" })
    const child = spawn(program, [...args], {
      env: { ...env, [NAMES.variable]: file },
      stdio: ["ignore", "inherit", "inherit"],
    })
    const end = (): void => void child.kill("SIGTERM")
    stop.addEventListener("abort", end)
    if (stop.aborted) end()
    try {
      const [status] = (await once(child, "close")) as [number | null]
      return status ?? 0
    } finally {
      stop.removeEventListener("abort", end)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
    // A service that has ended meanwhile has ended its launches.
    await ask(socket, "DELETE", { [NAMES.header]: token }).catch(() => undefined)
  }
}
