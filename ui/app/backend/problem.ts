/** What went wrong, as every face of the product tells it: a code of the closed table, what happened, what to do. */
import { hintOf, StellaError } from "../../contract/failure.ts"

/** A failure that is shown to a person. */
export interface Problem {
  readonly code: string
  readonly message: string
  readonly hint: string
  readonly detail: Readonly<Record<string, string | number | boolean | null>>
}

/** Whether an exception only says that the work was stopped on purpose. */
export function isStopped(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === "AbortError"
}

/** The Problem in an exception; what was not foreseen is a defect, and says so. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof StellaError) {
    const { code, message, detail } = thrown
    return { code, message, hint: hintOf(code), detail }
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return { code: "INTERNAL", message, hint: hintOf("INTERNAL"), detail: {} }
}
