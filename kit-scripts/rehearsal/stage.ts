/**
 * Runs the commands of the rehearsal in a shell, exactly as they are printed, and holds each to what it should come to.
 */
import { spawn } from "node:child_process"
import { chmodSync, mkdirSync, writeFileSync } from "node:fs"
import { delimiter, join } from "node:path"
import type { Printer } from "./print.ts"

/** One command line and what has to come of it. */
export interface Command {
  readonly line: string
  /** The exit status, 0 unless said otherwise. */
  readonly exit?: number
  /** What its output has to contain. */
  readonly shows?: readonly RegExp[]
  /** Which lines of its output are printed; all of them unless said otherwise. */
  readonly keep?: (line: string) => boolean
}

/** A step of the rehearsal. */
export interface Step {
  readonly title: string
  /** What is about to happen. */
  readonly before?: string
  readonly commands: readonly Command[]
  /** What the output means. */
  readonly after?: readonly string[]
}

/** Where commands run, and with which variables. */
export interface Stage {
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
}

const LAUNCHER = join(import.meta.dirname, "../../appliance/cli/stella.mjs")

/** Makes `stella` a program in the folder's `.bin`, which comes first on the path, and keeps its state in the folder. */
export function openStage(folder: string, variables: Readonly<Record<string, string>>): Stage {
  const bin = join(folder, ".bin")
  mkdirSync(bin, { recursive: true })
  const program = join(bin, "stella")
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${LAUNCHER}' "$@"\n`)
  chmodSync(program, 0o755)
  const path = [bin, process.env["PATH"] ?? ""].join(delimiter)
  const own = { ...variables, PATH: path, NO_COLOR: "1", STELLA_STATE_DIR: join(folder, ".state") }
  // A reader of these variables here would be the rehearsal's own commands, and each of them has its say already.
  const others = Object.entries(process.env).filter(([name]) => !/^STELLA_|^FORCE_COLOR$/.test(name))
  return { folder, env: { ...Object.fromEntries(others), ...own } }
}

interface Ended {
  readonly exit: number | null
  readonly output: string
}

/** Runs a command line; what it writes to standard error comes after the rest. */
function run(line: string, { folder, env }: Stage): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn("sh", ["-c", line], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] })
    const out: string[] = []
    const err: string[] = []
    child.stdout.setEncoding("utf8").on("data", (text: string) => out.push(text))
    child.stderr.setEncoding("utf8").on("data", (text: string) => err.push(text))
    child.on("error", reject)
    child.on("close", exit => resolve({ exit, output: [...out, ...err].join("") }))
  })
}

/** Runs one step and prints it. Gives what was not as expected, in words; nothing when all was. */
export async function runStep(step: Step, number: number, stage: Stage, print: Printer): Promise<string[]> {
  print.title(number, step.title)
  if (step.before !== undefined) print.text(step.before)
  const surprises: string[] = []
  for (const command of step.commands) {
    print.command(command.line)
    const ended = await run(command.line, stage)
    const wrong = compare(command, ended)
    surprises.push(...wrong)
    const lines = ended.output.split("\n").filter(line => line !== "")
    // A surprise is shown with everything that came out.
    print.output(wrong.length > 0 ? lines : lines.filter(command.keep ?? keepAll))
    if (ended.exit !== 0) print.status(ended.exit)
    for (const each of wrong) print.surprise(each)
  }
  print.notes(step.after ?? [])
  return surprises
}

/** The hint that stands under every list of findings is shown once, where it is explained. */
export function keepAll(line: string): boolean {
  return !line.startsWith("hint: the work is done")
}

function compare({ line, exit = 0, shows = [] }: Command, ended: Ended): string[] {
  const wrong: string[] = []
  if (ended.exit !== exit) wrong.push(`\`${line}\` ended with ${String(ended.exit)}, not with ${exit}`)
  for (const pattern of shows) {
    if (!pattern.test(ended.output)) wrong.push(`\`${line}\` does not show ${String(pattern)}`)
  }
  return wrong
}
