/**
 * The third face: in a real window every operation is gone to and done at the place that the list of places names, under
 * the name that stands there. An operation without a place does not compile; one whose place does not do it fails here.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Locator, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { OPERATIONS, type OperationName } from "../../ui/contract/operations.ts"
import {
  PLACES,
  SCREENS,
  type Controlled,
  type Elsewhere,
  type Place,
  type Windowed,
} from "../../ui/contract/places.ts"
import { digest } from "../../ui/app/gallery/fixtures.ts"
import { filesBelow, readText } from "../support/tree.ts"
import { openPage, type Watched } from "./support/chromium.ts"
import { openStage, type Stage } from "./support/gallery.ts"
import { choose, press, type } from "./support/keys.ts"

const places: Readonly<Record<OperationName, Place | Elsewhere>> = PLACES
const windowed = OPERATIONS.map(({ name }) => name).filter((name): name is Windowed => "screen" in places[name])
const controlled = windowed.filter((name): name is Controlled => "control" in places[name])

let stage: Stage
let folder: string
let watched: Watched
beforeAll(async () => {
  stage = await openStage()
  folder = mkdtempSync(join(tmpdir(), "stella-places-"))
  for (const name of ["bundle.json", "root.json", "kim.key.pub"]) writeFileSync(join(folder, name), "{}")
  mkdirSync(join(folder, "log"))
  writeFileSync(join(folder, "log/checkpoint"), "log.forge.example\n")
  watched = await openPage(stage.browser, stage.origin)
})
afterAll(async () => {
  await stage.close()
  rmSync(folder, { recursive: true, force: true })
})

const file = (name: string): string => join(folder, name)
const field = (page: Page, name: string | RegExp): Locator => page.getByLabel(name, { exact: typeof name === "string" })
const button = (page: Page, name: string): Locator => page.getByRole("button", { name, exact: true })
const group = (page: Page, name: string): Locator => page.getByRole("group", { name, exact: true })

/** What leads from the screen to where the operation is done, and what it has to be given; by keys. */
const PREPARED: Readonly<Record<Controlled, (page: Page) => Promise<void>>> = {
  "attest.verify": async page => type(page, field(page, "or its digest"), "a".repeat(64)),
  "attest.fetch": async page => press(page, page.locator('[role="row"][aria-rowindex="2"]')),
  "attest.replay": async page => press(page, page.locator('[role="row"][aria-rowindex="2"]')),
  "attest.import": async page => {
    await press(page, button(page, "Import evidence"))
    await choose(page, button(page, "Choose files"), file("bundle.json"))
  },
  "trust.import": async page => {
    await press(page, button(page, "Import trust"))
    await choose(page, button(page, "Choose a file"), file("root.json"))
    await type(page, field(page, "SHA-256 that you were told"), digest(3))
    await press(page, button(page, "Compare, and show what it brings"))
    const confirm = field(page, /^This digest was told to me/)
    await confirm.waitFor()
    await confirm.focus()
    await page.keyboard.press("Space")
  },
  "mirror.ingest": async page => {
    await press(page, button(page, "Bring in a log"))
    await choose(page, button(page, "Choose a folder"), file("log"))
  },
  "mirror.prove": async page => type(page, field(page, "Number or hash"), "48211"),
  "mirror.find": async page => type(page, field(page, "What to find"), `sha256:${"a".repeat(64)}`),
  "mirror.fsck": async () => undefined,
  "gap.report": async page => {
    await choose(
      page,
      group(page, "List of expectations").getByRole("button", { name: "Choose a file" }),
      file("bundle.json"),
    )
  },
  "operator.key": async page => {
    await press(page, button(page, "Make a key"))
    await type(page, field(page, "Passphrase"), "a passphrase of some length")
    await type(page, field(page, "The same passphrase again"), "a passphrase of some length")
  },
  "operator.add": async page => {
    await press(page, button(page, "Enrol an operator"))
    await type(page, field(page, "Name"), "kim")
    await field(page, "auditor").focus()
    await page.keyboard.press("Space")
    await choose(page, button(page, "Choose a file"), file("kim.key.pub"))
  },
  "operator.disable": async page => {
    await press(page, page.locator('[role="row"][aria-rowindex="2"]'))
    await type(page, field(page, "Type rita to confirm"), "rita")
  },
}

/** Operations of a view that is opened on its screen. */
const OPENED: Partial<Record<Windowed, (page: Page) => Promise<void>>> = {
  "attest.inspect": async page => press(page, page.locator('[role="row"][aria-rowindex="2"]')),
}

/** How it shows that it was done, where the service is not asked: a key is made in the window, and the browser saves it. */
const DONE: Partial<Record<Controlled, (page: Page) => Promise<void>>> = {
  "operator.key": async page => {
    const save = button(page, "Save operator.key")
    await save.waitFor()
    const [download] = await Promise.all([page.waitForEvent("download"), press(page, save)])
    expect(readFileSync(await download.path(), "utf8")).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/)
    expect(await asked(page)).not.toContain("operator.key")
  },
}

async function asked(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => (window as unknown as { stellaAsked: string[] }).stellaAsked)
}

/** The window on the screen of a place, with what the screen itself has asked for. */
async function at({ screen }: Place, scene = "ready"): Promise<Page> {
  const { page, wrong } = watched
  wrong.length = 0
  await page.goto(stage.address(scene, `#/${screen}`))
  await page.getByRole("heading", { level: 1, name: SCREENS[screen].title, exact: true }).waitFor()
  return page
}

describe("every operation", () => {
  it("is in the window, or says why the command is copied instead: no more than two do", () => {
    const elsewhere = OPERATIONS.map(({ name }) => name).filter(name => "why" in places[name])
    expect(elsewhere).toEqual(["init", "conformance.verify-bundle"])
    for (const name of elsewhere) expect((places[name] as Elsewhere).why.length).toBeGreaterThan(40)
    expect(windowed.length + elsewhere.length).toBe(OPERATIONS.length)
  })

  it("is asked for nowhere in the console but by names of the list", () => {
    const names = new Set<string>(OPERATIONS.map(({ name }) => name))
    const controls = new Set<string>()
    for (const path of filesBelow("ui/app/screens", [".tsx"]))
      for (const [, name = ""] of readText(path).matchAll(/(?:operation=|data-operation=)"([a-z.-]+)"/g)) {
        expect(names.has(name), `${path}: ${name}`).toBe(true)
        controls.add(name)
      }
    expect([...controls].sort()).toEqual([...controlled].sort())
  })
})

describe("in the window", () => {
  it.for(windowed.filter(name => !controlled.some(other => other === name)))(
    "%s is asked for by its view",
    async name => {
      const page = await at(places[name] as Place)
      await OPENED[name]?.(page)
      await expect.poll(async () => asked(page), { timeout: 20_000 }).toContain(name)
      expect(watched.wrong).toEqual([])
    },
  )

  it.for(controlled)("%s is done by its control, by keys", async name => {
    const place: Place = PLACES[name]
    const page = await at(place)
    await PREPARED[name](page)
    const control = page.locator(`dialog [data-operation="${name}"], main [data-operation="${name}"]`).last()
    await control.waitFor()
    // The dialog of an import counts its files; the control that opens it has the name of the list.
    if (name !== "attest.import") expect(await control.innerText()).toBe(place.control)
    const times = async (): Promise<number> => (await asked(page)).filter(one => one === name).length
    const before = await times()
    await press(page, control)
    await (DONE[name] ?? (async () => expect.poll(times, { timeout: 20_000 }).toBeGreaterThan(before)))(page)
    expect(watched.wrong).toEqual([])
  })
})

describe("somebody who may not", () => {
  it.for(controlled.filter(name => /^(trust\.import|mirror\.ingest|attest\.import|operator\.add)$/.test(name)))(
    "%s sees the control and why it does nothing, and hears it",
    async name => {
      const page = await at(PLACES[name], "reader")
      const control = page.locator(`main [data-operation="${name}"]`)
      await control.focus()
      expect(await control.getAttribute("aria-disabled")).toBe("true")
      const why = await page.locator(`[id="${(await control.getAttribute("aria-describedby")) ?? ""}"]`).innerText()
      expect(why).toMatch(/^Not in your role\. It takes: (administrator|operator)\.$/)
      await page.keyboard.press("Enter")
      expect(page.url()).not.toContain("do=")
      expect(await asked(page)).not.toContain(name)
    },
  )

  it("is told the same of a dialog that an address opens", async () => {
    const { page } = watched
    await page.goto(stage.address("reader", "#/operators?do=operator.add"))
    await page.getByText("Who is enrolled is not shown to you").waitFor()
    expect(await asked(page)).not.toContain("operator.list")
  })
})
