/** The summary of a verification: how many of each verdict, as the service has counted them. */
import type { ReactNode } from "react"
import { useNumber, useSay } from "../messages/text.ts"
import { VerdictMark } from "../parts/verdict-mark.tsx"
import type { Totals } from "./job-results.ts"

/** The counts. */
export function TotalsView({ totals }: { readonly totals: Totals }): ReactNode {
  const say = useSay()
  const number = useNumber()
  return (
    <div className="cards" role="group" aria-label={say("results.totals")}>
      {(["proven", "failed", "unproven"] as const).map(verdict => (
        <div key={verdict} className="card">
          <VerdictMark verdict={verdict} />
          <p className="figure">{number(totals[verdict])}</p>
        </div>
      ))}
      <div className="card">
        <span>{say("results.all")}</span>
        <p className="figure">{number(totals.total)}</p>
      </div>
    </div>
  )
}
