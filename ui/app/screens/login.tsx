/** Login: with the operator's own key file, which is opened in the window and never sent, or with a one-time code. */
import { useId, useState, type ReactNode } from "react"
import { useBackend } from "../backend/backend.ts"
import { useSay } from "../messages/text.ts"
import { DropZone } from "../parts/drop-zone.tsx"
import { Icon } from "../parts/icons.tsx"
import { Failed, Loading } from "../parts/states.tsx"
import { useWork } from "./use-work.ts"

function ByCode({ onDone }: { readonly onDone: () => void }): ReactNode {
  const say = useSay()
  const backend = useBackend()
  const id = useId()
  const [code, setCode] = useState("")
  const { work, begin } = useWork<null>()
  const login = (): void =>
    begin(async () => {
      await backend.loginByCode(code.trim())
      onDone()
      return null
    })
  return (
    <form
      className="card"
      onSubmit={event => {
        event.preventDefault()
        if (code.trim() !== "") login()
      }}
    >
      <h2>{say("login.byCode")}</h2>
      <div className="field">
        <label htmlFor={id}>{say("login.code")}</label>
        <input
          id={id}
          className="input mono"
          value={code}
          autoComplete="one-time-code"
          spellCheck={false}
          aria-describedby={`${id}-note`}
          onChange={event => setCode(event.target.value)}
        />
        <span id={`${id}-note`} className="note">
          {say("login.codeNote")}
        </span>
      </div>
      <div className="actions">
        <button type="submit" className="button main" disabled={code.trim() === "" || work.state === "running"}>
          {say("login.go")}
        </button>
      </div>
      {work.state === "running" ? <Loading what={say("login.loading")} /> : null}
      {work.state === "failed" ? <Failed problem={work.problem} /> : null}
    </form>
  )
}

function ByKey({ onDone }: { readonly onDone: () => void }): ReactNode {
  const say = useSay()
  const backend = useBackend()
  const id = useId()
  const [name, setName] = useState("")
  const [files, setFiles] = useState<readonly File[]>([])
  const [passphrase, setPassphrase] = useState("")
  const [shown, setShown] = useState(false)
  const { work, begin } = useWork<null>()
  const file = files[0]
  const ready = name.trim() !== "" && file !== undefined && passphrase !== ""
  const login = (): void => {
    if (file === undefined) return
    begin(async () => {
      await backend.loginByKey(name.trim(), file, passphrase)
      setPassphrase("")
      onDone()
      return null
    })
  }
  return (
    <form
      className="card"
      onSubmit={event => {
        event.preventDefault()
        if (ready) login()
      }}
    >
      <h2>{say("login.byKey")}</h2>
      <div className="field">
        <label htmlFor={`${id}-name`}>{say("login.name")}</label>
        <input
          id={`${id}-name`}
          className="input"
          value={name}
          autoComplete="username"
          spellCheck={false}
          onChange={event => setName(event.target.value)}
        />
      </div>
      <DropZone label={say("login.keyFile")} note={say("login.keyNote")} files={files} onFiles={setFiles} />
      <div className="field">
        <label htmlFor={`${id}-pass`}>{say("login.passphrase")}</label>
        <input
          id={`${id}-pass`}
          className="input"
          type={shown ? "text" : "password"}
          value={passphrase}
          autoComplete="current-password"
          onChange={event => setPassphrase(event.target.value)}
        />
      </div>
      <label className="check-line">
        <input type="checkbox" checked={shown} onChange={event => setShown(event.target.checked)} />
        {say("login.show")}
      </label>
      <div className="actions">
        <button type="submit" className="button main" disabled={!ready || work.state === "running"}>
          {say("login.go")}
        </button>
      </div>
      {work.state === "running" ? <Loading what={say("login.loading")} /> : null}
      {work.state === "failed" ? <Failed problem={work.problem} /> : null}
    </form>
  )
}

/** The screen. */
export function LoginScreen({ onDone }: { readonly onDone: () => void }): ReactNode {
  const say = useSay()
  return (
    <div className="login">
      <main className="stack">
        <h1 className="line">
          <Icon name="star" />
          Stella Attestor
        </h1>
        <p className="soft">{say("login.lead")}</p>
        <ByCode onDone={onDone} />
        <ByKey onDone={onDone} />
      </main>
    </div>
  )
}
