/**
 * Every checkpoint that the log has signed and that was ever seen here, once per size and root, with all signature lines
 * and where it came from: two of them that contradict each other are the proof that a log shows two faces.
 *
 * ```json
 * {"seal":"<hex>","signatures":["— example.com/log z4sqpx2g…="],"sources":[{"at":"2026-01-02T03:04:05Z","id":"…","kind":"medium"}],
 *  "text":"example.com/log\n70000\nvO4p…=\n","v":1}
 * ```
 */
import { parseCheckpoint, type Checkpoint } from "../src/formats/checkpoint.ts"
import { instant, list, oneOf, record, text } from "../src/formats/document.ts"
import { LIMITS } from "../src/formats/limits.ts"
import { printSignatureLine, type NoteSignature } from "../src/formats/note.ts"
import type { Vkey } from "../src/formats/vkey.ts"
import { equalBytes } from "../src/kernel/bytes.ts"
import type { Crypto, KeyValueChange } from "../src/kernel/ports.ts"
import { verifyCheckpoint } from "../src/tlog/verify-note.ts"
import { checkpointKey, keysOf, parseKey } from "./rows.ts"
import { openRow, sealRow, type ReadableRows, type SealedRows } from "./sealed-row.ts"
import { damagedRow } from "./store-error.ts"

/** Where a checkpoint was seen: on a medium, in a bundle, at a witness. `at` is RFC 3339 UTC with whole seconds. */
export interface CheckpointSource {
  readonly kind: string
  readonly id: string
  readonly at: string
}

/** A checkpoint as it is kept. */
export interface KeptCheckpoint {
  readonly checkpoint: Checkpoint
  readonly sources: readonly CheckpointSource[]
}

/** Sources kept of one checkpoint: the first ones count, since they say since when it has been known. */
const MAX_SOURCES = 32

const readRow = record({
  v: oneOf(1),
  text: text(LIMITS.noteBytes),
  signatures: list(text(LIMITS.noteBytes), LIMITS.noteSignatures),
  sources: list(record({ kind: text(64), id: text(1024), at: instant }), MAX_SOURCES),
})

function parseRow(crypto: Pick<Crypto, "hash">, key: Uint8Array, bytes: Uint8Array): KeptCheckpoint {
  const row = openRow(crypto, key, bytes, readRow, 2 * LIMITS.noteBytes)
  const note = `${row.text}\n${row.signatures.map(line => `${line}\n`).join("")}`
  const checkpoint = parseCheckpoint(note)
  if (!checkpoint.ok || !equalBytes(checkpointKey(checkpoint.value.size, checkpoint.value.root), key)) {
    throw damagedRow(key, "does not hold its checkpoint")
  }
  return { checkpoint: checkpoint.value, sources: row.sources }
}

/**
 * The kept checkpoint of this size and root.
 * @throws StellaError STORE_CORRUPT when the row is damaged
 */
export async function readCheckpoint(
  { rows, crypto }: SealedRows,
  tree: { readonly size: bigint; readonly root: Uint8Array },
): Promise<KeptCheckpoint | undefined> {
  const key = checkpointKey(tree.size, tree.root)
  const bytes = await rows.get(key)
  return bytes && parseRow(crypto, key, bytes)
}

/**
 * Kept checkpoints by size.
 * @param from - the least size
 * @param to - the greatest size
 * @throws StellaError STORE_CORRUPT when a row is damaged
 */
export async function* readCheckpoints(
  { rows, crypto }: SealedRows,
  from = 0n,
  to: bigint = 2n ** 63n - 1n,
): AsyncGenerator<KeptCheckpoint> {
  const range = { from: checkpointKey(from, new Uint8Array()), to: checkpointKey(to + 1n, new Uint8Array()) }
  for await (const [key, bytes] of rows.entries(range)) yield parseRow(crypto, key, bytes)
}

/** The keys of all kept checkpoints, unread: fsck looks at damaged ones too. */
export async function* checkpointRows({
  rows,
  crypto,
}: SealedRows): AsyncGenerator<{ key: Uint8Array; read: () => KeptCheckpoint }> {
  for await (const [key, bytes] of rows.entries(keysOf("checkpoint"))) {
    if (parseKey(key) !== undefined) yield { key, read: () => parseRow(crypto, key, bytes) }
  }
}

/** What a checkpoint's lines were verified with. */
export interface VerifiedWith {
  readonly crypto: Crypto
  readonly vkeys: readonly Vkey[]
}

/** The newest time of a line that verifies: -1 for one without a time, undefined for one that does not verify. */
async function timeOf(checkpoint: Checkpoint, line: NoteSignature, by: VerifiedWith): Promise<bigint | undefined> {
  const alone = { ...checkpoint, note: { ...checkpoint.note, signatures: [line] } }
  const [result] = await verifyCheckpoint(by.crypto, alone, by.vkeys)
  return result?.outcome === "valid" ? (result.timeSeconds ?? -1n) : undefined
}

/**
 * One line for each name and key id, or the same key would seem to have signed twice, which spoils a note. The one held
 * stays, unless the other verifies and is newer (a later cosignature) or the one held does not verify.
 */
async function mergeLines(
  held: readonly NoteSignature[],
  fresh: Checkpoint,
  by: VerifiedWith,
): Promise<NoteSignature[]> {
  const lines = [...held]
  for (const line of fresh.note.signatures) {
    const at = lines.findIndex(l => l.name === line.name && l.keyId === line.keyId)
    const other = lines[at]
    if (other === undefined) {
      lines.push(line)
      continue
    }
    if (equalBytes(other.signature, line.signature)) continue
    const time = await timeOf(fresh, line, by)
    if (time !== undefined && time > ((await timeOf(fresh, other, by)) ?? -2n)) lines[at] = line
  }
  return lines
}

/**
 * The change that keeps a checkpoint which the log has signed: new, or with the union of signature lines and sources.
 * Lines beyond the limit of a note are left out, those held already first.
 */
export async function keepCheckpoint(
  rows: ReadableRows,
  checkpoint: Checkpoint,
  source: CheckpointSource,
  by: VerifiedWith,
): Promise<KeyValueChange> {
  const kept = await readCheckpoint({ rows, crypto: by.crypto }, checkpoint)
  const held = kept?.checkpoint.note
  // Old logs put a time into an extension line: signatures over another text cannot stand under this one.
  const text = held?.text ?? checkpoint.note.text
  const lines =
    text === checkpoint.note.text ? await mergeLines(held?.signatures ?? [], checkpoint, by) : (held?.signatures ?? [])
  const signatures = lines.slice(0, LIMITS.noteSignatures).map(printSignatureLine)
  const known = kept?.sources ?? []
  const isKnown = known.some(s => s.kind === source.kind && s.id === source.id)
  const sources = isKnown ? known : [...known, source].slice(0, MAX_SOURCES)
  const value = sealRow(by.crypto, { v: 1, text, signatures, sources })
  return { type: "put", key: checkpointKey(checkpoint.size, checkpoint.root), value }
}
