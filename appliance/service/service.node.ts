/** One way into the service, with all routes: an HTTP instance over an owned site. */
import type { FastifyInstance } from "fastify"
import type { Clock } from "../../src/kernel/ports.ts"
import { OPENAPI_PATH, TYPES } from "../../ui/contract/routes.ts"
import { converse } from "./conversation.node.ts"
import { StellaError } from "../../src/kernel/errors.ts"
import type { Access } from "../access/access.ts"
import type { Tls } from "./address.node.ts"
import type { ConsoleFiles } from "../../ui/contract/console-files.ts"
import { addConsoleRoutes } from "./console-files.node.ts"
import type { Door } from "./door.ts"
import { createHttp, type HttpOptions, type RouteRow } from "./http.node.ts"
import { addJobRoutes, answerByJob, keyOf, prefersAsync } from "./job-routes.node.ts"
import type { Jobs } from "./jobs.node.ts"
import { addSessionRoutes } from "./session-routes.node.ts"
import { addLaunchRoutes, type WindowDoor } from "./window-door.node.ts"
import { addOperationRoutes, answerNow, refuseOthers, type Backend } from "./operation-routes.node.ts"

/** What a way in needs. */
export interface ServiceOptions {
  readonly door: Door
  readonly backend: Backend
  readonly jobs: Jobs
  readonly access: Access
  /** Where the owner launches shells; on the owner's socket only. */
  readonly windows?: WindowDoor
  /** The console, which is served at `/`. */
  readonly console?: ConsoleFiles | undefined
  readonly tls?: Tls | undefined
  readonly clock: Clock
  /** The version of the program, as its OpenAPI document says it. */
  readonly version: string
  readonly log: HttpOptions["log"]
}

/** A way in: the instance, and the table of its routes. */
export interface Service {
  readonly app: FastifyInstance
  readonly routes: readonly RouteRow[]
  /** How many requests have been answered. */
  readonly answered: () => number
}

function addHealth(app: FastifyInstance, { owned, running }: Backend): void {
  const open = { open: true } as const
  app.get("/healthz", { config: open }, (_request, reply) => reply.type(TYPES.json).send('{"status":"ok"}\n'))
  app.get("/readyz", { config: open }, (_request, reply) => {
    const status = running.stopping ? "stopping" : owned.failure === undefined ? "ready" : "store-failed"
    return reply
      .code(status === "ready" ? 200 : 503)
      .type(TYPES.json)
      .send(`{"status":"${status}"}\n`)
  })
}

/** Builds it; nothing listens yet. */
export async function createService(options: ServiceOptions): Promise<Service> {
  const routes: RouteRow[] = []
  const { backend, jobs } = options
  const app = await createHttp({ ...options, crypto: backend.owned.world.crypto, limits: backend.limits }, routes)
  addHealth(app, backend)
  const { access, clock, door } = options
  addSessionRoutes(app, { access, clock, siteId: backend.owned.site.siteId, door: door.kind })
  let document: Promise<string> | undefined
  app.get(OPENAPI_PATH, async (_request, reply) => {
    document ??= import("./openapi.ts").then(({ printOpenApi }) => printOpenApi(options.version))
    return reply.type(TYPES.json).send(await document)
  })
  refuseOthers(app, OPENAPI_PATH, ["GET"])
  if (options.windows !== undefined) addLaunchRoutes(app, options.windows, clock)
  if (options.console !== undefined) addConsoleRoutes(app, options.console)
  addJobRoutes(app, jobs, backend)
  let count = 0
  app.addHook("onResponse", (_request, _reply, done) => {
    count++
    done()
  })
  addOperationRoutes(app, (route, request, reply) => {
    if (request.bodyKind !== "conversation") {
      const later = request.method === "POST" && (prefersAsync(request) || keyOf(request) !== undefined)
      if (later) return answerByJob(route, request, reply, jobs, backend)
      return answerNow(route, request, reply, backend)
    }
    if (door.kind === "socket") return converse(route, request, reply, backend)
    throw new StellaError("BODY_TYPE_REFUSED", "a conversation is held on the socket only")
  })
  await app.ready()
  return { app, routes, answered: () => count }
}
