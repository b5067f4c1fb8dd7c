/**
 * The console over a large store, in real Chromium: how soon the list of evidence is there after a reload, how soon a key
 * shows its effect, how large the console is, and what memory the service holds meanwhile.
 */
import { createHash } from "node:crypto"
import { closeSync, openSync, readdirSync, readFileSync, writeSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { chromium, type Page } from "playwright-core"
import { makeRealSite, type RealSite } from "../test/console/support/real-site.ts"

/** What is measured. Times are medians; `filterMs` is from the Enter key to the filtered row, the service's work included. */
export interface ConsoleFigures {
  /** Until the first row of evidence is there. */
  readonly firstPaintMs: number
  /** Until the first screen says how many pieces there are. */
  readonly postureMs: number
  readonly interactionMs: number
  readonly filterMs: number
  readonly bundleKbGzip: number
  readonly rows: number
  readonly rssMb: number
}

const RUNS = 7
const PATIENCE_MS = 60_000
const ROWS_PER_FILE = 100_000

const digestOf = (n: number): string => createHash("sha256").update(String(n)).digest("hex")

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** An envelope about an artifact that only it is about. */
function envelope(n: number): string {
  const statement = {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: `file-${String(n)}`, digest: { sha256: digestOf(n) } }],
    predicateType: "https://example.com/predicate/v1",
    predicate: {},
  }
  const payload = Buffer.from(JSON.stringify(statement)).toString("base64")
  return JSON.stringify({
    payloadType: "application/vnd.in-toto+json",
    payload,
    signatures: [{ keyid: "", sig: "AAAA" }],
  })
}

function fill(site: RealSite, rows: number): void {
  for (let from = 0; from < rows; from += ROWS_PER_FILE) {
    const file = openSync(join(site.folder, "rows.jsonl"), "w")
    for (let n = from; n < Math.min(rows, from + ROWS_PER_FILE); n++) writeSync(file, envelope(n) + "\n")
    closeSync(file)
    site.stella(["attest", "import", "rows.jsonl"])
  }
}

/** Memory of a process that is its own: mapped files are the database's tables and left out. */
function ownMemoryMb(pid: number | undefined): number {
  if (pid === undefined) return Number.NaN
  const status = readFileSync(`/proc/${String(pid)}/status`, "utf8")
  const kb = (name: string): number => Number(new RegExp(`^${name}:\\s+([0-9]+) kB`, "m").exec(status)?.[1] ?? "0")
  return (kb("RssAnon") + kb("RssShmem")) / 1024
}

function bundleKb(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(file => file.isFile())
  return files.reduce((sum, file) => sum + gzipSync(readFileSync(join(file.parentPath, file.name))).length, 0) / 1000
}

/** The browser says itself when the first row was there, counted from the start of the navigation. */
const WATCH = `
  const seen = new MutationObserver(() => {
    if (document.querySelector('[role="row"][aria-rowindex="3"], .card .figure') === null) return
    seen.disconnect()
    requestAnimationFrame(() => { window.stellaFirstPaint = performance.now() })
  })
  seen.observe(document, { childList: true, subtree: true })
`

/** From a key to the frame that shows another row in focus. */
const MOVE = `new Promise(resolve => {
  const before = document.activeElement
  const from = performance.now()
  before.dispatchEvent(new KeyboardEvent("keydown", { key: "PageDown", bubbles: true, cancelable: true }))
  const look = () => document.activeElement === before ? requestAnimationFrame(look) : resolve(performance.now() - from)
  requestAnimationFrame(look)
})`

/** From Enter to the frame that shows the drawer. */
const OPEN = `new Promise(resolve => {
  const from = performance.now()
  document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }))
  const look = () => document.querySelector("dialog.drawer[open]") === null ? requestAnimationFrame(look) : resolve(performance.now() - from)
  requestAnimationFrame(look)
})`

type Five<T> = [T, T, T, T, T]

async function times(
  page: Page,
  origin: string,
  rows: number,
): Promise<Pick<ConsoleFigures, "firstPaintMs" | "postureMs" | "interactionMs" | "filterMs">> {
  const [paints, postures, moves, opens, filters] = Array.from({ length: 5 }, (): number[] => []) as Five<number[]>
  const painted = async (ready: string): Promise<number> => {
    await page.locator(ready).first().waitFor({ timeout: PATIENCE_MS })
    await page.evaluate("new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))")
    return page.evaluate<number>("window.stellaFirstPaint")
  }
  for (let run = 0; run < RUNS; run++) {
    await page.goto(`${origin}/?posture=${String(run)}#/posture`)
    postures.push(await painted(".card .figure"))
    await page.goto(`${origin}/?run=${String(run)}#/evidence`)
    paints.push(await painted('[role="row"][aria-rowindex="3"]'))
    await page.locator('[role="row"][tabindex="0"]').focus()
    for (let i = 0; i < 5; i++) moves.push(await page.evaluate<number>(MOVE))
    opens.push(await page.evaluate<number>(OPEN))
    await page.keyboard.press("Escape")
    await page.locator("dialog").waitFor({ state: "detached" })
    await page.keyboard.press("/")
    await page.keyboard.type(digestOf(Math.floor((rows * (run + 1)) / (RUNS + 1))))
    const from = Date.now()
    await page.keyboard.press("Enter")
    await page.locator('[role="grid"][aria-rowcount="2"]').waitFor({ timeout: PATIENCE_MS })
    filters.push(Date.now() - from)
  }
  return {
    firstPaintMs: median(paints),
    postureMs: median(postures),
    interactionMs: Math.max(median(moves), median(opens)),
    filterMs: median(filters),
  }
}

/** Makes a store with so many rows, serves it, and measures. */
export async function measureConsole(rows: number): Promise<ConsoleFigures> {
  const site = await makeRealSite()
  try {
    fill(site, rows)
    const { origin, code } = await site.serve()
    const browser = await chromium.launch({
      executablePath: process.env["STELLA_CHROMIUM"] ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu"],
    })
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: "en-GB" })
      await page.addInitScript(WATCH)
      await page.goto(origin)
      await page.getByLabel("One-time code").fill(code)
      await page.keyboard.press("Enter")
      await page.getByRole("heading", { level: 1, name: "Posture" }).waitFor({ timeout: PATIENCE_MS })
      const measured = await times(page, origin, rows)
      return { ...measured, bundleKbGzip: bundleKb(join(site.folder, "console")), rows, rssMb: ownMemoryMb(site.pid()) }
    } finally {
      await browser.close()
    }
  } finally {
    await site.close()
  }
}
