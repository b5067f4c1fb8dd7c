/** What the life of a service leaves in the audit chain: `serve.start` when it answers, `serve.stop` at its orderly end. */
import { toHex, utf8 } from "../../src/kernel/bytes.ts"
import type { ErrorCode } from "../../src/kernel/errors.ts"
import { canonicalJson } from "../../src/kernel/json.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import type { Actor, AuditInput } from "../store/audit-record.ts"

/** The record of one moment; `input` is what the service was started with. A start without its stop was ended by a kill. */
export function lifeRecord(
  moment: "serve.start" | "serve.stop",
  by: { readonly actor: Actor; readonly at: Date; readonly crypto: Pick<Crypto, "hash"> },
  { socket, listen }: { readonly socket?: string | undefined; readonly listen?: string | undefined },
  outcome: "done" | ErrorCode = "done",
): AuditInput {
  const digest = (text: string): string => toHex(by.crypto.hash("sha256", utf8(text)))
  const { actor, at } = by
  const input = { ...(socket !== undefined && { socket }), ...(listen !== undefined && { listen }) }
  return { actor, operation: moment, at, input: digest(canonicalJson(input)), outcome, output: digest("") }
}
