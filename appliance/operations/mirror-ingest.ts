/** `mirror ingest`: reads a tlog-tiles folder into the site's mirror of that log. */
import { printInstant } from "../../src/formats/instant.ts"
import { toHex } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { err, ok, unwrap, type Result } from "../../src/kernel/result.ts"
import { zstdCodec } from "../../mirror/entry-codec.node.ts"
import type { MirrorHead } from "../../mirror/head-row.ts"
import type { LogKeys } from "../../mirror/ingest-checkpoint.ts"
import { ingest } from "../../mirror/ingest.ts"
import { readSourceCheckpoint, type LogSource } from "../../mirror/sources/log-source.ts"
import { tiledLog } from "../../mirror/sources/tiled-log.ts"
import type { Ingest, LogHead } from "../../ui/contract/operations/mirror.ts"
import type { SiteContext, StreamHandler } from "./context.ts"
import { keysInFile, trustedKeys } from "./log-keys.ts"
import { openLog, stageHead } from "./site-logs.ts"

type Input = Ingest["input"]

/** A head as operations answer it. */
export function shownHead({ origin, size, root }: Pick<MirrorHead, "origin" | "size" | "root">): LogHead {
  return { origin, size: size.toString(), root: toHex(root) }
}

/** The log's keys. Without a key file, the medium's own word for its origin only chooses among trusted logs. */
async function keysFor(input: Input, medium: LogSource, context: SiteContext): Promise<Result<LogKeys>> {
  const { origin } = input.origin === undefined ? await readSourceCheckpoint(medium) : { origin: input.origin }
  if (input.logKey !== undefined) return keysInFile(input.logKey, origin, context)
  const trusted = await trustedKeys(origin, context)
  if (!trusted.ok) return trusted
  if (trusted.value !== undefined) return ok(trusted.value)
  return err(new StellaError("PROOF_INVALID", `no trusted log is called ${origin}; give --log-key`, { origin }))
}

export const mirrorIngest: StreamHandler<Input, Ingest["output"], SiteContext> = async function* (input, context) {
  const { site, crypto, signal, now, files } = context
  if ((await files.kind(input.dir)) !== "folder")
    throw new StellaError("INPUT_UNREADABLE", `${input.dir}: no such folder`, { path: input.dir })
  const medium = tiledLog({ read: async (path, maxBytes) => unwrap(await files.readMedium(input.dir, path, maxBytes)) })
  const keys = unwrap(await keysFor(input, medium, context))
  const stage = openLog(site, keys.origin, crypto)
  const seen = { kind: "medium", id: input.dir, at: printInstant(Math.floor(now.getTime() / 1000)) }
  try {
    for await (const event of ingest({
      rows: stage.rows,
      crypto,
      codec: zstdCodec,
      source: medium,
      keys,
      seen,
      signal,
    })) {
      if (event.type === "progress")
        yield { v: 1, type: "progress", done: Number(event.done), total: Number(event.total), unit: "items" }
      if (event.type !== "done") continue
      context.stage(await stageHead(site, event.head, now))
      const { before, head, tiles, entries, hashesOnly } = event
      yield {
        v: 1,
        type: "summary",
        code: null,
        message: null,
        head: shownHead(head),
        before: before === undefined ? null : shownHead(before),
        tiles,
        entries: entries.toString(),
        hashesOnly: hashesOnly.toString(),
      }
    }
  } finally {
    // What the log has signed is kept whatever came of it; the head is among these rows only when all was well.
    context.keep([stage.changes()])
  }
}
