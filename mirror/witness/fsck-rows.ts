/** What fsck has to say of pending checkpoints, uploads and cosigners: their seals, and that the tree contains what was signed. */
import { equalBytes } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { VerifiedTiles } from "../../src/tlog/verified-tiles.ts"
import { readCheckpoint } from "../checkpoint-rows.ts"
import { damage, type Damage } from "../fsck-event.ts"
import { pendingKey, UPLOADED_KEY, cosignedKey } from "../rows.ts"
import type { SealedRows } from "../sealed-row.ts"
import { COSIGNER_ROLES, readCosigned } from "./cosigned-row.ts"
import { readPending } from "./pending-rows.ts"
import { readNextEntry } from "./upload-rows.ts"

/** STORE_CORRUPT as a finding about this row; the value otherwise. */
async function valueOr<T>(read: Promise<T>, key: Uint8Array): Promise<T | Damage> {
  try {
    return await read
  } catch (error) {
    if (!(error instanceof StellaError) || error.code !== "STORE_CORRUPT") throw error
    const { row } = error.detail
    return { ...damage(key, error.message), ...(typeof row === "string" ? { row } : {}) }
  }
}

function isDamage(value: unknown): value is Damage {
  return typeof value === "object" && value !== null && "type" in value && value.type === "damage"
}

/**
 * Checks the rows.
 * @param tiles - the head's tiles where all of them are right, and the log is not frozen
 */
export async function* checkWitnessRows(parts: SealedRows, tiles: VerifiedTiles | undefined): AsyncGenerator<Damage> {
  const pending = await valueOr(readPending(parts), pendingKey(0n))
  if (isDamage(pending)) yield pending
  else
    for (const tree of pending) {
      const kept = await valueOr(readCheckpoint(parts, tree), pendingKey(tree.size))
      // A damaged checkpoint has been reported as itself.
      if (kept === undefined) yield damage(pendingKey(tree.size), "has no checkpoint")
    }
  const next = await valueOr(readNextEntry(parts), UPLOADED_KEY)
  if (isDamage(next)) yield next
  for (const [role, byte] of COSIGNER_ROLES) {
    const last = await valueOr(readCosigned(parts, role), cosignedKey(byte))
    if (isDamage(last)) yield last
    else if (last !== undefined && tiles !== undefined && last.size <= tiles.size) {
      if (!equalBytes(await tiles.rootOf(last.size), last.root))
        yield damage(cosignedKey(byte), "is of another tree than the head's")
    }
  }
}
