/** One piece of evidence at the side: what it says of itself (not verified), and what judging it gives. */
import { useState, type ReactNode } from "react"
import { askOne, isProgress, useResult } from "../backend/asking.ts"
import { useBackend } from "../backend/backend.ts"
import type { InspectedItem } from "../../contract/operations/attest.ts"
import { bytesOfBase64, saveBlob } from "../browser/save.ts"
import { useSay } from "../messages/text.ts"
import { CommandCopy } from "../parts/copy.tsx"
import { Dialog } from "../parts/dialog.tsx"
import { Icon } from "../parts/icons.tsx"
import { PrintButton } from "../parts/print-button.tsx"
import { Empty, Failed, Loading } from "../parts/states.tsx"
import { Bytes, Digest, Fact } from "../parts/values.tsx"
import { AskedForFields, useAskedFor } from "./asked-for.tsx"
import { commandOf } from "./command.ts"
import { OperationButton } from "./operation-button.tsx"
import { ReportView, type Judged } from "./report-view.tsx"
import { useWork } from "./use-work.ts"

function SignerFacts({ signer }: { readonly signer: InspectedItem["signer"] }): ReactNode {
  const say = useSay()
  switch (signer.kind) {
    case "certificate":
      return (
        <>
          <Fact name={say("inspect.signer")}>
            <ul role="list">
              {signer.names.map(({ type, value }) => (
                <li key={`${type} ${value}`}>
                  {type}: <span className="mono">{value}</span>
                </li>
              ))}
            </ul>
          </Fact>
          <Fact name={say("inspect.issuer")}>{signer.issuer ?? "–"}</Fact>
          <Fact name={say("inspect.validity")}>
            {signer.notBefore} – {signer.notAfter}
          </Fact>
        </>
      )
    case "key":
      return <Fact name={say("inspect.signer")}>{say("inspect.key", { hint: signer.hint })}</Fact>
    case "envelope":
      return <Fact name={say("inspect.signer")}>{say("inspect.keyIds", { ids: signer.keyIds.join(", ") })}</Fact>
    case "malformed":
      return <Fact name={say("inspect.signer")}>{`${signer.reason} (${signer.where})`}</Fact>
  }
}

function ContentFacts({ content }: { readonly content: InspectedItem["content"] }): ReactNode {
  const say = useSay()
  switch (content.kind) {
    case "message":
      return <Fact name={say("inspect.content")}>{content.digest ?? "–"}</Fact>
    case "statement":
      return (
        <>
          <Fact name={say("evidence.predicates")}>
            <span className="mono">{content.predicateType}</span>
          </Fact>
          <Fact name={say("evidence.subjects")}>
            <ul role="list">
              {content.subjects.map((subject, index) => (
                <li key={index}>
                  {subject.name ?? "–"}{" "}
                  {subject.digests.map(digest => (
                    <Digest key={digest} value={digest} />
                  ))}
                </li>
              ))}
            </ul>
          </Fact>
        </>
      )
    case "payload":
      return (
        <Fact name={say("inspect.content")}>
          {content.payloadType} (<Bytes value={content.bytes} />)
        </Fact>
      )
    case "malformed":
      return <Fact name={say("inspect.content")}>{`${content.reason} (${content.where})`}</Fact>
  }
}

function Claims({ sha256 }: { readonly sha256: string }): ReactNode {
  const say = useSay()
  const evidence = `sha256:${sha256}`
  const [held, again] = useResult("attest.inspect", { evidence })
  return (
    <section className="stack">
      <h3>{say("inspect.title")}</h3>
      <p className="notice">
        <Icon name="warning" />
        {say("inspect.notVerified")}
      </p>
      {held.state === "loading" ? <Loading what={say("inspect.loading")} /> : null}
      {held.state === "failed" ? <Failed problem={held.problem} onRetry={again} /> : null}
      {held.state === "ready"
        ? held.value.items.map((item, index) => (
            <dl key={index} className="facts">
              <SignerFacts signer={item.signer} />
              <ContentFacts content={item.content} />
              <Fact name={say("inspect.entries")}>
                {item.entries.length === 0
                  ? say("inspect.noEntries")
                  : item.entries.map(entry => `${entry.kind} ${entry.version}, ${entry.index}`).join("; ")}
              </Fact>
              <Fact name={say("inspect.timestamps")}>{String(item.timestamps)}</Fact>
            </dl>
          ))
        : null}
      <CommandCopy command={commandOf("attest inspect", [evidence])} />
    </section>
  )
}

/** The piece itself: its digest, and its exact bytes as a file. */
function Kept({ sha256 }: { readonly sha256: string }): ReactNode {
  const say = useSay()
  const backend = useBackend()
  const { work, begin } = useWork<null>()
  const digest = `sha256:${sha256}`
  const save = (): void =>
    begin(async signal => {
      const { evidence } = await askOne(backend, "attest.fetch", { digest }, { signal })
      for (const { sha256: name, base64 } of evidence)
        if (base64 !== null) saveBlob(`${name}.json`, new Blob([bytesOfBase64(base64)], { type: "application/json" }))
      return null
    })
  return (
    <section className="stack">
      <dl className="facts">
        <Fact name={say("evidence.digest")}>
          <Digest value={digest} />
        </Fact>
      </dl>
      <div className="actions">
        <OperationButton operation="attest.fetch" disabled={work.state === "running"} onPress={save} />
        <span className="soft">{say("evidence.saveNote")}</span>
      </div>
      {work.state === "failed" ? <Failed problem={work.problem} onRetry={save} /> : null}
      <CommandCopy command={commandOf("attest fetch", [digest], { out: "evidence" })} />
    </section>
  )
}

interface DrawerProps {
  readonly sha256: string
  /** What it claims to be about; empty while that is not known. */
  readonly subjects: readonly string[]
  readonly onClose: () => void
}

/** The drawer. */
export function EvidenceDrawer({ sha256, subjects, onClose }: DrawerProps): ReactNode {
  const say = useSay()
  const backend = useBackend()
  const asked = useAskedFor()
  const [subject, setSubject] = useState(subjects[0] ?? "")
  const judging = useWork<readonly Judged[]>()
  const artifact = subject === "" ? subjects[0] : subject
  const judge = (): void =>
    judging.begin(async signal => {
      const found: Judged[] = []
      const input = { artifacts: artifact === undefined ? [] : [artifact], ...asked }
      for await (const event of backend.ask("attest.verify", input, { signal })) {
        if (!isProgress(event) && event.type === "result" && event.evidence.sha256 === sha256) found.push(event)
      }
      return found
    })
  const { work } = judging
  return (
    <Dialog
      kind="drawer"
      title={
        <>
          {say("evidence.one")} <Digest value={`sha256:${sha256}`} short />
        </>
      }
      onClose={onClose}
      footer={<PrintButton />}
    >
      <Kept sha256={sha256} />
      <section className="stack">
        <h3>{say("evidence.judge")}</h3>
        {subjects.length > 1 ? (
          <label className="field">
            <span>{say("evidence.about")}</span>
            <select className="input mono" value={artifact ?? ""} onChange={event => setSubject(event.target.value)}>
              {subjects.map(one => (
                <option key={one}>{one}</option>
              ))}
            </select>
          </label>
        ) : null}
        <AskedForFields />
        <div className="actions">
          <OperationButton operation="attest.verify" main disabled={work.state === "running"} onPress={judge} />
        </div>
        {work.state === "running" ? <Loading what={say("verify.loading")} /> : null}
        {work.state === "failed" ? <Failed problem={work.problem} onRetry={judge} /> : null}
        {work.state === "done" && work.value.length === 0 ? (
          <Empty title={say("verify.emptyTitle")}>
            <p>{say("verify.emptyText")}</p>
          </Empty>
        ) : null}
        {work.state === "done"
          ? work.value.map(judged => (
              <ReportView key={`${String(judged.evidence.item)} ${judged.artifact.name}`} judged={judged} />
            ))
          : null}
        <CommandCopy command={commandOf("attest verify", artifact === undefined ? [] : [artifact], asked)} />
      </section>
      <Claims sha256={sha256} />
    </Dialog>
  )
}
