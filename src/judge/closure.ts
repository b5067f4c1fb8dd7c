/**
 * The closure of a Case: the Case and every blob it names, transitively. The judge believes no digest that it has not
 * computed: a `BlobSet` hashes what it is given, keeps a private copy and hands out nothing else, so bytes inside one
 * are bytes whose digest was checked here.
 */
import { copyBytes, toHex } from "../kernel/bytes.ts"
import { StellaError } from "../kernel/errors.ts"
import type { Crypto } from "../kernel/ports.ts"
import { err, ok, type Result } from "../kernel/result.ts"
import type { Ref } from "../formats/case.ts"

/** Blobs by their own SHA-256, hashed on the way in. A set may stand on a parent that several Cases share. */
export class BlobSet {
  readonly #crypto: Crypto
  readonly #parent: BlobSet | undefined
  readonly #blobs = new Map<string, Uint8Array>()

  constructor(crypto: Crypto, parent?: BlobSet) {
    this.#crypto = crypto
    this.#parent = parent
  }

  /** Copies and hashes the bytes; gives their reference. */
  add(bytes: Uint8Array): Ref {
    const copy = copyBytes(bytes)
    const sha256 = toHex(this.#crypto.hash("sha256", copy))
    this.#blobs.set(sha256, copy)
    return { bytes: copy.length, sha256 }
  }

  /** The bytes with this digest. Callers inside the judge only read them. */
  get(sha256: string): Uint8Array | undefined {
    return this.#blobs.get(sha256) ?? this.#parent?.get(sha256)
  }

  /** Every blob of this set and its parents, for saving; copies are made by the writer. */
  *entries(): Iterable<readonly [sha256: string, bytes: Uint8Array]> {
    if (this.#parent !== undefined) yield* this.#parent.entries()
    yield* this.#blobs
  }
}

/** A Case and its blobs: either already hashed by a `BlobSet`, or as loose bytes that the judge will hash. */
export interface CaseClosure {
  readonly case: Uint8Array
  readonly blobs: BlobSet | Iterable<Uint8Array>
}

/** The blobs of a closure as a `BlobSet`, hashing loose bytes now. */
export function hashedBlobs(closure: CaseClosure, crypto: Crypto): BlobSet {
  if (closure.blobs instanceof BlobSet) return closure.blobs
  const set = new BlobSet(crypto)
  for (const bytes of closure.blobs) set.add(bytes)
  return set
}

/** Looks a reference up: the digest must be there and the stated length right, else CLOSURE_BROKEN. */
export function resolve(blobs: BlobSet, ref: Ref, what: string): Result<Uint8Array> {
  const bytes = blobs.get(ref.sha256)
  if (bytes === undefined) {
    return err(new StellaError("CLOSURE_BROKEN", `the ${what} named by the Case is missing`, { sha256: ref.sha256 }))
  }
  if (bytes.length !== ref.bytes) {
    return err(new StellaError("CLOSURE_BROKEN", `the ${what} has another length than the Case says`, { ...ref }))
  }
  return ok(bytes)
}
