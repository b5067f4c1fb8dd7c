/** Proofs out of the mirror: that an entry is in a log, or that one tree extends another. The service has verified each. */
import { useId, useState, type ReactNode } from "react"
import { askOne } from "../backend/asking.ts"
import { useBackend, type ResultOf } from "../backend/backend.ts"
import { useSay } from "../messages/text.ts"
import { CommandCopy } from "../parts/copy.tsx"
import { Failed, Loading } from "../parts/states.tsx"
import { TextField } from "../parts/text-field.tsx"
import { Big, Digest, Fact } from "../parts/values.tsx"
import { commandOf } from "./command.ts"
import { OperationButton } from "./operation-button.tsx"
import { useWork } from "./use-work.ts"

/** A log that is held here. */
export type MirroredLog = ResultOf<"mirror.head">["logs"][number]
type Proof = ResultOf<"mirror.prove">

function ProofView({ proof }: { readonly proof: Proof }): ReactNode {
  const say = useSay()
  return (
    <section className="card" aria-label={say("prove.result")}>
      <h3>{say(proof.kind === "inclusion" ? "prove.inclusion" : "prove.consistency")}</h3>
      <p>{say("prove.checked")}</p>
      <dl className="facts">
        {proof.index === null ? null : (
          <Fact name={say("prove.index")}>
            <Big value={proof.index} />
          </Fact>
        )}
        {proof.leaf === null ? null : (
          <Fact name={say("prove.leaf")}>
            <Digest value={proof.leaf} />
          </Fact>
        )}
        {proof.fromSize === null || proof.fromRoot === null ? null : (
          <Fact name={say("prove.from")}>
            <Big value={proof.fromSize} /> · <Digest value={proof.fromRoot} />
          </Fact>
        )}
        <Fact name={say("prove.tree")}>
          <Big value={proof.size} /> · <Digest value={proof.root} />
        </Fact>
        <Fact name={say("prove.hashes", { n: proof.hashes.length })}>
          <ol>
            {proof.hashes.map((hash, index) => (
              <li key={index}>
                <Digest value={hash} />
              </li>
            ))}
          </ol>
        </Fact>
      </dl>
    </section>
  )
}

type Kind = "index" | "leaf" | "fromSize"
const SHAPE: Readonly<Record<Kind, RegExp>> = {
  index: /^(0|[1-9][0-9]{0,18})$/,
  leaf: /^[0-9a-f]{64}$/,
  fromSize: /^(0|[1-9][0-9]{0,18})$/,
}

/** The form, and the proof. */
export function Prove({ logs }: { readonly logs: readonly MirroredLog[] }): ReactNode {
  const say = useSay()
  const backend = useBackend()
  const id = useId()
  const [origin, setOrigin] = useState(logs[0]?.origin ?? "")
  const [kind, setKind] = useState<Kind>("index")
  const [value, setValue] = useState("")
  const proving = useWork<Proof>()
  const fine = SHAPE[kind].test(value)
  const prove = (): void =>
    proving.begin(async signal => askOne(backend, "mirror.prove", { origin, [kind]: value }, { signal }))
  const { work } = proving
  return (
    <section className="stack">
      <h2>{say("prove.title")}</h2>
      <form
        className="filters"
        onSubmit={event => {
          event.preventDefault()
          if (fine) prove()
        }}
      >
        <div className="field">
          <label htmlFor={`${id}-origin`}>{say("prove.log")}</label>
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
          <label htmlFor={`${id}-kind`}>{say("prove.kind")}</label>
          <select
            id={`${id}-kind`}
            className="input"
            value={kind}
            onChange={event => setKind(event.target.value as Kind)}
          >
            <option value="index">{say("prove.byIndex")}</option>
            <option value="leaf">{say("prove.byLeaf")}</option>
            <option value="fromSize">{say("prove.bySize")}</option>
          </select>
        </div>
        <TextField
          mono
          label={say("prove.value")}
          wrong={value !== "" && !fine ? say("prove.wrong") : undefined}
          value={value}
          onChange={text => setValue(text.trim())}
        />
        <OperationButton operation="mirror.prove" main disabled={!fine || work.state === "running"} />
      </form>
      <CommandCopy command={commandOf("mirror prove", [origin], { [kind]: value === "" ? "…" : value })} />
      <div aria-live="polite" className="stack">
        {work.state === "running" ? <Loading what={say("prove.loading")} /> : null}
        {work.state === "done" ? <ProofView proof={work.value} /> : null}
        {work.state === "failed" ? <Failed problem={work.problem} onRetry={prove} /> : null}
      </div>
    </section>
  )
}
