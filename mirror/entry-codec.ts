/**
 * How an entry bundle lies in its row: one codec byte (0 raw, 1 zstd), then the bundle. Compressing is a port, since the
 * reader of a medium, a test or a browser may have none; every codec reads raw bundles.
 */
import { concatBytes } from "../src/kernel/bytes.ts"

/** Compresses and decompresses bundles. */
export interface EntryCodec {
  /** The smaller form of the bytes, or undefined when there is none. */
  compress(bytes: Uint8Array): Uint8Array | undefined
  /** The bytes again: undefined when they are malformed or longer than `maxBytes`. */
  decompress(bytes: Uint8Array, maxBytes: number): Uint8Array | undefined
  /** As `decompress`, for gzip, which logs may serve without being asked (tlog-tiles, "Log entries"). */
  gunzip(bytes: Uint8Array, maxBytes: number): Uint8Array | undefined
}

/** The value of a bundle's row. */
export function packBundle(codec: EntryCodec, bundle: Uint8Array): Uint8Array {
  const small = codec.compress(bundle)
  if (small !== undefined && small.length < bundle.length) return concatBytes(Uint8Array.of(1), small)
  return concatBytes(Uint8Array.of(0), bundle)
}

/** The bundle of a row's value; `undefined` when the value is damaged. */
export function unpackBundle(codec: EntryCodec, value: Uint8Array, maxBytes: number): Uint8Array | undefined {
  if (value[0] === 0) return value.length - 1 > maxBytes ? undefined : value.subarray(1)
  return value[0] === 1 ? codec.decompress(value.subarray(1), maxBytes) : undefined
}
