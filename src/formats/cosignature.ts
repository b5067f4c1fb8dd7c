/**
 * What a signature line of a note signs, by the type of its key (c2sp.org/signed-note, c2sp.org/tlog-cosignature,
 * c2sp.org/static-ct-api):
 *
 * ```text
 * Ed25519, ECDSA, RSA    the text of the note
 * cosignature/v1         "cosignature/v1\ntime <seconds>\n" and the text of the note
 * ML-DSA-44              cosigned_message: "subtree/v1\n\0", u8 length and cosigner name, u64 time,
 *                        u8 length and log origin, u64 start, u64 end, 32 bytes of hash
 * RFC 6962 tree head     0x00 0x01, u64 milliseconds, u64 tree size, 32 bytes of root hash
 * ```
 *
 * The last two do not cover the note's text: the origin is missing from the tree head, extension lines from both.
 */
import { concatBytes, u64be, utf8 } from "../kernel/bytes.ts"
import type { SignatureScheme } from "../kernel/signature-scheme.ts"
import { MAX_TREE_SIZE, type Checkpoint } from "./checkpoint.ts"
import type { Note } from "./note.ts"
import type { Vkey } from "./vkey.ts"

/** One signature check to make. */
export interface SignedMessage {
  readonly scheme: SignatureScheme
  readonly signature: Uint8Array
  readonly message: Uint8Array
  /** When the signature says it was made, in seconds since 1970; absent where the type has no time or it is zero. */
  readonly timeSeconds?: bigint
}

const SUBTREE_LABEL = utf8("subtree/v1\n\0")

function u64At(bytes: Uint8Array): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0)
}

/** tlog-cosignature, "Format": the time must not exceed 2^63 - 1. */
function timed(signature: Uint8Array, length: number): { time: bigint; rest: Uint8Array } | undefined {
  if (signature.length !== 8 + length) return undefined
  const time = u64At(signature)
  return time > MAX_TREE_SIZE ? undefined : { time, rest: signature.subarray(8) }
}

function cosignatureV1(note: Note, signature: Uint8Array): SignedMessage | undefined {
  const parts = timed(signature, 64)
  if (parts === undefined) return undefined
  const header = utf8(`cosignature/v1\ntime ${parts.time.toString()}\n`)
  return {
    scheme: { kind: "ed25519" },
    signature: parts.rest,
    message: concatBytes(header, note.signedBytes),
    timeSeconds: parts.time,
  }
}

/** A TLS vector of 1 to 255 bytes. */
function vector8(text: string): Uint8Array | undefined {
  const bytes = utf8(text)
  return bytes.length === 0 || bytes.length > 255 ? undefined : concatBytes(Uint8Array.of(bytes.length), bytes)
}

/** A range of leaves of a log with the hash of its subtree; a checkpoint is the one that starts at 0. */
export interface CosignedSubtree {
  readonly origin: string
  readonly start: bigint
  readonly end: bigint
  readonly hash: Uint8Array
}

/**
 * The bytes of `cosigned_message` (tlog-cosignature, "ML-DSA-44 signed message"); `undefined` when a name is too long
 * or a subtree that does not start at 0 has a time.
 */
export function subtreeMessage(
  cosigner: string,
  timeSeconds: bigint,
  subtree: CosignedSubtree,
): Uint8Array | undefined {
  const name = vector8(cosigner)
  const origin = vector8(subtree.origin)
  if (name === undefined || origin === undefined || (subtree.start !== 0n && timeSeconds !== 0n)) return undefined
  const range = [u64be(subtree.start), u64be(subtree.end), subtree.hash]
  return concatBytes(SUBTREE_LABEL, name, u64be(timeSeconds), origin, ...range)
}

function mlDsa(vkey: Vkey, checkpoint: Checkpoint, signature: Uint8Array): SignedMessage | undefined {
  const parts = timed(signature, 2420)
  if (parts === undefined) return undefined
  const { origin, size, root } = checkpoint
  const message = subtreeMessage(vkey.name, parts.time, { origin, start: 0n, end: size, hash: root })
  if (message === undefined) return undefined
  const scheme = { kind: "ml-dsa", set: "ML-DSA-44" } as const
  // A zero time makes no statement about when (tlog-cosignature: "these two values MAY be zero").
  return { scheme, signature: parts.rest, message, ...(parts.time === 0n ? {} : { timeSeconds: parts.time }) }
}

function treeHead(vkey: Vkey, checkpoint: Checkpoint, signature: Uint8Array): SignedMessage | undefined {
  // RFC 5246 §4.7 DigitallySigned: hash SHA-256 (4), signature ECDSA (3), 16-bit length, DER signature.
  const length = signature.length - 12
  if (length < 0 || signature[8] !== 4 || signature[9] !== 3) return undefined
  if ((((signature[10] as number) << 8) | (signature[11] as number)) !== length) return undefined
  const time = u64At(signature)
  // The tree head covers nothing of an extension line, so a checkpoint with one is not what the log signed.
  if (time > MAX_TREE_SIZE || checkpoint.extensions.length > 0) return undefined
  const message = concatBytes(Uint8Array.of(0, 1), u64be(time), u64be(checkpoint.size), checkpoint.root)
  return { scheme: ecdsa(vkey), signature: signature.subarray(12), message, timeSeconds: time / 1000n }
}

/** signed-note, type 0x02, and RFC 6962 §2.1.4: SHA-256 whatever the curve. */
function ecdsa(vkey: Vkey): SignatureScheme {
  const key = vkey.key as Extract<Vkey["key"], { kind: "ec" }>
  return { kind: "ecdsa", curve: key.curve, hash: "sha256" }
}

/**
 * What has to be checked for one signature line under a known key. `undefined` when the signature does not have the
 * form of the key's type, or the type signs checkpoints and this note is none: such a line does not verify.
 */
export function signedMessage(
  vkey: Vkey,
  note: Note,
  checkpoint: Checkpoint | undefined,
  signature: Uint8Array,
): SignedMessage | undefined {
  switch (vkey.type) {
    case "ed25519":
      return { scheme: { kind: "ed25519" }, signature, message: note.signedBytes }
    case "ecdsa":
      return { scheme: ecdsa(vkey), signature, message: note.signedBytes }
    case "rsa":
      return { scheme: { kind: "rsa-pkcs1", hash: "sha256" }, signature, message: note.signedBytes }
    case "cosignature-v1":
      return checkpoint && cosignatureV1(note, signature)
    case "ml-dsa-44":
      return checkpoint && mlDsa(vkey, checkpoint, signature)
    case "rfc6962-sth":
      return checkpoint && treeHead(vkey, checkpoint, signature)
  }
}
