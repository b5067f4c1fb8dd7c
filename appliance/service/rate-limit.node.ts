/**
 * A ceiling of requests per identity: the actor where one is known, else the address. Failed authentications have a
 * counter of their own for each address, which is looked at before anything is authenticated.
 */
import limiter from "@fastify/rate-limit"
import type { FastifyInstance, FastifyRequest } from "fastify"
import { identityOf } from "../access/identity.ts"
import { StellaError } from "../../src/kernel/errors.ts"

/** Counts the authentications that failed. */
export interface FailureLimit {
  /** Seconds until the address may ask again; 0 when it may ask now. */
  secondsLeft(request: FastifyRequest): Promise<number>
  count(request: FastifyRequest): Promise<void>
}

/** Adds the ceiling to every route. Beyond it: RATE_LIMITED, and `Retry-After` says when to come back. */
export async function rateLimit(app: FastifyInstance, requestsPerMinute: number): Promise<FailureLimit> {
  await app.register(limiter, {
    global: true,
    hook: "preParsing",
    max: requestsPerMinute,
    timeWindow: 60_000,
    keyGenerator: request => (request.actor === null ? request.ip : identityOf(request.actor)),
    errorResponseBuilder: () => new StellaError("RATE_LIMITED", "too many requests from one identity"),
  })
  const failures = app.createRateLimit({ keyGenerator: request => request.ip })
  return {
    secondsLeft: async request => {
      const state = await failures(request, { increment: false })
      return !state.isAllowed && state.remaining === 0 ? state.ttlInSeconds : 0
    },
    count: async request => {
      await failures(request)
    },
  }
}
