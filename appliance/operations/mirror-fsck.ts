/**
 * `mirror fsck`: derives everything in a site again and names what is damaged: first the store, which is examined
 * without being opened, then every mirrored log. Nothing is changed but the audit chain, where it can still be written.
 */
import { StellaError } from "../../src/kernel/errors.ts"
import type { ErrorCode } from "../../src/kernel/errors.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { zstdCodec } from "../../mirror/entry-codec.node.ts"
import { fsckMirror } from "../../mirror/fsck.ts"
import type { Site } from "../store/site.ts"
import type { Fsck } from "../../ui/contract/operations/mirror.ts"
import type { ClosedContext, StreamHandler } from "./context.ts"
import { trustedKeys } from "./log-keys.ts"
import { mirroredLogs } from "./site-logs.ts"

type Output = Fsck["output"]
type ResultOf = Extract<Output, { type: "result" }>

/** Findings that are no damage: the store cannot be looked at, or is not ours to look at. */
const NOT_DAMAGE: ReadonlySet<ErrorCode> = new Set(["STORE_MISSING", "STORE_LOCKED", "STORE_TOO_NEW", "DISK_FULL"])

function damaged(part: string, where: string | null, what: string, code: ErrorCode = "STORE_CORRUPT"): ResultOf {
  return { v: 1, type: "result", code, message: what, part, where, what }
}

async function* checkLogs(site: Site, context: ClosedContext, counts: { logs: number }): AsyncGenerator<Output> {
  const { crypto, signal } = context
  for (const { head, stage } of await mirroredLogs(site, crypto)) {
    counts.logs++
    const keys = unwrap(await trustedKeys(head.origin, { ...context, site }))
    const options = { rows: stage.rows, crypto, codec: zstdCodec, signal }
    for await (const event of fsckMirror(keys === undefined ? options : { ...options, keys }))
      if (event.type === "damage") yield damaged(`log ${head.origin}`, event.row, event.what)
  }
}

export const mirrorFsck: StreamHandler<Fsck["input"], Output, ClosedContext> = async function* (_input, context) {
  const counts = { rows: 0, blobs: 0, logs: 0, damaged: 0 }
  for await (const event of context.closed.check()) {
    if (event.type === "damage" && NOT_DAMAGE.has(event.code)) throw new StellaError(event.code, event.what)
    if (event.type === "damage") {
      counts.damaged++
      yield damaged(event.sublevel ?? "store", event.key, event.what, event.code)
    } else if (event.type === "progress") yield { v: 1, type: "progress", done: event.checked, unit: "items" }
    else {
      counts.rows = event.rows
      counts.blobs = event.blobs
    }
  }
  const opened = await context.closed.open()
  if (opened.ok)
    for await (const result of checkLogs(opened.value, context, counts)) {
      counts.damaged++
      yield result
    }
  else if (counts.damaged === 0) {
    counts.damaged++
    yield damaged("store", null, opened.error.message, opened.error.code)
  }
  const found = counts.damaged > 0
  const message = found ? `${String(counts.damaged)} places are damaged` : null
  yield { v: 1, type: "summary", code: found ? "STORE_CORRUPT" : null, message, ...counts }
}
