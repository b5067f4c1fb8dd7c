/** What is said to those who listen: one polite live region for the whole window, and the short note that is seen with it. */
import { createContext, use, useCallback, useMemo, useRef, useState, type ReactNode } from "react"
import { after } from "../browser/clock.ts"

type Announce = (text: string) => void

const AnnouncerContext = createContext<Announce>(() => undefined)

/** Announces politely, and shows the same words for some seconds. */
export function useAnnounce(): Announce {
  return use(AnnouncerContext)
}

const SHOWN_MS = 6000

/** Holds the live region. */
export function Announcer({ children }: { readonly children: ReactNode }): ReactNode {
  const [text, setText] = useState("")
  const stop = useRef<() => void>(() => undefined)
  const announce = useCallback((said: string) => {
    stop.current()
    setText(said)
    stop.current = after(SHOWN_MS, () => setText(""))
  }, [])
  const value = useMemo(() => announce, [announce])
  return (
    <AnnouncerContext value={value}>
      {children}
      <div className="toasts">
        <p role="status">{text}</p>
      </div>
    </AnnouncerContext>
  )
}
