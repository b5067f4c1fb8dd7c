/** The routes of the operations: one loop over the one list. */
import { randomUUID } from "node:crypto"
import { join } from "node:path"
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify"
import { StellaError } from "../../src/kernel/errors.ts"
import type { JsonObject } from "../../src/kernel/json.ts"
import { ok, unwrap, type Result } from "../../src/kernel/result.ts"
import type { OperationEvent } from "../../ui/contract/operation.ts"
import { operationOf } from "../../ui/contract/operations.ts"
import { OPERATION_ROUTES, type OperationRoute } from "../../ui/contract/routes.ts"
import { identityOf } from "../access/identity.ts"
import { mayCall } from "../access/may-call.ts"
import type { Recognised } from "../access/access.ts"
import { membersOf } from "../../ui/contract/input.ts"
import { answerFor } from "./answers.ts"
import { readForm } from "./form.node.ts"
import { send } from "./http.node.ts"
import { checkedInput, inputOfQuery } from "./input.ts"
import type { ServiceLimits } from "./limits.ts"
import { textsOf } from "./named-files.ts"
import type { Asked, OwnedSite } from "./owned-site.ts"
import { RequestFiles } from "./request-files.node.ts"
import { asStellaError } from "./problems.ts"
import type { Confirm, Presence } from "./presence.ts"
import type { Running, Run } from "./running.ts"
import type { Shares } from "./shares.ts"
import { spooled } from "./spool.node.ts"
import type { SpoolSpace } from "./spool-space.node.ts"

/** What the routes work with. */
export interface Backend {
  readonly owned: OwnedSite
  /** Runs an operation on it. */
  readonly run: OwnedSite["run"]
  readonly running: Running
  readonly presence: Presence
  readonly confirm: Confirm
  /** The folder below which requests keep what was sent, each in a folder of its own. */
  readonly requests: string
  readonly limits: ServiceLimits
  readonly shares: Shares
  readonly space: SpoolSpace
}

/** Methods that an address could be asked with; those it does not have are refused by name. */
export const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const

/** The actor of a request behind the guards. */
export function actorOf(request: FastifyRequest): NonNullable<FastifyRequest["actor"]> {
  if (request.actor === null) throw new StellaError("INTERNAL", "a guarded route was reached without an actor")
  return request.actor
}

/** Who asks, and in which session. */
export function recognisedIn(request: FastifyRequest): Recognised {
  return { actor: actorOf(request), session: request.session }
}

/**
 * A run for whoever asks, within what all and what each may have; it ends when they are not recognised any more.
 * Failures: SERVICE_UNAVAILABLE, RATE_LIMITED.
 */
export function beginRun({ running, shares, presence }: Backend, who: Recognised): Result<Run> {
  const identity = identityOf(who.actor)
  const shared = shares.take(identity, "run")
  if (!shared.ok) return shared
  const begun = running.begin()
  if (!begun.ok) {
    shares.give(identity, "run")
    return begun
  }
  const run = begun.value
  const here = presence.enter(who, reason => {
    run.stop(reason)
  })
  let over = false
  return ok({
    signal: run.signal,
    stop: reason => {
      run.stop(reason)
    },
    [Symbol.dispose]: () => {
      if (!over) shares.give(identity, "run")
      over = true
      here[Symbol.dispose]()
      run[Symbol.dispose]()
    },
  })
}

function queryIn(request: FastifyRequest): string {
  return request.url.split("?").slice(1).join("?")
}

/** The input as it was sent, unchecked, of a request that brings no files. */
async function givenInput(
  { operation }: OperationRoute,
  request: FastifyRequest,
): Promise<Result<Readonly<Record<string, unknown>>>> {
  if (request.method === "GET") return inputOfQuery(operation, queryIn(request))
  return ok((request.body as JsonObject | undefined) ?? {})
}

/** The input and the files of a form. The input is checked, and says which files may come, before the first of them. */
async function readSent(
  { operation }: OperationRoute,
  request: FastifyRequest,
  files: RequestFiles,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const { "content-length": length } = request.headers
  if (length !== undefined) unwrap(await files.declare(Number(length)))
  let input: Readonly<Record<string, unknown>> = {}
  const begin = async (given: JsonObject): Promise<Result<void>> => {
    const checked = await checkedInput(operation, given)
    if (!checked.ok) return checked
    input = checked.value
    const paths = membersOf(operation, await operation.schemas()).filter(({ path }) => path)
    files.expect(textsOf(paths.map(({ name }) => checked.value[name])))
    return ok(undefined)
  }
  const slow = new AbortController()
  if (request.bodyWatch !== null)
    request.bodyWatch.late = () => {
      slow.abort(new StellaError("BODY_TOO_SLOW", "the body did not arrive in time"))
    }
  const either = AbortSignal.any([signal, slow.signal])
  unwrap(await readForm(request.headers, request.raw, { files, begin, signal: either }))
  return input
}

/** Reads and checks what is asked. The files are removed when that fails. */
export async function readAsked(
  route: OperationRoute,
  request: FastifyRequest,
  files: RequestFiles,
  { signal }: Pick<Run, "signal">,
  { confirm }: Pick<Backend, "confirm">,
): Promise<Asked> {
  const posted = request.method === "POST"
  try {
    if (posted && queryIn(request) !== "")
      throw new StellaError("USAGE", "the input of a POST is its body; it takes no query")
    const input =
      posted && request.bodyKind === "form"
        ? await readSent(route, request, files, signal)
        : unwrap(await checkedInput(route.operation, unwrap(await givenInput(route, request))))
    request.bodyWatch?.stop()
    const who = recognisedIn(request)
    // Much can have happened while a long body came.
    if (posted) unwrap(await confirm(who))
    return { operation: route.operation.name, input, actor: who.actor, files, confirm: () => confirm(who) }
  } catch (error) {
    await files.remove()
    throw error
  }
}

/** The events of a run. It is over when they are, or when their reader stops. */
async function* eventsOf(run: Run, asked: Asked, backend: Backend): AsyncGenerator<OperationEvent, void, undefined> {
  try {
    yield* backend.run(asked, run.signal)
  } finally {
    run[Symbol.dispose]()
  }
}

/**
 * The events of a run for a client that waits, however slowly it reads: an operation that changes the site, and so holds
 * its turn, goes on without its reader.
 */
export function eventsFor(run: Run, asked: Asked, backend: Backend): AsyncGenerator<OperationEvent, void, undefined> {
  const events = eventsOf(run, asked, backend)
  if (operationOf(asked.operation)?.changesState !== true) return events
  return spooled(events, {
    file: join(backend.requests, `${randomUUID()}.events`),
    memoryBytes: backend.limits.spoolMemoryBytes,
    room: backend.space.roomFor(identityOf(asked.actor)),
    stop: reason => {
      run.stop(reason)
    },
  })
}

/** The same events; then the files are removed. */
async function* thenRemoved(
  events: AsyncGenerator<OperationEvent, void, undefined>,
  files: RequestFiles,
): AsyncGenerator<OperationEvent, void, undefined> {
  try {
    yield* events
  } finally {
    await files.remove()
  }
}

/** Tells the log of failures that are more than an answer. */
export function tellDefects(request: FastifyRequest): (error: unknown) => void {
  return error => {
    const { code } = asStellaError(error)
    if (code === "INTERNAL") request.log.error({ err: error }, "a defect")
    if (code === "STORE_CORRUPT") request.log.error({ err: error }, "the store is damaged")
  }
}

/** Answers a request while its client waits. */
export async function answerNow(
  route: OperationRoute,
  request: FastifyRequest,
  reply: FastifyReply,
  backend: Backend,
): Promise<FastifyReply> {
  const who = recognisedIn(request)
  // From here on it counts, however long its files take to come.
  const run = unwrap(beginRun(backend, who))
  const gone = (): void => {
    if (!reply.raw.writableFinished) run.stop(new StellaError("INTERRUPTED", "the client went away"))
  }
  if (reply.raw.destroyed) gone()
  else reply.raw.on("close", gone)
  const room = backend.space.roomFor(identityOf(who.actor))
  const files = new RequestFiles(join(backend.requests, randomUUID()), { keepsWritten: false, room })
  let asked: Asked
  try {
    asked = await readAsked(route, request, files, run, backend)
  } catch (error) {
    run[Symbol.dispose]()
    throw error
  }
  const { accept, "if-none-match": ifNoneMatch } = request.headers
  const failed = tellDefects(request)
  const events = thenRemoved(eventsFor(run, asked, backend), files)
  // A body that nobody begins to read would never come to its end, and with it the run would not.
  const leave = (): void => void events.return().catch(failed)
  reply.raw.on("close", leave)
  const { crypto } = backend.owned.world
  const answer = await answerFor(route.operation, events, { accept, ifNoneMatch }, { crypto, failed })
  if (reply.raw.destroyed) leave()
  return send(reply, answer)
}

/** Refuses the methods that an address does not have. */
export function refuseOthers(app: FastifyInstance, url: string, methods: readonly string[]): void {
  const others = METHODS.filter(method => !methods.includes(method))
  app.route({
    method: [...others],
    url,
    handler: (_request, reply) => {
      void reply.header("allow", methods.join(", "))
      throw new StellaError("METHOD_REFUSED", `this address is asked by ${methods.join(" or ")}`)
    },
  })
}

/** Adds the routes; `answer` is how a request of each is answered once its scopes are there. */
export function addOperationRoutes(
  app: FastifyInstance,
  answer: (route: OperationRoute, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>,
): void {
  for (const route of OPERATION_ROUTES) {
    app.route({
      method: [...route.methods],
      url: route.path,
      onRequest: async request => {
        unwrap(mayCall(actorOf(request), route.operation.name))
      },
      handler: (request, reply) => answer(route, request, reply),
    })
    refuseOthers(app, route.path, route.methods)
  }
}
