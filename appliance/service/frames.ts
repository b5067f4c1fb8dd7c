/**
 * Frames of a conversation: a JSON head and bytes, both with their length before them as four bytes, big-endian.
 *
 * ```
 * 00 00 00 0c {"answer":1} 00 00 00 03 abc
 * ```
 */
import { concatBytes, utf8 } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import { canonicalJson, isObject, readJson, type JsonObject } from "../../src/kernel/json.ts"

/** One frame. */
export interface Frame {
  readonly head: JsonObject
  readonly bytes: Uint8Array
}

/** Bounds of the frames that a side takes, in bytes. */
export interface FrameBounds {
  readonly headBytes: number
  /** Asked anew for every frame, because it depends on what was asked for. */
  readonly bytes: () => number
}

const LENGTH_BYTES = 4
const HEAD_DEPTH = 128

/** The bytes of a frame. */
export function printFrame(head: object, bytes: Uint8Array = new Uint8Array()): Uint8Array {
  const text = utf8(canonicalJson(head))
  const lengths = new DataView(new ArrayBuffer(2 * LENGTH_BYTES))
  lengths.setUint32(0, text.length)
  lengths.setUint32(LENGTH_BYTES, bytes.length)
  return concatBytes(
    new Uint8Array(lengths.buffer, 0, LENGTH_BYTES),
    text,
    new Uint8Array(lengths.buffer, LENGTH_BYTES, LENGTH_BYTES),
    bytes,
  )
}

function malformed(what: string): StellaError {
  return new StellaError("USAGE", `the conversation is malformed: ${what}`)
}

/** Takes bytes out of a stream by count. */
class Taker {
  readonly #source: AsyncIterator<Uint8Array>
  #held: Uint8Array[] = []
  #heldBytes = 0

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** The next bytes; undefined when the stream ends before the first of them. */
  async take(count: number): Promise<Uint8Array | undefined> {
    while (this.#heldBytes < count) {
      const next = await this.#source.next()
      if (next.done === true) {
        if (this.#heldBytes === 0) return undefined
        throw malformed("it ends inside a frame")
      }
      this.#held.push(next.value)
      this.#heldBytes += next.value.length
    }
    const all = this.#held.length === 1 ? (this.#held[0] ?? new Uint8Array()) : concatBytes(...this.#held)
    this.#held = all.length > count ? [all.subarray(count)] : []
    this.#heldBytes = all.length - count
    return all.subarray(0, count)
  }
}

/**
 * Reads frames.
 * @throws StellaError USAGE for what is no frame, or longer than its bound
 */
export async function* readFrames(
  source: AsyncIterable<Uint8Array>,
  bounds: FrameBounds,
): AsyncGenerator<Frame, void, undefined> {
  const taker = new Taker(source)
  const part = async (max: number): Promise<Uint8Array | undefined> => {
    const length = await taker.take(LENGTH_BYTES)
    if (length === undefined) return undefined
    const count = new DataView(length.buffer, length.byteOffset, LENGTH_BYTES).getUint32(0)
    if (count > max) throw malformed("a frame is too long")
    if (count === 0) return new Uint8Array()
    const bytes = await taker.take(count)
    if (bytes === undefined) throw malformed("it ends inside a frame")
    return bytes
  }
  for (;;) {
    const text = await part(bounds.headBytes)
    if (text === undefined) return
    const head = readJson(text, { maxBytes: bounds.headBytes, maxDepth: HEAD_DEPTH })
    if (!head.ok || !isObject(head.value)) throw malformed("a head is no JSON object")
    const bytes = await part(bounds.bytes())
    if (bytes === undefined) throw malformed("it ends inside a frame")
    yield { head: head.value, bytes: new Uint8Array(bytes) }
  }
}
