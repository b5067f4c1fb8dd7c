/**
 * Expected failures are values. A function that can fail on hostile or missing input returns a `Result`;
 * exceptions are left for bugs and dead disks, and become text only at the rim (the CLI and the service).
 */
import type { StellaError } from "./errors.ts"

/** Either a value or a named failure; never both, never neither. */
export type Result<T, E = StellaError> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E }

/** Wraps a success. */
export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value }
}

/** Wraps a failure. */
export function err<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error }
}

/**
 * Takes the value out of a `Result`, for callers whose own rim turns a thrown `StellaError` into text and a status.
 * @throws the carried error
 */
export function unwrap<T, E extends Error>(result: Result<T, E>): T {
  if (!result.ok) throw result.error
  return result.value
}
