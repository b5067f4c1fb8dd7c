/** The one list of keys: what listens to them and the help panel both read it. */
import { useEffect, useRef } from "react"
import { goTo, printPlace } from "../browser/place.ts"
import { after } from "../browser/clock.ts"
import type { MessageKey } from "../messages/en.ts"
import { ROUTES } from "./routes.ts"

/** A line of the help panel. */
export interface Shortcut {
  readonly keys: readonly string[]
  readonly says: MessageKey
}

/** Keys that are no letter of a screen. */
export const SHORTCUTS: readonly Shortcut[] = [
  { keys: ["Ctrl", "K"], says: "keys.palette" },
  { keys: ["?"], says: "keys.help" },
  { keys: ["/"], says: "keys.filter" },
  { keys: ["Esc"], says: "keys.close" },
  { keys: ["↑", "↓", "PgUp", "PgDn", "Home", "End"], says: "keys.rows" },
  { keys: ["Enter"], says: "keys.open" },
  { keys: ["Ctrl", "P"], says: "keys.print" },
]

/** How long the letter may come after `g`. */
const LETTER_MS = 1500

interface Doors {
  readonly palette: () => void
  readonly help: () => void
  /** Whether keys that are plain letters do something; some operators speak to their machine. */
  readonly letters: boolean
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || target.matches("input:not([type=radio]):not([type=checkbox]), textarea, select")
}

/** Listens to the keys of the whole window. */
export function useShortcuts({ palette, help, letters }: Doors): void {
  const waiting = useRef<(() => void) | undefined>(undefined)
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const key = event.key.toLowerCase()
      if ((event.ctrlKey || event.metaKey) && key === "k") {
        event.preventDefault()
        if (document.querySelector("dialog[open]") === null) palette()
        return
      }
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey
      if (!letters || !plain || isTyping(event.target) || document.querySelector("dialog[open]") !== null) return
      if (waiting.current !== undefined) {
        waiting.current()
        waiting.current = undefined
        const route = ROUTES.find(({ letter }) => letter === key)
        if (route !== undefined) {
          event.preventDefault()
          goTo(printPlace(route.id))
        }
        return
      }
      if (key === "g") {
        waiting.current = after(LETTER_MS, () => {
          waiting.current = undefined
        })
      } else if (key === "?") {
        event.preventDefault()
        help()
      } else if (key === "/") {
        const filter = document.querySelector<HTMLElement>("[data-filter]")
        if (filter === null) return
        event.preventDefault()
        filter.focus()
      }
    }
    window.addEventListener("keydown", onKey)
    return () => window.removeEventListener("keydown", onKey)
  }, [palette, help, letters])
}
