/** Who somebody is, however they were recognised: shares, jobs and limits belong to the person, not to a way of logging in. */
import type { Actor } from "../store/audit-record.ts"

/** One word for each person: an operator by the id of their key, a user of the machine by their number. */
export function identityOf({ kind, id }: Pick<Actor, "kind" | "id">): string {
  return kind === "operator-key" || kind === "one-time-code" ? `operator:${id}` : `${kind}:${id}`
}

/** True when both are one person. */
export function isSame(a: Pick<Actor, "kind" | "id">, b: Pick<Actor, "kind" | "id">): boolean {
  return identityOf(a) === identityOf(b)
}
