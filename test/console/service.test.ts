/** End to end, by keys alone: a real Chromium, the built console, a real service over a real store. */
import { readdirSync } from "node:fs"
import { join } from "node:path"
import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { axeFinds, isTooWide, launch, openPage, shoot, type Watched } from "./support/chromium.ts"
import { choose, go, press, tabTo, type } from "./support/keys.ts"
import { makeRealSite, type RealSite } from "./support/real-site.ts"

let site: RealSite
let browser: Browser
let watched: Watched
let origin = ""

beforeAll(async () => {
  site = await makeRealSite()
  browser = await launch()
  const served = await site.serve()
  origin = served.origin
  watched = await openPage(browser, origin)
  await watched.page.goto(origin)
  const { page } = watched
  await type(page, page.getByLabel("One-time code"), served.code)
  await page.keyboard.press("Enter")
  await page.getByRole("heading", { level: 1, name: "Posture" }).waitFor()
  // Nobody was logged in when the window first asked, and the browser says so.
  watched.wrong.splice(0)
}, 60_000)

afterAll(async () => {
  await browser.close()
  await site.close()
})

const release = (name: string): string => join(site.folder, "release", name)

async function verify(page: Page, artifact: string): Promise<void> {
  await go(page, "v")
  await page.getByRole("heading", { level: 1, name: "Verify" }).waitFor()
  await choose(
    page,
    page.getByRole("group", { name: "Artifact" }).getByRole("button", { name: "Choose a file" }),
    release(artifact),
  )
  await page.getByText("Hashed here:").waitFor()
  await type(page, page.getByLabel("Expected signer"), site.scene.identity)
  await type(page, page.getByLabel("Expected issuer"), site.scene.issuer)
  await press(page, page.getByRole("button", { name: "Verify", exact: true }))
}

describe("a person without a mouse", () => {
  it("imports evidence", async () => {
    const { page } = watched
    await go(page, "e")
    await page.getByText("No evidence here yet").waitFor()
    await press(page, page.getByRole("button", { name: "Import evidence" }))
    const files = readdirSync(join(site.folder, "release")).filter(name => name.endsWith(".json"))
    await choose(page, page.getByRole("button", { name: "Choose files" }), files.map(release))
    await press(page, page.getByRole("button", { name: `Import ${String(files.length)} files` }))
    await page.getByText(/^\d+ new, 0 known before, \d+ rejected$/).waitFor()
    await shoot(page, "real-import")
    await page.keyboard.press("Escape")
    await page.locator('[role="row"][aria-rowindex="4"]').waitFor()
    await shoot(page, "real-evidence")
  })

  it.for([
    ["anvil-1.0.tar", "proven", "PROVEN"],
    ["tongs-1.0.tar", "failed", "FAILED"],
    ["bellows-1.0.tar", "unproven", "UNPROVEN"],
  ] as const)("verifies %s: %s, and reads why", async ([artifact, verdict, word]) => {
    const { page } = watched
    await verify(page, artifact)
    const panel = page.locator(`dialog .verdict-panel.${verdict}`)
    await panel.waitFor()
    expect(await panel.innerText()).toContain(word)
    const open = page.locator("dialog details.check[open]")
    if (verdict === "proven") expect(await open.count()).toBe(0)
    else {
      // The first check that did not pass is open, with the sentence of its reason.
      expect(await open.first().locator(".why").innerText()).toMatch(/\.\s/)
    }
    expect(await axeFinds(page)).toEqual([])
    await shoot(page, `real-verify-${verdict}`)
    // The command line says the same of the same files.
    const said = site.stella(
      [
        "attest",
        "verify",
        release(artifact),
        "--certificate-identity",
        site.scene.identity,
        "--certificate-oidc-issuer",
        site.scene.issuer,
        "--json",
      ],
      [0, 10, 11, 12, 13, 14, 15, 16, 18],
    )
    expect(said).toContain(`"verdict":"${verdict}"`)
    await page.keyboard.press("Escape")
  })

  it("replays a Report, and it is the same byte for byte", async () => {
    const { page } = watched
    await go(page, "r")
    await tabTo(page, page.locator('[role="row"][aria-rowindex="2"]'))
    await page.keyboard.press("Enter")
    await press(page, page.getByRole("button", { name: "Replay", exact: true }))
    await page.getByText("the Report is the same, byte for byte").waitFor()
    await shoot(page, "real-replay")
  })

  it("makes a gap report and prints it", async () => {
    const { page } = watched
    await go(page, "g")
    await choose(page, page.getByRole("button", { name: "Choose a file" }), join(site.folder, "expected.csv"))
    await press(page, page.getByRole("button", { name: "Make the report" }))
    await page.locator(".gap").first().waitFor()
    expect(await page.locator(".gap").count()).toBeGreaterThanOrEqual(3)
    expect(await isTooWide(page)).toBe(false)
    await shoot(page, "real-gaps")
    await page.emulateMedia({ media: "print" })
    const paper = await page.evaluate(() => document.body.innerText)
    expect(paper).toContain("swage-1.0.tar")
    expect(paper).toMatch(/([0-9a-f]{8} ){7}[0-9a-f]{8}/)
    expect((await page.pdf({ format: "A4" })).length).toBeGreaterThan(5000)
    await page.emulateMedia({ media: "screen" })
  })

  it("looks at every other screen, and nothing goes wrong in any", async () => {
    const { page } = watched
    for (const [letter, shows] of [
      ["p", ".figure"],
      ["m", ".facts .digest"],
      ["t", '[role="row"][aria-rowindex="3"]'],
      ["l", ".plain-table"],
      ["s", ".choices"],
      ["h", ".prose"],
    ] as const) {
      await go(page, letter)
      await page.locator(shows).first().waitFor()
      expect(await axeFinds(page), letter).toEqual([])
      await shoot(page, `real-screen-${letter}`)
    }
    await go(page, "m")
    await type(page, page.getByLabel("Number or hash"), "5")
    await page.keyboard.press("Enter")
    await page.getByText("The entry is in the log").waitFor()
    expect(watched.wrong).toEqual([])
  })

  it("goes on after a reload, and finds out when the session is over", async () => {
    const { page, wrong } = watched
    // In a field a letter is a letter; the palette works everywhere.
    await page.keyboard.press("Control+k")
    await page.keyboard.type("go to evidence")
    await page.keyboard.press("Enter")
    await page.locator('[role="row"][aria-rowindex="4"]').waitFor()
    await page.reload()
    await page.locator('[role="row"][aria-rowindex="4"]').waitFor()
    expect(wrong).toEqual([])
    await go(page, "s")
    await press(page, page.getByRole("button", { name: "Log out" }))
    await page.getByRole("heading", { name: "With your key" }).waitFor()
    expect(await page.evaluate(() => sessionStorage.getItem("stella-session"))).toBeNull()
  })

  it("logs in by key: neither the file nor the passphrase is sent", async () => {
    const { page } = watched
    const sent: string[] = []
    page.on("request", request => sent.push(request.postData() ?? ""))
    await type(page, page.getByLabel("Operator name"), "rita")
    await choose(page, page.getByRole("button", { name: "Choose a file" }), site.keyFile)
    await type(page, page.getByLabel("Passphrase", { exact: true }), "not the passphrase at all")
    await page.keyboard.press("Enter")
    await page.locator('[data-state="failed"]').waitFor()
    await type(page, page.getByLabel("Passphrase", { exact: true }), site.passphrase)
    await page.keyboard.press("Enter")
    await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor()
    expect(sent.join("\n")).not.toContain("passphrase")
    expect(sent.join("\n")).not.toContain("PRIVATE KEY")
  })
})
