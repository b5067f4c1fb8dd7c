/** Mirror: the logs that are held here with their newest trees, and proofs out of them. */
import { useId, useState, type ReactNode } from "react"
import { askOne, useResult } from "../backend/asking.ts"
import { useBackend } from "../backend/backend.ts"
import type { OperationTypes } from "../backend/operation-types.ts"
import { problemOf, type Problem } from "../backend/problem.ts"
import { useSay } from "../messages/text.ts"
import { CommandCopy } from "../parts/copy.tsx"
import { Icon } from "../parts/icons.tsx"
import { ScreenHeading } from "../parts/screen-heading.tsx"
import { Empty, Failed, FirstRun, Loading, Partial } from "../parts/states.tsx"
import { Big, Digest, Fact, Instant } from "../parts/values.tsx"
import { commandOf } from "./command.ts"

type Log = Extract<OperationTypes["mirror.head"]["output"], { type: "result" }>["logs"][number]
type Proof = Extract<OperationTypes["mirror.prove"]["output"], { type: "result" }>

function Head({ log }: { readonly log: Log }): ReactNode {
  const say = useSay()
  return (
    <section className="card">
      <h2 className="mono">{log.origin}</h2>
      {log.frozen ? (
        <p className="notice">
          <Icon name="warning" />
          {say("mirror.frozen")}
        </p>
      ) : null}
      <dl className="facts">
        <Fact name={say("mirror.size")}>
          <Big value={log.size} />
        </Fact>
        <Fact name={say("mirror.root")}>
          <Digest value={log.root} />
        </Fact>
        <Fact name={say("mirror.at")}>
          <Instant at={log.at} />
        </Fact>
        <Fact name={say("mirror.vkey")}>
          <span className="mono">{log.vkey}</span>
        </Fact>
      </dl>
    </section>
  )
}

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

function Prove({ logs }: { readonly logs: readonly Log[] }): ReactNode {
  const say = useSay()
  const backend = useBackend()
  const id = useId()
  const [origin, setOrigin] = useState(logs[0]?.origin ?? "")
  const [kind, setKind] = useState<Kind>("index")
  const [value, setValue] = useState("")
  const [busy, setBusy] = useState(false)
  const [answer, setAnswer] = useState<{ readonly proof: Proof } | { readonly problem: Problem } | undefined>(undefined)
  const fine = SHAPE[kind].test(value)
  const input = { origin, [kind]: value }
  const prove = async (): Promise<void> => {
    setBusy(true)
    try {
      setAnswer({ proof: await askOne(backend, "mirror.prove", input) })
    } catch (thrown) {
      setAnswer({ problem: problemOf(thrown) })
    } finally {
      setBusy(false)
    }
  }
  return (
    <section className="stack">
      <h2>{say("prove.title")}</h2>
      <form
        className="filters"
        onSubmit={event => {
          event.preventDefault()
          if (fine) void prove()
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
        <div className="field">
          <label htmlFor={`${id}-value`}>{say("prove.value")}</label>
          <input
            id={`${id}-value`}
            className="input mono"
            value={value}
            spellCheck={false}
            aria-invalid={value !== "" && !fine}
            onChange={event => setValue(event.target.value.trim())}
          />
        </div>
        <button type="submit" className="button main" disabled={!fine || busy}>
          {say("prove.go")}
        </button>
      </form>
      <CommandCopy command={commandOf("mirror prove", [origin], { [kind]: value === "" ? "…" : value })} />
      <div aria-live="polite" className="stack">
        {busy ? <Loading what={say("prove.loading")} /> : null}
        {answer !== undefined && "proof" in answer ? <ProofView proof={answer.proof} /> : null}
        {answer !== undefined && "problem" in answer ? <Failed problem={answer.problem} /> : null}
      </div>
    </section>
  )
}

/** The screen. */
export function MirrorScreen(): ReactNode {
  const say = useSay()
  const [heads, again] = useResult("mirror.head", {})
  const [status] = useResult("status", {})
  const logs = heads.state === "ready" ? heads.value.logs : []
  return (
    <>
      <ScreenHeading title={say("screen.mirror")} lead={say("mirror.lead")} command={commandOf("mirror head")} />
      {heads.state === "loading" ? <Loading what={say("mirror.loading")} /> : null}
      {heads.state === "failed" ? <Failed problem={heads.problem} onRetry={again} /> : null}
      {status.state === "failed" && heads.state === "ready" ? (
        <Partial>{say("mirror.partial", { code: status.problem.code })}</Partial>
      ) : null}
      {heads.state === "ready" && logs.length === 0 ? (
        status.state === "ready" && status.value.evidence > 0 ? (
          <Empty title={say("mirror.emptyTitle")}>
            <p>{say("mirror.emptyText")}</p>
            <code>{commandOf("mirror ingest", ["/media/log"])}</code>
          </Empty>
        ) : (
          <FirstRun title={say("mirror.firstTitle")}>
            <p>{say("mirror.firstText")}</p>
            <code>{commandOf("mirror ingest", ["/media/log"])}</code>
          </FirstRun>
        )
      ) : null}
      {logs.length === 0 ? null : (
        <>
          <div className="columns">
            {logs.map(log => (
              <Head key={log.origin} log={log} />
            ))}
          </div>
          <Prove logs={logs} />
        </>
      )}
    </>
  )
}
