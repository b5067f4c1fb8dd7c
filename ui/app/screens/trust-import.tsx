/**
 * Making another root the active one. A file goes by the digest that the operator was told by another way: it is typed
 * before anything is compared, and never shown for copying, because then it would be the file's own word. A TUF repository
 * goes by the root that it is pinned to.
 */
import { useState, type ReactNode } from "react"
import { askOne } from "../backend/asking.ts"
import { useBackend, type InputOf, type ResultOf, type Sent } from "../backend/backend.ts"
import { pathBelow, pathOf } from "../browser/file-path.ts"
import { useSay } from "../messages/text.ts"
import { DropZone } from "../parts/drop-zone.tsx"
import { Failed, Loading } from "../parts/states.tsx"
import { CheckField, TextField } from "../parts/text-field.tsx"
import { Choice } from "../parts/choice.tsx"
import { commandOf } from "./command.ts"
import { OperationDialog } from "./operation-dialog.tsx"
import { readDigest } from "./read-digest.ts"
import { TrustFacts } from "./trust-age.tsx"
import { useWork } from "./use-work.ts"

type Kind = "file" | "tuf"

/** What the command looks like before anything is chosen. */
const EXAMPLE: Readonly<Record<Kind, InputOf<"trust.import">>> = {
  file: { source: "trusted_root.json", sha256: "…" },
  tuf: { source: "tuf-repo" },
}

/** What is asked, once everything that it needs is there. */
interface Ready {
  readonly input: InputOf<"trust.import">
  readonly files: readonly Sent[]
}

/** The file and the digest that it was said to have; compared by the service, which then shows what it would bring. */
function FromFile({ onReady }: { readonly onReady: (ready: Ready | undefined) => void }): ReactNode {
  const say = useSay()
  const backend = useBackend()
  const [files, setFiles] = useState<readonly File[]>([])
  const [digest, setDigest] = useState("")
  const looking = useWork<ResultOf<"trust.show">>()
  const file = files[0]
  const hex = readDigest(digest)
  const change = (then: () => void): void => {
    then()
    looking.stop()
    onReady(undefined)
  }
  const look = (): void => {
    if (file === undefined || hex === undefined) return
    const sent = [{ path: file.name, content: file }]
    looking.begin(async signal => {
      const input = { trustedRoot: file.name, trustedRootSha256: hex }
      const shown = await askOne(backend, "trust.show", input, { files: sent, signal })
      onReady({ input: { source: file.name, sha256: hex }, files: sent })
      return shown
    })
  }
  const { work } = looking
  return (
    <>
      <DropZone
        label={say("trustImport.file")}
        note={say("trustImport.fileNote")}
        files={files}
        onFiles={chosen => change(() => setFiles(chosen))}
      />
      <TextField
        mono
        label={say("trustImport.digest")}
        note={say("trustImport.digestNote")}
        wrong={digest !== "" && hex === undefined ? say("verify.digestWrong") : undefined}
        value={digest}
        onChange={text => change(() => setDigest(text))}
      />
      <div className="actions">
        <button
          type="button"
          className="button"
          disabled={file === undefined || hex === undefined || work.state === "running"}
          onClick={look}
        >
          {say("trustImport.compare")}
        </button>
      </div>
      {work.state === "running" ? <Loading what={say("trustImport.comparing")} /> : null}
      {work.state === "failed" ? <Failed problem={work.problem} onRetry={look} /> : null}
      {work.state === "done" ? (
        <section className="card" role="status">
          <h3>{say("trustImport.equal")}</h3>
          <TrustFacts trust={work.value} />
          <p>{say("trustImport.brings", { n: work.value.authorities.length })}</p>
        </section>
      ) : null}
    </>
  )
}

/** A repository, and what it is pinned to. */
function FromRepository({ onReady }: { readonly onReady: (ready: Ready | undefined) => void }): ReactNode {
  const say = useSay()
  const [files, setFiles] = useState<readonly File[]>([])
  const [root, setRoot] = useState<readonly File[]>([])
  const [at, setAt] = useState("")
  const tell = (folder: readonly File[], pinned: File | undefined, time: string): void => {
    const first = folder[0]
    if (first === undefined) {
      onReady(undefined)
      return
    }
    const source = pathOf(first).split("/")[0] ?? "tuf"
    const sent = folder.map(file => ({ path: pathBelow(source, file), content: file }))
    // The pinned root may have the name of a file of the repository, and is another file all the same.
    const tufRoot = pinned === undefined ? undefined : `pinned/${pinned.name}`
    onReady({
      input: {
        source,
        ...(tufRoot === undefined ? {} : { tufRoot }),
        ...(time.trim() === "" ? {} : { at: time.trim() }),
      },
      files: pinned === undefined ? sent : [...sent, { path: `pinned/${pinned.name}`, content: pinned }],
    })
  }
  return (
    <>
      <DropZone
        folder
        label={say("trustImport.repository")}
        note={say("trustImport.repositoryNote")}
        files={files}
        onFiles={chosen => {
          setFiles(chosen)
          tell(chosen, root[0], at)
        }}
      />
      <DropZone
        label={say("trustImport.root")}
        note={say("trustImport.rootNote")}
        files={root}
        onFiles={chosen => {
          setRoot(chosen)
          tell(files, chosen[0], at)
        }}
      />
      <TextField
        label={say("asked.at")}
        note={say("asked.atNote")}
        value={at}
        onChange={text => {
          setAt(text)
          tell(files, root[0], text)
        }}
      />
    </>
  )
}

/** The dialog. `onDone` is called when another root has become the active one. */
export function TrustImportDialog({
  onClose,
  onDone,
}: {
  readonly onClose: () => void
  readonly onDone: () => void
}): ReactNode {
  const say = useSay()
  const backend = useBackend()
  const [kind, setKind] = useState<Kind>("file")
  const [ready, setReady] = useState<Ready | undefined>(undefined)
  const [confirmed, setConfirmed] = useState(false)
  const { work, begin } = useWork<ResultOf<"trust.import">>()
  const become = (next: Ready | undefined): void => {
    setReady(next)
    setConfirmed(false)
  }
  const bring = (): void => {
    if (ready === undefined) return
    begin(async signal => {
      const done = await askOne(backend, "trust.import", ready.input, { files: ready.files, signal })
      onDone()
      return done
    })
  }
  const { source, ...flags } = ready?.input ?? EXAMPLE[kind]
  // The folder keeps the pinned root apart from the repository on its way; on the command line it lies where it lies.
  const command = commandOf("trust import", [source], { ...flags, tufRoot: flags.tufRoot?.replace(/^pinned\//, "") })
  return (
    <OperationDialog
      operation="trust.import"
      command={command}
      disabled={ready === undefined || !confirmed || work.state === "running" || work.state === "done"}
      onDo={bring}
      onClose={onClose}
    >
      <Choice
        legend={say("trustImport.kind")}
        value={kind}
        options={[
          ["file", say("trustImport.kindFile")],
          ["tuf", say("trustImport.kindTuf")],
        ]}
        onChoose={chosen => {
          setKind(chosen)
          become(undefined)
        }}
      />
      {kind === "file" ? <FromFile onReady={become} /> : <FromRepository onReady={become} />}
      {ready === undefined ? null : (
        <CheckField
          label={say(kind === "file" ? "trustImport.confirmFile" : "trustImport.confirmTuf")}
          note={say("trustImport.confirmNote")}
          checked={confirmed}
          onChange={setConfirmed}
        />
      )}
      {work.state === "running" ? <Loading what={say("trustImport.loading")} /> : null}
      {work.state === "failed" ? <Failed problem={work.problem} onRetry={bring} /> : null}
      {work.state === "done" ? (
        <section className="card" role="status">
          <h3>{say("trustImport.done", { n: work.value.generation })}</h3>
          <TrustFacts trust={work.value} />
        </section>
      ) : null}
    </OperationDialog>
  )
}
