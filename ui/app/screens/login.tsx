/** Login: with the operator's own key file, which is opened in the window and never sent, or with a one-time code. */
import { useState, type ReactNode } from "react"
import { useBackend } from "../backend/backend.ts"
import { useSay } from "../messages/text.ts"
import { DropZone } from "../parts/drop-zone.tsx"
import { Icon } from "../parts/icons.tsx"
import { Failed, Loading } from "../parts/states.tsx"
import { CheckField, TextField } from "../parts/text-field.tsx"
import { KeyDialog } from "./key-dialog.tsx"
import { useWork } from "./use-work.ts"

function ByCode({ onDone }: { readonly onDone: () => void }): ReactNode {
  const say = useSay()
  const backend = useBackend()
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
      <TextField
        mono
        label={say("login.code")}
        note={say("login.codeNote")}
        autoComplete="one-time-code"
        value={code}
        onChange={setCode}
      />
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
      <TextField label={say("login.name")} autoComplete="username" value={name} onChange={setName} />
      <DropZone label={say("login.keyFile")} note={say("login.keyNote")} files={files} onFiles={setFiles} />
      <TextField
        label={say("login.passphrase")}
        type={shown ? "text" : "password"}
        autoComplete="current-password"
        value={passphrase}
        onChange={setPassphrase}
      />
      <CheckField label={say("login.show")} checked={shown} onChange={setShown} />
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
  const [making, setMaking] = useState(false)
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
        <p className="line">
          <span className="soft">{say("login.noKey")}</span>
          <button type="button" className="button" onClick={() => setMaking(true)}>
            {say("key.make")}
          </button>
        </p>
        {making ? <KeyDialog onClose={() => setMaking(false)} /> : null}
      </main>
    </div>
  )
}
