/**
 * How far the entries of pending checkpoints have been uploaded. Everything before it was verified against a pending
 * checkpoint and is on stable storage; the head vouches for it later.
 *
 * ```json
 * {"next":"556","seal":"<hex>","v":1}
 * ```
 */
import { decimal, oneOf, record } from "../../src/formats/document.ts"
import type { Crypto, KeyValueChange } from "../../src/kernel/ports.ts"
import { readHead } from "../head-row.ts"
import { UPLOADED_KEY } from "../rows.ts"
import { openRow, sealRow, type SealedRows } from "../sealed-row.ts"

const readRow = record({ v: oneOf(1), next: decimal })

/**
 * Index of the first entry that is missing (tlog-mirror: the next entry).
 * @throws StellaError STORE_CORRUPT when the row is damaged
 */
export async function readNextEntry(parts: SealedRows): Promise<bigint> {
  const held = (await readHead(parts))?.size ?? 0n
  const bytes = await parts.rows.get(UPLOADED_KEY)
  const next = bytes === undefined ? 0n : BigInt(openRow(parts.crypto, UPLOADED_KEY, bytes, readRow).next)
  return next > held ? next : held
}

/** The change that records it. */
export function nextEntryChange(crypto: Pick<Crypto, "hash">, next: bigint): KeyValueChange {
  return { type: "put", key: UPLOADED_KEY, value: sealRow(crypto, { v: 1, next: next.toString() }) }
}
