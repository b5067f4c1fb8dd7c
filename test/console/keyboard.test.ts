/** Everything by keys alone: screens by letters, the palette, tables by arrows, drawers that give the focus back. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Page } from "playwright-core"
import { openStage, type Stage } from "./support/gallery.ts"

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(async () => stage.close())

const LETTERS = {
  p: "Posture",
  e: "Evidence",
  v: "Verify",
  b: "Bulk verification",
  r: "Reports",
  m: "Mirror",
  g: "Gaps",
  t: "Trust",
  l: "Audit journal",
  o: "Operators",
  s: "Settings",
  h: "Manual",
}

async function heading(page: Page, name: string): Promise<void> {
  await page.getByRole("heading", { level: 1, name, exact: true }).waitFor()
}

async function focused(page: Page): Promise<string> {
  return page.evaluate(() => document.activeElement?.getAttribute("aria-rowindex") ?? document.activeElement?.id ?? "")
}

describe("letters", () => {
  it("lead to every screen, which takes the focus", async () => {
    const { page, wrong, close } = await stage.open("ready", "#/posture")
    await heading(page, "Posture")
    for (const [letter, name] of Object.entries(LETTERS)) {
      await page.keyboard.press("g")
      await page.keyboard.press(letter)
      await heading(page, name)
      if (letter !== "p") expect(await focused(page)).toBe("main")
    }
    expect(wrong).toEqual([])
    await close()
  })

  it("are letters in a field, and nothing at all when they are switched off", async () => {
    const { page, close } = await stage.open("ready", "#/verify")
    const field = page.getByLabel("or its digest")
    await field.focus()
    await page.keyboard.type("gp?")
    expect(await field.inputValue()).toBe("gp?")
    await page.goto(stage.address("ready", "#/settings"))
    await page.getByLabel(/Plain letters/).uncheck()
    await page.keyboard.press("g")
    await page.keyboard.press("p")
    await page.keyboard.press("?")
    await heading(page, "Settings")
    expect(await page.locator("dialog").count()).toBe(0)
    await page.keyboard.press("Control+k")
    await page.locator("dialog.palette").waitFor()
    await close()
  })
})

describe("the palette", () => {
  it("finds, goes, and closes with the focus back where it was", async () => {
    const { page, close } = await stage.open("ready", "#/evidence")
    await page.locator('[aria-rowindex="2"]').waitFor()
    await page.keyboard.press("/")
    await page.keyboard.press("Control+k")
    await page.keyboard.press("Escape")
    expect(await page.evaluate(() => document.activeElement?.hasAttribute("data-filter"))).toBe(true)
    await page.keyboard.press("Control+k")
    await page.keyboard.type("go to mir")
    await page.keyboard.press("Enter")
    await heading(page, "Mirror")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("dark")
    await page.keyboard.press("Enter")
    expect(await page.evaluate(() => document.documentElement.dataset["theme"])).toBe("dark")
    await close()
  })
})

describe("a table", () => {
  it("of 100,000 rows has one of them in the order of tabs, and says how many there are", async () => {
    const { page, wrong, close } = await stage.open("ready", "#/evidence", { rows: 100_000 })
    const grid = page.getByRole("grid", { name: "Evidence in the store" })
    await page.waitForFunction(
      () => document.querySelector('[role="grid"]')?.getAttribute("aria-rowcount") === "100001",
      undefined,
      { timeout: 20_000 },
    )
    expect(await grid.locator('[role="row"]').count()).toBeLessThan(80)
    expect(await grid.locator('[tabindex="0"]').count()).toBe(1)
    await grid.locator('[tabindex="0"]').focus()
    await page.keyboard.press("ArrowDown")
    expect(await focused(page)).toBe("3")
    await page.keyboard.press("PageDown")
    expect(Number(await focused(page))).toBeGreaterThan(8)
    // The last one that has been read; the next ones are read then.
    await page.keyboard.press("End")
    expect(await focused(page)).toBe("501")
    await page.waitForFunction(
      () => document.querySelector(".grid .foot")?.textContent.startsWith("1,000 of 100,000") === true,
    )
    await page.keyboard.press("End")
    expect(await focused(page)).toBe("1001")
    const free = await page.evaluate(() => {
      const row = document.activeElement?.getBoundingClientRect()
      const frame = document.querySelector(".scroller")?.getBoundingClientRect()
      return (
        row !== undefined &&
        frame !== undefined &&
        row.top >= frame.top + row.height - 1 &&
        row.bottom <= frame.bottom + 1
      )
    })
    expect(free).toBe(true)
    await page.keyboard.press("Home")
    expect(await focused(page)).toBe("2")
    await page.keyboard.press("Enter")
    await page.locator("dialog.drawer").waitFor()
    expect(page.url()).toContain("open=")
    await page.keyboard.press("Escape")
    await page.locator("dialog.drawer").waitFor({ state: "detached" })
    expect(await focused(page)).toBe("2")
    expect(wrong).toEqual([])
    await close()
  }, 60_000)

  it("keeps its filters in the address: back takes them away, a reload keeps them", async () => {
    const { page, close } = await stage.open("ready", `#/bulk?job=${"0".repeat(32)}`)
    await page.locator('[aria-rowindex="2"]').waitFor()
    await page.keyboard.press("/")
    await page.keyboard.type("SIGNATURE")
    await page.keyboard.press("Enter")
    await page.locator(".pill").waitFor()
    const count = async (): Promise<string> => (await page.locator('[role="grid"]').getAttribute("aria-rowcount")) ?? ""
    expect(await count()).toBe("81")
    await page.reload()
    await page.locator(".pill").waitFor()
    await page.waitForFunction(() => document.querySelector('[role="grid"]')?.getAttribute("aria-rowcount") === "81")
    await page.goBack()
    await page.waitForFunction(() => document.querySelector('[role="grid"]')?.getAttribute("aria-rowcount") === "401")
    await close()
  })
})
