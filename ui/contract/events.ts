/** Schemas of the events of `operation.ts`: what an operation's output is built from. */
import * as z from "zod"
import { ERRORS, type ErrorCode } from "../../src/kernel/errors.ts"
import type { OperationSchemas } from "./operation.ts"

/** The types that an operation's schemas stand for. */
export interface Types<S extends OperationSchemas> {
  readonly input: z.output<S["input"]>
  readonly output: z.output<S["output"]>
}

/** A code of the table of errors. */
export const code = z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]])

const outcome = { code: code.nullable(), message: z.string().nullable() }

/** A result with the operation's own members. */
export function result<T extends z.ZodRawShape>(shape: T) {
  return z.strictObject({ v: z.literal(1), type: z.literal("result"), ...outcome, ...shape })
}

/** A summary with the operation's own members. */
export function summary<T extends z.ZodRawShape>(shape: T) {
  return z.strictObject({ v: z.literal(1), type: z.literal("summary"), ...outcome, ...shape })
}

/** Structured detail of an error. */
export const errorDetail = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))

/** An expected failure. */
export const failure = z.strictObject({
  v: z.literal(1),
  type: z.literal("error"),
  code,
  message: z.string(),
  hint: z.string(),
  exit: z.int(),
  detail: errorDetail,
})
