/**
 * The world comes in through these interfaces and nowhere else. Each is small enough for a stranger to implement from
 * its comment, and each has one contract suite that every implementation passes (test/contract).
 */
import type { Result } from "./result.ts"
import type { HashAlgorithm, PublicKey, SignatureScheme, VerifyRequest } from "./signature-scheme.ts"

/** Reads the current time. Called once at the start of an operation, never by a check. */
export interface Clock {
  now(): Date
}

/** Unpredictable bytes. */
export interface Random {
  bytes(length: number): Uint8Array
}

/**
 * Hashing and signature verification. Strictness that every provider must share (key and signature encodings) is done
 * by `src` before the call; a provider does the mathematics and nothing else.
 */
export interface Crypto {
  /** Digest of the bytes: 32, 48 or 64 bytes. Synchronous. */
  hash(algorithm: HashAlgorithm, bytes: Uint8Array): Uint8Array
  /** True when the signature verifies; false for anything else. Never rejects for bad input. */
  verify(request: VerifyRequest): Promise<boolean>
}

/** Immutable bytes by their SHA-256. A reader rehashes what it is given; see `judge/closure.ts`. */
export interface Blobs {
  /** The bytes whose SHA-256 is `sha256` (lowercase hex), or undefined when they are not held. */
  get(sha256: string): Promise<Uint8Array | undefined>
}

/** One change of a batch. */
export type KeyValueChange =
  | { readonly type: "put"; readonly key: Uint8Array; readonly value: Uint8Array }
  | { readonly type: "del"; readonly key: Uint8Array }

/** Half-open range of keys in byte order, `from` included, `to` excluded; absent ends are open. */
export interface KeyRange {
  readonly from?: Uint8Array
  readonly to?: Uint8Array
  readonly reverse?: boolean
  readonly limit?: number
}

/** An ordered map of byte strings with atomic, durable batches. */
export interface KeyValue {
  get(key: Uint8Array): Promise<Uint8Array | undefined>
  /** Values in the order of the keys asked for; absent ones are undefined. */
  getMany(keys: readonly Uint8Array[]): Promise<(Uint8Array | undefined)[]>
  /** Applies all changes or none. Resolves after they are on stable storage when `sync` is true. */
  batch(changes: readonly KeyValueChange[], options: { readonly sync: boolean }): Promise<void>
  entries(range: KeyRange): AsyncIterable<readonly [key: Uint8Array, value: Uint8Array]>
}

/**
 * Signs with a key that stays where it is (token, agent or development file). Signatures are in the encoding that
 * `VerifyRequest` asks for.
 */
export interface Signer {
  readonly publicKey: PublicKey
  readonly scheme: SignatureScheme
  /** Where the key lives; `file` keys are for development and are refused by the production profile. */
  readonly custody: "file" | "pkcs11" | "fido2" | "kms"
  /** Signs the message. A failure is KEY_UNAVAILABLE or KEY_ALGORITHM_UNSUPPORTED. */
  sign(message: Uint8Array): Promise<Result<Uint8Array>>
}

/** A read-only view of one transparency log's tiles and entries, as a mirror or a directory offers it. */
export interface LogReader {
  /** The newest verified tree: size and root, or undefined when nothing is held. */
  head(): Promise<{ readonly size: bigint; readonly root: Uint8Array } | undefined>
  /** Hash tile `row` of `level`: `width` hashes of 32 bytes, or undefined when not held. */
  tile(level: number, row: bigint, width: number): Promise<Uint8Array | undefined>
  /** Entry bundle `row` with `width` entries (tlog-tiles encoding), or undefined when not held. */
  entries(row: bigint, width: number): Promise<Uint8Array | undefined>
}
