/** `operator disable`: takes an operator's access away. Every request of theirs is refused from the commit on. */
import { ok } from "../../src/kernel/result.ts"
import type { Disable } from "../../ui/contract/operations/operator.ts"
import { disable, mayDisable, wholeSeconds } from "../access/operator-store.ts"
import type { DocumentHandler, SiteContext } from "./context.ts"
import { shownOperator } from "./operator-view.ts"
import { attempt } from "../store/attempt.ts"

export const operatorDisable: DocumentHandler<Disable["input"], Disable["output"], SiteContext> = async (
  { name },
  context,
) => {
  const { site, crypto, now } = context
  const found = await attempt(() => mayDisable(site, name, crypto))
  if (!found.ok) return found
  context.stage(() => disable(site, name, now, crypto))
  const operator = shownOperator({ ...found.value, disabledAt: wholeSeconds(now) })
  return ok({ v: 1, type: "result", code: null, message: null, operator })
}
