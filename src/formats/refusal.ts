/**
 * How readers of JSON documents end: a reader that meets a fault throws a refusal, so that a nest of readers stays
 * free of plumbing. A refusal never leaves `src/formats`: every exported `parse…` runs inside `attempt`, which turns it
 * into a `Result`. Anything else that is thrown is a defect and passes through.
 */
import type { Fault, Reason } from "../kernel/reasons.ts"
import { err, ok, type Result } from "../kernel/result.ts"
import { LIMITS } from "./limits.ts"

class Refusal extends Error {
  readonly fault: Fault

  constructor(fault: Fault) {
    super(fault.reason)
    this.fault = fault
  }
}

/** Ends the current parse with a fault. A path that quotes the document is cut to `LIMITS.faultPathLength`. */
export function refuse(reason: Reason, where: string): never {
  throw new Refusal({ reason, where: shortened(where) })
}

/** Runs a reader; its refusal becomes a `Result`. */
export function attempt<T>(read: () => T): Result<T, Fault> {
  try {
    return ok(read())
  } catch (e) {
    if (e instanceof Refusal) return err(e.fault)
    throw e
  }
}

/** Takes the value of a nested `Result`, or refuses with its fault, placed under `where`. */
export function taken<T>(result: Result<T, Fault>, where: string): T {
  if (result.ok) return result.value
  return refuse(result.error.reason, at(where, result.error.where))
}

/** The path of a member: `where` is the path of its object, empty for the document itself. */
export function at(where: string, name: string): string {
  return where === "" || name === "" ? where + name : `${where}.${name}`
}

/** Names of unknown members are the document's own words, of any length; a fault is shown to people and kept. */
function shortened(where: string): string {
  // toWellFormed: the cut may fall between the two halves of one character.
  return where.length <= LIMITS.faultPathLength ? where : `${where.slice(0, LIMITS.faultPathLength).toWellFormed()}…`
}
