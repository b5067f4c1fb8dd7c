/**
 * Logging in over HTTP: the addresses below `/api/v1/session` (docs/formats/session.md), and how a request is recognised
 * by the session that it carries. Asking for a challenge and answering it are open to everybody; renewing and ending a
 * session need the session.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify"
import type * as z from "zod"
import { StellaError } from "../../src/kernel/errors.ts"
import { canonicalJson } from "../../src/kernel/json.ts"
import type { Clock } from "../../src/kernel/ports.ts"
import { unwrap } from "../../src/kernel/result.ts"
import { scopesOf } from "../../ui/contract/roles.ts"
import { SESSION_PATH, TYPES } from "../../ui/contract/routes.ts"
import { loginByCode, loginByKey, type Login } from "../../ui/contract/session.ts"
import type { Access, Credential } from "../access/access.ts"
import { credentialOf, type Door } from "./door.ts"
import { actorOf, refuseOthers } from "./operation-routes.node.ts"

function readLogin(body: unknown): Login {
  const byCode = typeof body === "object" && body !== null && "code" in body
  const schema: z.ZodType<Login> = byCode ? loginByCode : loginByKey
  const read = schema.safeParse(body)
  if (read.success) return read.data
  // Which member it is, and nothing of what was in it.
  const members = new Set(read.error.issues.map(({ path }) => String(path[0] ?? "the body")))
  throw new StellaError("USAGE", `not as a login is written: ${[...members].join(", ")}`)
}

/** A body that has nothing to say: none, or an object of version 1. */
function refuseBody({ body }: FastifyRequest): void {
  const members = body === undefined || body === null ? [] : Object.entries(body)
  const empty = members.every(([name, value]) => name === "v" && value === 1)
  if (!empty) throw new StellaError("USAGE", "this address takes no members but v")
}

function answer(reply: FastifyReply, document: unknown): FastifyReply {
  return reply.type(TYPES.json).send(canonicalJson(document) + "\n")
}

/** What the routes need. */
export interface SessionRoutesOptions {
  readonly access: Access
  readonly clock: Clock
  readonly siteId: string
  readonly door: Door["kind"]
}

/** Adds the routes. */
export function addSessionRoutes(app: FastifyInstance, { access, clock, siteId, door }: SessionRoutesOptions): void {
  const open = { open: true } as const
  const credential = (request: FastifyRequest): Credential | undefined =>
    credentialOf(door, request.headers.authorization)

  app.post(`${SESSION_PATH}/challenge`, { config: open }, (request, reply) => {
    refuseBody(request)
    return answer(reply, access.challenge(clock.now()))
  })
  refuseOthers(app, `${SESSION_PATH}/challenge`, ["POST"])
  app.post(SESSION_PATH, { config: open }, async (request, reply) =>
    answer(reply, unwrap(await access.login(readLogin(request.body), clock.now()))),
  )
  app.get(SESSION_PATH, (request, reply) => {
    const { kind, id, name, role } = actorOf(request)
    const scopes = [...scopesOf(role)].sort()
    return answer(reply, { v: 1, actor: { kind, id, name, role }, scopes, site: siteId })
  })
  app.delete(SESSION_PATH, async (request, reply) => {
    unwrap(await access.logout(credential(request), clock.now()))
    return reply.code(204).send()
  })
  refuseOthers(app, SESSION_PATH, ["GET", "POST", "DELETE"])
  app.post(`${SESSION_PATH}/renewal`, async (request, reply) => {
    refuseBody(request)
    return answer(reply, unwrap(await access.renew(credential(request), clock.now())))
  })
  refuseOthers(app, `${SESSION_PATH}/renewal`, ["POST"])
}
