/**
 * Reading what comes over the wire (docs/formats/http-api.md): documents of the service, the problem in a refusal, the
 * events of a body as they arrive. What does not have the form that the service gives it is SERVICE_UNAVAILABLE.
 */
import type * as z from "zod"
import { ERRORS, StellaError, type ErrorCode } from "../../src/kernel/errors.ts"
import { isObject, readJson, type JsonValue } from "../../src/kernel/json.ts"
import { problem } from "./service.ts"

const MAX_BYTES = 512 * 1024 * 1024
const MAX_DEPTH = 128
const LINE_FEED = 0x0a

/** What is used of a response. */
export interface AnswerResponse {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly body: AsyncIterable<Uint8Array> | null
  arrayBuffer(): Promise<ArrayBuffer>
}

const unusable = (message: string, cause?: unknown): StellaError =>
  new StellaError("SERVICE_UNAVAILABLE", message, {}, cause)

function parse(bytes: Uint8Array): JsonValue {
  const read = readJson(bytes, { maxBytes: MAX_BYTES, maxDepth: MAX_DEPTH })
  if (read.ok) return read.value
  throw unusable(`the service answered with no acceptable JSON: ${read.error}`)
}

/** The document of a response. @throws StellaError SERVICE_UNAVAILABLE */
export async function documentIn<T extends z.ZodType>(response: AnswerResponse, schema: T): Promise<z.output<T>> {
  const read = schema.safeParse(parse(new Uint8Array(await response.arrayBuffer())))
  if (read.success) return read.data
  throw unusable("the service answered with another document than it was asked for", read.error)
}

/** What a response that is no answer says. Something in between may have refused, in words of its own. */
export async function refusalIn(response: AnswerResponse): Promise<StellaError> {
  const bytes = new Uint8Array(await response.arrayBuffer())
  const json = readJson(bytes, { maxBytes: MAX_BYTES, maxDepth: MAX_DEPTH })
  const read = json.ok ? problem.safeParse(json.value) : undefined
  if (read?.success !== true) return unusable(`the service answered with status ${String(response.status)}`)
  return new StellaError(read.data.code, read.data.title, read.data.detail)
}

/** The lines of a body, each as soon as it is whole. A line that comes in many pieces is put together once. */
async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let pieces: Uint8Array[] = []
  for await (const chunk of body) {
    let from = 0
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      const line = joined([...pieces, chunk.subarray(from, end)])
      pieces = []
      if (line.length > 0) yield line
      from = end + 1
    }
    if (from < chunk.length) pieces.push(chunk.subarray(from))
  }
  if (pieces.length > 0) throw unusable("the answer was cut short")
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces
  if (pieces.length === 1 && only !== undefined) return only
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}

/** An event as it came: its type is known, its other members are the operation's. */
export type AnsweredEvent = { readonly type: string } & Readonly<Record<string, JsonValue>>

/**
 * The events of a body, up to the one that ends the answer: a result where the operation answers with one document, else
 * a summary. @throws StellaError what the service failed with, or SERVICE_UNAVAILABLE for a body that was cut
 */
export async function* eventsIn(
  { body }: AnswerResponse,
  answers: "document" | "events",
): AsyncGenerator<AnsweredEvent, void, undefined> {
  if (body === null) throw unusable("the service gave no answer")
  let last: string | undefined
  for await (const line of linesOf(body)) {
    const event = parse(line)
    if (!isObject(event) || typeof event["type"] !== "string") throw unusable("the service answered with no event")
    last = event["type"]
    if (last === "error") throw failureIn(event)
    yield event as AnsweredEvent
  }
  if (last !== (answers === "document" ? "result" : "summary")) throw unusable("the answer was cut short")
}

function failureIn({ code, message, detail }: Readonly<Record<string, JsonValue>>): StellaError {
  if (typeof code !== "string" || !Object.hasOwn(ERRORS, code) || typeof message !== "string")
    return unusable("the service answered with a failure that is not known here")
  const told: Record<string, string | number | boolean | null> = {}
  for (const [name, value] of Object.entries(isObject(detail) ? detail : {}))
    if (typeof value !== "object" || value === null) told[name] = value
  return new StellaError(code as ErrorCode, message, told)
}
