/** The operator's choices about the window, for whoever shows or changes them. */
import { createContext, use } from "react"
import type { Preferences } from "../browser/preferences.ts"

/** The choices, and how one of them is changed. */
export interface Choosing {
  readonly preferences: Preferences
  readonly choose: (change: Partial<Preferences>) => void
}

export const PreferencesContext = createContext<Choosing | undefined>(undefined)

/** The choices in use. */
export function usePreferences(): Choosing {
  const choosing = use(PreferencesContext)
  if (choosing === undefined) throw new Error("no preferences are in use here")
  return choosing
}
