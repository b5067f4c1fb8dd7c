/** How the events of each operation read on a terminal. A renderer is loaded with the command it belongs to. */
import type { OperationEvent } from "../../../ui/contract/operation.ts"
import type { CommandName } from "../../../ui/contract/commands.ts"
import type { OperationName } from "../../../ui/contract/operations.ts"
import type { Paint } from "../printable.ts"

/** An event as text, or as the bytes that were asked for; empty where an event has nothing to show. */
export type Rendered = string | Uint8Array

/** A renderer whose events are known to its own file only. */
type AnyRenderer = (event: never, paint: Paint) => Rendered

const RENDERERS: Readonly<Record<OperationName | CommandName, () => Promise<AnyRenderer>>> = {
  init: async () => (await import("./site.ts")).init,
  status: async () => (await import("./site.ts")).status,
  "attest.verify": async () => (await import("./verdict.ts")).verify,
  "attest.inspect": async () => (await import("./attest.ts")).inspect,
  "attest.list": async () => (await import("./attest.ts")).list,
  "attest.fetch": async () => (await import("./attest.ts")).fetch,
  "attest.replay": async () => (await import("./verdict.ts")).replay,
  "attest.import": async () => (await import("./attest.ts")).importEvidence,
  "trust.show": async () => (await import("./trust.ts")).show,
  "trust.import": async () => (await import("./trust.ts")).importTrust,
  "trust.status": async () => (await import("./trust.ts")).status,
  "mirror.ingest": async () => (await import("./mirror.ts")).ingest,
  "mirror.head": async () => (await import("./mirror.ts")).showHead,
  "mirror.prove": async () => (await import("./mirror.ts")).prove,
  "mirror.find": async () => (await import("./mirror.ts")).find,
  "mirror.fsck": async () => (await import("./mirror.ts")).fsck,
  "gap.report": async () => (await import("./gap.ts")).report,
  "audit.list": async () => (await import("./audit.ts")).list,
  "audit.verify": async () => (await import("./audit.ts")).verify,
  "operator.key": async () => (await import("./operator.ts")).key,
  "operator.add": async () => (await import("./operator.ts")).add,
  "operator.list": async () => (await import("./operator.ts")).list,
  "operator.disable": async () => (await import("./operator.ts")).disable,
  serve: async () => (await import("./serve.ts")).serve,
  "conformance.verify-bundle": async () => (await import("./verdict.ts")).verifyBundle,
}

/** The renderer of an operation's events; progress and errors are not its business. */
export async function rendererOf(
  name: OperationName | CommandName,
  paint: Paint,
): Promise<(event: OperationEvent) => Rendered> {
  const render = await RENDERERS[name]()
  return event => render(event as never, paint)
}
