/** The client's side of `asked-files.ts`: answers questions about files with what a `Files` says. */
import { concatBytes } from "../../src/kernel/bytes.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { JsonValue } from "../../src/kernel/json.ts"
import type { Result } from "../../src/kernel/result.ts"
import type { Files, Line } from "../operations/files.ts"

/** An answer: the members of its head, and bytes. */
export interface FileAnswer {
  readonly head: object
  readonly bytes?: Uint8Array
}

const BATCH_BYTES = 1024 * 1024
const BATCH_ITEMS = 1000

const failed = ({ code, message, detail }: StellaError): object => ({ failed: { code, message, detail } })

function isLine(value: Line | string): value is Line {
  return typeof value !== "string"
}

/** Answers questions; one for each conversation. */
export class AnsweringFiles {
  readonly #files: Files
  readonly #isNamed: (path: string) => boolean
  readonly #signal: AbortSignal
  readonly #open = new Map<number, AsyncIterator<Result<Line | string>>>()
  #next = 0

  /** @param isNamed - whether a path is one that the user has named, or lies below or beside one */
  constructor(files: Files, isNamed: (path: string) => boolean, signal: AbortSignal) {
    this.#files = files
    this.#isNamed = isNamed
    this.#signal = signal
  }

  #start(items: AsyncIterable<Result<Line | string>>): FileAnswer {
    const id = this.#next++
    this.#open.set(id, items[Symbol.asyncIterator]())
    return { head: { value: id } }
  }

  async #pull(id: number): Promise<FileAnswer> {
    const iterator = this.#open.get(id)
    if (iterator === undefined) throw new StellaError("INTERNAL", "the service goes on with a reading that is over")
    const items: unknown[] = []
    const parts: Uint8Array[] = []
    let bytes = 0
    while (bytes < BATCH_BYTES && items.length < BATCH_ITEMS) {
      const next = await iterator.next()
      if (next.done === true) {
        this.#open.delete(id)
        return { head: { done: true, items }, bytes: concatBytes(...parts) }
      }
      const item = next.value
      if (!item.ok) items.push(failed(item.error))
      else if (isLine(item.value)) {
        items.push({ number: item.value.number, length: item.value.bytes.length })
        parts.push(item.value.bytes)
        bytes += item.value.bytes.length
      } else {
        items.push(item.value)
        bytes += item.value.length
      }
    }
    return { head: { done: false, items }, bytes: concatBytes(...parts) }
  }

  /** Answers one question. */
  async answer(call: string, args: readonly JsonValue[], bytes: Uint8Array): Promise<FileAnswer> {
    const [first, second] = args
    const path = typeof first === "string" ? first : ""
    const limit = Number(second)
    const files = this.#files
    // A service has no business with a file that nobody named, and is not believed to have any.
    if (typeof first === "string" && !this.#isNamed(path))
      throw new StellaError("SERVICE_UNTRUSTED", `the service asks for ${path}, which was not named`, { path })
    const told = (result: Result<unknown>, value: (of: unknown) => unknown = () => null): FileAnswer =>
      result.ok ? { head: { value: value(result.value) } } : { head: failed(result.error) }
    switch (call) {
      case "kind":
        return { head: { value: await files.kind(path) } }
      case "read": {
        const read = await files.read(path, limit)
        return read.ok ? { head: {}, bytes: read.value } : told(read)
      }
      case "digest":
        return told(await files.digest(path, this.#signal), digests => digests)
      case "lines":
        return this.#start(files.lines(path, limit, this.#signal))
      case "walk":
        return this.#start(files.walk(path, this.#signal))
      case "next":
        return this.#pull(Number(first))
      case "end": {
        const iterator = this.#open.get(Number(first))
        this.#open.delete(Number(first))
        await iterator?.return?.()
        return { head: {} }
      }
      case "readMedium": {
        const read = await files.readMedium(path, typeof second === "string" ? second : "", Number(args[2]))
        if (!read.ok) return told(read)
        return read.value === undefined ? { head: { value: false } } : { head: { value: true }, bytes: read.value }
      }
      case "makeFolder":
        return told(await files.makeFolder(path))
      case "create":
        return told(await files.create(path, bytes))
      default:
        throw new StellaError("INTERNAL", `the service asks for "${call}", which is not known here`)
    }
  }
}
