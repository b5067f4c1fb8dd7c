/**
 * Many at once, against a real service: a bulk verification that a reload and a kill -9 of the service interrupt, and a long
 * list of evidence with a filter over all of it. 500 pieces and 2,000 rows; with SLOW=1 10,000 and 100,000.
 */
import { createHash } from "node:crypto"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { launch, openPage, shoot, type Watched } from "./support/chromium.ts"
import { go, press, tabTo, type } from "./support/keys.ts"
import { makeRealSite, type RealSite } from "./support/real-site.ts"

const slow = process.env["SLOW"] !== undefined
const PIECES = slow ? 10_000 : 500
const ROWS = slow ? 100_000 : 2000
/** Long enough for a machine that does other things, too: nothing here is measured, everything is waited for. */
const PATIENCE_MS = slow ? 900_000 : 240_000

let site: RealSite
let browser: Browser
let watched: Watched

async function login(page: Page, origin: string, code: string): Promise<void> {
  page.setDefaultTimeout(PATIENCE_MS)
  await page.goto(origin)
  await type(page, page.getByLabel("One-time code"), code)
  await page.keyboard.press("Enter")
  await page.getByRole("heading", { level: 1, name: "Posture" }).waitFor()
  watched.wrong.splice(0)
}

beforeAll(async () => {
  site = await makeRealSite()
  // The same good evidence as many documents: one space more each makes other bytes of it, with a digest of their own.
  const bundle = JSON.stringify(
    JSON.parse(readFileSync(join(site.folder, "release/anvil-1.0.tar.sigstore.json"), "utf8")),
  )
  const lines = [...Array(PIECES).keys()].map(
    n => "{" + " ".repeat(n % 997) + "\t".repeat(Math.floor(n / 997)) + bundle.slice(1) + "\n",
  )
  writeFileSync(join(site.folder, "many.jsonl"), lines.join(""))
  site.stella(["attest", "import", "many.jsonl"])
  browser = await launch()
}, PATIENCE_MS)

// A browser on a busy machine may take its time to go; the service does not wait for it.
afterAll(async () => {
  await Promise.all([site.close(), browser.close()])
}, 240_000)

describe("a bulk verification", () => {
  it(
    "goes on through a reload in its middle, and every result is there at its end",
    async () => {
      const served = await site.serve()
      watched = await openPage(browser, served.origin)
      const { page } = watched
      await login(page, served.origin, served.code)
      await go(page, "b")
      await type(page, page.getByLabel("Expected signer"), site.scene.identity)
      await type(page, page.getByLabel("Expected issuer"), site.scene.issuer)
      await press(page, page.getByRole("button", { name: "Verify everything the site holds" }))
      await page.locator('[role="row"][aria-rowindex="2"]').waitFor()
      // With 10,000 it is certainly still at work.
      if (slow) expect(await page.getByRole("grid").getAttribute("aria-rowcount")).toBe("-1")
      await page.reload()
      await page.getByRole("group", { name: "Summary by the service" }).waitFor()
      await page.waitForFunction(
        n => document.querySelector('[role="grid"]')?.getAttribute("aria-rowcount") === String(n + 1),
        PIECES,
      )
      const totals = await page.getByRole("group", { name: "Summary by the service" }).innerText()
      expect(totals.replace(/,/g, "")).toMatch(new RegExp(`PROVEN\\s+${String(PIECES)}`))
      await tabTo(page, page.locator('[role="row"][aria-rowindex="2"]'))
      await page.keyboard.press("End")
      await page.keyboard.press("Enter")
      await page.locator("dialog .verdict-panel.proven").waitFor()
      expect(watched.wrong).toEqual([])
      await shoot(page, "real-bulk")
      await page.keyboard.press("Escape")
    },
    PATIENCE_MS,
  )

  it(
    "says that it was interrupted when the service is killed, and the window finds the new service",
    async () => {
      const { page } = watched
      await page.keyboard.press("Control+k")
      await page.keyboard.type("go to bulk")
      await page.keyboard.press("Enter")
      await page.goto(page.url().replace(/#.*/, "#/bulk"))
      // As soon as the service has said that it works on it, it is gone: before it could come to an end.
      const started = page.waitForResponse(response => response.url().endsWith("/attest/verify"))
      await press(page, page.getByRole("button", { name: "Verify everything the site holds" }))
      expect((await started).status()).toBe(202)
      await site.end("SIGKILL")
      await page.locator('[data-state="failed"]').first().waitFor()
      const served = await site.serve()
      const again = await openPage(browser, served.origin)
      watched = again
      await login(again.page, served.origin, served.code)
      await go(again.page, "r")
      await again.page.getByRole("gridcell", { name: "interrupted" }).first().waitFor()
      await go(again.page, "l")
      await again.page.getByText("The chain is whole").waitFor()
      expect(again.wrong).toEqual([])
    },
    PATIENCE_MS,
  )
})

describe("a long list of evidence", () => {
  it(
    "is filtered by the service over all of it",
    async () => {
      await site.end("SIGTERM")
      const digestOf = (n: number): string => createHash("sha256").update(String(n)).digest("hex")
      const statement = (n: number): string =>
        JSON.stringify({
          payloadType: "application/vnd.in-toto+json",
          payload: Buffer.from(
            JSON.stringify({
              _type: "https://in-toto.io/Statement/v1",
              subject: [{ name: `f${String(n)}`, digest: { sha256: digestOf(n) } }],
              predicateType: "https://example.com/p/v1",
              predicate: {},
            }),
          ).toString("base64"),
          signatures: [{ keyid: "", sig: "AAAA" }],
        })
      writeFileSync(join(site.folder, "rows.jsonl"), [...Array(ROWS).keys()].map(n => statement(n) + "\n").join(""))
      site.stella(["attest", "import", "rows.jsonl"], [0, 3])
      const served = await site.serve()
      watched = await openPage(browser, served.origin)
      const { page } = watched
      await login(page, served.origin, served.code)
      let listed = 0
      page.on("response", response => {
        if (!response.url().endsWith("/attest/list")) return
        // Counted when it has come as a whole; an answer that was not wanted any more counts for nothing.
        void response.text().then(
          text => (listed += text.split('"type":"result"').length - 1),
          () => undefined,
        )
      })
      await go(page, "e")
      await page.locator('[role="row"][aria-rowindex="3"]').waitFor()
      await page.keyboard.press("/")
      await page.keyboard.type(digestOf(ROWS - 1))
      await page.keyboard.press("Enter")
      await page.waitForFunction(() => document.querySelector('[role="grid"]')?.getAttribute("aria-rowcount") === "2")
      // The whole list never came here: the one page that was shown, and then the one row.
      expect(listed).toBeLessThanOrEqual(2 * 500 + 1)
      await shoot(page, "real-filter")
      expect(watched.wrong).toEqual([])
    },
    PATIENCE_MS,
  )
})
