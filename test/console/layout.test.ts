/** The window's sizes: nothing is wider than it, at 1280 × 800, at 1920 × 1080 and at 200 %; what has the focus is never covered; paper has everything. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { isTooWide, openPage, shoot } from "./support/chromium.ts"
import { openStage, type Stage } from "./support/gallery.ts"
import { OPENED, SCENERY } from "./support/scenes.ts"

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(async () => stage.close())

// 200 % in a window of 1280 × 800 leaves 640 × 400 pixels of the page's own.
const SIZES = [
  ["1280x800", { viewport: { width: 1280, height: 800 } }],
  ["1920x1080", { viewport: { width: 1920, height: 1080 } }],
  ["200-percent", { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 }],
] as const

describe.for(SIZES)("at %s", ([size, options]) => {
  it("no screen is wider than its window in any state", { timeout: 300_000 }, async () => {
    const { page, wrong, close } = await openPage(stage.browser, stage.origin, options)
    for (const { screen, state, scene, place, shows } of SCENERY) {
      await page.goto(stage.address(scene, place))
      await page.locator(shows).first().waitFor()
      expect(await isTooWide(page), `${screen} ${state}`).toBe(false)
      await shoot(page, `size-${screen}-${state}-${size}`)
    }
    for (const { name, place, keys, shows, scene = "ready" } of OPENED) {
      await page.goto(stage.address(scene, place))
      await page.locator("main h1").waitFor()
      if (keys !== undefined) await page.keyboard.press(keys)
      await page.locator(shows).first().waitFor()
      expect(await isTooWide(page), name).toBe(false)
      const cut = await page.evaluate(() => {
        const inside = document.querySelector("dialog .inside, dialog ul")
        return inside === null ? 0 : inside.scrollWidth - inside.clientWidth
      })
      expect(cut, name).toBeLessThanOrEqual(0)
      await shoot(page, `size-open-${name}-${size}`)
    }
    expect(wrong).toEqual([])
    await close()
  })
})

describe("the focus", () => {
  it("is never under the bar, the strip or a table's head (WCAG 2.4.11)", async () => {
    const { page, close } = await stage.open("ready", `#/gaps`, { viewport: { width: 640, height: 400 } })
    await page.locator("form").waitFor()
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press("Tab")
      const covered = await page.evaluate(() => {
        const element = document.activeElement
        if (element === null || element === document.body) return ""
        const box = element.getBoundingClientRect()
        const [x, y] = [box.left + box.width / 2, box.top + box.height / 2]
        const top = document.elementFromPoint(x, y)
        const seen = top === null || element.contains(top) || top.contains(element) || box.width < 2
        return seen ? "" : `${element.outerHTML.slice(0, 120)} under ${top.outerHTML.slice(0, 120)}`
      })
      expect(covered).toBe("")
    }
    await close()
  })
})

describe("paper", () => {
  it("has full digests in groups of eight and the command, without the frame", async () => {
    const { page, close } = await stage.open("ready", `#/bulk?job=${"0".repeat(32)}&n=3`)
    await page.locator(".verdict-panel.failed").waitFor()
    await page.emulateMedia({ media: "print" })
    const seen = await page.evaluate(() => document.body.innerText)
    expect(seen).toMatch(/sha256:([0-9a-f]{8} ){7}[0-9a-f]{8}/)
    expect(seen).toMatch(/stella attest verify sha256:[0-9a-f]{64} --at 2031-04-02T10:11:09Z/)
    expect(seen).toContain("FAILED")
    expect(await page.locator(".rail").isVisible()).toBe(false)
    const pdf = await page.pdf({ format: "A4", preferCSSPageSize: true })
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-")
    await shoot(page, "paper-report")
    await close()
  })

  it("is light whatever the theme is", async () => {
    const { page, close } = await stage.open("ready", "#/posture", { colorScheme: "dark" })
    await page.locator(".figure").first().waitFor()
    const surface = async (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--surface"))
    expect(await surface()).not.toBe("#fff")
    await page.emulateMedia({ media: "print", colorScheme: "dark" })
    expect(await surface()).toMatch(/^#fff(fff)?$/)
    await close()
  })
})
