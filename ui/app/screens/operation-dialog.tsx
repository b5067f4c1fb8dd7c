/** A dialog in which one operation is prepared and done: its way out, its control, the command that does the same. */
import type { ReactNode } from "react"
import { useSay } from "../messages/text.ts"
import { CommandCopy } from "../parts/copy.tsx"
import { Dialog } from "../parts/dialog.tsx"
import { CONTROL_NAME, OperationButton, type Dialogued } from "./operation-button.tsx"

interface OperationDialogProps {
  readonly operation: Dialogued
  readonly command: string
  /** Whether something is missing that it needs, or it is being done. */
  readonly disabled: boolean
  readonly onDo: () => void
  readonly onClose: () => void
  readonly children: ReactNode
  /** Another name for the control, where it says more. */
  readonly name?: string
  /** What else can be done, such as stopping. */
  readonly actions?: ReactNode
}

/** The dialog. */
export function OperationDialog(props: OperationDialogProps): ReactNode {
  const { operation, command, disabled, onDo, onClose, children, name, actions } = props
  const say = useSay()
  return (
    <Dialog
      kind="sheet"
      title={say(CONTROL_NAME[operation])}
      onClose={onClose}
      footer={
        <>
          {actions}
          <button type="button" className="button" onClick={onClose}>
            {say("action.close")}
          </button>
          <OperationButton operation={operation} main disabled={disabled} onPress={onDo}>
            {name}
          </OperationButton>
        </>
      }
    >
      {children}
      <CommandCopy command={command} />
    </Dialog>
  )
}
