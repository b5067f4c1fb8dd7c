/**
 * What a checkpoint says before any tile is looked at: whose it is, whether the log signed it, and how it stands to what
 * the mirror already holds. Every checkpoint that the log signed is kept, whatever comes of it.
 */
import type { Checkpoint } from "../src/formats/checkpoint.ts"
import { printEquivocation } from "../src/formats/equivocation.ts"
import type { Vkey } from "../src/formats/vkey.ts"
import { StellaError } from "../src/kernel/errors.ts"
import { equalBytes, toHex } from "../src/kernel/bytes.ts"
import type { Crypto, KeyValue } from "../src/kernel/ports.ts"
import { emptyRoot } from "../src/tlog/hashing.ts"
import { proveConsistency } from "../src/tlog/prove.ts"
import type { VerifiedTiles } from "../src/tlog/verified-tiles.ts"
import { isSigned, verifyCheckpoint, type NoteVerification } from "../src/tlog/verify-note.ts"
import { keepCheckpoint, readCheckpoints, type CheckpointSource } from "./checkpoint-rows.ts"
import { FROZEN_KEY } from "./rows.ts"

/** The keys of one log, as the site trusts them. */
export interface LogKeys {
  readonly origin: string
  /** Keys under which the log signs its checkpoints. */
  readonly vkeys: readonly Vkey[]
  /** Keys of witnesses: their lines must verify where they stand, none is required. */
  readonly witnesses?: readonly Vkey[]
}

/** What keeping a checkpoint needs. */
export interface CheckpointContext {
  readonly rows: KeyValue
  readonly crypto: Crypto
  readonly keys: LogKeys
  /** Where the checkpoint has been seen, for the record. */
  readonly seen: CheckpointSource
}

function refused(reason: string, message: string, origin: string): StellaError {
  return new StellaError("PROOF_INVALID", message, { reason, origin, path: "checkpoint" })
}

/**
 * The log's key that signed, where at least one did and no known line fails; else undefined. Witnesses alone do not make a
 * checkpoint the log's.
 */
export function logSigner(results: readonly NoteVerification[], keys: LogKeys): Vkey | undefined {
  return isSigned(results) ? results.find(result => keys.vkeys.includes(result.vkey))?.vkey : undefined
}

/**
 * The log's key that signed the checkpoint.
 * @throws StellaError PROOF_INVALID for another log's checkpoint, one that the log has not signed, or one on which a
 * known key's line does not verify; EVIDENCE_MALFORMED for an empty tree with another root than it has
 */
export async function verifyLogCheckpoint(crypto: Crypto, checkpoint: Checkpoint, keys: LogKeys): Promise<Vkey> {
  const { origin, vkeys, witnesses = [] } = keys
  // Other logs' signatures may be good too: the origin binds a checkpoint to its log (tlog-checkpoint, "Note text").
  if (checkpoint.origin !== origin) {
    throw refused("checkpoint-origin", `the checkpoint is of another log: ${checkpoint.origin}`, origin)
  }
  if (checkpoint.size === 0n && !equalBytes(checkpoint.root, emptyRoot(crypto))) {
    const detail = { reason: "checkpoint-malformed", origin, path: "checkpoint" }
    throw new StellaError(
      "EVIDENCE_MALFORMED",
      "the empty tree of the checkpoint has a root that is not its own",
      detail,
    )
  }
  const results = await verifyCheckpoint(crypto, checkpoint, [...vkeys, ...witnesses])
  const signer = logSigner(results, keys)
  if (signer === undefined) {
    const wrong = results.find(result => result.outcome === "invalid")
    const what =
      wrong === undefined ? "no trusted key of the log signed it" : `the line of ${wrong.name} does not verify`
    throw refused("checkpoint-signature", `the checkpoint of ${origin} is not to be trusted: ${what}`, origin)
  }
  return signer
}

/** Keeps a checkpoint that the log has signed, whatever comes of what is beneath it. */
export async function keepSigned(context: CheckpointContext, checkpoint: Checkpoint): Promise<void> {
  const { rows, crypto, keys, seen } = context
  const vkeys = [...keys.vkeys, ...(keys.witnesses ?? [])]
  await rows.batch([await keepCheckpoint(rows, checkpoint, seen, { crypto, vkeys })], { sync: true })
}

/** SPLIT_VIEW: two checkpoints that the log has signed cannot both be of one append-only log. */
function splitView(a: Checkpoint, b: Checkpoint): StellaError {
  const detail = { origin: a.origin, size1: a.size.toString(), root1: toHex(a.root), size2: b.size.toString() }
  const text = `${a.origin} has signed two trees that contradict each other: ${a.size.toString()} and ${b.size.toString()} entries`
  return new StellaError("SPLIT_VIEW", text, { ...detail, root2: toHex(b.root) })
}

/** A tree whose tiles are verified, and its checkpoint. */
export interface VerifiedTree {
  readonly checkpoint: Checkpoint
  readonly tiles: VerifiedTiles
}

/**
 * Freezes the log over two checkpoints that it has signed and that no append-only log can both have. The first proof is
 * kept: later ones add nothing.
 * @param proof - seeded consistency proof between them; empty for equal sizes
 * @throws StellaError SPLIT_VIEW, always
 */
export async function convictLog(
  context: Pick<CheckpointContext, "rows" | "keys">,
  smaller: Checkpoint,
  greater: Checkpoint,
  proof: readonly Uint8Array[],
): Promise<never> {
  const { origin, vkeys } = context.keys
  const log = { origin, vkey: vkeys[0]?.text ?? "" }
  const value = printEquivocation({ log, smaller, greater, proof })
  await context.rows.batch([{ type: "put", key: FROZEN_KEY, value }], { sync: true })
  throw splitView(smaller, greater)
}

/**
 * Freezes the log over a checkpoint that is not the beginning of a tree that the log has signed too.
 * @param other - of the same size or smaller than the tree
 * @throws StellaError SPLIT_VIEW, always
 */
export async function freezeLog(
  context: CheckpointContext,
  { checkpoint, tiles }: VerifiedTree,
  other: Checkpoint,
): Promise<never> {
  // Seeded: the standard proof takes the root of a power of two on trust and would convict nobody.
  const growth = other.size === checkpoint.size ? [] : await proveConsistency(tiles, other.size, checkpoint.size, true)
  return convictLog(context, other, checkpoint, growth ?? [])
}

/**
 * Compares a newly seen tree with every kept checkpoint whose size it reaches: each must be a beginning of it, or the two
 * convict the log.
 * @param least - smaller ones have been compared with an older head already
 * @throws StellaError SPLIT_VIEW after freezing the log
 */
export async function compareWithKept(context: CheckpointContext, tree: VerifiedTree, least: bigint): Promise<void> {
  for await (const { checkpoint } of readCheckpoints(context, least, tree.checkpoint.size)) {
    const root = await tree.tiles.rootOf(checkpoint.size)
    if (!equalBytes(root, checkpoint.root)) await freezeLog(context, tree, checkpoint)
  }
}
