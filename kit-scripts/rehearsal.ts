/**
 * The rehearsal: `npm start`, or `npm start -- FOLDER` to keep what it makes. It makes a site with a small log and good and
 * broken evidence, runs the commands that a person would, says what their output means, and holds every one of them to
 * what it should come to. Then it serves the console of that site on loopback until it is stopped; with `--no-serve` it ends
 * there. It uses no network. A surprise makes it end with 1.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { printerOn, type Printer } from "./rehearsal/print.ts"
import { setScene } from "./rehearsal/scene.ts"
import { openStage, runStep, type Stage } from "./rehearsal/stage.ts"
import { serveConsole } from "./rehearsal/serving.ts"
import { OPERATOR, stepsOf } from "./rehearsal/steps.ts"

const INTERRUPTED = 130
const NO_SERVE = "--no-serve"

/** What to type next. `kept` is the folder that was asked for, which is still there. */
function next(kept: string | undefined): string[] {
  return [
    "  npx stella attest verify app.bin --bundle app.sigstore.json \\",
    "    --certificate-identity ID --certificate-oidc-issuer URL     signed with a certificate, public-good root",
    "  npx stella attest verify app.bin --bundle app.json --key release.pub      signed with a key that you have",
    "  npx stella attest inspect app.sigstore.json            what it says of itself, before it is verified",
    "  npx stella init my-site                                a site of your own; then attest import, gap report",
    "  npx stella help                                        all commands; and --help after any of them",
    kept === undefined
      ? "  npm start -- rehearsal-site                            this again, kept to look around in"
      : `  npx stella attest list --store ${kept}/site            look around in what was made here`,
  ]
}

interface Outcome {
  readonly stage: Stage
  readonly commands: number
  readonly surprises: readonly string[]
}

async function play(folder: string, print: Printer, stop: AbortSignal): Promise<Outcome> {
  const scene = setScene(folder, Math.floor(Date.now() / 1000))
  const signer = `--certificate-identity ${scene.identity} --certificate-oidc-issuer ${scene.issuer}`
  const stage = openStage(folder, { STELLA_STORE: "site", SIGNER: signer })
  const surprises: string[] = []
  let commands = 0
  for (const [i, step] of stepsOf(scene).entries()) {
    surprises.push(...(await runStep(step, i + 1, stage, print)))
    commands += step.commands.length
    if (stop.aborted) break
  }
  return { stage, commands, surprises }
}

async function rehearse(given: string | undefined, serves: boolean): Promise<number> {
  const folder = given === undefined ? mkdtempSync(join(tmpdir(), "stella-rehearsal-")) : resolve(given)
  mkdirSync(folder, { recursive: true })
  if (readdirSync(folder).length > 0) {
    console.error(`${folder} is not empty; the rehearsal writes into a new or empty folder only`)
    return 2
  }
  const stop = new AbortController()
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => stop.abort())
  const colour = process.stdout.isTTY && (process.env["NO_COLOR"] ?? "") === ""
  const print = printerOn(text => void process.stdout.write(text), colour)
  const started = performance.now()
  print.heading("Stella rehearsal", [
    "A site, a small transparency log, and good and broken evidence, all made just now. No network is used.",
    `What follows is typed in ${folder}${given === undefined ? ", which goes away at the end" : ""};`,
    "`stella` is `npx stella` in this tree.",
  ])
  try {
    const { stage, commands, surprises } = await play(folder, print, stop.signal)
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    if (stop.signal.aborted) return INTERRUPTED
    if (surprises.length > 0) {
      print.heading(`\n${surprises.length} surprises in ${commands} commands (${seconds} s)`, surprises)
      return 1
    }
    print.heading(
      `\nAll ${commands} commands ended as they should (${seconds} s). Next, with your own files:`,
      next(given),
    )
    if (!serves) return 0
    const wrong = await serveConsole(stage, OPERATOR, print, stop.signal)
    for (const each of wrong) print.surprise(each)
    return wrong.length === 0 ? 0 : 1
  } finally {
    if (given === undefined) rmSync(folder, { recursive: true, force: true })
  }
}

const words = process.argv.slice(2)
process.exitCode = await rehearse(
  words.find(word => word !== NO_SERVE),
  !words.includes(NO_SERVE),
)
