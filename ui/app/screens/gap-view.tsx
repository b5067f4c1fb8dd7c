/** A gap report as it is: the denominator, every gap with what closes it, what is proven. The counts are the report's own. */
import type { ReactNode } from "react"
import type { Counts, Gap, GapReport } from "../../contract/report.ts"
import type { MessageKey } from "../messages/en.ts"
import { useNumber, useSay } from "../messages/text.ts"
import { Icon } from "../parts/icons.tsx"
import { Digest, Fact, Instant } from "../parts/values.tsx"
import { VerdictMark } from "../parts/verdict-mark.tsx"
import { Empty, Partial } from "../parts/states.tsx"

const CLASS: Readonly<Record<Gap["class"], MessageKey>> = {
  failed: "gap.class.failed",
  "evidence-missing": "gap.class.evidenceMissing",
  "predicate-missing": "gap.class.predicateMissing",
  unproven: "gap.class.unproven",
  "digest-weak": "gap.class.digestWeak",
  "trust-stale": "gap.class.trustStale",
  "mirror-stale": "gap.class.mirrorStale",
}
const SEVERITY: Readonly<Record<Gap["severity"], MessageKey>> = {
  critical: "severity.critical",
  high: "severity.high",
  medium: "severity.medium",
  low: "severity.low",
}
const ACTION: Readonly<Record<Gap["closes"][number]["action"], MessageKey>> = {
  evidence: "close.evidence",
  tiles: "close.tiles",
  checkpoint: "close.checkpoint",
  trust: "close.trust",
  artifact: "close.artifact",
  policy: "close.policy",
  clock: "close.clock",
  expectations: "close.expectations",
  investigate: "close.investigate",
  none: "close.none",
}
/** Worst first, as a person reads them. */
const ORDER = ["critical", "high", "medium", "low"] as const

/** Gaps shown at once; the report itself has them all. */
const SHOWN = 500

/** What is counted of everything that is expected, in the order of the columns. */
const COUNTED = ["expected", "proven", "failed", "unproven", "missing"] as const
const COUNTED_NAME: Readonly<Record<(typeof COUNTED)[number], MessageKey>> = {
  expected: "gap.expected",
  proven: "gap.proven",
  failed: "gap.failed",
  unproven: "gap.unproven",
  missing: "gap.missing",
}

function CountsRow({ name, counts }: { readonly name: string; readonly counts: Counts }): ReactNode {
  const number = useNumber()
  return (
    <tr>
      <th scope="row">{name}</th>
      {COUNTED.map(what => (
        <td key={what} className="number">
          {number(counts[what])}
        </td>
      ))}
      <td className="number">{number(counts.provenPerMille / 10)} %</td>
    </tr>
  )
}

function CoverageTable({ report }: { readonly report: GapReport }): ReactNode {
  const say = useSay()
  const { coverage } = report
  return (
    <table className="plain-table">
      <caption>{say("gap.coverage")}</caption>
      <thead>
        <tr>
          <th scope="col">{say("gap.of")}</th>
          {[...COUNTED.map(what => COUNTED_NAME[what]), "gap.share" as const].map(head => (
            <th key={head} scope="col" className="number">
              {say(head)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        <CountsRow name={say("gap.attestations")} counts={coverage.attestations} />
        <CountsRow name={say("gap.artifacts")} counts={coverage.artifacts} />
        {coverage.predicateTypes.map(counts => (
          <CountsRow
            key={counts.predicateType}
            name={counts.predicateType === "" ? say("gap.anyType") : counts.predicateType}
            counts={counts}
          />
        ))}
      </tbody>
    </table>
  )
}

/** Attestations as a bar; the table beside it says the same in numbers. */
function CoverageBar({ counts }: { readonly counts: Counts }): ReactNode {
  let x = 0
  const parts = (["proven", "failed", "unproven"] as const).map(state => {
    const part = { state, x, width: counts[state] }
    x += counts[state]
    return part
  })
  return (
    <div className="coverage" aria-hidden="true">
      <svg viewBox={`0 0 ${String(Math.max(counts.expected, 1))} 1`} preserveAspectRatio="none">
        {parts.map(part => (
          <rect key={part.state} className={part.state} x={part.x} y="0" width={part.width} height="1" />
        ))}
      </svg>
    </div>
  )
}

function GapItem({ gap }: { readonly gap: Gap }): ReactNode {
  const say = useSay()
  return (
    <li className="gap">
      <div className="line">
        <span className="severity">
          <Icon name="warning" />
          {say(SEVERITY[gap.severity])}
        </span>
        <strong>{say(CLASS[gap.class])}</strong>
        <code>{gap.id}</code>
      </div>
      <dl className="facts">
        <Fact name={say("gap.subject")}>
          {gap.names.join(", ")} <Digest value={gap.subject} />
        </Fact>
        {gap.qualifier === "" ? null : (
          <Fact name={say("gap.required")}>{<span className="mono">{gap.qualifier}</span>}</Fact>
        )}
        {gap.codes.length === 0 ? null : <Fact name={say("results.code")}>{<code>{gap.codes.join(", ")}</code>}</Fact>}
        <Fact name={say("gap.why")}>
          <ul role="list" lang="en">
            {gap.why.map(why => (
              <li key={`${why.reason ?? ""} ${why.says}`}>
                {why.says} <strong>{why.remedy}</strong>
              </li>
            ))}
          </ul>
        </Fact>
        <Fact name={say("gap.closes")}>
          <ul role="list">
            {gap.closes.map((closing, index) => (
              <li key={index}>
                {say(ACTION[closing.action])}
                {closing.predicateType === undefined ? null : <span className="mono"> {closing.predicateType}</span>}
                {closing.log === undefined ? null : <span className="mono"> {closing.log}</span>}
              </li>
            ))}
          </ul>
        </Fact>
        {gap.evidence.length === 0 ? null : (
          <Fact name={say("report.evidence")}>
            <ul role="list">
              {gap.evidence.map(one => (
                <li key={`${one.sha256} ${String(one.item)} ${one.report}`} className="line">
                  <VerdictMark verdict={one.verdict} />
                  <Digest value={`sha256:${one.sha256}`} />
                </li>
              ))}
            </ul>
          </Fact>
        )}
      </dl>
    </li>
  )
}

/** The whole gap report. */
export function GapReportView({ report, sha256 }: { readonly report: GapReport; readonly sha256: string }): ReactNode {
  const say = useSay()
  const severities = ORDER.filter(severity => report.gaps.some(gap => gap.severity === severity))
  const { unread } = report.inputs.evidence
  return (
    <article className="stack">
      <dl className="facts">
        <Fact name={say("gap.scope")}>{report.scope}</Fact>
        <Fact name={say("report.moment")}>
          <Instant at={report.moment.latest} />
        </Fact>
        <Fact name={say("gap.policy")}>
          {report.policy.id} <Digest value={`sha256:${report.policy.sha256}`} />
        </Fact>
        <Fact name={say("gap.expectations")}>
          {report.inputs.expectations.format} <Digest value={`sha256:${report.inputs.expectations.sha256}`} />
        </Fact>
        <Fact name={say("gap.report")}>
          <Digest value={`sha256:${sha256}`} />
        </Fact>
      </dl>
      <CoverageBar counts={report.coverage.attestations} />
      <CoverageTable report={report} />
      {unread.length === 0 ? null : (
        <Partial>{say("gap.unread", { n: unread.length, names: unread.map(({ name }) => name).join(", ") })}</Partial>
      )}
      {report.gaps.length === 0 ? (
        <Empty title={say("gap.noneTitle")}>
          <p>{say("gap.noneText")}</p>
        </Empty>
      ) : null}
      {severities.map(severity => {
        const gaps = report.gaps.filter(gap => gap.severity === severity)
        return (
          <section key={severity} className="stack">
            <h3>
              {say(SEVERITY[severity])}: {say("gap.count", { n: gaps.length })}
            </h3>
            <ul role="list">
              {gaps.slice(0, SHOWN).map(gap => (
                <GapItem key={gap.id} gap={gap} />
              ))}
            </ul>
            {gaps.length > SHOWN ? <Partial>{say("gap.cut", { n: SHOWN, total: gaps.length })}</Partial> : null}
          </section>
        )
      })}
    </article>
  )
}
