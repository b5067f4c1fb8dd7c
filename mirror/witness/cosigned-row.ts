/**
 * What a cosigner of the site has put its name to: written on stable storage before anything is signed, so that after a
 * crash this tree or a descendant of it is signed and never another (tlog-witness, "add-checkpoint": persist before
 * responding).
 *
 * ```json
 * {"name":"witness.example/w1","root":"<hex>","seal":"<hex>","size":"70000","time":"1767323045","v":1}
 * ```
 */
import { decimal, hexDigest, oneOf, record, text } from "../../src/formats/document.ts"
import { LIMITS } from "../../src/formats/limits.ts"
import { equalBytes, fromHex, toHex } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { KeyValueChange } from "../../src/kernel/ports.ts"
import { cosignedKey } from "../rows.ts"
import { openRow, sealRow, type SealedRows } from "../sealed-row.ts"
import { damagedRow } from "../store-error.ts"
import type { Cosigner, CosignerRole } from "./cosigner.ts"
import type { Tree } from "./pending-rows.ts"

/** The last tree that a cosigner was about to sign, and the time that stands in the signature. */
export interface CosignedTree extends Tree {
  readonly name: string
  /** Seconds since 1970. */
  readonly timeSeconds: bigint
}

const ROLE: Readonly<Record<CosignerRole, number>> = { witness: 0, mirror: 1 }

/** The roles with the byte that stands in their row's key. */
export const COSIGNER_ROLES = Object.entries(ROLE) as readonly [CosignerRole, number][]

const readRow = record({ v: oneOf(1), name: text(LIMITS.nameLength), size: decimal, root: hexDigest, time: decimal })

/**
 * What a cosigner has signed last, or undefined when it has signed nothing of this log.
 * @throws StellaError STORE_CORRUPT when the row is damaged
 */
export async function readCosigned(
  { rows, crypto }: SealedRows,
  role: CosignerRole,
): Promise<CosignedTree | undefined> {
  const key = cosignedKey(ROLE[role])
  const bytes = await rows.get(key)
  if (bytes === undefined) return undefined
  const { name, size, root, time } = openRow(crypto, key, bytes, readRow)
  return { name, size: BigInt(size), root: fromHex(root) as Uint8Array, timeSeconds: BigInt(time) }
}

/**
 * The change that records what a cosigner is about to sign. The caller has proven that the tree contains the last one.
 * @throws StellaError STORE_CORRUPT when the tree is smaller than, or another of the same size as, the one recorded;
 * TIME_INVALID when the clock is behind the last signature: its time would deny what was signed after it
 */
export async function recordCosigned(
  parts: SealedRows,
  cosigner: Cosigner,
  tree: Tree,
  timeSeconds: bigint,
): Promise<KeyValueChange> {
  const key = cosignedKey(ROLE[cosigner.role])
  const last = await readCosigned(parts, cosigner.role)
  if (last !== undefined) {
    const isBehind = tree.size < last.size || (tree.size === last.size && !equalBytes(tree.root, last.root))
    if (isBehind) throw damagedRow(key, "is of a tree that this one does not contain")
    if (timeSeconds < last.timeSeconds) {
      const text = "the clock is set back behind the last cosignature; nothing is signed until it has caught up"
      throw new StellaError("TIME_INVALID", text, { last: Number(last.timeSeconds), now: Number(timeSeconds) })
    }
  }
  const { name } = cosigner.vkey
  const row = { v: 1, name, size: tree.size.toString(), root: toHex(tree.root), time: timeSeconds.toString() }
  return { type: "put", key, value: sealRow(parts.crypto, row) }
}
