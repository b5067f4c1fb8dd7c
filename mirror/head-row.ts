/**
 * The head of a mirrored log: the tree that the mirror vouches for. It moves last, in one synced batch, and never back.
 *
 * ```json
 * {"origin":"example.com/log","root":"<hex>","seal":"<hex>","size":"70000","v":1,"vkey":"example.com/log+3c9f…"}
 * ```
 */
import { decimal, hexDigest, oneOf, record, text } from "../src/formats/document.ts"
import { fromHex, toHex } from "../src/kernel/bytes.ts"
import type { Crypto } from "../src/kernel/ports.ts"
import { HEAD_KEY } from "./rows.ts"
import { openRow, sealRow, type SealedRows } from "./sealed-row.ts"

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
export async function readHead({ rows, crypto }: SealedRows): Promise<MirrorHead | undefined> {
  const bytes = await rows.get(HEAD_KEY)
  if (bytes === undefined) return undefined
  const { origin, vkey, size, root } = openRow(crypto, HEAD_KEY, bytes, readHeadRow)
  return { origin, vkey, size: BigInt(size), root: fromHex(root) as Uint8Array }
}

/** The value of the head's row. */
export function printHead(crypto: Pick<Crypto, "hash">, head: MirrorHead): Uint8Array {
  const { origin, vkey, size, root } = head
  return sealRow(crypto, { v: 1, origin, vkey, size: size.toString(), root: toHex(root) })
}
