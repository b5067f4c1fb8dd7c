/**
 * The handlers of the operations, by name. Each lives in a file of its own and is loaded when it is asked for, so that
 * one command does not pay for the others.
 */
import type { Result } from "../../src/kernel/result.ts"
import type { OperationEvent } from "../../ui/contract/operation.ts"
import type { OperationName } from "../../ui/contract/operations.ts"

/** What a handler answers with: one result, or a stream. */
export type AnyAnswer = Result<OperationEvent> | AsyncIterable<OperationEvent>

/** A handler whose input and context are known to its own file only; the runner has checked both. */
export type AnyHandler = (input: never, context: never) => AnyAnswer | Promise<AnyAnswer>

/** Loads the handler of an operation. */
export const HANDLERS: Readonly<Record<OperationName, () => Promise<AnyHandler>>> = {
  init: async () => (await import("./init.ts")).init,
  status: async () => (await import("./status.ts")).status,
  "attest.verify": async () => (await import("./attest-verify.ts")).attestVerify,
  "attest.inspect": async () => (await import("./attest-inspect.ts")).attestInspect,
  "attest.list": async () => (await import("./attest-list.ts")).attestList,
  "attest.fetch": async () => (await import("./attest-fetch.ts")).attestFetch,
  "attest.replay": async () => (await import("./attest-replay.ts")).attestReplay,
  "attest.import": async () => (await import("./attest-import.ts")).attestImport,
  "trust.show": async () => (await import("./trust-show.ts")).trustShow,
  "trust.import": async () => (await import("./trust-import.ts")).trustImport,
  "trust.status": async () => (await import("./trust-status.ts")).trustStatus,
  "mirror.ingest": async () => (await import("./mirror-ingest.ts")).mirrorIngest,
  "mirror.head": async () => (await import("./mirror-head.ts")).mirrorHead,
  "mirror.prove": async () => (await import("./mirror-prove.ts")).mirrorProve,
  "mirror.find": async () => (await import("./mirror-find.ts")).mirrorFind,
  "mirror.fsck": async () => (await import("./mirror-fsck.ts")).mirrorFsck,
  "gap.report": async () => (await import("./gap-report.ts")).gapReport,
  "audit.list": async () => (await import("./audit-list.ts")).auditList,
  "audit.verify": async () => (await import("./audit-verify.ts")).auditVerify,
  "operator.key": async () => (await import("./operator-key.ts")).operatorKey,
  "operator.add": async () => (await import("./operator-add.ts")).operatorAdd,
  "operator.list": async () => (await import("./operator-list.ts")).operatorList,
  "operator.disable": async () => (await import("./operator-disable.ts")).operatorDisable,
  "conformance.verify-bundle": async () => (await import("./conformance-verify-bundle.ts")).conformanceVerifyBundle,
}
