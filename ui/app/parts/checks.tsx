/** The checks of a Report, each with its outcome and what was looked at. The order is the Report's; nothing is left out. */
import { useState, type ReactNode } from "react"
import { EXPLANATIONS } from "../../contract/explanations.ts"
import type { Check } from "../../contract/report.ts"
import { useSay } from "../messages/text.ts"
import { Icon } from "./icons.tsx"
import { OutcomeMark } from "./verdict-mark.tsx"
import { Digest, Fact } from "./values.tsx"

type EvidenceValue = Check["evidence"][string]

function shown(value: EvidenceValue): ReactNode {
  if (value === null) return "null"
  if (typeof value === "object") {
    return (
      <ul role="list">
        {value.map((item, index) => (
          <li key={index}>{shown(item)}</li>
        ))}
      </ul>
    )
  }
  const text = String(value)
  return /^(sha256:)?[0-9a-f]{64}$/.test(text) ? <Digest value={text} /> : <span className="mono">{text}</span>
}

function CheckRow({ check, open }: { readonly check: Check; readonly open: boolean }): ReactNode {
  const say = useSay()
  const explained = check.reason === null ? undefined : EXPLANATIONS[check.reason]
  const evidence = Object.entries(check.evidence)
  return (
    <details className="check" open={open}>
      <summary>
        <OutcomeMark outcome={check.outcome} />
        <span className="key">{check.key}</span>
        <Icon name="turn" className="turn" />
      </summary>
      <div className="why">
        {explained === undefined ? null : (
          <div className="tight" lang="en">
            <p>{explained.says}</p>
            <p>
              <strong lang="en">{explained.remedy}</strong>
            </p>
          </div>
        )}
        <dl className="facts">
          {check.reason === null ? null : <Fact name={say("check.reason")}>{<code>{check.reason}</code>}</Fact>}
          {check.code === null ? null : <Fact name={say("check.code")}>{<code>{check.code}</code>}</Fact>}
          {evidence.map(([name, value]) => (
            <Fact key={name} name={name}>
              {shown(value)}
            </Fact>
          ))}
        </dl>
        {evidence.length === 0 && explained === undefined ? <p className="soft">{say("check.noEvidence")}</p> : null}
      </div>
    </details>
  )
}

/** Every check. The first that did not pass is open, and all of them on paper or when asked. */
export function Checks({ checks }: { readonly checks: readonly Check[] }): ReactNode {
  const say = useSay()
  const [all, setAll] = useState(false)
  const first = checks.find(check => check.outcome === "fail") ?? checks.find(check => check.outcome === "skip")
  const count = (outcome: Check["outcome"]): number => checks.filter(check => check.outcome === outcome).length
  return (
    <section className="stack">
      <div className="heading">
        <h3 className="title">{say("checks.title", { n: checks.length })}</h3>
        <span className="soft">
          {say("checks.count", { pass: count("pass"), fail: count("fail"), skip: count("skip") })}
        </span>
        <button type="button" className="button screen-only" aria-pressed={all} onClick={() => setAll(!all)}>
          {say(all ? "checks.foldAll" : "checks.openAll")}
        </button>
      </div>
      <ul role="list" className="checks">
        {checks.map(check => (
          <li key={check.key}>
            <CheckRow check={check} open={all || check === first} key={String(all)} />
          </li>
        ))}
      </ul>
    </section>
  )
}
