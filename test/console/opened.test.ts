/** What opens over a screen, the login, the manual and the gallery's own page: accessible in every colour scheme, and in both languages. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Page } from "playwright-core"
import { axeFinds, isTooWide, openPage, shoot, type Watched } from "./support/chromium.ts"
import { openStage, type Stage } from "./support/gallery.ts"
import { OPENED, SCENERY } from "./support/scenes.ts"

let stage: Stage
let watched: Watched
beforeAll(async () => {
  stage = await openStage()
  watched = await openPage(stage.browser, stage.origin)
})
afterAll(async () => stage.close())

async function inEveryScheme(page: Page, name: string): Promise<string[]> {
  const found: string[] = []
  for (const [look, media] of [
    ["light", { colorScheme: "light", forcedColors: "none", contrast: "no-preference" }],
    ["dark", { colorScheme: "dark", forcedColors: "none", contrast: "no-preference" }],
    ["forced", { colorScheme: "dark", forcedColors: "active", contrast: "no-preference" }],
    ["contrast", { colorScheme: "light", forcedColors: "none", contrast: "more" }],
  ] as const) {
    await page.emulateMedia(media)
    found.push(...(await axeFinds(page)).map(what => `${look}: ${what}`))
    await shoot(page, `${name}-${look}`)
  }
  await page.emulateMedia({ colorScheme: "light", forcedColors: "none", contrast: "no-preference" })
  return found
}

async function expectFine(name: string): Promise<void> {
  expect(await inEveryScheme(watched.page, name)).toEqual([])
  expect(await isTooWide(watched.page)).toBe(false)
  expect(watched.wrong).toEqual([])
}

describe.for(OPENED)("$name", ({ name, place, keys, shows, scene = "ready" }) => {
  it("is accessible in every colour scheme", async () => {
    watched.wrong.length = 0
    await watched.page.goto(stage.address(scene, place))
    await watched.page.locator("main h1").waitFor()
    if (keys !== undefined) await watched.page.keyboard.press(keys)
    await watched.page.locator(shows).first().waitFor()
    await expectFine(`open-${name}`)
  })
})

describe("a check", () => {
  it("shows its outcome in the row, whichever it is", async () => {
    const { page } = watched
    await page.goto(stage.address("ready", OPENED.find(({ name }) => name === "report-unproven")?.place ?? ""))
    await page.locator(".check").first().waitFor()
    const cut = await page.evaluate(
      () =>
        [...document.querySelectorAll(".check > summary")].filter(row => {
          const [mine, mark] = [row.getBoundingClientRect(), row.querySelector(".outcome")?.getBoundingClientRect()]
          return mark === undefined || mark.top < mine.top || mark.bottom > mine.bottom || mark.left < mine.left
        }).length,
    )
    expect(cut).toBe(0)
  })
})

describe("the login", () => {
  it("is accessible, and says what was wrong with a code", async () => {
    watched.wrong.length = 0
    const { page } = watched
    await page.goto(stage.address("out", ""))
    await page.getByLabel("One-time code").fill("7K3QD-0XJ4M-V9T2R-H8ZB5")
    await page.keyboard.press("Enter")
    await page.locator('[data-state="failed"]').waitFor()
    expect(await page.locator('[data-state="failed"]').innerText()).toContain("NOT_AUTHENTICATED")
    await expectFine("login-failed")
  })
})

describe("the manual", () => {
  it("has the pages of docs/, with links between them", async () => {
    watched.wrong.length = 0
    const { page } = watched
    await page.goto(stage.address("ready", "#/manual/formats/report.md"))
    await page.getByRole("heading", { name: "Facts and Report" }).waitFor()
    await expectFine("manual-ready")
    await page.locator(".prose a").first().click()
    await page.waitForFunction(() => !window.location.hash.endsWith("report.md"))
    expect(await page.locator('[data-state="partial"]').count()).toBe(0)
    // Where the page does not exist, and where the file does not.
    await page.goto(stage.address("ready", "#/manual/no/such.md"))
    await page.locator('[data-state="partial"]').waitFor()
    await expectFine("manual-partial")
  })

  it("shows what is missing of it", async () => {
    const { page, wrong } = watched
    for (const [state, reply] of [
      ["empty", { status: 200, contentType: "application/json", body: '{"v":1,"pages":[]}' }],
      ["failed", { status: 404, body: "" }],
    ] as const) {
      await page.route("**/manual.json", async route => route.fulfill(reply))
      await page.goto(stage.address("empty", "#/manual"))
      await page.locator(`[data-state="${state}"]`).waitFor()
      // The browser notes the missing file, as it should.
      wrong.length = 0
      await expectFine(`manual-${state}`)
      await page.unroute("**/manual.json")
    }
  })
})

describe("the gallery", () => {
  it("shows every part, accessibly", async () => {
    watched.wrong.length = 0
    await watched.page.goto(stage.origin)
    await watched.page.getByRole("grid").waitFor()
    await expectFine("gallery")
  })
})

describe("German", () => {
  it("fits into every screen and everything that opens, and is accessible there", { timeout: 240_000 }, async () => {
    const { page, wrong, close } = await stage.open("ready", "#/posture", { locale: "de-DE" })
    const ready = SCENERY.filter(({ state }) => state === "ready")
    const shown: typeof OPENED = [
      ...ready.map(({ screen, scene, place, shows }) => ({ name: screen, scene, place, shows })),
      ...OPENED,
    ]
    for (const { name, scene = "ready", place, shows, keys } of shown) {
      await page.goto(stage.address(scene, place))
      await page.locator("main h1").waitFor()
      if (keys !== undefined) await page.keyboard.press(keys)
      await page.locator(shows).first().waitFor()
      expect(await page.evaluate(() => document.documentElement.lang)).toBe("de")
      expect(await axeFinds(page), name).toEqual([])
      expect(await isTooWide(page), name).toBe(false)
      await page.setViewportSize({ width: 640, height: 400 })
      expect(await isTooWide(page), `${name} at 200 %`).toBe(false)
      await page.setViewportSize({ width: 1280, height: 800 })
      await shoot(page, `german-${name}`)
    }
    expect(wrong).toEqual([])
    await close()
  })

  it("is spoken everywhere when it is chosen", async () => {
    const { page, wrong, close } = await stage.open("ready", "#/posture", { locale: "de-DE" })
    await page.getByRole("heading", { name: "Lage" }).waitFor()
    expect(await page.evaluate(() => document.documentElement.lang)).toBe("de")
    expect(await axeFinds(page)).toEqual([])
    await shoot(page, "posture-german")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("english")
    await page.keyboard.press("Enter")
    await page.getByRole("heading", { name: "Posture" }).waitFor()
    expect(wrong).toEqual([])
    await close()
  })
})
