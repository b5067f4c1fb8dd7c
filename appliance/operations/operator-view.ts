/** Operators as the operations show them. */
import type { Operator } from "../access/operator-row.ts"
import type { ShownOperator } from "../../ui/contract/operations/operator.ts"

/** One operator; the key by its id and algorithm. */
export function shownOperator({ id, name, roles, key, enrolledAt, disabledAt }: Operator): ShownOperator {
  const algorithm = key.kind === "ed25519" ? "ed25519" : "ecdsa-p256"
  return { id, name, roles: [...roles], algorithm, enrolledAt, disabledAt }
}
