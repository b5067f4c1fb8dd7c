/** What fsck reports. */
import type { MirrorHead } from "./head-row.ts"
import { rowName } from "./store-error.ts"

/** One damaged row: its name as in STORE_CORRUPT errors, and what is wrong with it. */
export interface Damage {
  readonly type: "damage"
  readonly row: string
  readonly what: string
}

/** How far the walk over the leaves is. */
export interface FsckProgress {
  readonly type: "progress"
  readonly done: bigint
  readonly total: bigint
}

/** The last event. */
export interface FsckDone {
  readonly type: "done"
  readonly head: MirrorHead | undefined
  readonly damaged: number
  /** Rows beyond the head: what an interrupted ingest left. They do no harm. */
  readonly pending: number
  /** True when the log has contradicted itself; see `src/formats/equivocation.ts`. */
  readonly frozen: boolean
}

/** What fsck reports, row by row. */
export type FsckEvent = Damage | FsckProgress | FsckDone

/** A damaged row by its key. */
export function damage(key: Uint8Array, what: string): Damage {
  return { type: "damage", row: rowName(key), what }
}
