/** The panel of keys, from the same list that listens to them. */
import type { ReactNode } from "react"
import { useSay } from "../messages/text.ts"
import { Dialog } from "../parts/dialog.tsx"
import { ROUTES } from "./routes.ts"
import { SHORTCUTS } from "./shortcuts.ts"

/** All keys. */
export function Help({ onClose }: { readonly onClose: () => void }): ReactNode {
  const say = useSay()
  return (
    <Dialog kind="sheet" title={say("keys.title")} onClose={onClose}>
      <dl className="keys">
        {SHORTCUTS.map(({ keys, says }) => (
          <div key={says} className="line">
            <dt className="line">
              {keys.map(key => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{say(says)}</dd>
          </div>
        ))}
        {ROUTES.map(({ id, letter, name }) => (
          <div key={id} className="line">
            <dt className="line">
              <kbd>g</kbd>
              <kbd>{letter}</kbd>
            </dt>
            <dd>{say(name)}</dd>
          </div>
        ))}
      </dl>
      <p className="soft">{say("keys.note")}</p>
    </Dialog>
  )
}
