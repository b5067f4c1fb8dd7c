/**
 * Gaps of the site itself: trust and log heads that are older than they may be. They lie behind many gaps of artifacts
 * and are closed once for all of them.
 */
import { toHex, utf8 } from "../kernel/bytes.ts"
import type { Crypto } from "../kernel/ports.ts"
import type { Moment } from "../formats/case.ts"
import { parseInstant } from "../formats/instant.ts"
import type { Policy, Rule } from "../formats/policy.ts"
import type { Head } from "../formats/site-documents.ts"
import type { Trust } from "../formats/trust.ts"
import { explain } from "./explain.ts"
import { GAP_CLASSES, sortedSet, type Closing, type Gap } from "./gap.ts"

/** What a site knew when it judged. */
export interface SiteState {
  readonly moment: Moment
  readonly policy: Policy
  readonly trust: Pick<Trust, "takenAt" | "expires">
  /** The newest checkpoints held, one a log. */
  readonly heads: readonly Head[]
}

/** Epoch seconds of an instant in a document, where it was checked when that was read. */
function seconds(instant: string): number {
  return parseInstant(instant) as number
}

/** Age in whole seconds at the end of the moment, where a check must hold too; null for an unknown date. */
export function ageAt(moment: Moment, takenAt: string | null): number | null {
  return takenAt === null ? null : seconds(moment.latest) - seconds(takenAt)
}

type Draft = Omit<Gap, "id">

const NOBODY = { names: [], purls: [], codes: [], evidence: [] } as const

/** Trust that has expired, by the date it carries itself or by a rule of the policy. */
function trustGaps({ moment, policy, trust }: SiteState): readonly Draft[] {
  const { says, remedy } = explain("trust-root-stale")
  const draft = (qualifier: string, rule: Pick<Rule, "severity" | "controls">): Draft => ({
    ...NOBODY,
    class: "trust-stale",
    severity: rule.severity,
    controls: sortedSet(rule.controls),
    subject: "site",
    qualifier,
    why: [{ reason: "trust-root-stale", says, remedy }],
    closes: [{ action: "trust" }],
  })
  const gaps: Draft[] = []
  // No rule is called so: rules have no slash in their names.
  const expired = trust.expires !== null && seconds(moment.latest) > seconds(trust.expires)
  if (expired) gaps.push(draft("trust/expires", { severity: "high", controls: [] }))
  const age = ageAt(moment, trust.takenAt)
  for (const rule of policy.rules)
    if ("staleness" in rule.require && (age === null || age > rule.require.staleness.trust))
      gaps.push(draft(rule.id, rule))
  return gaps
}

/** Logs whose newest checkpoint is older than a rule allows; of logs that a rule names, also those not held at all. */
function mirrorGaps({ moment, policy, heads }: SiteState, crypto: Pick<Crypto, "hash">): readonly Draft[] {
  const heldAt = new Map(heads.map(({ log, at }) => [log, at]))
  const { says, remedy } = GAP_CLASSES["mirror-stale"]
  return policy.rules.flatMap(rule => {
    if (!("log" in rule.require) || rule.require.log.maxCheckpointAge === undefined) return []
    const { origins, maxCheckpointAge } = rule.require.log
    const logs = origins === "any" ? heldAt.keys() : origins
    const stale = sortedSet(logs).filter(log => {
      const at = heldAt.get(log)
      return at === undefined || seconds(moment.latest) - seconds(at) > maxCheckpointAge
    })
    return stale.map((log): Draft => {
      const closes: readonly Closing[] = [{ action: "checkpoint", log }]
      return {
        ...NOBODY,
        class: "mirror-stale",
        severity: rule.severity,
        controls: sortedSet(rule.controls),
        subject: `log:${toHex(crypto.hash("sha256", utf8(log)))}`,
        names: [log],
        qualifier: rule.id,
        why: [{ reason: "checkpoint-too-old", says, remedy }],
        closes,
      }
    })
  })
}

/** The gaps of a site. */
export function siteGaps(site: SiteState, crypto: Pick<Crypto, "hash">): readonly Draft[] {
  return [...trustGaps(site), ...mirrorGaps(site, crypto)]
}
