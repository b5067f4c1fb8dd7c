/** The routes of jobs, and answers of operations that run as jobs. */
import { createReadStream } from "node:fs"
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify"
import { StellaError } from "../../src/kernel/errors.ts"
import { canonicalJson } from "../../src/kernel/json.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { checkMembers } from "../../ui/contract/input.ts"
import { JOBS_PATH, TYPES, type OperationRoute } from "../../ui/contract/routes.ts"
import { eventsQuery, idempotencyKey, jobId, jobsQuery, type Job } from "../../ui/contract/service.ts"
import type { OperationEvent } from "../../ui/contract/operation.ts"
import { documentAnswer, problemAnswer, streamAnswer, texts, wantsServerSent, type NumberedEvent } from "./answers.ts"
import { printEvent } from "../operations/run-operation.ts"
import { send } from "./http.node.ts"
import { queryOf } from "./input.ts"
import type { Asked } from "./owned-site.ts"
import type { Presence } from "./presence.ts"
import type { Jobs } from "./jobs.node.ts"
import { actorOf, readAsked, recognisedIn, refuseOthers, tellDefects, type Backend } from "./operation-routes.node.ts"

const LIST_JOBS = 100

/** The key that a request brings. @throws StellaError USAGE */
export function keyOf(request: FastifyRequest): string | undefined {
  const key = request.headers["idempotency-key"]
  if (key === undefined) return undefined
  const read = idempotencyKey.safeParse(key)
  if (!read.success) throw new StellaError("USAGE", "Idempotency-Key is 1 to 128 visible ASCII characters")
  return read.data
}

/** True when the client will not wait (RFC 7240). */
export function prefersAsync(request: FastifyRequest): boolean {
  const { prefer } = request.headers
  const all = (Array.isArray(prefer) ? prefer : [prefer ?? ""]).join(",")
  return all.split(",").some(one => one.split(";")[0]?.trim().toLowerCase() === "respond-async")
}

function sendJson(reply: FastifyReply, status: number, document: unknown): FastifyReply {
  return reply
    .code(status)
    .type(TYPES.json)
    .send(canonicalJson(document) + "\n")
}

/** A signal for as long as an answer is read: aborted when its reader is not recognised any more. */
function whileRead(request: FastifyRequest, reply: FastifyReply, presence: Presence): AbortSignal {
  const reading = new AbortController()
  const here = presence.enter(recognisedIn(request), reason => {
    reading.abort(reason)
  })
  const leave = (): void => {
    here[Symbol.dispose]()
    reading.abort(new StellaError("INTERRUPTED", "the client went away"))
  }
  if (reply.raw.destroyed) leave()
  else reply.raw.on("close", leave)
  return reading.signal
}

/** The events of a job as an answer to the request that started it. */
async function answerOf(
  { operation }: OperationRoute,
  job: Job,
  request: FastifyRequest,
  reply: FastifyReply,
  jobs: Jobs,
  backend: Backend,
): Promise<FastifyReply> {
  const { accept, "if-none-match": ifNoneMatch } = request.headers
  const wishes = { accept, ifNoneMatch }
  const failed = tellDefects(request)
  const events = jobs.events(job.id, 0, whileRead(request, reply, backend.presence))
  if (operation.answers === "events") return send(reply, await streamAnswer(events, wishes, failed))
  let end: OperationEvent | undefined
  for await (const { event } of events) end = event
  if (end === undefined || end.type === "progress") throw new StellaError("INTERNAL", "a job ended without an answer")
  if (end.type === "error") return send(reply, problemAnswer(end))
  return send(reply, documentAnswer(printEvent(end), wishes, backend.owned.world.crypto))
}

/** Starts a job for a request; answers with the job, or with what the job answers when the client waits. */
export async function answerByJob(
  route: OperationRoute,
  request: FastifyRequest,
  reply: FastifyReply,
  jobs: Jobs,
  backend: Backend,
): Promise<FastifyReply> {
  const key = keyOf(request)
  const { id, files, run } = unwrap(jobs.prepare(actorOf(request)))
  let asked: Asked
  try {
    asked = await readAsked(route, request, files, run, backend)
  } catch (error) {
    run[Symbol.dispose]()
    throw error
  }
  const job = unwrap(await jobs.start({ asked, files, id, run, key }))
  void reply.header("location", `${JOBS_PATH}/${job.id}`)
  if (!prefersAsync(request)) return answerOf(route, job, request, reply, jobs, backend)
  void reply.header("preference-applied", "respond-async")
  return sendJson(reply, 202, job)
}

/** The query of a request as members, each at most once. @throws StellaError USAGE */
function queryMembers(request: FastifyRequest): Record<string, unknown> {
  const members = new Map<string, unknown>()
  for (const [name, value] of unwrap(queryOf(request.url.split("?").slice(1).join("?")))) {
    if (members.has(name)) throw new StellaError("USAGE", `the parameter ${name} is given more than once`)
    members.set(name, /^(0|[1-9][0-9]{0,14})$/.test(value) && name !== "cursor" ? Number(value) : value)
  }
  // Also for a name like `__proto__` this makes a member, which is then refused as unknown.
  return Object.fromEntries(members)
}

/** What the address of a job says. */
interface JobParams {
  readonly id: string
  readonly file?: string
}

/** Adds the routes. */
export function addJobRoutes(app: FastifyInstance, jobs: Jobs, { presence }: Pick<Backend, "presence">): void {
  const one = `${JOBS_PATH}/:id`
  const jobOf = async (request: FastifyRequest): Promise<Job> => {
    const { id } = request.params as JobParams
    if (!jobId.safeParse(id).success) throw new StellaError("JOB_MISSING", "this is not the id of a job")
    return unwrap(await jobs.get(id, actorOf(request)))
  }

  app.get(JOBS_PATH, async (request, reply) => {
    const { limit, cursor } = unwrap(checkMembers(jobsQuery, queryMembers(request)))
    return sendJson(reply, 200, { v: 1, ...(await jobs.list(actorOf(request), limit ?? LIST_JOBS, cursor)) })
  })
  refuseOthers(app, JOBS_PATH, ["GET"])

  app.get(one, async (request, reply) => sendJson(reply, 200, await jobOf(request)))
  app.delete(one, async (request, reply) => {
    const { id } = await jobOf(request)
    if (!(await jobs.cancel(id))) return reply.code(204).send()
    return sendJson(reply, 202, unwrap(await jobs.get(id, actorOf(request))))
  })
  refuseOthers(app, one, ["GET", "DELETE"])

  app.get(`${one}/events`, async (request, reply) => {
    const { id } = await jobOf(request)
    const last = request.headers["last-event-id"]
    const given = queryMembers(request)
    if (given["after"] === undefined && typeof last === "string" && /^[0-9]{1,15}$/.test(last))
      given["after"] = Number(last)
    const { after } = unwrap(checkMembers(eventsQuery, given))
    const { accept } = request.headers
    const source = jobs.events(id, after ?? 0, whileRead(request, reply, presence))
    const none: IteratorResult<NumberedEvent, void> = { done: true, value: undefined }
    const body = texts(none, source, { accept, ifNoneMatch: undefined }, tellDefects(request))
    const type = wantsServerSent(accept) ? TYPES.events : TYPES.lines
    return send(reply, { status: 200, type, headers: { "cache-control": "no-store", "x-accel-buffering": "no" }, body })
  })
  refuseOthers(app, `${one}/events`, ["GET"])

  app.get(`${one}/files`, async (request, reply) => {
    const { id } = await jobOf(request)
    const files = (await jobs.files(id)).map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 }))
    return sendJson(reply, 200, { v: 1, files })
  })
  refuseOthers(app, `${one}/files`, ["GET"])

  app.get(`${one}/files/:file`, async (request, reply) => {
    const { id } = await jobOf(request)
    const { file } = request.params as JobParams
    const found = /^(0|[1-9][0-9]{0,8})$/.test(file ?? "") ? (await jobs.files(id))[Number(file)] : undefined
    if (found === undefined) throw new StellaError("NOT_FOUND", "the job has written no such file")
    void reply.header("content-length", found.bytes).header("content-disposition", "attachment")
    return reply
      .type("application/octet-stream")
      .send(createReadStream(found.stored, { signal: whileRead(request, reply, presence) }))
  })
  refuseOthers(app, `${one}/files/:file`, ["GET"])
}
