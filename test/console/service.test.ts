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

// A browser on a busy machine may take its time to go; the service does not wait for it.
afterAll(async () => {
  await Promise.all([site.close(), browser.close()])
}, 240_000)

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
    // The command beside it comes to the same Facts and verdict from what the site holds; that its moment was named and
    // not read from the clock stands in its own Report.
    const shown = await page.locator("dialog").innerText()
    const command = /stella (attest verify .*) --save-case case(?= --store)/.exec(shown)?.[1] ?? ""
    expect(command).toContain(`--certificate-identity ${site.scene.identity}`)
    const said = site.run(`${command} --save-case case-${verdict} --json`, [0, 10, 11, 12, 13, 14, 15, 16, 18])
    const result = JSON.parse(said.split("\n")[0] ?? "") as {
      readonly verdict: string
      readonly report: { readonly facts: string; readonly checks: readonly { readonly key: string }[] }
    }
    expect(result.verdict).toBe(verdict)
    expect(shown).toContain(`sha256:${result.report.facts}`)
    for (const { key } of result.report.checks) expect(shown).toContain(key)
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
    // The command on paper finds the same gaps, by their ids; that its moment was named stands in its own report.
    const command = /stella gap report .*(?= --store)/.exec(paper)?.[0] ?? ""
    expect(command).toContain(`--certificate-identity ${site.scene.identity}`)
    const again = site.run(`${command.replace("stella ", "")} --json`, [0, 3])
    const { report } = JSON.parse(again) as { readonly report: { readonly gaps: readonly { readonly id: string }[] } }
    expect(report.gaps.map(({ id }) => id).sort()).toEqual([...new Set(paper.match(/gap-[0-9a-f]{32}/g))].sort())
    expect(paper).toContain("swage-1.0.tar")
    expect(paper).toMatch(/([0-9a-f]{8} ){7}[0-9a-f]{8}/)
    expect((await page.pdf({ format: "A4" })).length).toBeGreaterThan(5000)
    await page.emulateMedia({ media: "screen" })
  })

  it("imports a trusted root by the digest that was told, and not by another one", async () => {
    const { page } = watched
    await go(page, "t")
    await press(page, page.getByRole("button", { name: "Import trust" }))
    await choose(page, page.getByRole("button", { name: "Choose a file" }), join(site.folder, "trusted_root.json"))
    const digest = page.getByLabel("SHA-256 that you were told")
    const compare = page.getByRole("button", { name: "Compare, and show what it brings" })
    await type(page, digest, "0".repeat(64))
    await press(page, compare)
    await page.locator('dialog [data-state="failed"]').getByText("TRUST_DIGEST_MISMATCH").waitFor()
    // The browser notes the refusal, as it should.
    watched.wrong.splice(0)
    await type(page, digest, site.scene.rootSha256)
    await press(page, compare)
    await page.getByText("The digest is the same. This is what it would bring:").waitFor()
    const bring = page.locator('dialog [data-operation="trust.import"]')
    expect(await bring.isEnabled()).toBe(false)
    await tabTo(page, page.getByLabel(/^This digest was told to me/))
    await page.keyboard.press("Space")
    expect(await axeFinds(page)).toEqual([])
    await press(page, bring)
    await page.getByText("It is trusted now, as generation 2").waitFor()
    await shoot(page, "real-trust-import")
    await page.keyboard.press("Escape")
    expect(site.shown("trust", "show")).toMatchObject({ basis: "pinned", roots: [site.scene.rootSha256] })
  })

  it("brings in a log from a medium, and checks everything", async () => {
    const { page } = watched
    await go(page, "m")
    await press(page, page.getByRole("button", { name: "Bring in a log" }))
    await choose(page, page.getByRole("button", { name: "Choose a folder" }), join(site.folder, "medium-1/log"))
    await press(page, page.locator('dialog [data-operation="mirror.ingest"]'))
    await page.getByText("The log is in the mirror").waitFor()
    expect(page.url()).toContain("ingest=")
    // The job is the service's: a reload shows the same end.
    await page.reload()
    await page.getByText("The log is in the mirror").waitFor()
    await shoot(page, "real-ingest")
    await press(page, page.getByRole("button", { name: "Check everything" }))
    await page.getByText("Nothing is damaged").waitFor()
    expect(await axeFinds(page)).toEqual([])
    await shoot(page, "real-fsck")
    const checked = site.shown("mirror", "fsck")
    expect(checked).toMatchObject({ damaged: 0, logs: 1 })
  })

  it("makes a key in the window, enrols somebody by it, and takes the access away again", async () => {
    const { page } = watched
    await go(page, "o")
    await press(page, page.getByRole("button", { name: "Make a key" }))
    await type(page, page.getByLabel("Operator name"), "kim")
    await type(page, page.getByLabel("Passphrase", { exact: true }), "kim has a passphrase, too")
    await type(page, page.getByLabel("The same passphrase again"), "kim has a passphrase, too")
    await press(page, page.locator('dialog [data-operation="operator.key"]'))
    const id = (await page.locator("dialog .digest .screen").innerText()).replace("sha256:", "")
    const saved: string[] = []
    for (const name of ["kim.key", "kim.key.pub"]) {
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        press(page, page.getByRole("button", { name: `Save ${name}`, exact: true })),
      ])
      expect(download.suggestedFilename()).toBe(name)
      saved.push(join(site.folder, name))
      await download.saveAs(saved.at(-1) ?? "")
    }
    await page.keyboard.press("Escape")
    await press(page, page.getByRole("button", { name: "Enrol an operator" }))
    await type(page, page.getByLabel("Name", { exact: true }), "kim")
    await tabTo(page, page.getByLabel("auditor", { exact: true }))
    await page.keyboard.press("Space")
    await choose(page, page.getByRole("button", { name: "Choose a file" }), saved[1] ?? "")
    await press(page, page.locator('dialog [data-operation="operator.add"]'))
    await page.getByText("They are enrolled").waitFor()
    await shoot(page, "real-enrol")
    await page.keyboard.press("Escape")
    // The id that the window showed to who made the key is the one that the site has.
    expect(site.stella(["operator", "list"])).toMatch(new RegExp(`^enabled +kim +auditor +${id}$`, "m"))
    await type(page, page.getByRole("textbox", { name: "Name or id" }), "kim")
    await page.keyboard.press("Enter")
    await page.locator(".pill").waitFor()
    await press(page, page.locator('[role="row"][aria-rowindex="2"]'))
    await type(page, page.getByLabel("Type kim to confirm"), "kim")
    await press(page, page.getByRole("button", { name: "Disable", exact: true }))
    await page.getByText("Access was taken away for good").waitFor()
    await page.keyboard.press("Escape")
    expect(site.stella(["operator", "list"])).toMatch(new RegExp(`^disabled +kim +auditor +${id}`, "m"))
    expect(watched.wrong).toEqual([])
  })

  it("finds all of that in the journal, filtered by the site", async () => {
    const { page } = watched
    await go(page, "l")
    await page.getByText("The chain is whole").waitFor()
    await type(page, page.getByRole("textbox", { name: "Who", exact: true }), "rita")
    await page.keyboard.press("Enter")
    await page.locator(".pill").waitFor()
    await tabTo(page, page.getByLabel("Operation", { exact: true }))
    await page.keyboard.type("operator.disable")
    await page.locator(".pill").nth(1).waitFor()
    await page.waitForFunction(() => document.querySelector('[role="grid"]')?.getAttribute("aria-rowcount") === "2")
    await shoot(page, "real-journal")
    await press(page, page.locator('[role="row"][aria-rowindex="2"]'))
    const drawer = await page.locator("dialog.drawer").innerText()
    const [record] = site
      .stella(["audit", "list", "--operation", "operator.disable", "--json"])
      .trimEnd()
      .split("\n")
      .map(line => JSON.parse(line) as { readonly record: { readonly n: number; readonly sha256: string } })
    expect(drawer).toContain(record?.record.sha256)
    expect(drawer).toContain(`stella audit list --after ${String((record?.record.n ?? 0) + 1)} --limit 1`)
    await page.keyboard.press("Escape")
  })

  it("looks at every other screen, and nothing goes wrong in any", async () => {
    const { page } = watched
    for (const [letter, shows] of [
      ["p", ".figure"],
      ["m", ".facts .digest"],
      ["t", '[role="row"][aria-rowindex="3"]'],
      ["l", '[role="row"][aria-rowindex="3"]'],
      ["o", '[role="row"][aria-rowindex="2"]'],
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
