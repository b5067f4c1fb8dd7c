/** Asks the service of a site, when there is one, over its socket; the answer is the same as without a service. */
import { resolve } from "node:path"
import { request, type IncomingMessage, type ClientRequest } from "node:http"
import { ERRORS, StellaError, type ErrorCode } from "../../src/kernel/errors.ts"
import { isObject, readJson, type JsonObject } from "../../src/kernel/json.ts"
import type { OperationEvent } from "../../ui/contract/operation.ts"
import { pathOf, TYPES } from "../../ui/contract/routes.ts"
import { operationOf, type OperationName } from "../../ui/contract/operations.ts"
import type { Files } from "../operations/files.ts"
import { errorEvent } from "../operations/run-operation.ts"
import { AnsweringFiles } from "./answering-files.ts"
import { printFrame, readFrames } from "./frames.ts"
import { namedBy, textsOf } from "./named-files.ts"

/** Longest event, in bytes: a document with evidence in it. */
const EVENT_BYTES = 512 * 1024 * 1024
/** Longest file that the service gives to be written, in bytes. */
const WRITTEN_BYTES = 256 * 1024 * 1024
/** How long an interrupted client waits for the service to say what came of it, in milliseconds. */
const STOP_MS = 10_000

/** What is asked. `input` has been checked against the operation's schema. */
export interface AskService {
  readonly operation: OperationName
  readonly input: Readonly<Record<string, unknown>>
  readonly files: Files
}

function unavailable(message: string, cause?: unknown): StellaError {
  return new StellaError("SERVICE_UNAVAILABLE", message, {}, cause)
}

async function problemIn(response: IncomingMessage): Promise<StellaError> {
  const parts: Buffer[] = []
  for await (const part of response as AsyncIterable<Buffer>) parts.push(part)
  const read = readJson(Buffer.concat(parts), { maxBytes: 1024 * 1024, maxDepth: 8 })
  const body: JsonObject = read.ok && isObject(read.value) ? read.value : {}
  const { code, title, detail } = body
  if (typeof code !== "string" || !Object.hasOwn(ERRORS, code) || typeof title !== "string")
    return unavailable(`the service answered with status ${String(response.statusCode)}`)
  return new StellaError(code as ErrorCode, title, isObject(detail) ? (detail as Record<string, string>) : {})
}

function responseTo(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.on("response", resolve)
    sent.on("error", error => {
      reject(unavailable(`the service went away: ${error.message}`, error))
    })
  })
}

/** Asks the service and yields what it answers; the last event is an error when it could not be asked. */
export async function* askService(
  socketPath: string,
  { operation, input, files }: AskService,
  signal: AbortSignal,
): AsyncGenerator<OperationEvent, void, undefined> {
  const sent = request({
    socketPath,
    method: "POST",
    path: pathOf(operation),
    agent: false,
    headers: { "content-type": TYPES.conversation, accept: TYPES.conversation },
  })
  // A file may be long; reading it for a service that is gone is of no use.
  const gone = new AbortController()
  const answering = new AnsweringFiles(
    files,
    namedBy(textsOf(Object.values(input)), path => resolve(path)),
    AbortSignal.any([signal, gone.signal]),
  )
  let timer: NodeJS.Timeout | undefined
  const stop = (): void => {
    sent.write(printFrame({ stop: true }))
    timer = setTimeout(() => sent.destroy(new Error("it did not stop in time")), STOP_MS)
  }
  try {
    sent.write(printFrame({ input }))
    // Before anything comes back: the answer may wait for its turn.
    if (signal.aborted) stop()
    else signal.addEventListener("abort", stop, { once: true })
    const response = await responseTo(sent)
    response.on("close", () => {
      gone.abort(unavailable("the service ended before its answer did"))
    })
    if (response.statusCode !== 200) return yield errorEvent(await problemIn(response))
    const frames = readFrames(response as AsyncIterable<Buffer>, { headBytes: EVENT_BYTES, bytes: () => WRITTEN_BYTES })
    let ended = false
    for await (const { head, bytes } of frames) {
      const { event, ask, call, args } = head
      if (isObject(event)) {
        const { type } = event
        ended =
          type === "summary" ||
          type === "error" ||
          (type === "result" && operationOf(operation)?.answers === "document")
        yield event as unknown as OperationEvent
      } else if (typeof ask === "number" && typeof call === "string" && Array.isArray(args)) {
        const answer = await answering.answer(call, args, bytes)
        sent.write(printFrame({ answer: ask, ...answer.head }, answer.bytes))
      }
    }
    if (!ended) yield errorEvent(unavailable("the service ended before its answer did"))
  } catch (error) {
    if (signal.aborted) return yield errorEvent(signal.reason as StellaError)
    if (!(error instanceof StellaError) || error.code === "INTERNAL") throw error
    yield errorEvent(error)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener("abort", stop)
    sent.destroy()
  }
}
