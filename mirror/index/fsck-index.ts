/** The index under fsck: each run is made again from the leaves that fsck has found right, and compared. */
import { equalBytes } from "../../src/kernel/bytes.ts"
import { damage, type Damage } from "../fsck-event.ts"
import type { ReadableRows } from "../sealed-row.ts"
import type { IndexPart } from "./leaf-index.ts"

/** What is wrong with the rows of a run. */
export async function checkRun(rows: ReadableRows, run: readonly IndexPart[]): Promise<Damage[]> {
  const stored = await rows.getMany(run.map(({ key }) => key))
  return run.flatMap(({ key, value }, i) => {
    const there = stored[i]
    if (there === undefined) return [damage(key, "is missing")]
    return equalBytes(there, value) ? [] : [damage(key, "does not find the leaves that the log has")]
  })
}
