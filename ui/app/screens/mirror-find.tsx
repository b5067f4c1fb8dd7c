/** Finding entries of a mirrored log by what they say. What was not searched is said as plainly as what was found. */
import { useId, useState, type ReactNode } from "react"
import { useBackend, type InputOf, type ResultOf } from "../backend/backend.ts"
import type { MessageKey } from "../messages/en.ts"
import { useSay } from "../messages/text.ts"
import { CommandCopy } from "../parts/copy.tsx"
import { Failed, Loading, Partial } from "../parts/states.tsx"
import { TextField } from "../parts/text-field.tsx"
import { Big, Digest } from "../parts/values.tsx"
import { commandOf } from "./command.ts"
import type { MirroredLog } from "./mirror-prove.tsx"
import { OperationButton } from "./operation-button.tsx"
import { useWork } from "./use-work.ts"

type Hit = ResultOf<"mirror.find">

interface Found {
  readonly hits: readonly Hit[]
  readonly isCut: boolean
  readonly unsearched: readonly { readonly from: string; readonly to: string }[]
}

/** Hits that are shown; the command line gives all. */
const SHOWN = 50

const DIGEST = /^(sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/
const HEX = /^[0-9a-f]{64}$/

/** By what entries are found here; the command line knows more, and several at once. */
const KINDS = {
  artifact: { name: "find.artifact", shape: DIGEST },
  identity: { name: "find.identity", shape: /\S/ },
  issuer: { name: "find.issuer", shape: /\S/ },
  keySha256: { name: "find.key", shape: HEX },
  leaf: { name: "find.leaf", shape: HEX },
} as const satisfies Partial<
  Record<keyof InputOf<"mirror.find">, { readonly name: MessageKey; readonly shape: RegExp }>
>
type Kind = keyof typeof KINDS
const KIND_NAMES = Object.keys(KINDS) as Kind[]

function FoundView({ found }: { readonly found: Found }): ReactNode {
  const say = useSay()
  return (
    <section className="card" aria-label={say("find.result")}>
      <h3>{say("find.hits", { n: found.hits.length })}</h3>
      {found.hits.length === 0 ? null : (
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{say("prove.index")}</th>
              <th scope="col">{say("find.kind")}</th>
              <th scope="col">{say("prove.leaf")}</th>
            </tr>
          </thead>
          <tbody>
            {found.hits.map(hit => (
              <tr key={hit.index}>
                <td>
                  <Big value={hit.index} />
                </td>
                <td className="mono">{hit.kind ?? "—"}</td>
                <td>
                  <Digest value={hit.leaf} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {found.isCut ? <Partial>{say("find.cut", { n: SHOWN })}</Partial> : null}
      {found.unsearched.map(({ from, to }) => (
        <Partial key={from}>{say("find.unsearched", { from, to })}</Partial>
      ))}
    </section>
  )
}

/** The form, and what was found. */
export function Find({ logs }: { readonly logs: readonly MirroredLog[] }): ReactNode {
  const say = useSay()
  const backend = useBackend()
  const id = useId()
  const [origin, setOrigin] = useState(logs[0]?.origin ?? "")
  const [kind, setKind] = useState<Kind>("artifact")
  const [value, setValue] = useState("")
  const finding = useWork<Found>()
  const fine = KINDS[kind].shape.test(value)
  const find = (): void =>
    finding.begin(async signal => {
      const hits: Hit[] = []
      let end: Pick<Found, "isCut" | "unsearched"> = { isCut: true, unsearched: [] }
      for await (const event of backend.ask("mirror.find", { origin, [kind]: value, limit: SHOWN }, { signal })) {
        if (event.type === "result") hits.push(event)
        if (event.type === "summary") end = { isCut: event.next !== null, unsearched: event.notSearched }
      }
      return { hits, ...end }
    })
  const { work } = finding
  return (
    <section className="stack">
      <h2>{say("find.title")}</h2>
      <form
        className="filters"
        onSubmit={event => {
          event.preventDefault()
          if (fine) find()
        }}
      >
        <div className="field">
          <label htmlFor={`${id}-origin`}>{say("find.log")}</label>
          <select
            id={`${id}-origin`}
            className="input"
            value={origin}
            onChange={event => setOrigin(event.target.value)}
          >
            {logs.map(log => (
              <option key={log.origin}>{log.origin}</option>
            ))}
          </select>
        </div>
        <div className="field">
          <label htmlFor={`${id}-kind`}>{say("find.by")}</label>
          <select
            id={`${id}-kind`}
            className="input"
            value={kind}
            onChange={event => setKind(event.target.value as Kind)}
          >
            {KIND_NAMES.map(name => (
              <option key={name} value={name}>
                {say(KINDS[name].name)}
              </option>
            ))}
          </select>
        </div>
        <TextField
          mono
          label={say("find.value")}
          wrong={value !== "" && !fine ? say("find.wrong") : undefined}
          value={value}
          onChange={text => setValue(text.trim())}
        />
        <OperationButton operation="mirror.find" disabled={!fine || work.state === "running"} />
      </form>
      <CommandCopy command={commandOf("mirror find", [origin], { [kind]: value === "" ? "…" : value })} />
      <div aria-live="polite" className="stack">
        {work.state === "running" ? <Loading what={say("find.loading")} /> : null}
        {work.state === "done" ? <FoundView found={work.value} /> : null}
        {work.state === "failed" ? <Failed problem={work.problem} onRetry={find} /> : null}
      </div>
    </section>
  )
}
