/** The routes of the operations: one loop over the one list. */
import { randomUUID } from "node:crypto"
import { join } from "node:path"
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify"
import { StellaError } from "../../src/kernel/errors.ts"
import type { JsonObject } from "../../src/kernel/json.ts"
import { ok, unwrap, type Result } from "../../src/kernel/result.ts"
import type { OperationEvent } from "../../ui/contract/operation.ts"
import { operationOf } from "../../ui/contract/operations.ts"
import { OPERATION_ROUTES, TYPES, type OperationRoute } from "../../ui/contract/routes.ts"
import { mayCall } from "../access/may-call.ts"
import { answerFor } from "./answers.ts"
import { readForm } from "./form.node.ts"
import { send } from "./http.node.ts"
import { checkedInput, inputOfQuery } from "./input.ts"
import type { ServiceLimits } from "./limits.ts"
import type { Asked, OwnedSite } from "./owned-site.ts"
import { RequestFiles } from "./request-files.node.ts"
import type { Running, Run } from "./running.ts"
import { spooled } from "./spool.node.ts"

/** What the routes work with. */
export interface Backend {
  readonly owned: OwnedSite
  readonly running: Running
  /** The folder below which requests keep what was sent, each in a folder of its own. */
  readonly requests: string
  readonly limits: ServiceLimits
}

/** Methods that an address could be asked with; those it does not have are refused by name. */
export const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const

/** The actor of a request behind the guards. */
export function actorOf(request: FastifyRequest): NonNullable<FastifyRequest["actor"]> {
  if (request.actor === null) throw new StellaError("INTERNAL", "a guarded route was reached without an actor")
  return request.actor
}

function isForm(request: FastifyRequest): boolean {
  return request.headers["content-type"]?.toLowerCase().startsWith(TYPES.form) === true
}

/** What was sent with a request: its input, unchecked, and its files. */
async function givenInput(
  { operation }: OperationRoute,
  request: FastifyRequest,
  files: RequestFiles,
): Promise<Result<Readonly<Record<string, unknown>>>> {
  const query = request.url.split("?").slice(1).join("?")
  if (request.method === "GET") return inputOfQuery(operation, query)
  if (query !== "") throw new StellaError("USAGE", "the input of a POST is its body; it takes no query")
  if (isForm(request)) return readForm(request.headers, request.raw, files)
  return ok((request.body as JsonObject | undefined) ?? {})
}

/** Reads and checks what is asked. The files are removed when that fails. */
export async function readAsked(route: OperationRoute, request: FastifyRequest, files: RequestFiles): Promise<Asked> {
  try {
    const given = unwrap(await givenInput(route, request, files))
    request.bodyWatch?.stop()
    const input = unwrap(await checkedInput(route.operation, given))
    return { operation: route.operation.name, input, actor: actorOf(request), files }
  } catch (error) {
    await files.remove()
    throw error
  }
}

/** A new folder for the files of a request. */
export function filesFor(backend: Backend, options: { readonly keepsWritten: boolean }): RequestFiles {
  return new RequestFiles(join(backend.requests, randomUUID()), options)
}

/** The events of a run. It is over when they are, or when their reader stops. */
async function* eventsOf(run: Run, asked: Asked, backend: Backend): AsyncGenerator<OperationEvent, void, undefined> {
  try {
    yield* backend.owned.run(asked, run.signal)
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
    claim: () => Promise.resolve(ok(undefined)),
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

/** Answers a request while its client waits. */
export async function answerNow(
  route: OperationRoute,
  request: FastifyRequest,
  reply: FastifyReply,
  backend: Backend,
): Promise<FastifyReply> {
  const files = filesFor(backend, { keepsWritten: false })
  const asked = await readAsked(route, request, files)
  const begun = backend.running.begin()
  if (!begun.ok) {
    await files.remove()
    throw begun.error
  }
  const run = begun.value
  const gone = (): void => {
    if (!reply.raw.writableFinished) run.stop(new StellaError("INTERRUPTED", "the client went away"))
  }
  // It may have gone while its form was read.
  if (reply.raw.destroyed) gone()
  else reply.raw.on("close", gone)
  const { accept, "if-none-match": ifNoneMatch } = request.headers
  const failed = (error: unknown): void => {
    request.log.error({ err: error }, "a defect")
  }
  const answer = await answerFor(
    route.operation,
    thenRemoved(eventsFor(run, asked, backend), files),
    { accept, ifNoneMatch },
    { crypto: backend.owned.world.crypto, failed },
  )
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
