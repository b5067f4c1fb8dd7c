/** Proofs out of a mirrored log: inclusion of an entry, growth from one size to another. */
import { StellaError } from "../src/kernel/errors.ts"
import { err, ok, type Result } from "../src/kernel/result.ts"
import { toHex } from "../src/kernel/bytes.ts"
import { proveConsistency } from "../src/tlog/prove.ts"
import type { MirrorHead } from "./head-row.ts"
import type { ProofTiles } from "./proof-tiles.ts"
import type { MirrorReader } from "./reader.ts"

/** An entry of the log, by its index or by its leaf hash. */
export type EntryName = { readonly index: bigint } | { readonly leaf: Uint8Array }

/** An inclusion proof with everything it is about. */
export interface InclusionAnswer {
  readonly head: MirrorHead
  readonly index: bigint
  readonly leaf: Uint8Array
  readonly size: bigint
  readonly root: Uint8Array
  readonly hashes: readonly Uint8Array[]
}

/** A consistency proof with both roots. */
export interface GrowthAnswer {
  readonly head: MirrorHead
  readonly from: { readonly size: bigint; readonly root: Uint8Array }
  readonly size: bigint
  readonly root: Uint8Array
  readonly hashes: readonly Uint8Array[]
}

interface OpenHead {
  readonly head: MirrorHead
  readonly tiles: ProofTiles
}

async function openHead(reader: MirrorReader): Promise<Result<OpenHead>> {
  const head = await reader.head()
  const tiles = await reader.tiles()
  if (head === undefined || tiles === undefined) return err(new StellaError("LOG_MISSING", "nothing has been ingested"))
  return ok({ head, tiles })
}

function outside(what: string, head: MirrorHead): StellaError {
  const size = head.size.toString()
  return new StellaError("USAGE", `${what} is outside the mirrored tree of ${size} entries`, {
    origin: head.origin,
    size,
  })
}

/**
 * Proves that an entry is in the tree of `size` entries, by default the newest.
 * Failures: LOG_MISSING; EVIDENCE_MISSING for a leaf hash that is not known; USAGE for an index or size outside the tree.
 * @throws StellaError STORE_CORRUPT when rows are damaged
 */
export async function proveEntry(
  reader: MirrorReader,
  entry: EntryName,
  size?: bigint,
): Promise<Result<InclusionAnswer>> {
  const open = await openHead(reader)
  if (!open.ok) return open
  const { head } = open.value
  const index = "index" in entry ? entry.index : await reader.indexOf(entry.leaf)
  if (index === undefined) {
    const leaf = "leaf" in entry ? toHex(entry.leaf) : null
    const text = `the mirror of ${head.origin} knows no entry with this leaf hash`
    return err(new StellaError("EVIDENCE_MISSING", text, { origin: head.origin, leaf }))
  }
  const [answer] = await prove(open.value, [index], size ?? head.size)
  return answer as Result<InclusionAnswer>
}

/** One answer for each index. */
async function prove(
  { head, tiles }: OpenHead,
  indexes: readonly bigint[],
  size: bigint,
): Promise<Result<InclusionAnswer>[]> {
  const isInside = (index: bigint): boolean => index >= 0n && index < size && size <= tiles.size
  const inside = indexes.filter(isInside)
  const root = inside.length === 0 ? undefined : await tiles.rootOf(size)
  const proofs = (await tiles.inclusions(inside, size)).values()
  return indexes.map(index => {
    const proof = isInside(index) ? proofs.next().value : undefined
    if (proof === undefined || root === undefined) {
      return err(outside(`entry ${index.toString()} of ${size.toString()}`, head))
    }
    return ok({ head, index, size, root, ...proof })
  })
}

/**
 * Proves many entries at once, in the order asked for: the head is read once, tiles by the hundred. Failures of one entry
 * are as those of `proveEntry`.
 * @throws StellaError STORE_CORRUPT when rows are damaged
 */
export async function proveEntries(
  reader: MirrorReader,
  indexes: readonly bigint[],
  size?: bigint,
): Promise<Result<Result<InclusionAnswer>[]>> {
  const open = await openHead(reader)
  return open.ok ? ok(await prove(open.value, indexes, size ?? open.value.head.size)) : open
}

/**
 * Proves that the tree of `from` entries is the beginning of the tree of `size` entries, by default the newest.
 * Failures: LOG_MISSING; USAGE for sizes that are 0, out of order or outside the tree.
 * @throws StellaError STORE_CORRUPT when rows are damaged
 */
export async function proveGrowth(reader: MirrorReader, from: bigint, size?: bigint): Promise<Result<GrowthAnswer>> {
  const open = await openHead(reader)
  if (!open.ok) return open
  const { head, tiles } = open.value
  const within = size ?? head.size
  const hashes = await proveConsistency(tiles, from, within)
  if (hashes === undefined) return err(outside(`the growth from ${from.toString()} to ${within.toString()}`, head))
  const root = await tiles.rootOf(within)
  return ok({ head, from: { size: from, root: await tiles.rootOf(from) }, size: within, root, hashes })
}
