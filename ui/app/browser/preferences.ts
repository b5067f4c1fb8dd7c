/** What the operator has chosen about the window itself. It is kept in the browser, holds no data of the site, and anything unreadable is the default. */
import { LANGUAGES, type Language } from "../messages/text.ts"

/** The themes; `auto` follows the system. */
export const THEMES = ["auto", "light", "dark", "contrast"] as const
export type Theme = (typeof THEMES)[number]

/** Whether things may move; `auto` follows the system. */
export const MOTIONS = ["auto", "reduced"] as const
export type Motion = (typeof MOTIONS)[number]

export interface Preferences {
  readonly theme: Theme
  readonly motion: Motion
  readonly language: Language
  /** Whether plain letters are shortcuts; who dictates to the machine switches them off (WCAG 2.1.4). */
  readonly letters: boolean
}

const NAME = "stella-console"

function oneOf<T extends string>(list: readonly T[], value: unknown, otherwise: T): T {
  return list.find(item => item === value) ?? otherwise
}

function languageOfBrowser(): Language {
  return navigator.language.toLowerCase().startsWith("de") ? "de" : "en"
}

/** What was chosen before, or the defaults. */
export function readPreferences(): Preferences {
  let saved: Readonly<Record<string, unknown>> = {}
  try {
    const value: unknown = JSON.parse(window.localStorage.getItem(NAME) ?? "{}")
    if (typeof value === "object" && value !== null) saved = value as Readonly<Record<string, unknown>>
  } catch {
    // Storage may be switched off, or hold what somebody else wrote: neither is worth a word to the operator.
    saved = {}
  }
  return {
    theme: oneOf(THEMES, saved["theme"], "auto"),
    motion: oneOf(MOTIONS, saved["motion"], "auto"),
    language: oneOf(Object.keys(LANGUAGES) as Language[], saved["language"], languageOfBrowser()),
    letters: saved["letters"] !== false,
  }
}

/** Keeps a choice for the next visit, where the browser allows it. */
export function keepPreferences(value: Preferences): void {
  try {
    window.localStorage.setItem(NAME, JSON.stringify(value))
  } catch {
    // The choice holds until the window is closed.
  }
}

/** Puts theme, motion and language on the document. */
export function applyPreferences({ theme, motion, language }: Preferences): void {
  const asks = (query: string): boolean => window.matchMedia(query).matches
  const system = asks("(prefers-contrast: more)") ? "contrast" : asks("(prefers-color-scheme: dark)") ? "dark" : "light"
  const page = document.documentElement
  page.dataset["theme"] = theme === "auto" ? system : theme
  page.dataset["motion"] = motion === "reduced" || asks("(prefers-reduced-motion: reduce)") ? "reduced" : "full"
  page.lang = language
}

/** Calls when the system changes what it asks for. Returns how to stop. */
export function onSystemChange(changed: () => void): () => void {
  const queries = ["(prefers-contrast: more)", "(prefers-color-scheme: dark)", "(prefers-reduced-motion: reduce)"]
  const lists = queries.map(query => window.matchMedia(query))
  for (const list of lists) list.addEventListener("change", changed)
  return () => {
    for (const list of lists) list.removeEventListener("change", changed)
  }
}
