/** What to do about a failure, for faces that make one themselves. */
import { ERRORS, type ErrorCode } from "../../src/kernel/errors.ts"

/** The remedy of a code. */
export function hintOf(code: ErrorCode): string {
  return ERRORS[code].hint
}
