/**
 * Making an operator's own key, where they sit. The private half is made in this window and leaves it only as the key file,
 * under the passphrase, which the browser saves; nothing of it is sent.
 */
import { useState, type ReactNode } from "react"
import { makeOperatorKey, operatorIdOf, MIN_PASSPHRASE_BYTES } from "../../contract/operator-key.ts"
import { Secret } from "../../contract/secret.ts"
import { browserCrypto } from "../browser/cryptography.ts"
import { saveText } from "../browser/save.ts"
import { useSay } from "../messages/text.ts"
import { CommandCopy } from "../parts/copy.tsx"
import { Dialog } from "../parts/dialog.tsx"
import { Failed, Loading } from "../parts/states.tsx"
import { CheckField, TextField } from "../parts/text-field.tsx"
import { Digest, Fact } from "../parts/values.tsx"
import { quoted } from "./command.ts"
import { useWork } from "./use-work.ts"

interface Made {
  readonly keyFile: string
  readonly publicKey: string
  /** SHA-256 of the public key, by which the operator is enrolled. */
  readonly id: string
}

/** Unicode writes some passphrases in two ways; what is locked by one has to open by the other. */
function bytesOf(passphrase: string): Uint8Array {
  return new TextEncoder().encode(passphrase.normalize("NFC"))
}

async function makeKey(passphrase: string): Promise<Made> {
  const made = await makeOperatorKey(new Secret(bytesOf(passphrase)), browserCrypto)
  if (!made.ok) throw made.error
  const { keyFile, publicKey, spki } = made.value
  return { keyFile, publicKey, id: await operatorIdOf(spki, browserCrypto.subtle) }
}

/** The dialog. */
export function KeyDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const say = useSay()
  const [name, setName] = useState("")
  const [passphrase, setPassphrase] = useState("")
  const [repeated, setRepeated] = useState("")
  const [shown, setShown] = useState(false)
  const { work, begin } = useWork<Made>()
  const file = `${name.trim() === "" ? "operator" : name.trim()}.key`
  const short = passphrase !== "" && bytesOf(passphrase).length < MIN_PASSPHRASE_BYTES
  const other = repeated !== "" && repeated !== passphrase
  const ready = passphrase !== "" && !short && repeated === passphrase
  const make = (): void => {
    if (!ready) return
    begin(async () => {
      const made = await makeKey(passphrase)
      setPassphrase("")
      setRepeated("")
      return made
    })
  }
  const made = work.state === "done" ? work.value : undefined
  return (
    <Dialog
      kind="sheet"
      title={say("key.make")}
      onClose={onClose}
      footer={
        <>
          <button type="button" className="button" onClick={onClose}>
            {say("action.close")}
          </button>
          <button
            type="button"
            className="button main"
            data-operation="operator.key"
            disabled={!ready || work.state === "running"}
            onClick={make}
          >
            {say("key.make")}
          </button>
        </>
      }
    >
      <p>{say("key.lead")}</p>
      <TextField label={say("login.name")} note={say("key.nameNote")} value={name} onChange={setName} />
      <TextField
        label={say("login.passphrase")}
        note={say("key.passphraseNote", { n: MIN_PASSPHRASE_BYTES })}
        wrong={short ? say("key.short", { n: MIN_PASSPHRASE_BYTES }) : undefined}
        type={shown ? "text" : "password"}
        autoComplete="new-password"
        value={passphrase}
        onChange={setPassphrase}
      />
      <TextField
        label={say("key.again")}
        wrong={other ? say("key.other") : undefined}
        type={shown ? "text" : "password"}
        autoComplete="new-password"
        value={repeated}
        onChange={setRepeated}
      />
      <CheckField label={say("login.show")} checked={shown} onChange={setShown} />
      {work.state === "running" ? <Loading what={say("key.loading")} /> : null}
      {work.state === "failed" ? <Failed problem={work.problem} onRetry={make} /> : null}
      {made === undefined ? null : (
        <section className="card" role="status">
          <h3>{say("key.done")}</h3>
          <dl className="facts">
            <Fact name={say("operators.id")}>
              <Digest value={`sha256:${made.id}`} />
            </Fact>
          </dl>
          <p>{say("key.next")}</p>
          <div className="actions">
            <button type="button" className="button main" onClick={() => saveText(file, made.keyFile)}>
              {say("key.saveKey", { file })}
            </button>
            <button type="button" className="button" onClick={() => saveText(`${file}.pub`, made.publicKey)}>
              {say("key.savePublic", { file: `${file}.pub` })}
            </button>
          </div>
        </section>
      )}
      <CommandCopy command={`stella operator key ${quoted(file)}`} />
    </Dialog>
  )
}
