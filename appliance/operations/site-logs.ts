/**
 * The logs that a site mirrors. Each has a sublevel of its own; which there are, and since when the newest tree is held,
 * is said by committed rows:
 *
 * ```
 * logs: origin (UTF-8) -> {"at":t,"origin":…,"v":1}
 * ```
 *
 * The head of each ingest is a generation, too, so that what was held at an instant can be told.
 */
import { instant, oneOf, readDocument, record, text } from "../../src/formats/document.ts"
import { printInstant } from "../../src/formats/instant.ts"
import { printSiteDocument, type Head } from "../../src/formats/site-documents.ts"
import { toHex, utf8 } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { canonicalJson } from "../../src/kernel/json.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { zstdCodec } from "../../mirror/entry-codec.node.ts"
import { readHead, type MirrorHead } from "../../mirror/head-row.ts"
import { MirrorReader } from "../../mirror/reader.ts"
import { FROZEN_KEY, isCommittedRow, logSublevel } from "../../mirror/rows.ts"
import type { SublevelChanges } from "../store/database.ts"
import type { Site } from "../store/site.ts"
import type { Stage } from "../store/stage.ts"

const LOGS_SUBLEVEL = "logs"

const readRow = record({ v: oneOf(1), origin: text(), at: instant })

/** A mirrored log with its newest verified tree. */
export interface MirroredLog {
  readonly head: MirrorHead
  /** Since when that tree is held: RFC 3339. */
  readonly at: string
  /** True when the log has been shown to contradict itself. */
  readonly frozen: boolean
  readonly stage: Stage
  readonly reader: MirrorReader
}

/** The rows of a log, read or written: what only a commit may change is held back. */
export function openLog(site: Site, origin: string, crypto: Crypto): Stage {
  return site.stage(logSublevel(toHex(crypto.hash("sha256", utf8(origin)))), isCommittedRow)
}

async function mirroredLog(site: Site, row: Uint8Array, crypto: Crypto): Promise<MirroredLog> {
  const read = readDocument(row, readRow)
  if (!read.ok)
    throw new StellaError("STORE_CORRUPT", `a row of "${LOGS_SUBLEVEL}" cannot be read: ${read.error.where}`)
  const { origin, at } = read.value
  const stage = openLog(site, origin, crypto)
  const head = await readHead({ rows: stage.rows, crypto })
  if (head === undefined) throw new StellaError("STORE_CORRUPT", `the head of the log ${origin} is missing`, { origin })
  const frozen = (await stage.rows.get(FROZEN_KEY)) !== undefined
  return { head, at, frozen, stage, reader: new MirrorReader({ rows: stage.rows, crypto, codec: zstdCodec }) }
}

/**
 * Every mirrored log, in byte order of the origins.
 * @throws StellaError STORE_CORRUPT
 */
export async function mirroredLogs(site: Site, crypto: Crypto): Promise<MirroredLog[]> {
  const logs: MirroredLog[] = []
  for await (const [, row] of site.rows(LOGS_SUBLEVEL).entries({})) logs.push(await mirroredLog(site, row, crypto))
  return logs
}

/**
 * The mirrored log of that origin.
 * @throws StellaError LOG_MISSING, STORE_CORRUPT
 */
export async function requireLog(site: Site, origin: string, crypto: Crypto): Promise<MirroredLog> {
  const row = await site.rows(LOGS_SUBLEVEL).get(utf8(origin))
  if (row === undefined) throw new StellaError("LOG_MISSING", `no mirror of ${origin}`, { origin })
  return mirroredLog(site, row, crypto)
}

/** The head in the words of a Case: what this site holds of a log, and since when. */
export function headDocument({ head, at }: Pick<MirroredLog, "head" | "at">): Head {
  return { v: 1, log: head.origin, size: head.size.toString(), root: toHex(head.root), at }
}

/** The changes that make a new head known: the log's row, and a generation of heads. */
export async function stageHead(site: Site, head: MirrorHead, now: Date): Promise<readonly SublevelChanges[]> {
  const at = printInstant(Math.floor(now.getTime() / 1000))
  const { origin } = head
  const value = utf8(canonicalJson({ v: 1, origin, at }))
  const document = utf8(printSiteDocument(headDocument({ head, at })))
  const { changes } = unwrap(await site.generations.stage("head", origin, document, now))
  return [{ sublevel: LOGS_SUBLEVEL, changes: [{ type: "put", key: utf8(origin), value }] }, ...changes]
}
