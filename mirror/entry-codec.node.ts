/** Entry bundles compressed by Node's zlib. Inflating is bounded: a medium may bring a bomb. */
import { gunzipSync, zstdCompressSync, zstdDecompressSync } from "node:zlib"
import type { EntryCodec } from "./entry-codec.ts"

/** Node gives Buffers; everything else here is plain arrays. */
function plain(inflate: () => Uint8Array): Uint8Array | undefined {
  try {
    const bytes = inflate()
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
  } catch {
    // zlib throws for malformed input and for more output than allowed alike; the caller has one answer to both.
    return undefined
  }
}

/** zstd at its default level. */
export const zstdCodec: EntryCodec = {
  compress: bytes => plain(() => zstdCompressSync(bytes)),
  decompress: (bytes, maxBytes) => plain(() => zstdDecompressSync(bytes, { maxOutputLength: maxBytes })),
  gunzip: (bytes, maxBytes) => plain(() => gunzipSync(bytes, { maxOutputLength: maxBytes })),
}
