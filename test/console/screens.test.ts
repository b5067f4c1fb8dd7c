/** Every screen in every state, in light, dark and forced colours: axe finds nothing, nothing goes wrong, nothing overflows. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { axeFinds, isTooWide, openPage, shoot, type Watched } from "./support/chromium.ts"
import { openStage, type Stage } from "./support/gallery.ts"
import { SCENERY } from "./support/scenes.ts"

let stage: Stage
let watched: Watched
beforeAll(async () => {
  stage = await openStage()
  watched = await openPage(stage.browser, stage.origin)
})
afterAll(async () => stage.close())

describe.for(SCENERY)("$screen, $state", ({ screen, state, scene, place, shows }) => {
  it("is drawn, accessible in every colour scheme, and as wide as its window", async () => {
    const { page, wrong } = watched
    wrong.length = 0
    await page.goto(stage.address(scene, place))
    await page.locator(shows).first().waitFor({ state: "visible" })
    const found: string[] = []
    for (const [look, media] of [
      ["light", { colorScheme: "light", forcedColors: "none" }],
      ["dark", { colorScheme: "dark", forcedColors: "none" }],
      ["forced", { colorScheme: "dark", forcedColors: "active" }],
    ] as const) {
      await page.emulateMedia(media)
      found.push(...(await axeFinds(page)).map(what => `${look}: ${what}`))
      if (look === "light" || state === "ready") await shoot(page, `${screen}-${state}-${look}`)
    }
    expect(found).toEqual([])
    expect(await isTooWide(page)).toBe(false)
    expect(wrong).toEqual([])
  })
})
