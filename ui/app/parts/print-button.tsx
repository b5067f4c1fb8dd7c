/** Printing what is open: the page, or the dialog over it. */
import type { ReactNode } from "react"
import { useSay } from "../messages/text.ts"
import { Icon } from "./icons.tsx"

/** The button. */
export function PrintButton({ disabled = false }: { readonly disabled?: boolean }): ReactNode {
  const say = useSay()
  return (
    <button type="button" className="button" disabled={disabled} onClick={() => window.print()}>
      <Icon name="print" />
      {say("action.print")}
    </button>
  )
}
