/**
 * Events that wait for their reader. An operation that changes the site holds the writers' turn until it has committed;
 * with its events kept here it goes on at its own speed, and a client that reads slowly, or never, holds nobody up.
 *
 * The first events wait in memory; from the first that does not fit there, all lie in a file, one after the other, until the
 * reader has caught up. Of progress only the newest is kept: it is no part of the answer.
 */
import { open, rm, type FileHandle } from "node:fs/promises"
import { StellaError } from "../../src/kernel/errors.ts"
import { readJson } from "../../src/kernel/json.ts"
import type { OperationEvent, ProgressEvent } from "../../ui/contract/operation.ts"
import { errorEvent, printEvent } from "../operations/run-operation.ts"
import type { Room } from "./spool-space.node.ts"

/** Where events wait, and what bounds them. */
export interface SpoolOptions {
  /** The path of the file, which is made when it is needed and removed at the end. */
  readonly file: string
  readonly memoryBytes: number
  /** The room for the file. Where there is none, the operation is stopped. */
  readonly room: Room
  /** Stops the operation. */
  readonly stop: (reason: StellaError) => void
}

type Kept = Exclude<OperationEvent, ProgressEvent>

class Spool {
  readonly #options: SpoolOptions
  readonly #memory: { readonly event: Kept; readonly bytes: number }[] = []
  #memoryBytes = 0
  #file: FileHandle | undefined
  /** Lengths of the events in the file that were not read yet. */
  readonly #lengths: number[] = []
  #readAt = 0
  #writeAt = 0
  #progress: ProgressEvent | undefined
  /** The summary or error that ends the answer; it needs no room. */
  #last: Kept | undefined
  /** Why an event could not be kept. */
  #lost: StellaError | undefined
  #ended: { readonly error?: unknown } | undefined
  #news = Promise.withResolvers<undefined>()

  constructor(options: SpoolOptions) {
    this.#options = options
  }

  #tell(): void {
    this.#news.resolve(undefined)
    this.#news = Promise.withResolvers()
  }

  async put(event: OperationEvent): Promise<void> {
    if (event.type === "progress") this.#progress = event
    else if (event.type === "summary" || event.type === "error") this.#last = event
    else if (this.#lost === undefined) await this.#keep(event, Buffer.from(printEvent(event)))
    this.#tell()
  }

  async #keep(event: Kept, text: Buffer): Promise<void> {
    const { file, room, stop, memoryBytes } = this.#options
    // Behind what lies in the file nothing may wait in memory, or it would overtake it.
    if (this.#lengths.length === 0 && this.#memoryBytes + text.length <= memoryBytes) {
      this.#memory.push({ event, bytes: text.length })
      this.#memoryBytes += text.length
      return
    }
    const claimed = await room.claim(text.length)
    if (!claimed.ok) {
      this.#lost = claimed.error
      stop(claimed.error)
      return
    }
    this.#file ??= await open(file, "wx+", 0o600)
    await this.#file.write(text, 0, text.length, this.#writeAt)
    this.#writeAt += text.length
    this.#lengths.push(text.length)
  }

  /** Nothing more comes, in order or by a failure. */
  end(outcome: { readonly error?: unknown }): void {
    this.#ended = outcome
    this.#tell()
  }

  async #next(): Promise<Kept | undefined> {
    const held = this.#memory.shift()
    if (held !== undefined) {
      this.#memoryBytes -= held.bytes
      return held.event
    }
    const length = this.#lengths[0]
    if (length === undefined || this.#file === undefined) return undefined
    const text = Buffer.alloc(length)
    await this.#file.read(text, 0, length, this.#readAt)
    this.#readAt += length
    this.#lengths.shift()
    const event = readJson(text, { maxBytes: length, maxDepth: 128 })
    if (!event.ok) throw new StellaError("INPUT_UNREADABLE", "an event that was kept on the disk is altered")
    return event.value as unknown as Kept
  }

  async *events(): AsyncGenerator<OperationEvent, void, undefined> {
    for (;;) {
      // Taken before looking, so that what comes meanwhile is not missed.
      const news = this.#news.promise
      const ended = this.#ended
      let event = await this.#next()
      for (; event !== undefined; event = await this.#next()) yield event
      const progress = this.#progress
      this.#progress = undefined
      if (progress !== undefined) yield progress
      if (ended !== undefined) {
        if ("error" in ended) throw ended.error
        const { last } = this
        if (last !== undefined) yield last
        return
      }
      await news
    }
  }

  /** An answer of which a part is lost has failed, whatever its operation says. */
  get last(): Kept | undefined {
    return this.#lost === undefined || this.#last?.type === "error" ? this.#last : errorEvent(this.#lost)
  }

  async remove(): Promise<void> {
    await this.#file?.close()
    if (this.#file !== undefined) await rm(this.#options.file, { force: true })
    this.#options.room.release()
  }
}

/** The same events, of which the source never waits for the reader. A reader that stops early stops the operation. */
export async function* spooled(
  source: AsyncIterable<OperationEvent>,
  options: SpoolOptions,
): AsyncGenerator<OperationEvent, void, undefined> {
  const spool = new Spool(options)
  const filling = (async () => {
    for await (const event of source) await spool.put(event)
  })().then(
    () => {
      spool.end({})
    },
    (error: unknown) => {
      spool.end({ error })
    },
  )
  try {
    yield* spool.events()
  } finally {
    // After the end this stops nothing.
    options.stop(new StellaError("INTERRUPTED", "the client went away"))
    await filling
    await spool.remove()
  }
}
