/** Dialogs and drawers, on the browser's own modal dialog: it keeps the focus inside and gives it back. */
import { useEffect, useId, useRef, type ReactNode } from "react"
import { createPortal } from "react-dom"
import { useSay } from "../messages/text.ts"
import { Icon } from "./icons.tsx"

interface DialogProps {
  readonly kind: "sheet" | "drawer"
  readonly title: ReactNode
  readonly onClose: () => void
  readonly children: ReactNode
  readonly footer?: ReactNode
}

/** Shows its element as a modal dialog while it is mounted, and gives the focus back where it came from. */
export function useModal(onClose: () => void): React.RefObject<HTMLDialogElement | null> {
  const ref = useRef<HTMLDialogElement>(null)
  const close = useRef(onClose)
  useEffect(() => {
    close.current = onClose
  })
  useEffect(() => {
    const dialog = ref.current
    if (dialog === null) return
    const before = document.activeElement
    const onCancel = (event: Event): void => {
      event.preventDefault()
      close.current()
    }
    dialog.addEventListener("cancel", onCancel)
    if (!dialog.open) dialog.showModal()
    return () => {
      dialog.removeEventListener("cancel", onCancel)
      dialog.close()
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])
  return ref
}

/** A modal dialog with a title and a way out: a sheet in the middle, or a drawer at the side. */
export function Dialog({ kind, title, onClose, children, footer }: DialogProps): ReactNode {
  const say = useSay()
  const id = useId()
  const ref = useModal(onClose)
  return createPortal(
    <dialog ref={ref} className={kind} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        <button type="button" className="button plain" onClick={onClose} aria-label={say("action.close")}>
          <Icon name="close" />
        </button>
      </header>
      {/* It scrolls, so it can be reached and scrolled by keys. */}
      <div className="inside" tabIndex={0} role="group" aria-labelledby={id}>
        {children}
      </div>
      {footer === undefined ? null : <footer>{footer}</footer>}
    </dialog>,
    document.body,
  )
}
