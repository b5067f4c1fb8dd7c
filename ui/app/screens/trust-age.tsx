/** What is trusted and how old that is: the same facts of the active root, and of one that would take its place. */
import type { ReactNode } from "react"
import type { ResultOf } from "../backend/backend.ts"
import { useSay } from "../messages/text.ts"
import { Age, Digest, Fact, Instant } from "../parts/values.tsx"

/** What every answer about trust has. */
export type TrustAge = Pick<ResultOf<"trust.show">, "basis" | "roots" | "takenAt" | "ageSeconds" | "expires">

/** The facts. */
export function TrustFacts({ trust }: { readonly trust: TrustAge }): ReactNode {
  const say = useSay()
  return (
    <dl className="facts">
      <Fact name={say("trust.basis")}>{trust.basis}</Fact>
      <Fact name={say("trust.takenAt")}>
        {trust.takenAt === null ? say("trust.ageUnknown") : <Instant at={trust.takenAt} />}
      </Fact>
      <Fact name={say("trust.age")}>
        {trust.ageSeconds === null ? say("trust.ageUnknown") : <Age seconds={trust.ageSeconds} />}
      </Fact>
      <Fact name={say("trust.expires")}>
        {trust.expires === null ? say("trust.noExpiry") : <Instant at={trust.expires} />}
      </Fact>
      <Fact name={say("trust.roots", { n: trust.roots.length })}>
        <ul role="list">
          {trust.roots.map(root => (
            <li key={root}>
              <Digest value={`sha256:${root}`} />
            </li>
          ))}
        </ul>
      </Fact>
    </dl>
  )
}
