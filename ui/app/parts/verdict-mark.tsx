/** Verdicts and outcomes of checks: a word, a shape and a colour. Nothing here decides; it draws what a Report says. */
import type { ReactNode } from "react"
import type { MessageKey } from "../messages/en.ts"
import { useSay } from "../messages/text.ts"

/** The words of verdicts, as a Report has them. */
export type Verdict = "proven" | "failed" | "unproven"
/** The words of checks, as a Report has them. */
export type Outcome = "pass" | "fail" | "skip"

const VERDICT_WORD: Readonly<Record<Verdict, MessageKey>> = {
  proven: "verdict.proven",
  failed: "verdict.failed",
  unproven: "verdict.unproven",
}
const OUTCOME_WORD: Readonly<Record<Outcome, MessageKey>> = {
  pass: "outcome.pass",
  fail: "outcome.fail",
  skip: "outcome.skip",
}
const SHAPE_OF_OUTCOME: Readonly<Record<Outcome, Verdict>> = { pass: "proven", fail: "failed", skip: "unproven" }

function Shape({ of }: { readonly of: Verdict }): ReactNode {
  switch (of) {
    case "proven":
      return (
        <>
          <circle className="body" cx="12" cy="12" r="10" />
          <path className="sign" d="M7 12.5l3.5 3.5L17 8.5" />
        </>
      )
    case "failed":
      return (
        <>
          <path className="body" d="M7.9 2h8.2L22 7.9v8.2L16.1 22H7.9L2 16.1V7.9z" />
          <path className="sign" d="M8 8l8 8 M16 8l-8 8" />
        </>
      )
    case "unproven":
      return (
        <>
          <path className="hollow" d="M12 2.2L21.8 12 12 21.8 2.2 12z" />
          <path className="bar-sign" d="M8.5 12h7" />
        </>
      )
  }
}

function Mark({ of }: { readonly of: Verdict }): ReactNode {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <Shape of={of} />
    </svg>
  )
}

/** The verdict of a Report. */
export function VerdictMark({
  verdict,
  large = false,
}: {
  readonly verdict: Verdict
  readonly large?: boolean
}): ReactNode {
  const say = useSay()
  return (
    <span className={`verdict ${verdict} ${large ? "large" : ""}`}>
      <Mark of={verdict} />
      {say(VERDICT_WORD[verdict])}
    </span>
  )
}

/** The outcome of a check. */
export function OutcomeMark({ outcome }: { readonly outcome: Outcome }): ReactNode {
  const say = useSay()
  return (
    <span className={`outcome verdict ${outcome} ${SHAPE_OF_OUTCOME[outcome]}`}>
      <Mark of={SHAPE_OF_OUTCOME[outcome]} />
      {say(OUTCOME_WORD[outcome])}
    </span>
  )
}
