/**
 * A conversation: one request and one response that run at the same time. The client sends the input and then answers
 * questions about its files; the service sends events and those questions. It is how `stella` asks a service on its own
 * machine, and it is open on the socket only.
 *
 * ```
 * client                                   service
 * {"input":{…}}                      ->
 *                                    <-    {"ask":0,"args":["app.bin"],"call":"kind"}
 * {"answer":0,"value":"file"}        ->
 *                                    <-    {"event":{"type":"result",…}}
 * {"stop":true}                      ->    (only when the user interrupts)
 * ```
 */
import { PassThrough } from "node:stream"
import { once } from "node:events"
import type { FastifyReply, FastifyRequest } from "fastify"
import { StellaError } from "../../src/kernel/errors.ts"
import { isObject } from "../../src/kernel/json.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { TYPES, type OperationRoute } from "../../ui/contract/routes.ts"
import { errorEvent } from "../operations/run-operation.ts"
import { askedFiles, type Ask } from "./asked-files.ts"
import { printFrame, readFrames, type Frame } from "./frames.ts"
import { checkedInput } from "./input.ts"
import type { ServiceLimits } from "./limits.ts"
import { beginRun, recognisedIn, eventsFor, type Backend } from "./operation-routes.node.ts"
import type { Asked } from "./owned-site.ts"
import { asStellaError } from "./problems.ts"

/** Longest head that a client sends, in bytes: an input with many paths, or a batch of them. */
const HEAD_BYTES = 16 * 1024 * 1024

interface Waiting {
  readonly maxBytes: number
  readonly answered: PromiseWithResolvers<Frame>
  /** Hashing takes as long as a file is large: it has a bound of its own and costs nothing of the time for all answers. */
  readonly hashing: boolean
}

type AnswerBounds = Pick<ServiceLimits, "answerMs" | "digestMs" | "answersMs" | "bodyBytesPerSecond">

/** Questions that wait for their answers, and how long they may. */
class Questions {
  readonly #waiting = new Map<number, Waiting>()
  readonly #send: (frame: Uint8Array) => void
  readonly #bounds: AnswerBounds
  readonly #late: (reason: StellaError) => void
  #next = 0
  #gone: StellaError | undefined
  /** Time for which answers may still be waited for, in milliseconds, and since when one is waited for. */
  #leftMs: number
  #since = 0

  constructor(send: (frame: Uint8Array) => void, bounds: AnswerBounds, late: (reason: StellaError) => void) {
    this.#send = send
    this.#bounds = bounds
    this.#late = late
    this.#leftMs = bounds.answersMs
  }

  /** The longest bytes that any answer may bring now. */
  get mostBytes(): number {
    return Math.max(0, ...[...this.#waiting.values()].map(({ maxBytes }) => maxBytes))
  }

  async ask({ call, args, bytes, maxBytes = 0 }: Ask, signal?: AbortSignal): Promise<Frame> {
    signal?.throwIfAborted()
    if (this.#gone !== undefined) throw this.#gone
    const n = this.#next++
    const answered = Promise.withResolvers<Frame>()
    if (this.#waiting.size === 0) this.#since = performance.now()
    const { digestMs, answerMs } = this.#bounds
    const hashing = call === "digest"
    const timer = setTimeout(
      () => {
        this.#late(new StellaError("BODY_TOO_SLOW", "the client did not answer a question in time"))
      },
      hashing ? digestMs : Math.min(answerMs, this.#leftMs),
    )
    this.#waiting.set(n, { maxBytes, answered, hashing })
    this.#send(printFrame({ ask: n, call, args }, bytes))
    try {
      return await answered.promise
    } finally {
      clearTimeout(timer)
    }
  }

  /** Takes an answer in. @throws StellaError USAGE when nothing was asked, or too much is answered */
  answer(frame: Frame): void {
    const n = frame.head["answer"]
    const waiting = typeof n === "number" ? this.#waiting.get(n) : undefined
    if (typeof n !== "number" || waiting === undefined) throw new StellaError("USAGE", "an answer without its question")
    this.#waiting.delete(n)
    if (frame.bytes.length > waiting.maxBytes) throw new StellaError("USAGE", "an answer is longer than was asked for")
    const earned = (frame.bytes.length / this.#bounds.bodyBytesPerSecond) * 1000
    const now = performance.now()
    const spent = waiting.hashing ? 0 : now - this.#since
    this.#leftMs = Math.min(this.#bounds.answersMs, this.#leftMs - spent + earned)
    this.#since = now
    waiting.answered.resolve(frame)
  }

  /** No answer will come any more. */
  end(reason: StellaError): void {
    this.#gone ??= reason
    for (const { answered } of this.#waiting.values()) answered.reject(reason)
    this.#waiting.clear()
  }
}

async function firstFrame(
  frames: AsyncGenerator<Frame, void, undefined>,
  { bodyMs }: Pick<ServiceLimits, "bodyMs">,
): Promise<Frame> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    late.reject(new StellaError("BODY_TOO_SLOW", "the input did not arrive in time"))
  }, bodyMs)
  try {
    const first = await Promise.race([frames.next(), late.promise])
    if (first.done === true) throw new StellaError("USAGE", "the conversation has no input")
    return first.value
  } finally {
    clearTimeout(timer)
  }
}

/** Holds a conversation. */
export async function converse(
  { operation }: OperationRoute,
  request: FastifyRequest,
  reply: FastifyReply,
  backend: Backend,
): Promise<FastifyReply> {
  const out = new PassThrough()
  const stop = (reason: StellaError): void => {
    run.stop(reason)
    questions.end(reason)
  }
  const questions = new Questions(frame => void out.write(frame), backend.limits, stop)
  const frames = readFrames(request.raw, { headBytes: HEAD_BYTES, bytes: () => questions.mostBytes })
  const who = recognisedIn(request)
  const run = unwrap(beginRun(backend, who))
  let input: Asked["input"]
  try {
    const { input: given } = (await firstFrame(frames, backend.limits)).head
    if (!isObject(given)) throw new StellaError("USAGE", "the input is not a JSON object")
    input = unwrap(await checkedInput(operation, given))
  } catch (error) {
    run[Symbol.dispose]()
    throw error
  }
  const files = askedFiles((ask, signal) => questions.ask(ask, signal))

  run.signal.addEventListener("abort", () => {
    questions.end(run.signal.reason as StellaError)
  })
  const listening = (async () => {
    for await (const frame of frames) {
      if (frame.head["stop"] === true) stop(new StellaError("INTERRUPTED", "interrupted"))
      else if (!run.signal.aborted) questions.answer(frame)
    }
    stop(new StellaError("INTERRUPTED", "the client went away"))
  })()
  listening.catch((error: unknown) => {
    stop(error instanceof StellaError ? error : new StellaError("INTERRUPTED", "the client went away", {}, error))
  })
  const gone = (): void => {
    stop(new StellaError("INTERRUPTED", "the client went away"))
    out.destroy()
  }
  if (reply.raw.destroyed) gone()
  else reply.raw.on("close", gone)

  void reply.code(200).type(TYPES.conversation).send(out)
  try {
    const asked = { operation: operation.name, input, actor: who.actor, files, confirm: () => backend.confirm(who) }
    for await (const event of eventsFor(run, asked, backend)) {
      if (!out.write(printFrame({ event })) && !out.destroyed)
        await Promise.race([once(out, "drain"), once(out, "close")])
    }
  } catch (error) {
    // Giving up the wait for a turn is no defect.
    if (error !== run.signal.reason) request.log.error({ err: error }, "a defect")
    out.write(printFrame({ event: errorEvent(asStellaError(error)) }))
  } finally {
    run[Symbol.dispose]()
  }
  out.end()
  return reply
}
