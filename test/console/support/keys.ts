/** Using a page by keys alone: what a person does who has no mouse. */
import type { Locator, Page } from "playwright-core"

const MOST = 120

/** Presses Tab until the element has the focus. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor({ state: "visible" })
  for (let i = 0; i < MOST; i++) {
    if (await target.evaluate(element => element === document.activeElement)) return
    await page.keyboard.press("Tab")
  }
  throw new Error(`nobody gets there by ${String(MOST)} presses of Tab`)
}

/** Goes to a button and presses it. */
export async function press(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target)
  await page.keyboard.press("Enter")
}

/** Goes to a field and types into it, over what it holds. */
export async function type(page: Page, target: Locator, text: string): Promise<void> {
  await tabTo(page, target)
  await page.keyboard.press("Control+a")
  await page.keyboard.type(text)
}

/** Opens a file picker from the keyboard and takes files in it. */
export async function choose(page: Page, button: Locator, files: string | readonly string[]): Promise<void> {
  await tabTo(page, button)
  const [picker] = await Promise.all([page.waitForEvent("filechooser"), page.keyboard.press("Enter")])
  await picker.setFiles(typeof files === "string" ? files : [...files])
}

/** Goes to a screen by `g` and its letter; another screen than the one that is there takes the focus. */
export async function go(page: Page, letter: string): Promise<void> {
  await page.locator("dialog[open]").waitFor({ state: "detached" })
  const before = await page.locator(".rail [aria-current=page]").getAttribute("href")
  await page.keyboard.press("g")
  await page.keyboard.press(letter)
  const link = page.locator(`.rail [aria-keyshortcuts="g ${letter}"][aria-current=page]`)
  await link.waitFor()
  if ((await link.getAttribute("href")) === before) return
  await page.waitForFunction(() => document.activeElement?.id === "main")
}
