/** `status`: what a site holds, and what needs attention. */
import { ok } from "../../src/kernel/result.ts"
import type { Status } from "../../ui/contract/operations/site.ts"
import { trustAge, trustFindings } from "../trust/trust-age.ts"
import type { DocumentHandler, SiteContext } from "./context.ts"
import { shownHead } from "./mirror-ingest.ts"
import { mirroredLogs } from "./site-logs.ts"
import { trustFor } from "./trust.ts"

export const status: DocumentHandler<Status["input"], Status["output"], SiteContext> = async (_input, context) => {
  const { site, crypto, now } = context
  const loaded = await trustFor({}, context)
  if (!loaded.ok) return loaded
  const evidence = await site.evidence.count()
  if (!evidence.ok) return evidence
  const logs = await mirroredLogs(site, crypto)
  const { roots, ...age } = trustAge(loaded.value.trust, now)
  const frozen = logs
    .filter(log => log.frozen)
    .map(({ head }) => ({
      id: "log-frozen",
      says: `${head.origin} has signed two trees that contradict each other; rely on it no longer`,
    }))
  const findings = [...frozen, ...trustFindings(loaded.value.trust, now)]
  const [first] = findings
  const outcome =
    first === undefined ? { code: null, message: null } : ({ code: "FINDINGS", message: first.says } as const)
  return ok({
    v: 1,
    type: "result",
    ...outcome,
    storeId: site.storeId,
    siteId: site.siteId,
    commit: site.commitNumber,
    epoch: { n: site.epoch.n, id: site.epoch.id },
    evidence: evidence.value,
    auditRecords: site.audit.head.n,
    logs: logs.map(({ head }) => shownHead(head)),
    trust: { ...age, roots: [...roots] },
    rollbackDetection: "not-detectable",
    findings,
  })
}
