/**
 * The checkpoint of an inclusion proof: a signed note of the very log that the entry is said to be in. The line that
 * counts is found by name and key id among any others (witnesses, second keys), wherever it stands; the name is the
 * trusted log's, never the note's own word, so a checkpoint of another trusted log is refused.
 */
import { toHex } from "../kernel/bytes.ts"
import type { Crypto } from "../kernel/ports.ts"
import { parseCheckpoint, type Checkpoint } from "../formats/checkpoint.ts"
import { fail, pass, skip, type Check } from "../formats/check.ts"
import type { Vkey } from "../formats/vkey.ts"
import { isSigned, verifyCheckpoint } from "../tlog/verify-note.ts"
import type { TrustedLog, TrustedWitness } from "./prepared-trust.ts"

/** A checkpoint's checks, and the checkpoint itself when the log's signature holds. */
export interface CheckpointResult {
  readonly checks: readonly Check[]
  /** Parsed, whether or not its signature holds; undefined when malformed. */
  readonly parsed: Checkpoint | undefined
  readonly signed: boolean
}

/** Checks the note of entry `i`: signature and origin of the log, then the cosignatures of trusted witnesses. */
export async function checkCheckpoint(
  i: number,
  note: string,
  log: TrustedLog | undefined,
  witnesses: readonly TrustedWitness[],
  crypto: Crypto,
): Promise<CheckpointResult> {
  const key = `checkpoint/${String(i)}`
  const parsed = parseCheckpoint(note)
  if (!parsed.ok) {
    const check = fail(key, "checkpoint-malformed", { where: parsed.error.where, fault: parsed.error.reason })
    return { checks: [check], parsed: undefined, signed: false }
  }
  const checkpoint = parsed.value
  const evidence = { origin: checkpoint.origin, size: String(checkpoint.size) }
  if (log === undefined) {
    return { checks: [fail(key, "log-unknown", evidence)], parsed: checkpoint, signed: false }
  }
  const fault = await checkpointFault(checkpoint, log, crypto)
  const check = fault === undefined ? pass(key, evidence) : fail(key, fault, { ...evidence, log: log.name })
  const signed = fault === undefined
  const cosignatures = signed ? await checkCosignatures(i, checkpoint, witnesses, crypto) : []
  return { checks: [check, ...cosignatures], parsed: checkpoint, signed }
}

/** Why a checkpoint is not this log's, or undefined when the log's own key has signed it under its own origin. */
export async function checkpointFault(
  checkpoint: Checkpoint,
  log: TrustedLog,
  crypto: Crypto,
): Promise<"checkpoint-signature" | "checkpoint-origin" | undefined> {
  const { name, vkeys } = signingName(checkpoint, log)
  if (!isSigned(await verifyCheckpoint(crypto, checkpoint, vkeys))) return "checkpoint-signature"
  return isOriginOf(checkpoint.origin, name) ? undefined : "checkpoint-origin"
}

/**
 * The name under which the log signs this checkpoint. Key ids of Rekor v1 are hashes of the key alone, and a self-hosted
 * instance names itself after its machine, which no trusted root knows: for such keys the name in front of the tree id is
 * taken from the origin, and the key alone binds the checkpoint to the log. The name of another trusted log stays that
 * log's: no log can sign a face of another one.
 */
function signingName(checkpoint: Checkpoint, log: TrustedLog): { name: string; vkeys: readonly Vkey[] } {
  const { signatures } = checkpoint.note
  const known = log.vkeys.some(v => signatures.some(s => s.keyId === v.keyId && s.name === v.name))
  const own = /^(.+) - [0-9]+$/.exec(checkpoint.origin)?.[1]
  if (known || own === undefined || log.trustedNames.has(own)) return { name: log.name, vkeys: log.vkeys }
  return { name: own, vkeys: log.vkeys.filter(v => v.type === "ecdsa").map(v => ({ ...v, name: own })) }
}

/** Rekor v1 writes `<name> - <tree id>` as origin, everybody else the name. */
export function isOriginOf(origin: string, name: string): boolean {
  return origin === name || (origin.startsWith(`${name} - `) && /^[0-9]+$/.test(origin.slice(name.length + 3)))
}

async function checkCosignatures(
  i: number,
  checkpoint: Checkpoint,
  witnesses: readonly TrustedWitness[],
  crypto: Crypto,
): Promise<Check[]> {
  const lines = await verifyCheckpoint(
    crypto,
    checkpoint,
    witnesses.map(w => w.vkey),
  )
  return lines.map((line, j) => {
    const key = `cosignature/${String(i)}/${String(j)}`
    const spki = toHex(crypto.hash("sha256", line.vkey.key.spki))
    const evidence = { witness: line.name, spki, at: line.timeSeconds === undefined ? null : String(line.timeSeconds) }
    return line.outcome === "valid" ? pass(key, evidence) : fail(key, "cosignature-mismatch", evidence)
  })
}

/** The check of a proof that comes without a checkpoint (allowed in v0.1 only): it leads nowhere by itself. */
export function missingCheckpoint(i: number): Check {
  return skip(`checkpoint/${String(i)}`, "checkpoint-missing")
}
