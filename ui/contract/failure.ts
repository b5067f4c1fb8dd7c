/** Expected failures, for faces that make one themselves or tell a person what to do about one. */
import { ERRORS, type ErrorCode } from "../../src/kernel/errors.ts"

export { StellaError, type ErrorCode } from "../../src/kernel/errors.ts"

/** The remedy of a code. */
export function hintOf(code: ErrorCode): string {
  return ERRORS[code].hint
}
