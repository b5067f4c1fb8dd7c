/** Reads a stream of chunks in pieces of the lengths that a format asks for. Keeps no more than one piece and one chunk. */
import type { UploadBytes } from "../../src/formats/add-entries.ts"

/** A stream read piece by piece. */
export class ByteReader implements UploadBytes, AsyncDisposable {
  readonly #chunks: AsyncIterator<Uint8Array>
  #chunk: Uint8Array = new Uint8Array()
  #hasEnded = false

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#chunks = source[Symbol.asyncIterator]()
  }

  async #more(): Promise<boolean> {
    while (!this.#hasEnded && this.#chunk.length === 0) {
      const next = await this.#chunks.next()
      if (next.done === true) this.#hasEnded = true
      else this.#chunk = next.value
    }
    return this.#chunk.length > 0
  }

  /** Exactly this many bytes, in memory of their own; undefined when the stream ends before. */
  async take(length: number): Promise<Uint8Array | undefined> {
    const out = new Uint8Array(length)
    for (let at = 0; at < length;) {
      if (!(await this.#more())) return undefined
      const part = this.#chunk.subarray(0, length - at)
      out.set(part, at)
      at += part.length
      this.#chunk = this.#chunk.subarray(part.length)
    }
    return out
  }

  /** Ends the stream, whether it has been read to its end or not. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#hasEnded) await this.#chunks.return?.()
    this.#hasEnded = true
  }
}
