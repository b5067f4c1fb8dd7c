/**
 * The head of a mirrored log: the tree that the mirror vouches for. It moves last, in one synced batch, and never back.
 *
 * ```json
 * {"origin":"example.com/log","root":"<hex>","size":"70000","v":1,"vkey":"example.com/log+3c9f…"}
 * ```
 */
import { decimal, hexDigest, oneOf, readDocument, record, text } from "../src/formats/document.ts"
import { fromHex, toHex, utf8 } from "../src/kernel/bytes.ts"
import { canonicalJson } from "../src/kernel/json.ts"
import type { KeyValue } from "../src/kernel/ports.ts"
import { HEAD_KEY } from "./rows.ts"
import { damagedRow } from "./store-error.ts"

/** The rows of a mirror as its readers need them. */
export type ReadableRows = Pick<KeyValue, "get" | "getMany" | "entries">

/** What the mirror vouches for. */
export interface MirrorHead {
  readonly origin: string
  /** The log's key that signed the head's checkpoint. */
  readonly vkey: string
  readonly size: bigint
  readonly root: Uint8Array
}

const readHeadRow = record({ v: oneOf(1), origin: text(), vkey: text(8192), size: decimal, root: hexDigest })

/**
 * The head, or undefined when nothing has been ingested.
 * @throws StellaError STORE_CORRUPT when the row is damaged
 */
export async function readHead(rows: ReadableRows): Promise<MirrorHead | undefined> {
  const bytes = await rows.get(HEAD_KEY)
  if (bytes === undefined) return undefined
  const row = readDocument(bytes, readHeadRow)
  if (!row.ok) throw damagedRow(HEAD_KEY, `is damaged (${row.error.reason})`)
  const { origin, vkey, size, root } = row.value
  return { origin, vkey, size: BigInt(size), root: fromHex(root) as Uint8Array }
}

/** The value of the head's row. */
export function printHead(head: MirrorHead): Uint8Array {
  const { origin, vkey, size, root } = head
  return utf8(canonicalJson({ v: 1, origin, vkey, size: size.toString(), root: toHex(root) }))
}
