/**
 * Blobs: immutable bytes stored under their SHA-256. They are content rows: the digest checks the bytes, and which blobs
 * there must be is said by the committed rows that name them.
 */
import { equalBytes, fromHex, toHex } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { Blobs, Crypto, KeyValue, KeyValueChange } from "../../src/kernel/ports.ts"
import { damagedRow } from "./committed-rows.ts"

export const BLOB_SUBLEVEL = "blobs"

/** A batch is written when it has grown to this many bytes; it bounds the memory of an import. */
const BATCH_BYTES = 4 * 1024 * 1024

/** Blobs in a KeyValue. */
export interface BlobStore extends Blobs {
  /** The bytes, which a committed row names: their absence is STORE_CORRUPT (rejects). */
  require(sha256: string): Promise<Uint8Array>
  /** A writer of many blobs in batches; what was put is durable after `flush`. */
  writer(): BlobWriter
}

export interface BlobWriter {
  /** Takes the bytes and gives their SHA-256 in hex. */
  put(bytes: Uint8Array): Promise<string>
  flush(): Promise<void>
}

/** Blobs over content rows. */
export function blobStore(rows: KeyValue, crypto: Pick<Crypto, "hash">): BlobStore {
  async function get(sha256: string): Promise<Uint8Array | undefined> {
    const key = fromHex(sha256)
    if (key?.length !== 32) throw new StellaError("INTERNAL", "a blob is named by 64 hexadecimal digits")
    const bytes = await rows.get(key)
    if (bytes === undefined) return undefined
    if (!equalBytes(crypto.hash("sha256", bytes), key)) throw damagedRow(BLOB_SUBLEVEL, key, "is altered")
    return bytes
  }

  return {
    get,
    async require(sha256) {
      const bytes = await get(sha256)
      if (bytes !== undefined) return bytes
      throw new StellaError("STORE_CORRUPT", 'a row of "blobs" is missing', { sublevel: BLOB_SUBLEVEL, key: sha256 })
    },
    writer() {
      let held: KeyValueChange[] = []
      let heldBytes = 0
      async function flush(): Promise<void> {
        const batch = held
        held = []
        heldBytes = 0
        if (batch.length > 0) await rows.batch(batch, { sync: true })
      }
      return {
        flush,
        async put(bytes) {
          const key = crypto.hash("sha256", bytes)
          held.push({ type: "put", key, value: bytes })
          heldBytes += bytes.length
          if (heldBytes >= BATCH_BYTES) await flush()
          return toHex(key)
        },
      }
    },
  }
}
