/** One of a few, by radio buttons. */
import { useId, type ReactNode } from "react"

interface ChoiceProps<T extends string> {
  readonly legend: string
  readonly value: T
  readonly options: readonly (readonly [T, string])[]
  readonly onChoose: (value: T) => void
}

/** The buttons. */
export function Choice<T extends string>({ legend, value, options, onChoose }: ChoiceProps<T>): ReactNode {
  const name = useId()
  return (
    <fieldset className="field">
      <legend>{legend}</legend>
      <div className="choices">
        {options.map(([option, label]) => (
          <label key={option}>
            <input type="radio" name={name} checked={value === option} onChange={() => onChoose(option)} />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
