/** A ceiling of requests per identity: the actor where one is known, else the address. */
import limiter from "@fastify/rate-limit"
import type { FastifyInstance } from "fastify"
import { StellaError } from "../../src/kernel/errors.ts"

/** Adds the ceiling to every route. Beyond it: RATE_LIMITED, and `Retry-After` says when to come back. */
export async function rateLimit(app: FastifyInstance, requestsPerMinute: number): Promise<void> {
  await app.register(limiter, {
    global: true,
    hook: "preParsing",
    max: requestsPerMinute,
    timeWindow: 60_000,
    keyGenerator: request => (request.actor === null ? request.ip : `${request.actor.kind}:${request.actor.id}`),
    errorResponseBuilder: () => new StellaError("RATE_LIMITED", "too many requests from one identity"),
  })
}
