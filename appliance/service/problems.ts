/** The rim of the service: every failure becomes a problem document (RFC 9457) of our own closed table, whoever found it. */
import { StellaError, type ErrorCode } from "../../src/kernel/errors.ts"
import { canonicalJson } from "../../src/kernel/json.ts"
import type { ErrorEvent } from "../../ui/contract/operation.ts"
import { problemOf } from "../../ui/contract/service.ts"
import { errorEvent } from "../operations/run-operation.ts"

/** A response: status and text. */
export interface ProblemResponse {
  readonly status: number
  readonly text: string
}

/** Failures that the HTTP library finds, by its own codes. */
const FOUND_BY_FASTIFY: Readonly<Record<string, readonly [code: ErrorCode, message: string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ["BODY_TOO_LARGE", "the body is longer than this address takes"],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ["BODY_TYPE_REFUSED", "this media type is not taken here"],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ["USAGE", "the body is not as long as Content-Length says"],
  FST_ERR_CTP_EMPTY_JSON_BODY: ["USAGE", "the body is empty"],
  ECONNRESET: ["INTERRUPTED", "the client went away"],
  ECONNABORTED: ["INTERRUPTED", "the client went away"],
  FST_ERR_MAX_PARAM_LENGTH: ["NOT_FOUND", "a part of the address is too long"],
  FST_ERR_BAD_URL: ["NOT_FOUND", "the address is malformed"],
  FST_ERR_ASYNC_CONSTRAINT: ["NOT_FOUND", "there is nothing at this address"],
}

/** The failure as one of ours. What is no expected failure says nothing of itself to the client. */
export function asStellaError(error: unknown): StellaError {
  if (error instanceof StellaError && error.code !== "INTERNAL") return error
  const code = error instanceof Error && "code" in error ? error.code : undefined
  const found = typeof code === "string" ? FOUND_BY_FASTIFY[code] : undefined
  if (found !== undefined) return new StellaError(found[0], found[1], {}, error)
  const status = error instanceof Error && "statusCode" in error ? error.statusCode : undefined
  if (status === 429) return new StellaError("RATE_LIMITED", "too many requests", {}, error)
  if (typeof status === "number" && status >= 400 && status < 500)
    return new StellaError("USAGE", "the request is malformed", {}, error)
  return new StellaError("INTERNAL", "a defect in the service; its log says more", {}, error)
}

/** The response for a failure. */
export function problemResponse(error: StellaError | ErrorEvent): ProblemResponse {
  const problem = problemOf(error instanceof StellaError ? errorEvent(error) : error)
  return { status: problem.status, text: canonicalJson(problem) + "\n" }
}
