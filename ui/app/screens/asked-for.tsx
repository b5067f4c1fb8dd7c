/**
 * What is asked of evidence: who is expected to have signed, under which policy, as of when. It goes along from screen to
 * screen, so that nothing has to be typed twice.
 */
import { createContext, use, useId, useMemo, useState, type ReactNode } from "react"
import { useSay } from "../messages/text.ts"
import type { MessageKey } from "../messages/en.ts"
import { TextField } from "../parts/text-field.tsx"

/** What is asked; empty texts ask nothing. */
export interface AskedFor {
  readonly certificateIdentity: string
  readonly certificateOidcIssuer: string
  readonly policy: string
  readonly at: string
}

const NOTHING: AskedFor = { certificateIdentity: "", certificateOidcIssuer: "", policy: "", at: "" }

const AskedForContext = createContext<{ readonly value: AskedFor; readonly set: (value: AskedFor) => void }>({
  value: NOTHING,
  set: () => undefined,
})

/** Keeps what is asked while the window is open. */
export function AskedForProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [value, set] = useState(NOTHING)
  const held = useMemo(() => ({ value, set }), [value])
  return <AskedForContext value={held}>{children}</AskedForContext>
}

/** The members of an input that say what is asked for. A star makes a name a pattern, as another flag does. */
const MEMBERS = ["certificateIdentity", "certificateIdentityPattern", "certificateOidcIssuer", "policy", "at"] as const
export type Asking = Readonly<Partial<Record<(typeof MEMBERS)[number], string>>>

function withoutEmpty(members: Readonly<Record<string, string | undefined>>): Asking {
  const set = MEMBERS.map(name => [name, (members[name] ?? "").trim()] as const).filter(([, text]) => text !== "")
  return Object.fromEntries(set)
}

/** What is asked now, without what is empty: ready to be a part of an input. */
export function useAskedFor(): Asking {
  const { certificateIdentity, ...rest } = use(AskedForContext).value
  const name = certificateIdentity.includes("*") ? "certificateIdentityPattern" : "certificateIdentity"
  return withoutEmpty({ ...rest, [name]: certificateIdentity })
}

/**
 * What was asked of a job, for the address of its results: whoever reloads, copies or prints them has the command that
 * makes them again. What was not asked is taken out of the address.
 */
export function placeOfAsked(asked: Asking): Readonly<Record<string, string>> {
  return Object.fromEntries(MEMBERS.map(name => [name, asked[name] ?? ""]))
}

/** The same, read from the address. */
export const askedInPlace: (query: Readonly<Record<string, string>>) => Asking = withoutEmpty

/** The profiles that are built in. */
const PROFILES = ["public-good", "github-internal", "keyed", "model-signing"] as const

interface FieldProps {
  readonly name: keyof AskedFor
  readonly label: MessageKey
  readonly note: MessageKey
}

function AskedField({ name, label, note }: FieldProps): ReactNode {
  const say = useSay()
  const { value, set } = use(AskedForContext)
  return (
    <TextField
      label={say(label)}
      note={say(note)}
      value={value[name]}
      onChange={text => set({ ...value, [name]: text })}
    />
  )
}

/** The fields of what is asked. */
export function AskedForFields(): ReactNode {
  const say = useSay()
  const id = useId()
  const { value, set } = use(AskedForContext)
  return (
    <fieldset className="stack">
      <legend>
        <h2>{say("asked.title")}</h2>
      </legend>
      <div className="columns">
        <AskedField name="certificateIdentity" label="asked.identity" note="asked.identityNote" />
        <AskedField name="certificateOidcIssuer" label="asked.issuer" note="asked.issuerNote" />
        <div className="field">
          <label htmlFor={id}>{say("asked.policy")}</label>
          <select
            id={id}
            className="input"
            value={value.policy}
            onChange={event => set({ ...value, policy: event.target.value })}
          >
            <option value="">{say("asked.policyDefault")}</option>
            {PROFILES.map(profile => (
              <option key={profile} value={profile}>
                {profile}
              </option>
            ))}
          </select>
          <span className="note">{say("asked.policyNote")}</span>
        </div>
        <AskedField name="at" label="asked.at" note="asked.atNote" />
      </div>
    </fieldset>
  )
}
