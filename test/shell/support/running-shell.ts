/** A shell that runs: a real Electron with our shell in it, over a real service, on a display that nobody looks at. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { geteuid } from "node:process"
import { _electron, type ElectronApplication, type Page } from "playwright-core"
import { buildShell } from "../../../packaging/shell/build-shell.ts"
import { stageShell } from "../../../packaging/shell/stage-shell.ts"
import { makeRealSite, type RealSite } from "../../console/support/real-site.ts"
import { openDisplay, type Display } from "./display.ts"
import { askForLaunch, leaveLaunch } from "./launching.ts"

/** As root there is no system sandbox to be had: Chromium refuses to run with it. The window's own stays. */
export const ROOT_SWITCHES = geteuid?.() === 0 ? ["--no-sandbox"] : []

/** What a test has in its hands. */
export interface RunningShell {
  readonly app: ElectronApplication
  readonly page: Page
  readonly site: RealSite
  readonly folder: string
  readonly code: string
  readonly program: string
  readonly env: Record<string, string>
  /** What went wrong in the window: errors on its console, violations of the content policy, requests to elsewhere. */
  readonly wrong: string[]
  readonly close: () => Promise<void>
}

async function open(program: string, env: Record<string, string>): Promise<ElectronApplication> {
  return _electron.launch({ executablePath: program, args: [...ROOT_SWITCHES, "--disable-gpu"], env })
}

/** Makes site, service and shell, and opens the window. */
export async function runShell(electron: string): Promise<RunningShell> {
  const folder = mkdtempSync(join(tmpdir(), "stella-shell-"))
  const closing: (() => Promise<void> | void)[] = [() => rmSync(folder, { recursive: true, force: true })]
  const close = async (): Promise<void> => {
    for (const step of closing.toReversed()) await step()
  }
  try {
    const shell = join(folder, "shell")
    await buildShell({ out: shell, released: false })
    const program = await stageShell({ electron, shell, out: join(folder, "electron"), sealed: false })
    const site = await makeRealSite()
    closing.push(site.close)
    const { code } = await site.serve()
    const display: Display = await openDisplay()
    closing.push(display.close)
    const left = leaveLaunch(await askForLaunch(join(site.folder, "site/service.sock")))
    closing.push(left.remove)
    const env = {
      PATH: process.env["PATH"] ?? "",
      HOME: folder,
      DISPLAY: display.name,
      STELLA_SHELL_LAUNCH: left.path,
      STELLA_PROBE: "what the environment holds",
    }
    const app = await open(program, env)
    closing.push(() => app.close())
    const page = await app.firstWindow()
    const wrong: string[] = []
    page.on("console", message => {
      if (message.type() === "error") wrong.push(`console: ${message.text()}`)
    })
    page.on("pageerror", error => wrong.push(`script: ${error.message}`))
    page.on("request", request => {
      if (!/^(blob:)?stella:\/\/console\//.test(request.url())) wrong.push(`request: ${request.url()}`)
    })
    await page.evaluate(() =>
      document.addEventListener("securitypolicyviolation", event => {
        reportError(new Error(`content policy: ${event.violatedDirective} ${event.blockedURI}`))
      }),
    )
    return { app, page, site, folder, code, program, env, wrong, close }
  } catch (error) {
    await close()
    throw error
  }
}
