/**
 * A transparency log entry as bundles carry it (`TransparencyLogEntry` of sigstore_rekor.proto, proto3 JSON): the
 * logged bytes with the log's promise to include them, its proof that it did, or both.
 *
 * ```json
 * {"logIndex":"155690850","logId":{"keyId":"wNI9…"},"kindVersion":{"kind":"hashedrekord","version":"0.0.1"},
 *  "integratedTime":"1733693464","inclusionPromise":{"signedEntryTimestamp":"MEUC…"},
 *  "inclusionProof":{"logIndex":"33786588","rootHash":"…","treeSize":"33786589","hashes":["…"],"checkpoint":{"envelope":"…"}},
 *  "canonicalizedBody":"eyJhcGlWZXJzaW9uIjoi…"}
 * ```
 */
import { equalBytes, fromBase64, toBase64 } from "../kernel/bytes.ts"
import type { JsonObject, JsonValue } from "../kernel/json.ts"
import { LAST_INSTANT_SECONDS } from "./instant.ts"
import { LIMITS } from "./limits.ts"
import {
  base64Length,
  int64At,
  listAt,
  nameAt,
  objectAt,
  optionalAt,
  optionalFixedBytesAt,
  readBytes,
  readFixedBytes,
  readObject,
  someBytesAt,
} from "./members.ts"
import { at, refuse } from "./refusal.ts"

/** A Merkle inclusion proof (RFC 6962 §2.1.1) and the checkpoint it leads to. */
export interface InclusionProof {
  /** Leaf index within this tree (a shard of the log), not the log's global index. */
  readonly index: bigint
  /** Redundant: the size that counts is the checkpoint's. */
  readonly size: bigint
  /** Redundant: the root that counts is the checkpoint's. */
  readonly root?: Uint8Array | undefined
  /** 32 bytes each, from the leaf upwards. */
  readonly hashes: readonly Uint8Array[]
  /** The signed note. Absent only in v0.1 bundles; without it the proof leads nowhere. */
  readonly checkpoint?: string | undefined
}

/** One log entry of a bundle. Nothing in it is verified. */
export interface TlogEntry {
  /** The log's global index, which a promise signs; without a promise nothing authenticates it. */
  readonly index: bigint
  /** What the log calls itself: SHA-256 of its key for Rekor v1, its checkpoint key id for Rekor v2. */
  readonly logId: Uint8Array
  readonly kind: string
  readonly version: string
  /** Epoch seconds at which the log says it took the entry, which a promise signs; zero where there is no promise. */
  readonly integratedTime: bigint
  /** The signed entry timestamp (SET). */
  readonly promise?: Uint8Array | undefined
  readonly proof?: InclusionProof | undefined
  /** The exact logged bytes: `leaf = SHA-256(0x00 || body)`. */
  readonly body: Uint8Array
  /** Standard base64 of `body`, the form a SET is signed over. */
  readonly bodyBase64: string
}

/** What an entry must carry: v0.1 bundles a promise, later ones a proof with its checkpoint. */
export type EntryRule = "promise" | "proof"

/** Entry kinds that only Rekor v2 makes. It gives no promises, so they always need a proof. */
function isRekorV2(kind: string, version: string): boolean {
  return version === "0.0.2" && (kind === "hashedrekord" || kind === "dsse")
}

/**
 * Reads the entries of a bundle. For parsers of this folder: throws the fault.
 *
 * An entry given twice is refused, for it would count twice towards a threshold: the same log with the same index, or,
 * since nothing authenticates the index of an entry without promise, the same log with the same body.
 */
export function readTlogEntries(object: JsonObject, name: string, where: string, rule: EntryRule): TlogEntry[] {
  const entries: TlogEntry[] = []
  for (const value of listAt(object, name, where, LIMITS.tlogEntries)) {
    const path = `${at(where, name)}[${String(entries.length)}]`
    const entry = readTlogEntry(value, path, rule)
    for (const other of entries) {
      const sameLeaf = other.index === entry.index || equalBytes(other.body, entry.body)
      if (sameLeaf && equalBytes(other.logId, entry.logId)) return refuse("entry-duplicate", path)
    }
    entries.push(entry)
  }
  return entries
}

function readTlogEntry(value: JsonValue, where: string, rule: EntryRule): TlogEntry {
  const object = readObject(value, where)
  const kindVersion = objectAt(object, "kindVersion", where)
  const kind = nameAt(kindVersion, "kind", at(where, "kindVersion"), LIMITS.entryKindLength)
  const version = nameAt(kindVersion, "version", at(where, "kindVersion"), LIMITS.entryKindLength)
  const bodyText = nameAt(object, "canonicalizedBody", where, base64Length(LIMITS.evidenceBytes))
  const standard = fromBase64(bodyText)
  const body = standard ?? readBytes(bodyText, at(where, "canonicalizedBody"), LIMITS.evidenceBytes)
  const promise = readPromise(object, where)
  const proof = readProof(object, where)
  if (rule === "promise" && promise === undefined) return refuse("promise-missing", at(where, "inclusionPromise"))
  if (rule === "proof" || isRekorV2(kind, version)) {
    if (proof === undefined) return refuse("proof-missing", at(where, "inclusionProof"))
    if (proof.checkpoint === undefined) return refuse("checkpoint-missing", at(where, "inclusionProof.checkpoint"))
  }
  return {
    index: int64At(object, "logIndex", where),
    logId: someBytesAt(objectAt(object, "logId", where), "keyId", at(where, "logId"), LIMITS.logIdBytes),
    kind,
    version,
    integratedTime: readIntegratedTime(object, where, promise),
    promise,
    proof,
    body,
    bodyBase64: standard === undefined ? toBase64(body) : bodyText,
  }
}

/**
 * A time that can be written down; a later one is nobody's time. Without a promise nobody signs it: Rekor v2 leaves it at
 * zero, and anything else is a claim that a reader could take for the log's.
 */
function readIntegratedTime(object: JsonObject, where: string, promise: Uint8Array | undefined): bigint {
  const seconds = int64At(object, "integratedTime", where)
  const latest = promise === undefined ? 0n : LAST_INSTANT_SECONDS
  return seconds <= latest ? seconds : refuse("field-invalid", at(where, "integratedTime"))
}

/** Rekor v2 makes no promises; one found on its entry is kept, so that its check runs and fails. */
function readPromise(object: JsonObject, where: string): Uint8Array | undefined {
  const value = optionalAt(object, "inclusionPromise")
  if (value === undefined) return undefined
  const path = at(where, "inclusionPromise")
  return someBytesAt(readObject(value, path), "signedEntryTimestamp", path, LIMITS.signatureBytes)
}

function readProof(object: JsonObject, where: string): InclusionProof | undefined {
  const value = optionalAt(object, "inclusionProof")
  if (value === undefined) return undefined
  const path = at(where, "inclusionProof")
  const proof = readObject(value, path)
  return {
    index: int64At(proof, "logIndex", path),
    size: int64At(proof, "treeSize", path),
    root: optionalFixedBytesAt(proof, "rootHash", path, 32),
    hashes: listAt(proof, "hashes", path, LIMITS.proofHashes).map((hash, i) =>
      readFixedBytes(hash, `${path}.hashes[${String(i)}]`, 32),
    ),
    checkpoint: readCheckpoint(proof, path),
  }
}

function readCheckpoint(proof: JsonObject, where: string): string | undefined {
  const value = optionalAt(proof, "checkpoint")
  if (value === undefined) return undefined
  const path = at(where, "checkpoint")
  return nameAt(readObject(value, path), "envelope", path, LIMITS.noteBytes)
}
