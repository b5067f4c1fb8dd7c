/** `audit verify`: walks the audit chain from its first record to the one that HEAD names. */
import { ok } from "../../src/kernel/result.ts"
import type { Verify } from "../../ui/contract/operations/audit.ts"
import type { DocumentHandler, SiteContext } from "./context.ts"

export const auditVerify: DocumentHandler<Verify["input"], Verify["output"], SiteContext> = async (
  _input,
  { site },
) => {
  const verified = await site.audit.verify()
  if (!verified.ok) return verified
  const { n, sha256 } = verified.value
  return ok({ v: 1, type: "result", code: null, message: null, records: n, head: sha256 })
}
