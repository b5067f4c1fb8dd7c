/** Every part of the design system with its states, on one page. */
import { useEffect, useMemo, useState, type ReactNode } from "react"
import { problemOf } from "../backend/problem.ts"
import { applyPreferences, onSystemChange, readPreferences } from "../browser/preferences.ts"
import type { MessageKey } from "../messages/en.ts"
import { SpeechContext, sayIn, useSay } from "../messages/text.ts"
import { Announcer } from "../parts/announcer.tsx"
import { Checks } from "../parts/checks.tsx"
import { Choice } from "../parts/choice.tsx"
import { CheckField, TextField } from "../parts/text-field.tsx"
import { CommandCopy } from "../parts/copy.tsx"
import { DataGrid } from "../parts/data-grid.tsx"
import { DropZone } from "../parts/drop-zone.tsx"
import { FilterBar } from "../parts/filter-bar.tsx"
import { Icon } from "../parts/icons.tsx"
import { ProgressLine } from "../parts/progress-line.tsx"
import { Empty, Failed, FirstRun, Loading, Partial } from "../parts/states.tsx"
import { Digest, Instant } from "../parts/values.tsx"
import { OutcomeMark, VerdictMark } from "../parts/verdict-mark.tsx"
import { TotalsView } from "../screens/totals.tsx"
import { DEALT, digest, judged, MOMENT } from "./fixtures.ts"
import { BROKEN } from "./scene.ts"

const COLOURS = [
  "ground",
  "surface",
  "sunken",
  "raised",
  "ink",
  "ink-soft",
  "line",
  "line-strong",
  "accent",
  "proven",
  "failed",
  "unproven",
]

function Part({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <section className="stack" aria-label={name}>
      <h2 className="mono">{name}</h2>
      {children}
    </section>
  )
}

function Fields(): ReactNode {
  const say = useSay()
  const [text, setText] = useState("")
  const [on, setOn] = useState(true)
  const [kind, setKind] = useState<"file" | "tuf">("file")
  return (
    <>
      <TextField
        label={say("trustImport.digest")}
        note={say("trustImport.digestNote")}
        value={text}
        onChange={setText}
      />
      <TextField
        mono
        label={say("verify.digest")}
        wrong={say("verify.digestWrong")}
        value="sha256:0"
        onChange={setText}
      />
      <CheckField label={say("role.auditor")} note={say("role.auditorNote")} checked={on} onChange={setOn} />
      <Choice
        legend={say("trustImport.kind")}
        value={kind}
        options={[
          ["file", say("trustImport.kindFile")],
          ["tuf", say("trustImport.kindTuf")],
        ]}
        onChoose={setKind}
      />
      <span className="refused">
        <button type="button" className="button main" aria-disabled="true" aria-describedby="refused">
          {say("trust.import")}
        </button>
        <span id="refused" className="note">
          {say("may.not", { roles: say("role.administrator") })}
        </span>
      </span>
    </>
  )
}

function Everything(): ReactNode {
  const say = useSay()
  const [files, setFiles] = useState<readonly File[]>([])
  const rows = useMemo(() => [...Array(1000).keys()].map(n => judged(DEALT[n % DEALT.length] ?? "unproven", n)), [])
  const titled = (key: MessageKey): string => say(key)
  return (
    <main>
      <h1>Stella Attestor</h1>
      <Part name="tokens">
        <div className="swatches">
          {COLOURS.map(colour => (
            <div key={colour} className="swatch">
              <span style={{ background: `var(--${colour})` }} />
              <span className="mono">{colour}</span>
            </div>
          ))}
        </div>
      </Part>
      <Part name="verdict-mark">
        <div className="line">
          <VerdictMark verdict="proven" large />
          <VerdictMark verdict="failed" large />
          <VerdictMark verdict="unproven" large />
        </div>
        <div className="line">
          <OutcomeMark outcome="pass" />
          <OutcomeMark outcome="fail" />
          <OutcomeMark outcome="skip" />
        </div>
      </Part>
      <Part name="button">
        <div className="line">
          <button type="button" className="button main">
            {titled("verify.go")}
          </button>
          <button type="button" className="button">
            <Icon name="print" />
            {titled("action.print")}
          </button>
          <button type="button" className="button plain">
            {titled("filter.removeAll")}
          </button>
          <button type="button" className="button main" disabled>
            {titled("verify.go")}
          </button>
        </div>
      </Part>
      <Part name="values">
        <p>
          <Digest value={`sha256:${digest(1)}`} />
        </p>
        <p>
          <Digest value={digest(1)} short /> · <Instant at={MOMENT} />
        </p>
        <CommandCopy command={`stella attest verify sha256:${digest(1)} --policy public-good`} />
      </Part>
      <Part name="states">
        <FirstRun title={titled("evidence.firstTitle")}>
          <p>{titled("evidence.firstText")}</p>
        </FirstRun>
        <Loading what={titled("evidence.loading")} />
        <Empty title={titled("evidence.emptyTitle")}>
          <p>{titled("evidence.emptyText")}</p>
        </Empty>
        <Partial>{say("results.soFar", { n: 120 })}</Partial>
        <Failed problem={problemOf(BROKEN)} onRetry={() => undefined} />
      </Part>
      <Part name="progress">
        <ProgressLine label={titled("bulk.running")} progress={{ done: 4200, total: 10_000, unit: "items" }} />
        <ProgressLine label={titled("verify.hashing")} progress={{ done: 9_000_000, total: null, unit: "bytes" }} />
      </Part>
      <Part name="fields">
        <Fields />
      </Part>
      <Part name="filter-bar">
        <FilterBar
          filters={[
            { name: "text", label: titled("results.filterText") },
            {
              name: "verdict",
              label: titled("results.verdict"),
              choices: [{ value: "failed", label: titled("verdict.failed") }],
            },
          ]}
        />
      </Part>
      <Part name="drop-zone">
        <DropZone many label={titled("import.files")} note={titled("import.note")} files={files} onFiles={setFiles} />
      </Part>
      <Part name="totals">
        <TotalsView totals={{ proven: 600, failed: 200, unproven: 200, total: 1000 }} />
      </Part>
      <Part name="checks">
        <Checks checks={judged("failed", 2).report?.checks ?? []} />
      </Part>
      <Part name="data-grid">
        <DataGrid
          label={titled("results.label")}
          columns={[
            {
              id: "verdict",
              head: titled("results.verdict"),
              width: "9rem",
              cell: row => <VerdictMark verdict={row.verdict} />,
            },
            { id: "name", head: titled("results.artifact"), width: "minmax(0, 1fr)", cell: row => row.artifact.name },
            {
              id: "digest",
              head: titled("evidence.digest"),
              width: "14rem",
              wide: true,
              cell: row => <Digest value={row.artifact.sha256 ?? ""} short />,
            },
          ]}
          rows={rows}
          total={rows.length}
          keyOf={row => row.artifact.name}
          onOpen={() => undefined}
        />
      </Part>
    </main>
  )
}

/** The page. */
export function Gallery(): ReactNode {
  const [preferences] = useState(readPreferences)
  useEffect(() => {
    applyPreferences(preferences)
    return onSystemChange(() => applyPreferences(preferences))
  }, [preferences])
  const { language } = preferences
  const speech = useMemo(() => ({ language, say: sayIn(language) }), [language])
  return (
    <SpeechContext value={speech}>
      <Announcer>
        <Everything />
      </Announcer>
    </SpeechContext>
  )
}
