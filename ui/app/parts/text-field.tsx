/** A field for a line of text, with its label and what belongs into it. */
import { useId, type ReactNode } from "react"

interface TextFieldProps {
  readonly label: string
  readonly note?: string
  /** What is wrong with the text, in place of the note. */
  readonly wrong?: string | undefined
  readonly value: string
  readonly onChange: (text: string) => void
  /** Names and digests, which no speller should look at. */
  readonly mono?: boolean
  readonly type?: "text" | "password"
  readonly autoComplete?: string
}

/** The field. */
export function TextField(props: TextFieldProps): ReactNode {
  const { label, note, wrong, value, onChange, mono = false, type = "text", autoComplete = "off" } = props
  const id = useId()
  const said = wrong ?? note
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className={mono ? "input mono" : "input"}
        type={type}
        spellCheck={false}
        autoComplete={autoComplete}
        value={value}
        aria-invalid={wrong !== undefined}
        {...(said === undefined ? {} : { "aria-describedby": `${id}-note` })}
        onChange={event => onChange(event.target.value)}
      />
      {said === undefined ? null : (
        <span id={`${id}-note`} className={wrong === undefined ? "note" : "wrong"}>
          {said}
        </span>
      )}
    </div>
  )
}

interface CheckFieldProps {
  readonly label: string
  readonly note?: string
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
}

/** A box to tick. */
export function CheckField({ label, note, checked, onChange }: CheckFieldProps): ReactNode {
  const id = useId()
  return (
    <div className="tight">
      <label className="check-line">
        <input
          type="checkbox"
          checked={checked}
          {...(note === undefined ? {} : { "aria-describedby": id })}
          onChange={event => onChange(event.target.checked)}
        />
        {label}
      </label>
      {note === undefined ? null : (
        <span id={id} className="note">
          {note}
        </span>
      )}
    </div>
  )
}
