/** The head of every screen: its name, one sentence on what it is for, what can be done, and the command that does the same. */
import type { ReactNode } from "react"
import { CommandCopy } from "./copy.tsx"

interface HeadingProps {
  readonly title: string
  readonly lead: string
  readonly actions?: ReactNode
  readonly command: string
}

/** The head of a screen. */
export function ScreenHeading({ title, lead, actions, command }: HeadingProps): ReactNode {
  return (
    <>
      <div className="heading">
        <div className="title">
          <h1>{title}</h1>
          <p className="lead">{lead}</p>
        </div>
        {actions === undefined ? null : <div className="actions">{actions}</div>}
      </div>
      <CommandCopy command={command} />
    </>
  )
}
