/**
 * How the console speaks. Every sentence is a row of a message file (`en.ts` is the model, the others have the same keys);
 * a row is a text with `{names}` in it, or one text for one thing and another for several, chosen by `{n}`.
 */
import { createContext, use } from "react"
import { de } from "./de.ts"
import { en, type MessageKey } from "./en.ts"

/** A row of a message file. */
export type Message = string | { readonly one: string; readonly other: string }

/** The languages, each by its own name. */
export const LANGUAGES = { en: "English", de: "Deutsch" } as const
export type Language = keyof typeof LANGUAGES

/** What fills the `{names}` of a row. Numbers are written as the language writes them. */
export type Values = Readonly<Record<string, string | number>>

/** Says a row. */
export type Say = (key: MessageKey, values?: Values) => string

const FILES: Readonly<Record<Language, Readonly<Record<MessageKey, Message>>>> = { en, de }

/** The speech of one language. */
export function sayIn(language: Language): Say {
  const rows = FILES[language]
  const numbers = new Intl.NumberFormat(language)
  const plural = new Intl.PluralRules(language)
  return (key, values = {}) => {
    const row = rows[key]
    const n = values["n"]
    const text =
      typeof row === "string" ? row : typeof n === "number" && plural.select(n) === "one" ? row.one : row.other
    return text.replace(/\{([a-zA-Z]+)\}/g, (whole, name: string) => {
      const value = values[name]
      return value === undefined ? whole : typeof value === "number" ? numbers.format(value) : value
    })
  }
}

/** The language in use. */
export interface Speech {
  readonly language: Language
  readonly say: Say
}

/** Where components find it. */
export const SpeechContext = createContext<Speech>({ language: "en", say: sayIn("en") })

/** Says rows in the language in use. */
export function useSay(): Say {
  return use(SpeechContext).say
}

/** Writes whole numbers as the language in use writes them. */
export function useNumber(): (value: number) => string {
  const { language } = use(SpeechContext)
  return value => new Intl.NumberFormat(language).format(value)
}
