/** Documents of the service itself (docs/formats/http-api.md): problems, jobs, and who is asking. */
import * as z from "zod"
import { ERRORS } from "../../src/kernel/errors.ts"
import type { ErrorEvent, Scope } from "./operation.ts"
import { code, errorDetail } from "./events.ts"
import { count, instant, sha256, text } from "./fields.ts"

const PROBLEM_TYPE = "urn:stella-attestor:problem:"

/** Problem details (RFC 9457) of an expected failure. */
export const problem = z.strictObject({
  type: z.string().startsWith(PROBLEM_TYPE),
  title: z.string(),
  status: z.int(),
  code,
  hint: z.string(),
  exit: z.int(),
  detail: errorDetail,
})

export type Problem = z.output<typeof problem>

/** The problem document of a failure; its HTTP status is that of the code's row. */
export function problemOf({ code: name, message, hint, exit, detail }: Omit<ErrorEvent, "v" | "type">): Problem {
  return { type: PROBLEM_TYPE + name, title: message, status: ERRORS[name].http, code: name, hint, exit, detail }
}

/** Progress as it goes over the wire. */
export const progress = z.strictObject({
  v: z.literal(1),
  type: z.literal("progress"),
  done: z.number(),
  total: z.number().optional(),
  unit: z.enum(["items", "bytes"]),
})

/** Who asked, as the audit record has it. */
export const actor = z.strictObject({ kind: z.string(), id: z.string(), name: z.string(), role: z.string() })

/** Where a job is. `interrupted`: the service ended before the job did. */
export const JOB_STATES = ["running", "done", "failed", "cancelled", "interrupted"] as const

/** The id of a job: 128 bits, hexadecimal; later ones are greater. */
export const jobId = z.string().regex(/^[0-9a-f]{32}$/, "must be 32 lowercase hexadecimal digits")

/** A job: work that outlives the request for it. */
export const job = z.strictObject({
  v: z.literal(1),
  id: jobId,
  operation: z.string(),
  state: z.enum(JOB_STATES),
  /** Code and message of the end; null while it runs, and when all is well. */
  code: code.nullable(),
  message: z.string().nullable(),
  actor,
  createdAt: instant,
  endedAt: instant.nullable(),
  /** How many numbered events there are. */
  events: z.int(),
  /** The newest progress, which is not kept with the events. */
  progress: progress.nullable(),
})

export type Job = z.output<typeof job>

/** A page of jobs, newest first. */
export const jobs = z.strictObject({ v: z.literal(1), jobs: z.array(job), next: z.string().nullable() })

/** The query of a list of jobs. */
export const jobsQuery = z.strictObject({ limit: count(1, 1000).optional(), cursor: jobId.optional() })

/** The query of a job's events: go on after this number. */
export const eventsQuery = z.strictObject({ after: count(0, Number.MAX_SAFE_INTEGER).optional() })

/** What a job wrote. */
export const jobFiles = z.strictObject({
  v: z.literal(1),
  files: z.array(z.strictObject({ name: z.string(), bytes: z.int(), sha256 })),
})

export type JobFiles = z.output<typeof jobFiles>

/** Who is asking, and what they may do. */
export const whoami = z.strictObject({
  v: z.literal(1),
  actor,
  scopes: z.array(z.custom<Scope>(value => typeof value === "string")),
  site: z.string().regex(/^[0-9a-f]{32}$/),
})

export type WhoAmI = z.output<typeof whoami>

/** `Idempotency-Key`: visible ASCII. */
export const idempotencyKey = text.max(128, "must not be longer than 128 characters").regex(/^[\x21-\x7e]+$/)
