/**
 * The shape of our own signature vectors (test/vectors/crypto/*.json). Each vector has one fault and says who refuses it;
 * the expectation is part of the construction and never comes from one of our verifiers.
 *
 * A file is one scheme: keys by name, and vectors that name a key, a message (or a digest), a signature, and what comes of
 * it. All bytes are hexadecimal.
 */
import type { SignatureScheme } from "../../../src/kernel/signature-scheme.ts"

/**
 * Who says no: the reader of the key, the strict encoding check, the check that key, scheme and data go together, or the
 * mathematics (`mismatch`).
 */
export type RefusedBy = "key" | "encoding" | "unsupported" | "mismatch"

/** What was signed, hexadecimal: the message, or only its digest. */
export type VectorData = { readonly message: string } | { readonly digest: string }

export type CryptoVector = VectorData & {
  /** Unique in the file; the name of the fault. */
  readonly id: string
  readonly desc: string
  /** A name in the file's `keys`. */
  readonly key: string
  /** Hexadecimal. */
  readonly signature: string
} & ({ readonly expected: "valid" } | { readonly expected: "invalid"; readonly refusedBy: RefusedBy })

export interface CryptoVectorFile {
  readonly v: 1
  readonly scheme: SignatureScheme
  /** SubjectPublicKeyInfo by name, hexadecimal; some are malformed on purpose. */
  readonly keys: Readonly<Record<string, string>>
  readonly vectors: readonly CryptoVector[]
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex")

/** Bytes that were signed. */
export type Data = { readonly message: Uint8Array } | { readonly digest: Uint8Array }

/** Collects the vectors of one scheme. */
export class VectorWriter {
  readonly #scheme: SignatureScheme
  readonly #keys: Record<string, string> = {}
  readonly #vectors: CryptoVector[] = []

  constructor(scheme: SignatureScheme) {
    this.#scheme = scheme
  }

  /** Names a key. */
  key(name: string, spki: Uint8Array): void {
    this.#keys[name] = hex(spki)
  }

  valid(id: string, desc: string, key: string, data: Data, signature: Uint8Array): void {
    this.#push({ ...this.#common(id, desc, key, data, signature), expected: "valid" })
  }

  invalid(id: string, desc: string, refusedBy: RefusedBy, key: string, data: Data, signature: Uint8Array): void {
    this.#push({ ...this.#common(id, desc, key, data, signature), expected: "invalid", refusedBy })
  }

  #common(id: string, desc: string, key: string, data: Data, signature: Uint8Array) {
    const bytes: VectorData = "message" in data ? { message: hex(data.message) } : { digest: hex(data.digest) }
    return { id, desc, key, ...bytes, signature: hex(signature) }
  }

  #push(vector: CryptoVector): void {
    if (this.#vectors.some(v => v.id === vector.id)) throw new Error(`two vectors are called ${vector.id}`)
    if (!(vector.key in this.#keys)) throw new Error(`${vector.id} names no key: ${vector.key}`)
    this.#vectors.push(vector)
  }

  /** The file's text. */
  print(): string {
    const file: CryptoVectorFile = { v: 1, scheme: this.#scheme, keys: this.#keys, vectors: this.#vectors }
    return JSON.stringify(file, null, 1) + "\n"
  }
}
