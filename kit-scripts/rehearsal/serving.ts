/** The end of the rehearsal: the console of its site, served on loopback until somebody stops it. */
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { closeSync, openSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { Printer } from "./print.ts"
import type { Stage } from "./stage.ts"

const BUILDER = join(import.meta.dirname, "../../packaging/console/build-console.ts")

/** What the service says when it listens. */
interface Listening {
  readonly code: string | null
  readonly message: string | null
  readonly url: string
  readonly login: { readonly code: string; readonly expires: string }
}

/** Serves the site of the stage for an operator who is enrolled there. Gives what went wrong, in words; else nothing. */
export async function serveConsole(
  { folder, env }: Stage,
  operator: string,
  print: Printer,
  stop: AbortSignal,
): Promise<string[]> {
  const console = join(folder, ".console")
  const built = spawnSync(process.execPath, [BUILDER, console], { encoding: "utf8" })
  if (built.status !== 0) return [`the console cannot be built: ${built.stderr}`]
  const log = join(folder, ".service.log")
  const stderr = openSync(log, "w")
  const flags = ["--listen", "127.0.0.1:0", "--console", console, "--one-time-login", operator]
  const service = spawn("stella", ["serve", "--json", ...flags], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", stderr],
  })
  closeSync(stderr)
  const { stdout } = service
  if (stdout === null) return ["the service has no output"]
  const ended = once(service, "close")
  const quit = (): void => void service.kill("SIGTERM")
  stop.addEventListener("abort", quit)
  if (stop.aborted) quit()
  let said = ""
  stdout.setEncoding("utf8")
  for await (const text of stdout as AsyncIterable<string>) {
    const before = said.includes("\n")
    said += text
    if (before || !said.includes("\n")) continue
    const told = JSON.parse(said.slice(0, said.indexOf("\n"))) as Listening
    if (told.code !== null) return [`the console is not served: ${told.code} ${told.message ?? ""}`]
    print.heading("\nThe console of this site", [
      `  address          ${told.url}`,
      `  one-time login   ${told.login.code}   for ${operator}, once, until ${told.login.expires}`,
      `  later            with ${operator}'s key file, ${join(folder, operator)}.key, and its passphrase above`,
      "Ctrl-C ends it.",
    ])
  }
  await ended
  stop.removeEventListener("abort", quit)
  return stop.aborted ? [] : [`the service ended by itself: ${readFileSync(log, "utf8").slice(-2000)}`]
}
