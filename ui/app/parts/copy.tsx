/** Copying: a button, and the command line that does what a view shows. */
import type { ReactNode } from "react"
import { copyText } from "../browser/clipboard.ts"
import { useSay } from "../messages/text.ts"
import { useAnnounce } from "./announcer.tsx"
import { Icon } from "./icons.tsx"

/** Copies a text and says whether that worked. */
export function useCopy(): (text: string) => void {
  const say = useSay()
  const announce = useAnnounce()
  return text => {
    void copyText(text).then(done => announce(say(done ? "copy.done" : "copy.refused")))
  }
}

/** A button that copies. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  const copy = useCopy()
  return (
    <button type="button" className="button" onClick={() => copy(text)}>
      <Icon name="copy" />
      {label}
    </button>
  )
}

/** The command that does the same, to be copied; on paper it is how the page is reproduced. */
export function CommandCopy({ command }: { readonly command: string }): ReactNode {
  const say = useSay()
  return (
    <div className="command" role="group" aria-label={say("command.label")}>
      <code>{command}</code>
      <CopyButton text={command} label={say("command.copy")} />
    </div>
  )
}
