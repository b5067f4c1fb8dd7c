/**
 * The HTTP library, set up: bounds on everything a client can send, strict bodies, our own problems for every failure,
 * headers that close what a browser leaves open, and a log line for each request that says who asked for what, and
 * nothing that was sent.
 */
import fastify, { LogController, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify"
import { rateLimit, type FailureLimit } from "./rate-limit.node.ts"
import type { Clock, Crypto } from "../../src/kernel/ports.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { JsonObject } from "../../src/kernel/json.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { RESPONSE_HEADERS } from "../../ui/contract/response-headers.ts"
import { TYPES } from "../../ui/contract/routes.ts"
import type { Actor } from "../store/audit-record.ts"
import type { Socket } from "node:net"
import { Readable } from "node:stream"
import { problemAnswer, type Answer } from "./answers.ts"
import { nodeServer, type Tls } from "./address.node.ts"
import { BodyWatch } from "./body-watch.node.ts"
import { checkOrigin, type Door } from "./door.ts"
import { readBody } from "./input.ts"
import { bodyKind, type BodyKind } from "./media-type.node.ts"
import { SERVICE_LIMITS, type ServiceLimits } from "./limits.ts"
import { asStellaError, problemResponse } from "./problems.ts"

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks. Null before it is known, and on the open routes. */
    actor: Actor | null
    /** The id of the session in which they ask; null on the owner's socket. */
    session: string | null
    /** What the body says that it is. */
    bodyKind: BodyKind | undefined
    /** Watches the body; a handler that reads the body itself stops it. */
    bodyWatch: BodyWatch | null
  }
  interface FastifyContextConfig {
    /** Answers without knowing who asks. */
    open?: true
  }
}

/** One route as it was registered; tests of authorisation are made from these. */
export interface RouteRow {
  readonly method: string
  readonly url: string
  readonly open: boolean
}

/** What the set-up needs. */
export interface HttpOptions {
  readonly door: Door
  readonly clock: Clock
  readonly crypto: Pick<Crypto, "hash">
  /** Where log lines go; none without it. */
  readonly log: { write(line: string): void } | undefined
  readonly tls?: Tls | undefined
  readonly limits: ServiceLimits
}

/** When to ask a service again that has too much to do, in seconds. */
const RETRY_SECONDS = 5

/** How long the rest of a body may come after its answer, in milliseconds. */
const LINGER_MS = 1_000

/** Headers of every response. */
function headersFor(door: Door): Readonly<Record<string, string>> {
  return { ...RESPONSE_HEADERS, ...(door.tls ? { "strict-transport-security": "max-age=31536000" } : {}) }
}

/** Closes the connection of a client that takes nothing of its answer for too long. */
function watchDrain({ raw }: FastifyReply, { drainMs }: Pick<ServiceLimits, "drainMs">): void {
  // Node calls this only when nothing has left for so long; with nothing to be sent, the client is not to blame.
  raw.setTimeout(drainMs, () => {
    if (raw.writableLength > 0) raw.destroy()
  })
}

/** Sends an answer. */
export function send(reply: FastifyReply, answer: Answer): FastifyReply {
  void reply.code(answer.status).headers(answer.headers).type(answer.type)
  if (typeof answer.body === "string") return reply.send(answer.body)
  return reply.send(Readable.from(answer.body, { objectMode: false }))
}

function addBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    TYPES.json,
    { parseAs: "buffer", bodyLimit: SERVICE_LIMITS.inputBytes },
    async (_request: FastifyRequest, body: Buffer): Promise<JsonObject> => unwrap(readBody(body)),
  )
  // Read by the handler, as they come.
  for (const type of [TYPES.form, TYPES.conversation])
    app.addContentTypeParser(type, (_request, _payload, done) => {
      done(null)
    })
}

/** Answers on the bare connection. */
function refuseRaw(error: Error, socket: Socket): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const code = "code" in error ? error.code : undefined
  const failure =
    code === "HPE_HEADER_OVERFLOW"
      ? new StellaError("BODY_TOO_LARGE", "address and headers are too long")
      : code === "ERR_HTTP_REQUEST_TIMEOUT"
        ? new StellaError("BODY_TOO_SLOW", "the headers did not arrive in time")
        : new StellaError("USAGE", "this is not HTTP/1.1")
  const { status, text } = problemResponse(failure)
  const length = String(Buffer.byteLength(text))
  const head = `HTTP/1.1 ${String(status)} Refused\r\nContent-Type: ${TYPES.problem}\r\nContent-Length: ${length}\r\n`
  socket.end(`${head}Connection: close\r\n\r\n${text}`)
}

function tooSlow(request: FastifyRequest, reply: FastifyReply): void {
  const { status, type, body } = problemAnswer(new StellaError("BODY_TOO_SLOW", "the body did not arrive in time"))
  void reply.code(status).type(type).send(body)
  // The connection is closed as behind every early answer (`onResponse`): closed at once, under a client that still writes,
  // the answer could be lost.
  request.raw.resume()
}

/** Who asks; an address that has failed too often is not looked at. */
async function identify(
  request: FastifyRequest,
  reply: FastifyReply,
  { door, clock }: HttpOptions,
  failures: FailureLimit | undefined,
): Promise<void> {
  const seconds = (await failures?.secondsLeft(request)) ?? 0
  if (seconds > 0) {
    void reply.header("retry-after", String(seconds))
    throw new StellaError("RATE_LIMITED", "too many failed authentications from one address")
  }
  const { authorization } = request.headers
  const recognised = await door.authenticate({ authorization, now: clock.now() })
  if (!recognised.ok) await failures?.count(request)
  const { actor, session } = unwrap(recognised)
  request.actor = actor
  request.session = session
}

function addGuards(app: FastifyInstance, options: HttpOptions, failures: FailureLimit | undefined): void {
  const { door, limits } = options
  const constant = headersFor(door)
  app.decorateRequest("actor", null)
  app.decorateRequest("session", null)
  app.decorateRequest("bodyKind", undefined)
  app.decorateRequest("bodyWatch", null)
  app.addHook("onRequest", async (request, reply) => {
    void reply.headers(constant)
    watchDrain(reply, limits)
    if (door.admit !== undefined) unwrap(door.admit(request.headers, options.clock.now()))
    const { host, origin, "sec-fetch-site": site } = request.headers
    unwrap(checkOrigin(door, { host, origin, site: typeof site === "string" ? site : undefined }))
    const { config } = request.routeOptions
    if (config.open !== true) await identify(request, reply, options, failures)
    request.bodyKind = unwrap(bodyKind(request.headers["content-type"]))
    // A conversation goes on for as long as its operation; it has rules of its own.
    const endless = door.kind === "socket" && request.bodyKind === "conversation"
    if (endless || request.raw.complete) return
    request.bodyWatch = new BodyWatch(
      request.raw,
      () => {
        tooSlow(request, reply)
      },
      limits,
    )
  })
  // Nobody reads or watches the rest of a body that has its answer already. It has a moment to end by itself, because a
  // client that is still writing may lose an answer whose connection is closed under it.
  app.addHook("onResponse", ({ raw }, _reply, done) => {
    if (!raw.complete)
      setTimeout(() => {
        if (!raw.complete) raw.socket.destroy()
      }, LINGER_MS).unref()
    done()
  })
}

function addLog(app: FastifyInstance): void {
  app.addHook("onResponse", (request, reply, done) => {
    const { actor } = request
    request.log.info(
      {
        actor: actor === null ? null : `${actor.kind}:${actor.name}`,
        method: request.method,
        // Without the query: it may name what is secret to others.
        path: request.url.split("?")[0]?.slice(0, 256),
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      "answered",
    )
    done()
  })
}

/** Sets up an instance without routes. Routes are collected in `table` as they are added. */
export async function createHttp(options: HttpOptions, table: RouteRow[]): Promise<FastifyInstance> {
  const app = fastify({
    logger: options.log === undefined ? false : { level: "info", stream: options.log, base: null, timestamp: logTime },
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: SERVICE_LIMITS.inputBytes,
    exposeHeadRoutes: false,
    forceCloseConnections: "idle",
    // What is no HTTP at all, or beyond the bounds of its parser, has no request that a route could answer.
    clientErrorHandler: refuseRaw,
    frameworkErrors: (error, _request, reply) => {
      send(reply, problemAnswer(asStellaError(error)))
    },
    serverFactory: handler => nodeServer(handler, options.tls),
    routerOptions: { ignoreTrailingSlash: false, caseSensitive: true, maxParamLength: 128 },
    return503OnClosing: true,
  })
  app.addHook("onRoute", ({ method, url, config }) => {
    for (const one of Array.isArray(method) ? method : [method])
      table.push({ method: one, url, open: config?.open === true })
  })
  addBodies(app)
  const failures = options.door.kind === "socket" ? undefined : await rateLimit(app, options.limits.requestsPerMinute)
  addGuards(app, options, failures)
  addLog(app)
  app.setErrorHandler((error, request, reply) => {
    request.bodyWatch?.stop()
    const failure = asStellaError(error)
    if (failure.code === "INTERNAL") request.log.error({ err: error }, "a defect")
    if (failure.code === "STORE_CORRUPT") request.log.error({ err: error }, "the store is damaged")
    if (failure.code === "NOT_AUTHENTICATED") void reply.header("www-authenticate", "Bearer")
    const seconds = retryAfter(failure)
    if (seconds !== undefined && !reply.hasHeader("retry-after")) void reply.header("retry-after", String(seconds))
    // The library would close at once under a client that still sends, and the answer be lost; see `onResponse`.
    void reply.removeHeader("connection")
    return send(reply, problemAnswer(failure))
  })
  app.setNotFoundHandler((_request, reply) =>
    send(reply, problemAnswer(new StellaError("NOT_FOUND", "there is nothing at this address"))),
  )
  return app
}

/** When to ask again, in seconds, where asking again helps. */
function retryAfter({ code, detail }: StellaError): number | undefined {
  const { retryAfterSeconds } = detail
  if (typeof retryAfterSeconds === "number") return retryAfterSeconds
  return code === "SERVICE_UNAVAILABLE" ? RETRY_SECONDS : undefined
}

function logTime(): string {
  return `,"time":"${new Date().toISOString()}"`
}
