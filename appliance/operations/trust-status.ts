/** `trust status`: how old the active trust is and what is to be done about it. */
import { ok } from "../../src/kernel/result.ts"
import type { Status } from "../../ui/contract/operations/trust.ts"
import { trustAge, trustFindings } from "../trust/trust-age.ts"
import type { DocumentHandler } from "./context.ts"
import { trustFor } from "./trust.ts"

export const trustStatus: DocumentHandler<Status["input"], Status["output"]> = async (_input, context) => {
  const loaded = await trustFor({}, context)
  if (!loaded.ok) return loaded
  const { trust } = loaded.value
  const findings = trustFindings(trust, context.now)
  const { roots, ...age } = trustAge(trust, context.now)
  const [first] = findings
  const outcome =
    first === undefined ? { code: null, message: null } : ({ code: "FINDINGS", message: first.says } as const)
  return ok({ v: 1, type: "result", ...outcome, ...age, roots: [...roots], findings: [...findings] })
}
