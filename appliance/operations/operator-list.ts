/** `operator list`: everybody who is or was enrolled. */
import type { List } from "../../ui/contract/operations/operator.ts"
import { allOperators } from "../access/operator-store.ts"
import type { SiteContext, StreamHandler } from "./context.ts"
import { shownOperator } from "./operator-view.ts"

export const operatorList: StreamHandler<List["input"], List["output"], SiteContext> = async function* (_, context) {
  const operators = await allOperators(context.site, context.crypto)
  for (const operator of operators)
    yield { v: 1, type: "result", code: null, message: null, operator: shownOperator(operator) }
  const enabled = operators.filter(operator => operator.disabledAt === null).length
  const total = operators.length
  yield { v: 1, type: "summary", code: null, message: null, enabled, disabled: total - enabled, total }
}
