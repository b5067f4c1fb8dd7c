/**
 * A client of the service for programs in TypeScript, in Node and in browsers: inputs and answers have the types of the
 * operations. The world comes in as a `fetch`, so that a window, a proxy or a test can be in between.
 *
 * ```ts
 * const stella = createClient({ fetch, base: "http://127.0.0.1:8443", token: () => session.token })
 * for await (const event of stella.ask("attest.verify", { artifacts: ["sha256:…"] })) …
 * ```
 */
import { ERRORS, StellaError } from "../../src/kernel/errors.ts"
import { isObject, readJson, type JsonValue } from "../../src/kernel/json.ts"
import type { Fetch, Import as ImportEvidence, Inspect, List, Replay, Verify } from "./operations/attest.ts"
import type { List as AuditList, Verify as AuditVerify } from "./operations/audit.ts"
import type { VerifyBundle } from "./operations/conformance.ts"
import type { Report as GapReport } from "./operations/gap.ts"
import type { Fsck, Ingest, Prove, ShowHead } from "./operations/mirror.ts"
import type { Add, Disable, List as ListOperators } from "./operations/operator.ts"
import type { Status } from "./operations/site.ts"
import type { Import as ImportTrust, Show, Status as TrustStatus } from "./operations/trust.ts"
import type { ErrorEvent, ProgressEvent } from "./operation.ts"
import { JOBS_PATH, pathOf, TYPES } from "./routes.ts"
import { job, problem, type Job } from "./service.ts"

/** Input and output of each operation that the service answers. A test holds the names against the table of routes. */
export interface OperationTypes {
  status: Status
  "attest.verify": Verify
  "attest.inspect": Inspect
  "attest.list": List
  "attest.fetch": Fetch
  "attest.replay": Replay
  "attest.import": ImportEvidence
  "trust.show": Show
  "trust.import": ImportTrust
  "trust.status": TrustStatus
  "mirror.ingest": Ingest
  "mirror.head": ShowHead
  "mirror.prove": Prove
  "mirror.fsck": Fsck
  "gap.report": GapReport
  "audit.list": AuditList
  "audit.verify": AuditVerify
  "operator.add": Add
  "operator.list": ListOperators
  "operator.disable": Disable
  "conformance.verify-bundle": VerifyBundle
}

/** The name of an operation that the service answers. */
export type Askable = keyof OperationTypes

/** Names of them all. */
export const ASKABLE = [
  "status",
  "attest.verify",
  "attest.inspect",
  "attest.list",
  "attest.fetch",
  "attest.replay",
  "attest.import",
  "trust.show",
  "trust.import",
  "trust.status",
  "mirror.ingest",
  "mirror.head",
  "mirror.prove",
  "mirror.fsck",
  "gap.report",
  "audit.list",
  "audit.verify",
  "operator.add",
  "operator.list",
  "operator.disable",
  "conformance.verify-bundle",
] as const satisfies readonly Askable[]

/** What an operation answers with; failures are thrown. */
export type AnswerOf<N extends Askable> = Exclude<OperationTypes[N]["output"], ErrorEvent>

/** What the client uses of a response. */
export interface ClientResponse {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly body: AsyncIterable<Uint8Array> | null
  arrayBuffer(): Promise<ArrayBuffer>
}

/** What the client uses of `fetch`. `body` is a text, or the form that was given with the request. */
export type ClientFetch<F> = (
  url: string,
  init: { method: string; headers: Record<string, string>; body?: string | F; signal?: AbortSignal },
) => Promise<ClientResponse>

/** How the client reaches the service. `F` is the kind of form that its `fetch` takes. */
export interface ClientOptions<F> {
  readonly fetch: ClientFetch<F>
  /** Scheme, host and port, without a slash at the end. */
  readonly base: string
  readonly token?: () => string | undefined
}

/** What can go with a request. */
export interface AskOptions<F> {
  readonly signal?: AbortSignal
  /** A form with the part `input` and the files that the input names, in place of the input alone. */
  readonly form?: F
  readonly idempotencyKey?: string
}

/** The client. Refusals are thrown as StellaError with the service's own code; a service that cannot be reached is SERVICE_UNAVAILABLE. */
export interface Client<F> {
  /** Asks, and gives the events as they come; of an operation that answers with one document, that document. */
  ask<N extends Askable>(
    name: N,
    input: OperationTypes[N]["input"],
    options?: AskOptions<F>,
  ): AsyncGenerator<AnswerOf<N> | ProgressEvent, void, undefined>
  /** Has it done by a job. */
  start<N extends Askable>(name: N, input: OperationTypes[N]["input"], options?: AskOptions<F>): Promise<Job>
  job(id: string): Promise<Job>
  /** Cancels a running job, or removes an ended one. */
  cancel(id: string): Promise<void>
}

const MAX_BYTES = 512 * 1024 * 1024
const MAX_DEPTH = 128
const LINE_FEED = 0x0a

function parse(bytes: Uint8Array): JsonValue {
  const read = readJson(bytes, { maxBytes: MAX_BYTES, maxDepth: MAX_DEPTH })
  if (read.ok) return read.value
  throw new StellaError("SERVICE_UNAVAILABLE", `the service answered with no acceptable JSON: ${read.error}`)
}

function refusalIn(value: JsonValue, status: number): StellaError {
  const read = problem.safeParse(value)
  if (!read.success) return new StellaError("SERVICE_UNAVAILABLE", `the service answered with status ${String(status)}`)
  return new StellaError(read.data.code, read.data.title, read.data.detail)
}

/** The lines of a body, each as soon as it is whole. */
async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let rest = new Uint8Array()
  for await (const chunk of body) {
    const all = new Uint8Array(rest.length + chunk.length)
    all.set(rest)
    all.set(chunk, rest.length)
    let from = 0
    for (let end = all.indexOf(LINE_FEED); end >= 0; end = all.indexOf(LINE_FEED, from)) {
      if (end > from) yield all.subarray(from, end)
      from = end + 1
    }
    rest = all.slice(from)
  }
  if (rest.length > 0) throw new StellaError("SERVICE_UNAVAILABLE", "the answer was cut short")
}

/** Makes a client. */
export function createClient<F = never>({ fetch, base, token }: ClientOptions<F>): Client<F> {
  async function send(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string | F,
    signal?: AbortSignal,
  ): Promise<ClientResponse> {
    const held = token?.()
    const all = held === undefined ? headers : { ...headers, authorization: `Bearer ${held}` }
    const init = { method, headers: all, ...(body !== undefined && { body }), ...(signal !== undefined && { signal }) }
    const response = await fetch(base + path, init)
    if (response.status < 400) return response
    throw refusalIn(parse(new Uint8Array(await response.arrayBuffer())), response.status)
  }

  function post(
    name: Askable,
    input: unknown,
    options: AskOptions<F>,
    more: Record<string, string>,
  ): Promise<ClientResponse> {
    const { signal, form, idempotencyKey } = options
    const headers = {
      ...more,
      ...(form === undefined ? { "content-type": TYPES.json } : {}),
      ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
    }
    return send("POST", pathOf(name), headers, form ?? JSON.stringify(input), signal)
  }

  const jobIn = async (response: ClientResponse): Promise<Job> => {
    const read = job.safeParse(parse(new Uint8Array(await response.arrayBuffer())))
    if (read.success) return read.data
    throw new StellaError("SERVICE_UNAVAILABLE", "the service answered with no job")
  }

  return {
    async *ask(name, input, options = {}) {
      const { body } = await post(name, input, options, { accept: `${TYPES.lines}, ${TYPES.json}` })
      if (body === null) throw new StellaError("SERVICE_UNAVAILABLE", "the service gave no answer")
      for await (const line of linesOf(body)) {
        const event = parse(line)
        if (!isObject(event)) throw new StellaError("SERVICE_UNAVAILABLE", "the service answered with no event")
        const { type, code, message, detail } = event
        if (type !== "error") yield event as unknown as AnswerOf<typeof name> | ProgressEvent
        else throw errorOf(code, message, detail)
      }
    },
    start: async (name, input, options = {}) =>
      jobIn(await post(name, input, options, { prefer: "respond-async", accept: TYPES.json })),
    job: async id => jobIn(await send("GET", `${JOBS_PATH}/${encodeURIComponent(id)}`, {})),
    cancel: async id => {
      await send("DELETE", `${JOBS_PATH}/${encodeURIComponent(id)}`, {})
    },
  }
}

function errorOf(
  code: JsonValue | undefined,
  message: JsonValue | undefined,
  detail: JsonValue | undefined,
): StellaError {
  const known = (Object.keys(ERRORS) as (keyof typeof ERRORS)[]).find(name => name === code)
  if (known === undefined || typeof message !== "string")
    return new StellaError("SERVICE_UNAVAILABLE", "the service answered with a failure that is not known here")
  const told: Record<string, string | number | boolean | null> = {}
  for (const [name, value] of Object.entries(isObject(detail) ? detail : {}))
    if (typeof value !== "object" || value === null) told[name] = value
  return new StellaError(known, message, told)
}
