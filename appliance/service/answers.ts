/**
 * Answers over HTTP: the events of an operation as one document, as JSON lines, or as server-sent events. What is sent
 * is what `--json` prints, byte for byte; progress is sent too, where the answer is a stream.
 */
import { toHex, utf8 } from "../../src/kernel/bytes.ts"
import type { StellaError } from "../../src/kernel/errors.ts"
import type { Crypto } from "../../src/kernel/ports.ts"
import type { Operation, OperationEvent } from "../../ui/contract/operation.ts"
import { TYPES } from "../../ui/contract/routes.ts"
import { errorEvent, printEvent } from "../operations/run-operation.ts"
import { asStellaError, problemResponse } from "./problems.ts"

/** A response whose body is a text, or a stream of texts. */
export interface Answer {
  readonly status: number
  readonly type: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | AsyncGenerator<string, void, undefined>
}

/** An event with its number; progress has none. */
export interface NumberedEvent {
  readonly n: number | undefined
  readonly event: OperationEvent
}

/** What a client asks for by its headers. */
export interface AnswerWishes {
  readonly accept: string | undefined
  readonly ifNoneMatch: string | undefined
}

/** True when server-sent events are the first of the media types that the client accepts. */
export function wantsServerSent(accept: string | undefined): boolean {
  return accept?.split(",")[0]?.split(";")[0]?.trim().toLowerCase() === TYPES.events
}

/** One server-sent event: its data is one line, as canonical JSON always is. */
function serverSent({ n, event }: NumberedEvent): string {
  const id = n === undefined ? "" : `id: ${String(n)}\n`
  return `${id}event: ${event.type}\ndata: ${printEvent(event)}\n`
}

/** A failure as a response. */
export function problemAnswer(error: StellaError | Parameters<typeof problemResponse>[0]): Answer {
  const { status, text } = problemResponse(error)
  return { status, type: TYPES.problem, headers: {}, body: text }
}

/** A document with its entity tag; the client's copy is told to be still good when it is. */
export function documentAnswer(text: string, wishes: AnswerWishes, crypto: Pick<Crypto, "hash">): Answer {
  const tag = `"${toHex(crypto.hash("sha256", utf8(text))).slice(0, 32)}"`
  const held = wishes.ifNoneMatch?.split(",").map(part => part.trim().replace(/^W\//, "")) ?? []
  const headers = { etag: tag, "cache-control": "private, no-cache" }
  if (held.includes(tag) || held.includes("*")) return { status: 304, type: TYPES.json, headers, body: "" }
  return { status: 200, type: TYPES.json, headers, body: text }
}

/** Numbers the events that are part of the answer, from 1. */
export async function* numbered(events: AsyncIterable<OperationEvent>): AsyncGenerator<NumberedEvent, void, undefined> {
  let n = 0
  for await (const event of events) yield { n: event.type === "progress" ? undefined : ++n, event }
}

/** The stream of texts; a defect on the way is its last event, told to `failed`. */
export async function* texts(
  first: IteratorResult<NumberedEvent, void>,
  rest: AsyncGenerator<NumberedEvent, void, undefined>,
  wishes: AnswerWishes,
  failed: (error: unknown) => void,
): AsyncGenerator<string, void, undefined> {
  const print = wantsServerSent(wishes.accept) ? serverSent : ({ event }: NumberedEvent) => printEvent(event)
  try {
    if (first.done !== true) yield print(first.value)
    for await (const one of rest) yield print(one)
  } catch (error) {
    failed(error)
    yield print({ n: undefined, event: errorEvent(asStellaError(error)) })
  } finally {
    await rest.return()
  }
}

/** Answers with the events; a failure that is the first of them is a problem with its own status. */
export async function streamAnswer(
  events: AsyncGenerator<NumberedEvent, void, undefined>,
  wishes: AnswerWishes,
  failed: (error: unknown) => void,
): Promise<Answer> {
  const first = await events.next()
  if (first.done !== true && first.value.event.type === "error" && first.value.n === 1) {
    await events.return()
    return problemAnswer(first.value.event)
  }
  const type = wantsServerSent(wishes.accept) ? TYPES.events : TYPES.lines
  const headers = { "cache-control": "no-store", "x-accel-buffering": "no" }
  return { status: 200, type, headers, body: texts(first, events, wishes, failed) }
}

/** Answers in the way that the operation's row says. */
export async function answerFor(
  row: Operation,
  events: AsyncGenerator<OperationEvent, void, undefined>,
  wishes: AnswerWishes,
  { crypto, failed }: { readonly crypto: Pick<Crypto, "hash">; readonly failed: (error: unknown) => void },
): Promise<Answer> {
  if (row.answers === "events") return streamAnswer(numbered(events), wishes, failed)
  let end: OperationEvent | undefined
  for await (const event of events) end = event
  if (end === undefined || end.type === "error") return problemAnswer(end ?? asStellaError(undefined))
  return documentAnswer(printEvent(end), wishes, crypto)
}
