/** The gallery, built and served for one test file, with a browser. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Browser, BrowserContextOptions } from "playwright-core"
import { buildConsole } from "../../../packaging/console/build-console.ts"
import { launch, openPage, type Watched } from "./chromium.ts"
import { serveFolder } from "./serve-folder.ts"

/** A browser and the gallery. */
export interface Stage {
  readonly browser: Browser
  readonly origin: string
  /** The address of the console on a scene, at a place. */
  readonly address: (scene: string, place: string, rows?: number) => string
  /** Opens the console on a scene, at a place. */
  readonly open: (
    scene: string,
    place: string,
    options?: BrowserContextOptions & { readonly rows?: number },
  ) => Promise<Watched>
  readonly close: () => Promise<void>
}

/** Builds the gallery and starts a browser. */
export async function openStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "stella-gallery-"))
  await buildConsole({ out: folder, gallery: true })
  const served = await serveFolder(folder)
  const browser = await launch()
  let visits = 0
  // Two addresses that differ in their fragment only are one page to the browser; each of these is another one.
  const address = (scene: string, place: string, rows = 400): string =>
    `${served.origin}/?scene=${scene}&rows=${String(rows)}&visit=${String(++visits)}${place}`
  return {
    browser,
    origin: served.origin,
    address,
    open: async (scene, place, { rows, ...options } = {}) => {
      const watched = await openPage(browser, served.origin, options)
      await watched.page.goto(address(scene, place, rows))
      return watched
    },
    close: async () => {
      await browser.close()
      await served.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
