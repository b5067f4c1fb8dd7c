/**
 * The rim of the command line: the only place that turns an error into text and an exit status, and the only one that
 * ends the process. Results go to standard output, everything else to standard error:
 *
 * ```
 * error[STORE_MISSING]: /srv/nothing: no such site
 * hint: no site here; create one with `stella init <dir>`
 * ```
 */
import { ERRORS, StellaError, type ErrorCode } from "../../src/kernel/errors.ts"
import type { Result } from "../../src/kernel/result.ts"
import type { OperationEvent } from "../../ui/contract/operation.ts"
import type { Composed } from "../compose.ts"
import { exitCodes, overview } from "./help.ts"
import { paintFor, printable } from "./printable.ts"
import { route, type Route } from "./route.ts"
import { progressOn, writerTo } from "./write.ts"

type Write = (chunk: string | Uint8Array) => Promise<void>

/** The streams of the process, and what is left to say at its end. */
interface Rim {
  readonly out: Write
  readonly err: Write
  readonly signal: AbortSignal
  /** True once standard output's reader has gone away. */
  readonly gone: () => boolean
}

function statusOf(code: ErrorCode | null): number {
  return code === null ? 0 : ERRORS[code].exit
}

/** Prints why the answer is not the hoped-for one; its text may come from evidence, so it is made printable. */
async function explain(rim: Rim, code: ErrorCode, message: string): Promise<number> {
  await rim.err(`error[${code}]: ${printable(message)}\nhint: ${ERRORS[code].hint}\n`)
  return statusOf(code)
}

async function showHelp(rim: Rim, words: readonly string[], version: string): Promise<number> {
  const [topic] = words
  if (topic === undefined) await rim.out(overview())
  else if (topic === "exit-codes" && words.length === 1) await rim.out(exitCodes())
  else if (topic === "reference" && words.length === 1)
    await rim.out(await (await import("./command-help.ts")).reference())
  else if (topic === "parity" && words.length === 1) await rim.out((await import("./parity.ts")).parity())
  else if (topic === "openapi" && words.length === 1)
    await rim.out(await (await import("../service/openapi.ts")).printOpenApi(version))
  else {
    const found = route(words)
    if (!found.ok) return explain(rim, found.error.code, found.error.message)
    await showCommandHelp(rim, found.value)
  }
  return 0
}

async function showCommandHelp(rim: Rim, { operation }: Route): Promise<void> {
  const { commandHelp } = await import("./command-help.ts")
  await rim.out(commandHelp(operation, await operation.schemas()))
}

function asksForHelp(rest: readonly string[]): boolean {
  const end = rest.indexOf("--")
  return (end < 0 ? rest : rest.slice(0, end)).some(word => word === "--help" || word === "-h")
}

/** An error outside the operation's own answer; `--json` is perhaps among words that could not be read as flags. */
async function refuse(rim: Rim, words: readonly string[], error: StellaError): Promise<number> {
  if (words.includes("--json")) {
    const { errorEvent, printEvent } = await import("../operations/run-operation.ts")
    await rim.out(printEvent(errorEvent(error)))
  }
  return explain(rim, error.code, error.message)
}

/** What a command line asks for. */
interface Wanted {
  readonly operation: Route["operation"]
  readonly input: Readonly<Record<string, unknown>>
  readonly site: string | undefined
}

async function* refusal(error: StellaError): AsyncGenerator<OperationEvent> {
  const { errorEvent } = await import("../operations/run-operation.ts")
  yield errorEvent(error)
}

/** The answer: from the service that owns the site, when one answers there, else made in this process. */
async function eventsOf(
  { operation, input, site }: Wanted,
  { composed, version }: { readonly composed: Composed; readonly version: string },
  signal: AbortSignal,
): Promise<AsyncIterable<OperationEvent>> {
  const { name } = operation
  if (name === "serve") {
    const { serveCommand } = await import("../service/serve-command.node.ts")
    return serveCommand(input, site, { composed, version }, signal)
  }
  if (site !== undefined && operation.site !== "none" && operation.site !== "new") {
    const { serviceOf } = await import("../service/socket.node.ts")
    const socket = await serviceOf(site)
    if (!socket.ok) return refusal(socket.error)
    if (socket.value !== undefined) {
      const { askService } = await import("../service/socket-client.node.ts")
      return askService(socket.value, { operation: name, input, files: composed.world.files }, signal)
    }
  }
  const { runOperation } = await import("../operations/run-operation.ts")
  return runOperation({ operation: name, input, actor: composed.actor, site }, composed.world, signal)
}

async function command(rim: Rim, argv: readonly string[], version: string): Promise<number> {
  const found = route(argv)
  if (!found.ok) return refuse(rim, argv, found.error)
  const { operation, rest } = found.value
  if (asksForHelp(rest)) {
    await showCommandHelp(rim, found.value)
    return 0
  }
  const [schemas, { readCommand }, { compose }, { printEvent }, { rendererOf }] = await Promise.all([
    operation.schemas(),
    import("./flags.ts"),
    import("../compose.ts"),
    import("../operations/run-operation.ts"),
    import("./text/index.ts"),
  ])
  const read = await readCommand(operation, schemas, rest)
  if (!read.ok) return refuse(rim, rest, read.error)
  const { input, json, store } = read.value
  const composed = compose()
  const site = store ?? composed.environment.store
  const render = json ? printEvent : await rendererOf(operation.name, paintFor(process.stdout, process.env))
  const progress = progressOn(process.stderr, () => performance.now())
  let end: OperationEvent | undefined
  try {
    for await (const event of await eventsOf({ operation, input, site }, { composed, version }, rim.signal)) {
      if (rim.gone()) return statusOf("INTERRUPTED")
      if (event.type === "progress") progress.show(event)
      else {
        progress.wipe()
        end = event
        if (json || event.type !== "error") await rim.out(render(event))
      }
    }
  } finally {
    progress.wipe()
  }
  if (end === undefined || end.type === "progress") throw new StellaError("INTERNAL", "the operation gave no answer")
  if (rim.gone()) return statusOf("INTERRUPTED")
  if (end.code === null) return 0
  return explain(rim, end.code, end.message ?? ERRORS[end.code].hint)
}

/** A bug: the one case where the stack matters. It goes to a file that the user can send, named on standard error. */
async function confess(rim: Rim, argv: readonly string[], error: unknown, version: string): Promise<number> {
  const { writeCrashReport } = await import("./crash-report.node.ts")
  const wrote: Result<string> = await writeCrashReport(error, version)
  const message = error instanceof Error ? error.message : String(error)
  const status = await refuse(rim, argv, new StellaError("INTERNAL", message, {}, error))
  await rim.err(wrote.ok ? `report: ${wrote.value}\n` : `report: not written: ${printable(wrote.error.message)}\n`)
  return status
}

/** Runs one command line and sets the exit status of the process. */
export async function main(argv: readonly string[], version: string): Promise<void> {
  const controller = new AbortController()
  const interrupted = new StellaError("INTERRUPTED", "interrupted")
  // The launcher passes SIGINT on as SIGTERM, so the second of either kind is a second wish, and it is obeyed at once.
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    let seen = 0
    process.on(name, () => {
      if (++seen > 1) process.exit(statusOf("INTERRUPTED"))
      controller.abort(interrupted)
    })
  }
  let gone = false
  const rim: Rim = {
    out: writerTo(process.stdout, () => {
      gone = true
      controller.abort(interrupted)
    }),
    err: writerTo(process.stderr, () => undefined),
    signal: controller.signal,
    gone: () => gone,
  }
  const [first, ...rest] = argv
  try {
    if (first === undefined) {
      await rim.err(overview())
      process.exitCode = statusOf("USAGE")
    } else if (first === "help" || first === "--help" || first === "-h")
      process.exitCode = await showHelp(rim, rest, version)
    else process.exitCode = await command(rim, argv, version)
  } catch (error) {
    process.exitCode = await confess(rim, argv, error, version)
  }
}
