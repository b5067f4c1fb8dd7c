/**
 * The index under fsck: every block is read, and what a run holds is compared with what the entries give. Both are added up
 * in any order, since a run is sorted by hashes and entries are not: two sums of 32 bits over mixed postings. They are
 * against faults, not malice; what a run says is confirmed again before it is an answer.
 */
import { compareBytes } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { VerifiedTiles } from "../../src/tlog/verified-tiles.ts"
import { damage, type Damage } from "../fsck-event.ts"
import type { HeldRange } from "../range-rows.ts"
import { rowName } from "../store-error.ts"
import { coverableBy, without } from "./coverage.ts"
import { HeldLeaves, type LeafSource } from "./held-leaves.ts"
import { blocksOf } from "./merge-runs.ts"
import { FAMILIES, POSTING_BYTES, runKey, runRows, type Family, type Run } from "./run.ts"

/** What fsck gives: the rows to read, and what ends it. */
export interface CheckOptions extends LeafSource {
  readonly signal?: AbortSignal
}

/** Postings added up. */
class PostingSum {
  count = 0
  first = 0
  second = 0

  add(prefix: Uint8Array, at: number, entry: number): void {
    const word = (from: number): number =>
      ((prefix[from] as number) << 24) |
      ((prefix[from + 1] as number) << 16) |
      ((prefix[from + 2] as number) << 8) |
      (prefix[from + 3] as number)
    const mixed = Math.imul(
      word(at) ^ Math.imul(word(at + 4) ^ Math.imul(entry + 1, 0x9e3779b1), 0x85ebca6b),
      0xc2b2ae35,
    )
    this.count++
    this.first = (this.first + (mixed ^ (mixed >>> 15))) | 0
    this.second = (this.second + Math.imul(mixed ^ (mixed >>> 13), word(at + 4) | 1)) | 0
  }

  equals(other: PostingSum): boolean {
    return this.count === other.count && this.first === other.first && this.second === other.second
  }
}

/** Adds up what a run's blocks hold; gives what is wrong with their order. */
async function sumOfRun(options: CheckOptions, run: Run, sum: PostingSum): Promise<Damage | undefined> {
  let before: Uint8Array | undefined
  for await (const { key, postings } of blocksOf(options, run)) {
    const view = new DataView(postings.buffer, postings.byteOffset)
    for (let at = 0; at < postings.length; at += POSTING_BYTES) {
      const posting = postings.subarray(at, at + POSTING_BYTES)
      if (before !== undefined && compareBytes(before, posting) >= 0) return damage(key, "is out of order")
      sum.add(postings, at, view.getUint32(at + 8))
      before = posting
    }
  }
  return sum.count === run.postings ? undefined : damage(runKey(run), `has ${sum.count} of ${run.postings} postings`)
}

/** Adds up what the entries give; false when some cannot be read, which is reported where they are checked. */
async function sumOfLeaves(options: CheckOptions, leaves: HeldLeaves, run: Run, sum: PostingSum): Promise<boolean> {
  for (let row = run.start >> 8n; row * 256n < run.end; row++) {
    if (options.signal?.aborted === true) throw new StellaError("INTERRUPTED", "the check was stopped")
    const first = row * 256n
    const from = first > run.start ? 0 : Number(run.start - first)
    const to = run.end - first < 256n ? Number(run.end - first) : 256
    const isRight = await leaves.addTo(sum, { row, from, to }, Number(first - run.start))
    if (!isRight) return false
  }
  return true
}

async function checkRun(options: CheckOptions, run: Run, leaves: HeldLeaves | undefined): Promise<Damage | undefined> {
  const there = new PostingSum()
  try {
    const broken = await sumOfRun(options, run, there)
    if (broken !== undefined || leaves === undefined) return broken
  } catch (error) {
    if (!(error instanceof StellaError) || error.code !== "STORE_CORRUPT") throw error
    return { type: "damage", row: String(error.detail["row"]), what: error.message }
  }
  const right = new PostingSum()
  const isKnown = await sumOfLeaves(options, leaves, run, right)
  return isKnown && !there.equals(right) ? damage(runKey(run), "does not hold what the entries give") : undefined
}

/**
 * Checks the index of a tree; gives how many runs lie beyond it, less the blocks that the other runs name.
 * @param tiles - where all of them are right: without, runs are checked by themselves
 */
export async function* checkIndex(
  options: CheckOptions,
  tree: { readonly size: bigint; readonly ranges: readonly HeldRange[] },
  tiles: VerifiedTiles | undefined,
): AsyncGenerator<Damage, number> {
  const leaves = tiles && new HeldLeaves(options, tiles)
  const runs: Record<Family, Run[]> = { entry: [] }
  const broken = new Set<string>()
  let leavings = 0
  for await (const found of runRows(options)) {
    if ("error" in found) {
      broken.add(rowName(found.key))
      yield damage(found.key, found.error.message)
    } else if (found.run.end > tree.size) leavings++
    else {
      const wrong = await checkRun(options, found.run, leaves)
      if (wrong !== undefined) yield wrong
      runs[found.run.family].push(found.run)
      leavings -= found.run.blocks
    }
  }
  for (const family of Object.keys(FAMILIES) as Family[]) {
    const all = runs[family].sort((a, b) => (a.start < b.start ? -1 : 1))
    for (const { start, end } of without(coverableBy(family, tree.size, tree.ranges), all)) {
      const key = runKey({ family, level: 0, start })
      if (!broken.has(rowName(key)))
        yield damage(key, `is missing up to ${end.toString()}: what it covers is not found`)
    }
    for (const [i, run] of all.entries()) {
      if (i > 0 && run.start < (all[i - 1] as Run).end) yield damage(runKey(run), "covers what another run covers")
    }
  }
  return leavings
}
