/** The palette: go somewhere, or do something, by typing a part of its name. */
import { useId, useMemo, useState, type KeyboardEvent, type ReactNode } from "react"
import { createPortal } from "react-dom"
import { useSay } from "../messages/text.ts"
import { useModal } from "../parts/dialog.tsx"

/** Something the palette offers. */
export interface Choice {
  readonly id: string
  /** What kind of thing it is: a screen, an action, a page of the manual. */
  readonly kind: string
  readonly name: string
  readonly run: () => void
}

interface PaletteProps {
  readonly choices: readonly Choice[]
  readonly onClose: () => void
}

const SHOWN = 50

/** Choices whose name has every typed word in it, in their own order. */
export function matching(choices: readonly Choice[], typed: string): readonly Choice[] {
  const words = typed
    .toLowerCase()
    .split(/\s+/)
    .filter(word => word !== "")
  return choices.filter(({ name, kind }) => {
    const text = `${name} ${kind}`.toLowerCase()
    return words.every(word => text.includes(word))
  })
}

/** The palette (Ctrl-K). */
export function Palette({ choices, onClose }: PaletteProps): ReactNode {
  const say = useSay()
  const id = useId()
  const ref = useModal(onClose)
  const [typed, setTyped] = useState("")
  const [at, setAt] = useState(0)
  const found = useMemo(() => matching(choices, typed).slice(0, SHOWN), [choices, typed])
  const here = Math.min(at, Math.max(found.length - 1, 0))
  const optionId = (index: number): string => `${id}-${String(index)}`
  const choose = (choice: Choice | undefined): void => {
    if (choice === undefined) return
    onClose()
    choice.run()
  }
  const move = (to: number): void => {
    setAt(to)
    document.getElementById(optionId(to))?.scrollIntoView({ block: "nearest" })
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === "Enter") {
      event.preventDefault()
      choose(found[here])
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault()
      const step = event.key === "ArrowDown" ? 1 : -1
      if (found.length > 0) move((here + step + found.length) % found.length)
    }
  }
  return createPortal(
    <dialog ref={ref} className="sheet palette" aria-label={say("palette.title")}>
      <input
        className="input"
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-label={say("palette.label")}
        {...(found.length === 0 ? {} : { "aria-activedescendant": optionId(here) })}
        placeholder={say("palette.label")}
        value={typed}
        onKeyDown={onKey}
        onChange={event => {
          setTyped(event.target.value)
          setAt(0)
        }}
      />
      <ul role="listbox" id={`${id}-list`} aria-label={say("palette.title")} tabIndex={-1}>
        {found.map((choice, index) => (
          <li
            key={choice.id}
            id={optionId(index)}
            role="option"
            aria-selected={index === here}
            onMouseMove={() => setAt(index)}
            onClick={() => choose(choice)}
          >
            <span className="kind">{choice.kind}</span>
            {choice.name}
          </li>
        ))}
      </ul>
      {found.length === 0 ? <p className="inside soft">{say("palette.none")}</p> : null}
      <p className="heard-only" role="status">
        {say("palette.count", { n: found.length })}
      </p>
    </dialog>,
    document.body,
  )
}
