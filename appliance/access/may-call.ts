/** Authorisation: whether an actor may ask for an operation. It looks at the operation's row and the table of roles. */
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, type Result } from "../../src/kernel/result.ts"
import { operationOf, type OperationName } from "../../ui/contract/operations.ts"
import { scopesOf } from "../../ui/contract/roles.ts"
import type { Actor } from "../store/audit-record.ts"

/** Succeeds when the actor's roles have every scope that the operation needs. Else FORBIDDEN, naming one they lack. */
export function mayCall(actor: Pick<Actor, "role">, operation: OperationName): Result<void> {
  const held = scopesOf(actor.role)
  const lacking = operationOf(operation)?.scopes.find(scope => !held.has(scope))
  if (lacking === undefined) return ok(undefined)
  const words = operation.replace(".", " ")
  return err(new StellaError("FORBIDDEN", `${words} needs the scope ${lacking}`, { operation, scope: lacking }))
}
