/**
 * A client of the service for programs in TypeScript, in Node and in browsers: inputs and answers have the types of the
 * operations. The console is one of those programs. The world comes in as a `fetch`, so that a window, a proxy or a test
 * can be in between.
 *
 * ```ts
 * const stella = createClient({ fetch, base: "http://127.0.0.1:8443", token: () => session.token })
 * for await (const event of stella.ask("attest.verify", { artifacts: ["sha256:…"] })) …
 * ```
 */
import type { Fetch, Import as ImportEvidence, Inspect, List, Replay, Verify } from "./operations/attest.ts"
import type { List as AuditList, Verify as AuditVerify } from "./operations/audit.ts"
import type { VerifyBundle } from "./operations/conformance.ts"
import type { Report as GapReport } from "./operations/gap.ts"
import type { Find, Fsck, Ingest, Prove, ShowHead } from "./operations/mirror.ts"
import type { Add, Disable, List as ListOperators } from "./operations/operator.ts"
import type { Status } from "./operations/site.ts"
import type { Import as ImportTrust, Show, Status as TrustStatus } from "./operations/trust.ts"
import type { ErrorEvent, ProgressEvent } from "./operation.ts"
import { operationOf, type OperationName } from "./operations.ts"
import { JOBS_PATH, OPERATION_ROUTES, pathOf, SESSION_PATH, TYPES, type Unrouted } from "./routes.ts"
import { job, jobFiles, jobs, whoami, type Job, type JobFiles, type WhoAmI } from "./service.ts"
import { challenge, session, type Challenge, type Login, type Session } from "./session.ts"
import { documentIn, eventsIn, refusalIn, type AnswerResponse } from "./answers.ts"

/** Input and output of each operation that the service answers. */
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
  "mirror.find": Find
  "mirror.fsck": Fsck
  "gap.report": GapReport
  "audit.list": AuditList
  "audit.verify": AuditVerify
  "operator.add": Add
  "operator.list": ListOperators
  "operator.disable": Disable
  "conformance.verify-bundle": VerifyBundle
}

/** The name of an operation that the service answers. One that has no types above does not compile below. */
export type Askable = Exclude<OperationName, Unrouted>

/** Names of them all. */
export const ASKABLE: readonly Askable[] = OPERATION_ROUTES.map(({ operation }) => operation.name as Askable)

/** What an operation takes. */
export type InputOf<N extends Askable> = OperationTypes[N]["input"]

/** What an operation answers with; failures are thrown. */
export type AnswerOf<N extends Askable> = Exclude<OperationTypes[N]["output"], ErrorEvent>

/** The result among the answers of an operation. */
export type ResultOf<N extends Askable> = Extract<AnswerOf<N>, { type: "result" }>

/** What the client uses of `fetch`. `body` is a text, or the form that was given with the request. */
export type ClientFetch<F> = (
  url: string,
  init: { method: string; headers: Record<string, string>; body?: string | F; signal?: AbortSignal },
) => Promise<AnswerResponse>

/** How the client reaches the service. `F` is the kind of form that its `fetch` takes. */
export interface ClientOptions<F> {
  readonly fetch: ClientFetch<F>
  /** Scheme, host and port, without a slash at the end; empty in a window that the service has served. */
  readonly base: string
  /** The session's token, for a request to this path. */
  readonly token?: (path: string) => string | undefined | Promise<string | undefined>
}

/** What can go with every request. */
export interface Stoppable {
  readonly signal?: AbortSignal | undefined
}

/** What can go with an input. */
export interface AskOptions<F> extends Stoppable {
  /** A form with the part `input` and the files that the input names, in place of the input alone. */
  readonly form?: F | undefined
  readonly idempotencyKey?: string
}

/** Events as they come. */
export type Events<N extends Askable> = AsyncGenerator<AnswerOf<N> | ProgressEvent, void, undefined>

/** The client. Refusals are thrown as StellaError with the service's own code; a service that cannot be understood is SERVICE_UNAVAILABLE. */
export interface Client<F> {
  /** Asks, and gives the events as they come; of an operation that answers with one document, that document. */
  ask<N extends Askable>(name: N, input: InputOf<N>, options?: AskOptions<F>): Events<N>
  /** Has it done by a job. */
  start<N extends Askable>(name: N, input: InputOf<N>, options?: AskOptions<F>): Promise<Job>
  /** The newest jobs of whoever asks. */
  jobs(options?: Stoppable): Promise<readonly Job[]>
  job(id: string, options?: Stoppable): Promise<Job>
  /** Cancels a running job, or removes an ended one. */
  cancel(id: string): Promise<void>
  /** The events of a job of this operation after the first `after` of them, then as they come, until its end. */
  watch<N extends Askable>(name: N, id: string, options?: Stoppable & { readonly after?: number }): Events<N>
  /** What a job wrote. */
  files(id: string, options?: Stoppable): Promise<JobFiles["files"]>
  /** The bytes of one of those, by its number from 0. */
  file(id: string, n: number, options?: Stoppable): Promise<ArrayBuffer>
  /** Who is asking. */
  who(): Promise<WhoAmI>
  /** What has to be signed to log in. */
  challenge(): Promise<Challenge>
  login(answer: Login): Promise<Session>
  /** The same session with a new token. */
  renew(): Promise<Session>
  logout(): Promise<void>
}

/** Makes a client. */
export function createClient<F = never>({ fetch, base, token }: ClientOptions<F>): Client<F> {
  async function send(
    method: string,
    path: string,
    { headers = {}, body, signal }: Stoppable & { headers?: Record<string, string>; body?: string | F } = {},
  ): Promise<AnswerResponse> {
    const held = await token?.(path)
    const all = held === undefined ? headers : { ...headers, authorization: `Bearer ${held}` }
    const init = { method, headers: all, ...(body !== undefined && { body }), ...(signal !== undefined && { signal }) }
    const response = await fetch(base + path, init)
    if (response.status < 400) return response
    throw await refusalIn(response)
  }

  const json = { "content-type": TYPES.json }
  const post = async (path: string, value: unknown): Promise<AnswerResponse> =>
    send("POST", path, { headers: json, body: JSON.stringify(value) })

  async function asked(
    name: Askable,
    input: unknown,
    { signal, form, idempotencyKey }: AskOptions<F>,
    more: Record<string, string>,
  ): Promise<AnswerResponse> {
    const headers = {
      ...more,
      ...(form === undefined ? json : {}),
      ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
    }
    return send("POST", pathOf(name), { headers, body: form ?? JSON.stringify(input), signal })
  }

  async function* events<N extends Askable>(name: N, response: AnswerResponse): Events<N> {
    const answers = operationOf(name)?.answers ?? "events"
    // The service checks what it sends against the operation's schema; here it is taken at its word.
    for await (const event of eventsIn(response, answers)) yield event as unknown as AnswerOf<N> | ProgressEvent
  }

  const ofJob = (id: string, more = ""): string => `${JOBS_PATH}/${encodeURIComponent(id)}${more}`

  return {
    async *ask(name, input, options = {}) {
      const accept = `${TYPES.lines}, ${TYPES.json}`
      yield* events(name, await asked(name, input, options, { accept }))
    },
    start: async (name, input, options = {}) =>
      documentIn(await asked(name, input, options, { prefer: "respond-async", accept: TYPES.json }), job),
    jobs: async options => (await documentIn(await send("GET", JOBS_PATH, options), jobs)).jobs,
    job: async (id, options) => documentIn(await send("GET", ofJob(id), options), job),
    cancel: async id => {
      await send("DELETE", ofJob(id))
    },
    async *watch(name, id, { after = 0, signal } = {}) {
      const path = ofJob(id, `/events?after=${String(after)}`)
      yield* events(name, await send("GET", path, { headers: { accept: TYPES.lines }, signal }))
    },
    files: async (id, options) => (await documentIn(await send("GET", ofJob(id, "/files"), options), jobFiles)).files,
    file: async (id, n, options) => (await send("GET", ofJob(id, `/files/${String(n)}`), options)).arrayBuffer(),
    who: async () => documentIn(await send("GET", SESSION_PATH), whoami),
    challenge: async () => documentIn(await post(`${SESSION_PATH}/challenge`, { v: 1 }), challenge),
    login: async answer => documentIn(await post(SESSION_PATH, answer), session),
    renew: async () => documentIn(await post(`${SESSION_PATH}/renewal`, { v: 1 }), session),
    logout: async () => {
      await send("DELETE", SESSION_PATH)
    },
  }
}
