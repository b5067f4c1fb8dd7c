/**
 * Debian's Chromium, driven by playwright-core. Every page that is opened here keeps a list of what must not happen: errors
 * on the console or in scripts, violations of the content policy, requests to another origin.
 */
import { existsSync, mkdirSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { delimiter, join } from "node:path"
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core"

const root = join(import.meta.dirname, "../../..")
const SHOTS = join(root, ".cache/screenshots")

function executable(): string {
  const named = process.env["STELLA_CHROMIUM"]
  if (named !== undefined) return named
  const found = (process.env["PATH"] ?? "").split(delimiter).map(folder => join(folder, "chromium"))
  const path = found.find(one => existsSync(one))
  if (path === undefined) throw new Error("no chromium here: apt-get install chromium, or name one in STELLA_CHROMIUM")
  return path
}

/** Starts Chromium, without anything that would speak to the world. */
export async function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: executable(),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  })
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

/** A page and what went wrong in it. */
export interface Watched {
  readonly page: Page
  readonly wrong: string[]
  readonly close: () => Promise<void>
}

/** How long anything on a page may take before the test says that it is not there. */
const PATIENCE_MS = 20_000

/** Opens a page that is watched; only `origin` may be spoken to. */
export async function openPage(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<Watched> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    reducedMotion: "reduce",
    ...options,
  })
  context.setDefaultTimeout(PATIENCE_MS)
  const page = await context.newPage()
  const wrong: string[] = []
  await page.addInitScript(axe)
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", event => {
      reportError(new Error(`content policy: ${event.violatedDirective} ${event.blockedURI}`))
    })
  })
  page.on("console", message => {
    if (message.type() === "error" || message.type() === "warning") wrong.push(`console: ${message.text()}`)
  })
  page.on("pageerror", error => wrong.push(`script: ${error.message}`))
  page.on("request", request => {
    const url = new URL(request.url())
    if (url.origin !== origin && url.protocol !== "blob:" && url.protocol !== "data:")
      wrong.push(`request: ${request.url()}`)
  })
  // Somebody listens from the start: a picker that opens before anybody does is never heard of.
  page.on("filechooser", () => undefined)
  return { page, wrong, close: async () => context.close() }
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
  }[]
}

/** What axe finds on the page as it is: WCAG 2.0 to 2.2, A and AA, and its best practices. */
export async function axeFinds(page: Page): Promise<string[]> {
  const result = await page.evaluate<AxeResult>(
    'axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"], preload: false })',
  )
  return result.violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map(node => `${id}: ${node.html.slice(0, 200)} | ${node.failureSummary.replaceAll("\n", " ")}`),
  )
}

/** Keeps a picture of the page as an artefact of the run (.cache/screenshots). */
export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(SHOTS, { recursive: true })
  await page.screenshot({ path: join(SHOTS, `${name}.png`) })
}

/** Whether the page is wider than its window. */
export async function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)
}
