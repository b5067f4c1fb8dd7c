/** What went wrong, as every face of the product tells it: a code of the closed table, what happened, what to do. */

/** A failure that is shown to a person. */
export interface Problem {
  readonly code: string
  readonly message: string
  readonly hint: string
  readonly detail: Readonly<Record<string, string | number | boolean | null>>
}

/** A Problem on its way to whoever shows it. */
export class ProblemError extends Error {
  readonly problem: Problem

  constructor(problem: Problem, cause?: unknown) {
    super(problem.message, cause === undefined ? undefined : { cause })
    this.name = "ProblemError"
    this.problem = problem
  }
}

/** Whether an exception only says that the work was stopped on purpose. */
export function isStopped(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === "AbortError"
}

/** The Problem in an exception; what was not foreseen is a defect, and says so. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof ProblemError) return thrown.problem
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return { code: "INTERNAL", message, hint: "", detail: {} }
}
