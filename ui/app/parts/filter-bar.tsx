/** Filters of a view. What is set lives in the address, is shown as a pill, and can be taken away one by one or at once. */
import { useId, useState, type ReactNode } from "react"
import { useQuery } from "../browser/place.ts"
import { useSay } from "../messages/text.ts"
import { Icon } from "./icons.tsx"

/** A filter: a free text checked by a pattern, or one of a few words. */
export interface Filter {
  /** Its parameter in the address. */
  readonly name: string
  readonly label: string
  readonly note?: string
  readonly choices?: readonly { readonly value: string; readonly label: string }[]
  /** Whether a typed text makes sense; what does not is not sent. */
  readonly accepts?: (text: string) => boolean
}

function TextFilter({ filter, first }: { readonly filter: Filter; readonly first: boolean }): ReactNode {
  const say = useSay()
  const id = useId()
  const [query, change] = useQuery()
  const set = query[filter.name] ?? ""
  const [typed, setTyped] = useState(set)
  const [seen, setSeen] = useState(set)
  // The address may change without typing: the back key, a pill that is taken away.
  if (seen !== set) {
    setSeen(set)
    setTyped(set)
  }
  const fine = typed === "" || filter.accepts === undefined || filter.accepts(typed.trim())
  const apply = (): void => {
    if (fine) change({ [filter.name]: typed.trim() }, "new")
  }
  return (
    <form
      className="field"
      role="search"
      aria-label={filter.label}
      onSubmit={event => {
        event.preventDefault()
        apply()
      }}
    >
      <label htmlFor={id}>{filter.label}</label>
      <input
        id={id}
        className="input"
        type="text"
        value={typed}
        data-filter={first ? "" : undefined}
        aria-invalid={!fine}
        aria-describedby={`${id}-note`}
        onChange={event => setTyped(event.target.value)}
        onBlur={apply}
      />
      <span id={`${id}-note`} className={fine ? "note" : "wrong"}>
        {fine ? (filter.note ?? say("filter.enter")) : say("filter.refused")}
      </span>
    </form>
  )
}

function ChoiceFilter({ filter }: { readonly filter: Filter }): ReactNode {
  const say = useSay()
  const id = useId()
  const [query, change] = useQuery()
  return (
    <div className="field">
      <label htmlFor={id}>{filter.label}</label>
      <select
        id={id}
        className="input"
        value={query[filter.name] ?? ""}
        onChange={event => change({ [filter.name]: event.target.value }, "new")}
      >
        <option value="">{say("filter.any")}</option>
        {(filter.choices ?? []).map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </div>
  )
}

/** The filters and what is set of them. */
export function FilterBar({ filters }: { readonly filters: readonly Filter[] }): ReactNode {
  const say = useSay()
  const [query, change] = useQuery()
  const set = filters.filter(({ name }) => (query[name] ?? "") !== "")
  const shown = ({ name, choices }: Filter): string =>
    choices?.find(({ value }) => value === query[name])?.label ?? query[name] ?? ""
  return (
    <div className="stack">
      <div className="filters">
        {filters.map((filter, index) =>
          filter.choices === undefined ? (
            <TextFilter key={filter.name} filter={filter} first={index === 0} />
          ) : (
            <ChoiceFilter key={filter.name} filter={filter} />
          ),
        )}
      </div>
      {set.length === 0 ? null : (
        <div className="line" role="group" aria-label={say("filter.set")}>
          {set.map(filter => (
            <span key={filter.name} className="pill">
              <span>
                {filter.label}: <span className="mono">{shown(filter)}</span>
              </span>
              <button
                type="button"
                className="button plain"
                aria-label={say("filter.remove", { name: filter.label })}
                onClick={() => change({ [filter.name]: "" }, "new")}
              >
                <Icon name="close" />
              </button>
            </span>
          ))}
          <button
            type="button"
            className="button plain"
            onClick={() => change(Object.fromEntries(set.map(({ name }) => [name, ""])), "new")}
          >
            {say("filter.removeAll")}
          </button>
        </div>
      )}
    </div>
  )
}
