/** Errors about a mirror's own rows. They name the row, so that fsck and people find it. */
import { toHex } from "../src/kernel/bytes.ts"
import { StellaError } from "../src/kernel/errors.ts"
import { parseKey } from "./rows.ts"

/** A row by a name that a person can read, such as `tile 0/273`, `entries 12`, `head`. */
export function rowName(key: Uint8Array): string {
  const parsed = parseKey(key)
  switch (parsed?.kind) {
    case undefined:
      return `row ${toHex(key)}`
    case "head":
    case "frozen":
    case "uploaded":
      return parsed.kind
    case "pending":
      return `pending ${parsed.size.toString()}`
    case "cosigned":
      return `cosigned ${parsed.role}`
    case "checkpoint":
      return `checkpoint ${parsed.size.toString()}/${toHex(parsed.root)}`
    case "range":
      return `range ${parsed.start.toString()}`
    case "tile":
      return `tile ${parsed.level}/${parsed.row.toString()}`
    case "entries":
      return `entries ${parsed.row.toString()}`
    case "index":
      return `index ${parsed.chunk.toString()}/${parsed.count}/${parsed.part}`
    case "leaf":
      return `leaf ${toHex(parsed.leaf)}/${parsed.index.toString()}`
    case "run":
      return `run ${parsed.family}/${parsed.level}/${parsed.start.toString()}`
    case "block":
      return `block ${parsed.family}/${parsed.level}/${parsed.start.toString()}/${toHex(parsed.last)}`
  }
}

/** STORE_CORRUPT for a row of the mirror. */
export function damagedRow(key: Uint8Array, what: string): StellaError {
  return new StellaError("STORE_CORRUPT", `mirror row "${rowName(key)}" ${what}`, { row: rowName(key) })
}
